import { mechanismOf } from '@fairground/engine';
import { z } from 'zod';
import type { App } from '../edge/app-type.js';
import { marketId, outcome, time } from '../edge/fields.js';
import { pastOf } from '../edge/past.js';
import { catchUp, readDurable } from '../edge/read.js';
import { Problem } from '../errors.js';
import { type CandleQuery, type CandleView, INTERVALS } from '../readmodel/candles.js';
import { marketIn } from '../readmodel/markets.js';
import { asked } from '../readmodel/read-model.js';
import { candleShown } from '../readmodel/rows-shown.js';
import { OLDER } from '../readmodel/statements.js';
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
    async (request, reply) => {
      await catchUp(shell, request);
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
      const past = pastOf(shell);
      const asks = { interval, from, to, outcome: index };
      const kept = past.candlesOf(market.id, asks);
      const since = past.candlesSince(market.id, interval);
      // Only who says since when is shown what lies before the newest.
      const isDeep = request.query.from !== undefined && since !== undefined && from < since;
      const before = { ...asks, to: Math.min(to, since ?? to) };
      const older = isDeep ? await olderCandles(shell, market.id, before, outcomes.length) : [];
      return readDurable(shell, request, reply, () => ({ items: [...older, ...kept] }));
    },
  );
}

/** One answer has at most so many of them. */
const OLDER_MAX = 1_000;
async function olderCandles(
  { tables }: Shell,
  market: string,
  { interval, from, to, outcome: index }: CandleQuery,
  outcomes: number,
): Promise<readonly CandleView[]> {
  const isTurned = outcomes === 2 && index === 1;
  const line = isTurned ? 0 : index;
  const seen = await tables?.look(asked(OLDER, market, interval, line, from, to, OLDER_MAX));
  return (seen?.rows[0] ?? []).map((row) => candleShown(row, isTurned));
}
