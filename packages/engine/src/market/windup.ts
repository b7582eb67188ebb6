/** The last event of a market: nothing is left in its accounts. */
import type { Event } from '../event.js';
import { HOUSE_FEES, MINT, POINTS } from '../ledger/account.js';
import { Moves } from '../ledger/transfer.js';
import type { ReadonlyWorld } from '../world.js';
import type { ReadonlyMarket } from './market.js';

/** The end of the end: leftovers to the sponsor, fees to the house, the pool's shares burnt. */
export function wound(
  world: ReadonlyWorld,
  market: ReadonlyMarket,
  type: 'market_settled' | 'market_refunded',
  escrowLeft: bigint,
  feesLeft: bigint = world.books.balance(market.names.fees, POINTS),
): Event {
  const { pool, escrow, fees, assets } = market.names;
  const move = new Moves();
  move.add(escrow, market.sponsor, POINTS, escrowLeft);
  move.add(fees, HOUSE_FEES, POINTS, feesLeft);
  for (const asset of assets) move.add(pool, MINT, asset, world.books.balance(pool, asset));
  return { type, market: market.id, transfers: move.made };
}
