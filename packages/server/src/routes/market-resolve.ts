import type { App } from '../edge/app-type.js';
import { marketId, reason } from '../edge/fields.js';
import { Ending, endingOf, verdictDone } from '../edge/verdict.js';
import { keepReason } from '../edge/reason.js';
import { envelopeOf, write } from '../edge/write.js';
import type { Shell } from '../shell.js';

export function marketResolve(app: App, shell: Shell): void {
  const config = { rate: 'admin', scope: 'admin' } as const;
  const schema = { params: marketId, body: Ending.extend({ reason }) };
  app.post('/v1/markets/:id/resolve', { config, schema }, async (request, reply) => {
    const market = request.params.id;
    const envelope = envelopeOf(shell, request, 'moves');
    const resolution = endingOf(shell.sequencer.world, market, request.body);
    const hash = await keepReason(shell, request, envelope, request.body.reason);
    return write(shell, request, reply, {
      envelope,
      wish: { type: 'resolve', market, ...(resolution && { resolution }), reason: hash },
      ...verdictDone(market),
    });
  });
}
