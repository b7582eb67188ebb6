import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { id, reason } from '../edge/fields.js';
import { keepReason } from '../edge/reason.js';
import { envelopeOf, write } from '../edge/write.js';
import type { Shell } from '../shell.js';

const body = z.strictObject({ account: id, reason });

export function adminFreeze(app: App, shell: Shell): void {
  const config = { rate: 'admin', scope: 'admin' } as const;
  for (const verb of ['freeze', 'unfreeze'] as const) {
    app.post(`/v1/admin/${verb}`, { config, schema: { body } }, async (request, reply) => {
      const { account } = request.body;
      const envelope = envelopeOf(shell, request, 'stays');
      const hash = await keepReason(shell, request, envelope, request.body.reason);
      return write(shell, request, reply, {
        envelope,
        wish: { type: `${verb}_account`, account, reason: hash },
        status: 200,
        view: ({ seq }) => ({ account, seq }),
      });
    });
  }
}
