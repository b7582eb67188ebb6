/**
 * A cancelled market gives each player back what it has taken from him, max(0, net), shares held or not:
 * as if it had never been, except that nobody has to give winnings back.
 *
 * Refunds by average cost would pay for legs instead of people: mint 100, sell the YES for 87.345334, and
 * half of the mint would come back for the NO: 37.345334 from nothing.
 */
import type { Hash } from '../command.js';
import type { Event } from '../event.js';
import { POINTS, TREASURY } from '../ledger/account.js';
import { Moves } from '../ledger/transfer.js';
import { least, micro, most } from '../math/amount.js';
import type { ReadonlyWorld } from '../world.js';
import type { Position, ReadonlyMarket } from './market.js';
import { wound } from './windup.js';

/** Collateral pays first, then the market's fees, then the treasury up to its cap and to what it has. */
export function cancelled(world: ReadonlyWorld, market: ReadonlyMarket, reason: Hash): Event[] {
  const { books } = world;
  const { escrow, fees } = market.names;
  const { due } = market;
  const collateral = books.balance(escrow, POINTS);
  const inFees = books.balance(fees, POINTS);
  const fromFees = least(inFees, most(0n, due - collateral));
  const treasury = least(market.draft.refundCap, books.balance(TREASURY, POINTS));
  const fromTreasury = least(most(0n, treasury), most(0n, due - collateral - fromFees));
  const move = new Moves();
  move.add(fees, escrow, POINTS, fromFees);
  move.add(TREASURY, escrow, POINTS, fromTreasury);
  const held = collateral + fromFees + fromTreasury;
  const event: Event = {
    type: 'market_cancelled',
    market: market.id,
    reason,
    due,
    funds: micro(least(due, held)),
    transfers: move.made,
  };
  if (market.holders.length > 0) return [event];
  return [event, wound(world, market, 'market_refunded', held, inFees - fromFees)];
}

/** In full, or floor(dueᵢ · funds / due) where there is not enough for all. */
export function refundOf(market: ReadonlyMarket, { net }: Readonly<Position>): bigint {
  if (!market.refund || net <= 0n) return 0n;
  const { due, funds } = market.refund;
  return funds === due ? net : (net * funds) / due;
}
