import type { App } from '../edge/app-type.js';
import { marketId, nothing } from '../edge/fields.js';
import { envelopeOf, write } from '../edge/write.js';
import type { Shell } from '../shell.js';

const VERBS = ['open', 'pause', 'resume', 'close'] as const;

/** The four verbs that say nothing but their name. */
export function marketVerbs(app: App, shell: Shell): void {
  const config = { rate: 'admin', scope: 'admin' } as const;
  for (const verb of VERBS) {
    const schema = { params: marketId, body: nothing };
    app.post(`/v1/markets/:id/${verb}`, { config, schema }, (request, reply) => {
      const market = request.params.id;
      return write(shell, request, reply, {
        envelope: envelopeOf(shell, request, 'stays'),
        wish: { type: verb, market },
        status: 200,
        view: ({ seq }) => ({ market, seq }),
      });
    });
  }
}
