import type { App } from '../edge/app-type.js';
import { nothing } from '../edge/fields.js';
import { envelopeOf, write } from '../edge/write.js';
import type { Shell } from '../shell.js';

/** The operator's last word here: from then on this exchange decides nothing. */
export function adminSeal(app: App, shell: Shell): void {
  const config = { rate: 'admin', scope: 'admin' } as const;
  app.post('/v1/admin/seal', { config, schema: { body: nothing } }, (request, reply) =>
    write(shell, request, reply, {
      envelope: envelopeOf(shell, request, 'stays'),
      wish: { type: 'sealed' },
      status: 200,
      view: ({ seq }) => ({ seq }),
    }),
  );
}
