/** How an end is named on the wire: an outcome, a payout by outcome, or a price per share. */
import {
  type EventOf,
  mechanismOf,
  type ReadonlyWorld,
  type Resolution,
  verdictView,
} from '@fairground/engine';
import { z } from 'zod';
import { Problem } from '../errors.js';
import { amount, fraction, outcome } from './fields.js';
import type { Done } from './write.js';

export const Ending = z.strictObject({
  outcome: outcome.optional(),
  /** Parts of one Point by outcome that sum to 1: `["0.5","0.5"]`. */
  payout: z.array(fraction).min(2).max(64).optional(),
  /** Of a stock: Points per share. */
  price: amount.optional(),
});

const bad = (message: string): Problem => new Problem('bad_request', { details: [{ message }] });

/** Undefined where nothing is named: a stock then ends at its fundamental. */
export function endingOf(
  world: ReadonlyWorld,
  market: string,
  { outcome: named, payout, price }: z.infer<typeof Ending>,
): Resolution | undefined {
  const given = [named, payout, price].filter((one) => one !== undefined).length;
  if (given > 1) throw bad('Name one of outcome, payout and price');
  if (price !== undefined) return { price };
  if (payout !== undefined) return { payout };
  const found = named === undefined ? undefined : world.markets.get(market);
  // Of an unknown market the engine says so, in its order.
  if (named === undefined || !found) return undefined;
  const outcomes = mechanismOf(found.mechanism).outcomes(found.draft.terms);
  if (!outcomes.includes(named)) throw bad(`The market has no outcome ${named}`);
  return { payout: outcomes.map((name) => (name === named ? 1_000_000 : 0)) };
}

/** `proposal` is there when a second person has to confirm it. */
export function verdictDone(market: string): Done {
  return {
    status: 200,
    view: ({ seq, events }) => {
      const proposed = events.find(
        (event): event is EventOf<'verdict_proposed'> => event.type === 'verdict_proposed',
      );
      return { market, seq, ...(proposed && { proposal: verdictView(proposed.verdict) }) };
    },
  };
}
