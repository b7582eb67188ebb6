/**
 * Trades, mints, merges and funding. Nobody sells what he does not hold; nothing is ever short.
 *
 * Long because all of them make the same checks on the same figures.
 */
import type { AccountId, Instant, Trade, WishOf } from '../command.js';
import type { Traded } from '../event.js';
import { type Holder, MINT, POINTS, TREASURY } from '../ledger/account.js';
import { Moves, type Transfer } from '../ledger/transfer.js';
import { BOUNDS } from '../limits.js';
import { FIGURE_MAX, least, micro, most, withinBounds } from '../math/amount.js';
import { bpsOf } from '../mechanism/fee.js';
import type { AnyMechanism, Fill, Mechanism, Pool } from '../mechanism/mechanism.js';
import { mechanismOf } from '../mechanism/registry.js';
import { type Refusal, refuse } from '../refusal.js';
import { holderOf, type ReadonlyWorld } from '../world.js';
import { cannotProfit, fillOf, placeOf } from './fill.js';
import { isRefusal, isSponsor, marketOf, type Outcome, stateRefusal } from './lookup.js';
import type { ReadonlyMarket } from './market.js';
import { breaker, haltRefusal, positionRefusal, rateRefusal } from './risk.js';

/** What a trade would do now. Advice, not a reservation: bound the order with `getsMin` or `paysMax`. */
export interface Quote {
  readonly kind: 'quote';
  readonly fill: Fill;
  /** Pairs merged at once, at 1 Point each, where the buyer holds the other side. */
  readonly merged: bigint;
  readonly pricesBefore: readonly bigint[];
  /** A buy that gets fewer shares of an outcome than the Points it pays: it cannot win, whatever happens. */
  readonly cannotProfit: boolean;
}

/** The trade as `decide` would make it, without anyone's funds or bounds. `trader` sees his merged pairs. */
export function quoteTrade(
  world: ReadonlyWorld,
  wish: Trade,
  trader: AccountId | undefined,
  at: Instant,
): Quote | Refusal {
  const market = marketOf(world, wish.market);
  if (isRefusal(market)) return market;
  const found = findFill(world, market, wish, at);
  if (found.kind === 'refused') return found;
  const { fill, mechanism } = found;
  const holder = trader === undefined ? undefined : holderOf(world, trader);
  return {
    kind: 'quote',
    fill,
    merged: holder === undefined ? 0n : pairsAfter(world, market, mechanism, fill, holder),
    pricesBefore: mechanism.pool(market, world.books).prices(),
    cannotProfit: cannotProfit(fill, market.names.assets.length),
  };
}

export function decideTrade(
  world: ReadonlyWorld,
  by: AccountId,
  wish: Trade,
  at: Instant,
): Outcome {
  const market = world.markets.get(wish.market);
  if (!market) return refuse('market_unknown');
  const holder = holderOf(world, by);
  const found = findFill(world, market, wish, at);
  if (found.kind === 'refused' && found.code !== 'out_of_range') return found;
  const often = wish.side === 'buy' ? rateRefusal(world, by, at) : undefined;
  if (often) return often;
  if (found.kind === 'refused') return beyond(world, market, wish, holder);
  const { fill, mechanism, pool } = found;
  const merged = pairsAfter(world, market, mechanism, fill, holder);
  if (fill.side === 'buy') {
    const much = positionRefusal(world, market, holder, fill.outcome, fill.gets - merged);
    if (much) return much;
  }
  if (wish.getsMin !== undefined && fill.gets < wish.getsMin) return refuse('price_moved');
  if (wish.paysMax !== undefined && fill.pays > wish.paysMax) return refuse('price_moved');
  const transfers = mechanism.legs(fill, market.names, holder);
  if (merged > 0n) mergeLegs(market, holder, merged, transfers);
  const short =
    shortfall(world, market, fill, holder, merged) ?? issuedAfter(world, market, transfers);
  if (short) return short;
  // Nothing below this line may refuse.
  const { mark, halted } = breaker(world, market, mechanism, [pool, fill.after], at);
  // Made in steps and not by spreading: every trade comes by here.
  const traded: Making<Traded> = {
    type: 'traded',
    market: market.id,
    player: by,
    side: fill.side,
    pays: micro(fill.pays),
    gets: micro(fill.gets),
    fee: micro(fill.fee),
    transfers,
  };
  if (wish.outcome !== undefined) traded.outcome = wish.outcome;
  if (merged > 0n) traded.merged = micro(merged);
  if (mark !== undefined) traded.mark = mark;
  return halted ? [traded, halted] : [traded];
}

type Making<T> = { -readonly [K in keyof T]: T[K] };

/** A fill, with what made it. */
interface Found {
  readonly kind: 'found';
  readonly fill: Fill;
  readonly mechanism: Mechanism;
  readonly pool: Pool;
}

/** The fill, after the refusals of outcome, state and size. */
function findFill(
  world: ReadonlyWorld,
  market: ReadonlyMarket,
  wish: Trade,
  at: Instant,
): Found | Refusal {
  const mechanism = mechanismOf(market.mechanism);
  // Where nothing is traded there is no outcome that could be unknown.
  if (!mechanism.pool) return refuse('not_supported');
  const outcome = outcomeIndex(mechanism, market, wish.outcome);
  if (outcome < 0) return refuse('outcome_unknown');
  const wrong = stateRefusal(market, at, 'open');
  if (wrong) return wrong;
  const halted = wish.side === 'buy' ? haltRefusal(market, at) : undefined;
  if (halted) return halted;
  const pool = mechanism.pool(market, world.books);
  const issued = world.books.issued(market.names.assets[outcome] ?? '');
  const fill = fillOf(pool, wish, { outcome, issued, bps: bpsOf(market.draft.terms) });
  return 'kind' in fill ? fill : { kind: 'found', fill, mechanism, pool };
}

/** A trade that has no price, but would be refused for want of means whatever its price, is refused for that. */
function beyond(
  world: ReadonlyWorld,
  market: ReadonlyMarket,
  wish: Trade,
  holder: Holder,
): Refusal {
  const { books } = world;
  const outcome = outcomeIndex(mechanismOf(market.mechanism), market, wish.outcome);
  if (wish.side === 'sell') {
    const held = books.balance(holder, market.names.assets[outcome] ?? '');
    if (held < (wish.shares ?? 0n)) return refuse('insufficient_shares');
  } else if (wish.spend === undefined) {
    const much = positionRefusal(world, market, holder, outcome, wish.shares ?? 0n);
    if (much) return much;
  } else if (books.balance(holder, POINTS) < wish.spend) {
    return refuse('insufficient_points');
  }
  return refuse('out_of_range');
}

const outcomeIndex = (
  mechanism: AnyMechanism,
  { draft }: ReadonlyMarket,
  outcome: string | undefined,
): number => placeOf(mechanism.outcomes(draft.terms), outcome);

/** What a buyer who then holds complete sets has merged at once. */
function pairsAfter(
  world: ReadonlyWorld,
  market: ReadonlyMarket,
  mechanism: Mechanism,
  fill: Fill,
  holder: Holder,
): bigint {
  if (fill.side !== 'buy' || !mechanism.sets) return 0n;
  let pairs = FIGURE_MAX;
  const { assets } = market.names;
  for (let index = 0; index < assets.length; index++) {
    const held = world.books.balance(holder, assets[index] ?? '');
    pairs = least(pairs, index === fill.outcome ? held + fill.gets : held);
  }
  return pairs;
}

/** Who cannot pay, and which figure would leave its bounds. */
function shortfall(
  world: ReadonlyWorld,
  market: ReadonlyMarket,
  fill: Fill,
  holder: Holder,
  merged: bigint,
): Refusal | undefined {
  const { books } = world;
  const asset = market.names.assets[fill.outcome] ?? '';
  if (fill.side === 'sell') {
    if (books.balance(holder, asset) < fill.pays) return refuse('insufficient_shares');
    return netRefusal(market, holder, -fill.gets);
  }
  if (books.balance(holder, POINTS) + merged < fill.pays) return refuse('insufficient_points');
  return netRefusal(market, holder, fill.pays - merged);
}

/** A position's net and the market's running total must stay within bounds. */
function netRefusal(market: ReadonlyMarket, holder: Holder, change: bigint): Refusal | undefined {
  const before = market.positions.get(holder)?.net ?? 0n;
  const net = before + change;
  const due = market.due + most(0n, net) - most(0n, before);
  return withinBounds(net) && withinBounds(due) ? undefined : refuse('out_of_range');
}

/** What these movements leave issued must stay within bounds: then so does every balance of it. */
function issuedAfter(
  world: ReadonlyWorld,
  market: ReadonlyMarket,
  transfers: readonly Transfer[],
): Refusal | undefined {
  for (const asset of market.names.assets) {
    let issued: bigint = world.books.issued(asset);
    for (const { from, to, asset: moved, amount } of transfers) {
      if (moved !== asset) continue;
      if (from === MINT) issued += amount;
      if (to === MINT) issued -= amount;
    }
    if (!withinBounds(issued)) return refuse('out_of_range');
  }
  return undefined;
}

/** A complete set back into the Point that it is; the movements go behind those that come before. */
function mergeLegs(
  market: ReadonlyMarket,
  holder: Holder,
  amount: bigint,
  after: Transfer[] = [],
): readonly Transfer[] {
  const move = new Moves(after);
  for (const asset of market.names.assets) move.add(holder, MINT, asset, amount);
  move.add(market.names.escrow, holder, POINTS, amount);
  return move.made;
}

export function decideMint(
  world: ReadonlyWorld,
  by: AccountId,
  wish: WishOf<'mint'>,
  at: Instant,
): Outcome {
  const market = marketOf(world, wish.market);
  if (isRefusal(market)) return market;
  if (!mechanismOf(market.mechanism).sets) return refuse('not_supported');
  // A mint and the sale of one leg is a buy of the other.
  const wrong = stateRefusal(market, at, 'open') ?? haltRefusal(market, at);
  if (wrong) return wrong;
  const { amount } = wish;
  const holder = holderOf(world, by);
  if (amount < BOUNDS.paysMin) return refuse('too_small');
  const often = rateRefusal(world, by, at);
  if (often) return often;
  for (const outcome of market.names.assets.keys()) {
    const much = positionRefusal(world, market, holder, outcome, amount);
    if (much) return much;
  }
  if (world.books.balance(holder, POINTS) < amount) return refuse('insufficient_points');
  const tooMany = netRefusal(market, holder, amount) ?? issueRefusal(world, market, amount);
  if (tooMany) return tooMany;
  const move = new Moves();
  move.add(holder, market.names.escrow, POINTS, amount);
  for (const asset of market.names.assets) move.add(MINT, holder, asset, amount);
  return [{ type: 'minted', market: market.id, player: by, amount, transfers: move.made }];
}

export function decideMerge(
  world: ReadonlyWorld,
  by: AccountId,
  wish: WishOf<'merge'>,
  at: Instant,
): Outcome {
  const market = marketOf(world, wish.market);
  if (isRefusal(market)) return market;
  if (!mechanismOf(market.mechanism).sets) return refuse('not_supported');
  const wrong = stateRefusal(market, at, 'open');
  if (wrong) return wrong;
  const { amount } = wish;
  const holder = holderOf(world, by);
  if (amount < 1n) return refuse('too_small');
  if (market.names.assets.some((asset) => world.books.balance(holder, asset) < amount)) {
    return refuse('insufficient_shares');
  }
  const outside = netRefusal(market, holder, -amount);
  if (outside) return outside;
  const transfers = mergeLegs(market, holder, amount);
  return [{ type: 'merged', market: market.id, player: by, amount, transfers }];
}

/** The sponsor adds sets without moving the price; the surplus leg is his own position. */
export function decideFund(
  world: ReadonlyWorld,
  by: AccountId,
  wish: WishOf<'fund'>,
  at: Instant,
): Outcome {
  const market = marketOf(world, wish.market);
  if (isRefusal(market)) return market;
  const mechanism = mechanismOf(market.mechanism);
  if (!mechanism.sets) return refuse('not_supported');
  const wrong = stateRefusal(market, at, 'open', 'paused');
  if (wrong) return wrong;
  if (!isSponsor(world, market, by)) return refuse('not_allowed');
  const { amount } = wish;
  if (amount < BOUNDS.paysMin) return refuse('too_small');
  const pool = mechanism.pool(market, world.books);
  const price = pool.prices()[0] ?? 0n;
  if (wish.priceMin !== undefined && price < BigInt(wish.priceMin)) return refuse('price_moved');
  if (wish.priceMax !== undefined && price > BigInt(wish.priceMax)) return refuse('price_moved');
  const { sponsor, names } = market;
  if (world.books.balance(sponsor, POINTS) < amount) {
    return refuse(sponsor === TREASURY ? 'treasury_short' : 'insufficient_points');
  }
  const tooMany = issueRefusal(world, market, amount);
  if (tooMany) return tooMany;
  const { added, after } = mechanism.sets.fund(pool, amount);
  const move = new Moves();
  move.add(sponsor, names.escrow, POINTS, amount);
  names.assets.forEach((asset, index) => {
    const kept = added[index] ?? 0n;
    move.add(MINT, names.pool, asset, kept);
    move.add(MINT, sponsor, asset, amount - kept);
  });
  const mark = after.prices();
  return [{ type: 'funded', market: market.id, amount, mark, transfers: move.made }];
}

function issueRefusal(
  world: ReadonlyWorld,
  market: ReadonlyMarket,
  amount: bigint,
): Refusal | undefined {
  const sound = market.names.assets.every((asset) =>
    withinBounds(world.books.issued(asset) + amount),
  );
  return sound ? undefined : refuse('out_of_range');
}
