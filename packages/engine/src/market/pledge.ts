/** Pledges: joining names the total one wants, units only grow, and a rally ends by itself, at one price for all. */
import type { AccountId, Actor, Draft, Hash, Instant, WishOf } from '../command.js';
import type { Event } from '../event.js';
import { assert } from '../assert.js';
import { MINT, playerOf, POINTS } from '../ledger/account.js';
import { Moves } from '../ledger/transfer.js';
import { ONE, whole } from '../math/amount.js';
import { bpsOf, feeOn } from '../mechanism/fee.js';
import type { PledgeVerbs } from '../mechanism/mechanism.js';
import { mechanismOf, newestFor } from '../mechanism/registry.js';
import { type Refusal, refuse } from '../refusal.js';
import { holderOf, type ReadonlyWorld } from '../world.js';
import { isRefusal, marketOf, type Outcome, stateRefusal } from './lookup.js';
import type { Position, ReadonlyMarket } from './market.js';
import { cancelled } from './refund.js';
import { rateRefusal } from './risk.js';

/** The reason of an end that nobody gave: it has no words. */
const BY_ITSELF: Hash = '0'.repeat(64);

export function decideJoin(
  world: ReadonlyWorld,
  by: AccountId,
  { market: id, units }: WishOf<'join_rally'>,
  at: Instant,
): Outcome {
  const market = marketOf(world, id);
  if (isRefusal(market)) return market;
  const { pledges } = mechanismOf(market.mechanism);
  if (!pledges) return refuse('not_supported');
  const holder = holderOf(world, by);
  const pledge = market.positions.get(holder)?.pledge;
  // Asking twice for the same total is one wish: whatever came since, the first answer stands.
  if (pledge?.units === units) return { kind: 'repeated', seq: pledge.seq };
  const wrong = stateRefusal(market, at, 'open');
  if (wrong) return wrong;
  const { terms } = market.draft;
  if (pledges.sellerOf(terms) === by) return refuse('not_allowed', 'The seller does not join.');
  const often = rateRefusal(world, by, at);
  if (often) return often;
  const total = unitsOf(world, market);
  const added = units - (pledge?.units ?? 0);
  const { maximum, perPerson } = pledges.bounds(terms);
  if (added > maximum - total) return refuse('sold_out', `${maximum - total} units are left.`);
  if (units > perPerson) return refuse('over_cap', `${perPerson} units a person.`);
  if (added < 0) return refuse('pledge_is_binding', `${pledge?.units ?? 0} units are pledged.`);
  // The most they can ever cost: with these units in it the price only falls.
  const cost = pledges.price(terms, total + added) * BigInt(added);
  if (world.books.balance(holder, POINTS) < cost) return refuse('insufficient_points');
  // Nothing below this line may refuse.
  const move = new Moves();
  move.add(holder, market.names.escrow, POINTS, cost);
  move.add(MINT, holder, unitOf(market), whole(added));
  const event: Event = {
    type: 'joined',
    market: id,
    player: by,
    units,
    added,
    transfers: move.made,
  };
  return total + added === maximum ? [event, sold(market, pledges, maximum)] : [event];
}

/** What the clock brings at its end: one price for all, or everything back. Undefined of other markets. */
export function endedByItself(
  world: ReadonlyWorld,
  market: ReadonlyMarket,
): readonly Event[] | undefined {
  const { pledges } = mechanismOf(market.mechanism);
  if (!pledges) return undefined;
  const units = unitsOf(world, market);
  const { minimum } = pledges.bounds(market.draft.terms);
  if (units < minimum) return cancelled(world, market, BY_ITSELF);
  return [sold(market, pledges, units)];
}

/** Everyone pays the price of all these units; the house's part waits beside the seller's. */
function sold(market: ReadonlyMarket, pledges: PledgeVerbs, units: number): Event {
  const { id, names, draft } = market;
  const sum = pledges.price(draft.terms, units) * BigInt(units);
  const move = new Moves();
  move.add(names.escrow, names.fees, POINTS, feeOn(sum, bpsOf(draft.terms)));
  return {
    type: 'market_resolved',
    market: id,
    resolution: { units },
    reason: BY_ITSELF,
    transfers: move.made,
  };
}

/** What comes back to one who pledged: all he put in, less his units at the one price. */
export function changeOf(position: Readonly<Position>, price: bigint): bigint {
  return position.net - price * BigInt(position.pledge?.units ?? 0);
}

/** Its units in whole numbers, all together. */
export function unitsOf({ books }: Pick<ReadonlyWorld, 'books'>, market: ReadonlyMarket): number {
  return Number(books.issued(unitOf(market)) / ONE);
}

function unitOf({ names }: ReadonlyMarket): string {
  const [unit] = names.assets;
  assert(unit !== undefined, 'pledge: a rally has one kind of unit');
  return unit;
}

/** Whom a rally pays; undefined of other markets. */
export const sellerIn = ({ terms }: Draft): AccountId | undefined =>
  mechanismOf(newestFor(terms)).pledges?.sellerOf(terms);

/** The seller's own word ends a rally only while nothing is sold: below the minimum. */
export function sellerRefusal(
  world: ReadonlyWorld,
  market: ReadonlyMarket,
  by: Actor,
): Refusal | undefined {
  const { pledges } = mechanismOf(market.mechanism);
  if (!pledges || playerOf(market.sponsor) !== by) return refuse('not_allowed');
  const { minimum } = pledges.bounds(market.draft.terms);
  return unitsOf(world, market) < minimum
    ? undefined
    : refuse('not_allowed', 'The minimum is reached: only an admin may cancel.');
}

/** All units ever pledged here, also when they have been burnt. */
export const pledgedIn = ({ holders }: ReadonlyMarket): number =>
  holders.reduce((sum, { pledge }) => sum + (pledge?.units ?? 0), 0);
