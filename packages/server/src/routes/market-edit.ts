import { commandIdOf } from '@fairground/journal';
import type { App } from '../edge/app-type.js';
import { draftOf, EditedMarket, textOf } from '../edge/draft.js';
import { marketId } from '../edge/fields.js';
import { askerOf } from '../edge/who.js';
import { envelopeOf, write } from '../edge/write.js';
import type { Shell } from '../shell.js';

export function marketEdit(app: App, shell: Shell): void {
  const config = { rate: 'admin', scope: 'admin' } as const;
  const schema = { params: marketId, body: EditedMarket };
  app.patch('/v1/markets/:id', { config, schema }, async (request, reply) => {
    const market = request.params.id;
    const envelope = envelopeOf(shell, request, 'moves');
    const { by } = askerOf(request);
    const command = commandIdOf(by, envelope.key);
    const { hash } = await shell.vault.putText({ command, by, text: textOf(request.body) });
    return write(shell, request, reply, {
      envelope,
      wish: { type: 'edit_draft', market, draft: draftOf(request.body, hash) },
      status: 200,
      view: ({ seq }) => ({ market, seq }),
    });
  });
}
