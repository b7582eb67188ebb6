import { mechanismOf, type ReadonlyWorld } from '@fairground/engine';
import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { marketId, reason } from '../edge/fields.js';
import { keepReason } from '../edge/reason.js';
import { askerOf, needScope } from '../edge/who.js';
import { verdictDone } from '../edge/verdict.js';
import { envelopeOf, wasDone, write } from '../edge/write.js';
import type { Shell } from '../shell.js';

/**
 * His own rally is a seller's trade while it runs; up to which count he may cancel it the engine says. Of an
 * account that is an admin too a key must have that scope: the engine cannot know by which of the two it asks.
 */
function isSellerOf(world: ReadonlyWorld, id: string, by: string): boolean {
  const market = world.markets.get(id);
  const account = world.accounts.get(by);
  if (!market || !account || account.frozen || account.roles.has('admin')) return false;
  if (!['draft', 'open', 'paused'].includes(market.state)) return false;
  return mechanismOf(market.mechanism).pledges?.sellerOf(market.draft.terms) === by;
}

export function marketCancel(app: App, shell: Shell): void {
  const config = { rate: 'admin', scope: 'trade' } as const;
  const schema = { params: marketId, body: z.strictObject({ reason }) };
  app.post('/v1/markets/:id/cancel', { config, schema }, async (request, reply) => {
    const market = request.params.id;
    const { by } = askerOf(request);
    const envelope = envelopeOf(shell, request, 'moves');
    const mayAsk =
      isSellerOf(shell.sequencer.world, market, by) || (await wasDone(shell, by, envelope));
    if (!mayAsk) needScope(request, 'admin');
    const hash = await keepReason(shell, request, envelope, request.body.reason);
    return write(shell, request, reply, {
      envelope,
      wish: { type: 'cancel', market, reason: hash },
      ...verdictDone(market),
    });
  });
}
