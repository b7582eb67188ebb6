import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { marketId, reason } from '../edge/fields.js';
import { keepReason } from '../edge/reason.js';
import { verdictDone } from '../edge/verdict.js';
import { envelopeOf, write } from '../edge/write.js';
import type { Shell } from '../shell.js';

export function marketCancel(app: App, shell: Shell): void {
  const config = { rate: 'admin', scope: 'admin' } as const;
  const schema = { params: marketId, body: z.strictObject({ reason }) };
  app.post('/v1/markets/:id/cancel', { config, schema }, async (request, reply) => {
    const market = request.params.id;
    const envelope = envelopeOf(shell, request, 'moves');
    const hash = await keepReason(shell, request, envelope, request.body.reason);
    return write(shell, request, reply, {
      envelope,
      wish: { type: 'cancel', market, reason: hash },
      ...verdictDone(market),
    });
  });
}
