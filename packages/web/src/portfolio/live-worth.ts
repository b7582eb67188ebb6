/** What a position is worth at the prices of now: the node's own figures, with the prices the feed tells since. */
import { formatAmount } from '@fairground/engine';
import { micros } from '../figures.js';
import { useMarketState } from '../hooks.js';
import type { Position } from '../wire.js';

const ONE = 1_000_000n;

export interface LiveWorth {
  /** In the order of the position's shares. */
  readonly prices: readonly string[];
  readonly value: string;
  readonly profit: string;
}

/** As much of a market's state as its worth is made of. */
interface Priced {
  readonly outcomes: readonly { readonly outcome?: string; readonly price: string }[];
  readonly rally?: object;
}

/** As the node reckons: each kind of share down to the millionth; of a running rally all that was put in. */
export function worthOf(position: Position, state: Priced | undefined): LiveWorth {
  const { shares, value, profit, net, paid } = position;
  const prices = shares.map(
    ({ outcome, price }) => state?.outcomes.find((one) => one.outcome === outcome)?.price ?? price,
  );
  if (!state || state.rally || shares.length === 0) return { prices, value, profit };
  const worth = shares.reduce(
    (sum, held, index) => sum + ((micros(held.shares) ?? 0n) * (micros(prices[index]) ?? 0n)) / ONE,
    0n,
  );
  const gained = worth + (micros(paid) ?? 0n) - (micros(net) ?? 0n);
  return { prices, value: formatAmount(worth), profit: formatAmount(gained) };
}

export const useLiveWorth = (position: Position): LiveWorth =>
  worthOf(position, useMarketState(position.market, position.shares.length > 0));
