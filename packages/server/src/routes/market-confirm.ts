import type { Verdict } from '@fairground/engine';
import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { marketId } from '../edge/fields.js';
import { Ending, endingOf, verdictDone } from '../edge/verdict.js';
import { envelopeOf, write } from '../edge/write.js';
import { Problem } from '../errors.js';
import type { Shell } from '../shell.js';

const body = Ending.extend({
  act: z.enum(['resolve', 'cancel']),
  reason_hash: z.string().regex(/^[0-9a-f]{64}$/, '64 hex digits, as the proposal shows them'),
});

/** The second person names the same content as the first. */
export function marketConfirm(app: App, shell: Shell): void {
  const config = { rate: 'admin', scope: 'admin' } as const;
  app.post(
    '/v1/markets/:id/confirm',
    { config, schema: { params: marketId, body } },
    (request, reply) => {
      const market = request.params.id;
      const { act, reason_hash: reason, ...ending } = request.body;
      const resolution = endingOf(shell.sequencer.world, market, ending);
      if (act === 'resolve' && !resolution) {
        throw new Problem('bad_request', {
          details: [{ message: 'Name the outcome, payout or price again.' }],
        });
      }
      const verdict: Verdict =
        resolution && act === 'resolve' ? { act, resolution, reason } : { act: 'cancel', reason };
      return write(shell, request, reply, {
        envelope: envelopeOf(shell, request, 'moves'),
        wish: { type: 'confirm', market, verdict },
        ...verdictDone(market),
      });
    },
  );
}
