/** What a pool makes of a wish, with the refusals of size in their published order. */
import type { Trade } from '../command.js';
import { BOUNDS } from '../limits.js';
import type { Fill, Pool } from '../mechanism/mechanism.js';
import { type Refusal, refuse } from '../refusal.js';

/** Which share of a pool is meant, how many there are of it, and the fee. */
export interface Counter {
  readonly outcome: number;
  readonly issued: bigint;
  readonly bps: number;
}

/** −1 where there is no such outcome; a market with a single kind of share names none. */
export function placeOf(outcomes: readonly string[], outcome: string | undefined): number {
  if (outcomes.length === 0) return outcome === undefined ? 0 : -1;
  return outcome === undefined ? -1 : outcomes.indexOf(outcome);
}

export function fillOf(pool: Pool, wish: Trade, counter: Counter): Fill | Refusal {
  const { spend, shares } = wish;
  const { outcome, issued, bps } = counter;
  if ((spend ?? shares ?? 0n) <= 0n || (spend !== undefined && spend < BOUNDS.paysMin)) {
    return refuse('too_small');
  }
  if (wish.side === 'sell') {
    if (shares === undefined || shares > issued) return refuse('insufficient_shares');
    const fill = pool.sell(outcome, shares, bps);
    if (!fill) return refuse(pool.nothingMeans ?? 'too_small');
    return fill.gets >= 1n ? fill : refuse('too_small');
  }
  const fill =
    spend === undefined
      ? pool.buyByShares(outcome, shares ?? 0n, bps)
      : pool.buyBySpend(outcome, spend, bps);
  if (!fill) return refuse(pool.nothingMeans ?? 'too_small');
  if (fill.pays < BOUNDS.paysMin || fill.gets < 1n) return refuse('too_small');
  return fill;
}

/** A share of an outcome is worth 1 Point at most; a stock has no such bound. */
export const cannotProfit = (fill: Fill, outcomes: number): boolean =>
  fill.side === 'buy' && outcomes > 1 && fill.gets < fill.pays;
