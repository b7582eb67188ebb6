import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { amount, id, reason } from '../edge/fields.js';
import { keepReason } from '../edge/reason.js';
import { envelopeOf, write } from '../edge/write.js';
import type { Shell } from '../shell.js';

const body = z.strictObject({ to: id, amount, reason });

/** Points from the mint, to an account or the treasury. */
export function adminGrants(app: App, shell: Shell): void {
  const config = { rate: 'admin', scope: 'admin' } as const;
  app.post('/v1/admin/grants', { config, schema: { body } }, async (request, reply) => {
    const { to, amount: size, reason: said } = request.body;
    const envelope = envelopeOf(shell, request, 'moves');
    const hash = await keepReason(shell, request, envelope, said);
    return write(shell, request, reply, {
      envelope,
      wish: { type: 'grant', to, amount: size, reason: hash },
      status: 201,
      view: ({ seq }) => ({ to, seq }),
    });
  });
}
