/** Markets of many outcomes: which one stands for all in a list, and in which order they are read. */
import { micros } from './figures.js';
import type { Market, OutcomeState } from './wire.js';

/** Of two the first says all; of more, each says something of its own. */
export const isMany = (market: Pick<Market, 'outcomes'>): boolean => market.outcomes.length > 2;

const priceOf = (one: OutcomeState): bigint => micros(one.price) ?? 0n;

/** The likeliest first; equals as they are named. */
export function byChance(outcomes: readonly OutcomeState[]): readonly OutcomeState[] {
  return [...outcomes].sort((a, b) =>
    priceOf(b) > priceOf(a) ? 1 : priceOf(b) < priceOf(a) ? -1 : 0,
  );
}

/** The likeliest of many; undefined where one price says all. */
export const leaderOf = (market: Pick<Market, 'outcomes'>): OutcomeState | undefined =>
  isMany(market) ? byChance(market.outcomes)[0] : undefined;

/** The price a market is known by. */
export const headPrice = (market: Pick<Market, 'outcomes' | 'price'>): string =>
  leaderOf(market)?.price ?? market.price;
