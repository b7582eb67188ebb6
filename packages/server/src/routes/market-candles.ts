import { mechanismOf } from '@fairground/engine';
import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { marketId, outcome, time } from '../edge/fields.js';
import { pastOf } from '../edge/past.js';
import { readDurable } from '../edge/read.js';
import { Problem } from '../errors.js';
import { INTERVALS } from '../readmodel/candles.js';
import { marketIn } from '../readmodel/markets.js';
import type { Shell } from '../shell.js';

const query = z.strictObject({
  interval: z.enum(INTERVALS).default('1m'),
  from: time.optional(),
  to: time.optional(),
  outcome: outcome.optional(),
});

export function marketCandles(app: App, shell: Shell): void {
  app.get(
    '/v1/markets/:id/candles',
    { schema: { params: marketId, querystring: query } },
    (request, reply) =>
      readDurable(shell, request, reply, () => {
        const { interval, from = 0, to = Number.MAX_SAFE_INTEGER } = request.query;
        const market = marketIn(shell.sequencer.world, request.params.id);
        const outcomes = mechanismOf(market.mechanism).outcomes(market.draft.terms);
        const named = request.query.outcome;
        const index = named === undefined ? 0 : outcomes.indexOf(named);
        if (index < 0) {
          throw new Problem('bad_request', {
            details: [{ path: 'outcome', message: 'The market has no such outcome.' }],
          });
        }
        return {
          items: pastOf(shell).candlesOf(market.id, { interval, from, to, outcome: index }),
        };
      }),
  );
}
