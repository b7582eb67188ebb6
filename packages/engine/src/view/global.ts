/** What everybody watches: how many markets are in which state, and the house's figures. */
import { POINTS, TREASURY } from '../ledger/account.js';
import type { MarketState } from '../market/market.js';
import { formatAmount } from '../math/amount.js';
import type { ReadonlyWorld } from '../world.js';

export interface GlobalView {
  readonly markets: Readonly<Record<MarketState, number>>;
  readonly accounts: number;
  readonly trades: number;
  readonly volume: string;
  readonly treasury: string;
}

export function globalView(world: ReadonlyWorld): GlobalView {
  const { draft, open, paused, closed, resolved, cancelled, settled, refunded } = world.states;
  return {
    // In the order of a market's life, so that equal worlds have equal bytes.
    markets: { draft, open, paused, closed, resolved, cancelled, settled, refunded },
    accounts: world.accounts.size,
    trades: world.trades,
    volume: formatAmount(world.volume),
    treasury: formatAmount(world.books.balance(TREASURY, POINTS)),
  };
}
