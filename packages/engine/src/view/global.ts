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
  const markets: Record<MarketState, number> = {
    draft: 0,
    open: 0,
    paused: 0,
    closed: 0,
    resolved: 0,
    cancelled: 0,
    settled: 0,
    refunded: 0,
  };
  for (const market of world.markets.values()) markets[market.state]++;
  return {
    markets,
    accounts: world.accounts.size,
    trades: world.trades,
    volume: formatAmount(world.volume),
    treasury: formatAmount(world.books.balance(TREASURY, POINTS)),
  };
}
