import { mechanismOf, type ReadonlyWorld } from '@fairground/engine';
import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { marketId, reason } from '../edge/fields.js';
import { keepReason } from '../edge/reason.js';
import { askerOf, needScope } from '../edge/who.js';
import { verdictDone } from '../edge/verdict.js';
import { envelopeOf, write } from '../edge/write.js';
import type { Shell } from '../shell.js';

/** His own rally is a seller's trade; when he may still cancel it the engine says. */
function isSellerOf(world: ReadonlyWorld, id: string, by: string): boolean {
  const market = world.markets.get(id);
  if (!market) return false;
  return mechanismOf(market.mechanism).pledges?.sellerOf(market.draft.terms) === by;
}

export function marketCancel(app: App, shell: Shell): void {
  const config = { rate: 'admin', scope: 'trade' } as const;
  const schema = { params: marketId, body: z.strictObject({ reason }) };
  app.post('/v1/markets/:id/cancel', { config, schema }, async (request, reply) => {
    const market = request.params.id;
    if (!isSellerOf(shell.sequencer.world, market, askerOf(request).by))
      needScope(request, 'admin');
    const envelope = envelopeOf(shell, request, 'moves');
    const hash = await keepReason(shell, request, envelope, request.body.reason);
    return write(shell, request, reply, {
      envelope,
      wish: { type: 'cancel', market, reason: hash },
      ...verdictDone(market),
    });
  });
}
