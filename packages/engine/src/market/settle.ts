/** An end is named, perhaps by two people; then everyone is paid in the order he came. */
import type { Actor, Instant, Resolution, Verdict, WishOf } from '../command.js';
import { SYSTEM } from '../command.js';
import { assert } from '../assert.js';
import type { Event } from '../event.js';
import { MINT, POINTS, playerAccount, TREASURY } from '../ledger/account.js';
import { charsOf, Moves } from '../ledger/transfer.js';
import { BOUNDS } from '../limits.js';
import { most, ONE } from '../math/amount.js';
import { mechanismOf } from '../mechanism/registry.js';
import { type Refusal, refuse } from '../refusal.js';
import type { ReadonlyWorld } from '../world.js';
import { isAdmin, isRefusal, isSeller, marketOf, type Outcome, stateRefusal } from './lookup.js';
import { type MarketState, type Position, type ReadonlyMarket, stateAt } from './market.js';
import { changeOf, sellerRefusal } from './pledge.js';
import { cancelled, refundOf } from './refund.js';
import { wound } from './windup.js';

export function decideResolve(
  world: ReadonlyWorld,
  by: Actor,
  wish: WishOf<'resolve'>,
  at: Instant,
): Outcome {
  const market = judged(world, by, wish.market);
  if (isRefusal(market)) return market;
  if (endsByItself(market)) return refuse('not_supported');
  const wrong = stateRefusal(market, at, 'closed');
  if (wrong) return wrong;
  const resolution = soundResolution(market, wish.resolution);
  if (isRefusal(resolution)) return resolution;
  return pronounce(world, by, market, { act: 'resolve', resolution, reason: wish.reason });
}

export function decideCancel(
  world: ReadonlyWorld,
  by: Actor,
  wish: WishOf<'cancel'>,
  at: Instant,
): Outcome {
  const mayAsk = isAdmin(world, by) || isSeller(world, by);
  const market = mayAsk ? marketOf(world, wish.market) : refuse('not_allowed');
  if (isRefusal(market)) return market;
  const wrong = stateRefusal(market, at, 'draft', ...openStates(market));
  if (wrong) return wrong;
  const late = isAdmin(world, by) ? undefined : sellerRefusal(world, market, by);
  if (late) return late;
  return pronounce(world, by, market, { act: 'cancel', reason: wish.reason });
}

/** The second person names the same content; neither of the two may hold shares there. */
export function decideConfirm(
  world: ReadonlyWorld,
  by: Actor,
  wish: WishOf<'confirm'>,
  at: Instant,
): Outcome {
  const market = judged(world, by, wish.market);
  if (isRefusal(market)) return market;
  const { verdict } = wish;
  if (verdict.act === 'resolve' && endsByItself(market)) return refuse('not_supported');
  const wrong =
    verdict.act === 'resolve'
      ? stateRefusal(market, at, 'closed')
      : stateRefusal(market, at, ...openStates(market));
  if (wrong) return wrong;
  const { proposal } = market;
  if (!proposal || !sameVerdict(proposal.verdict, verdict)) return refuse('no_proposal');
  if (proposal.by === by || isParty(world, market, by) || isParty(world, market, proposal.by)) {
    return refuse('not_allowed', 'Two people without shares in the market must agree.');
  }
  return carryOut(world, market, verdict);
}

function judged(world: ReadonlyWorld, by: Actor, id: string): ReadonlyMarket | Refusal {
  return isAdmin(world, by) ? marketOf(world, id) : refuse('not_allowed');
}

const endsByItself = ({ mechanism }: ReadonlyMarket): boolean =>
  mechanismOf(mechanism).pledges !== undefined;

/** Where a market that has opened may still be cancelled: what ends by itself has ended when its time is over. */
const openStates = (market: ReadonlyMarket): readonly MarketState[] =>
  endsByItself(market) ? ['open', 'paused'] : ['open', 'paused', 'closed'];

/** The resolution as it will stand in the event: a stock's price is F where none is named. */
function soundResolution(
  market: ReadonlyMarket,
  resolution: Resolution | undefined,
): Resolution | Refusal {
  const values = mechanismOf(market.mechanism).values(resolution, market);
  if (!values) return refuse('malformed', 'This market cannot end like that.');
  return resolution ?? { price: values[0] ?? 0n };
}

/** One person's word is enough, or it becomes a proposal. */
function pronounce(
  world: ReadonlyWorld,
  by: Actor,
  market: ReadonlyMarket,
  verdict: Verdict,
): Outcome {
  const needsTwo = market.draft.twoPerson && (verdict.act === 'resolve' || market.hasOpened);
  if (!needsTwo) return carryOut(world, market, verdict);
  if (isParty(world, market, by)) {
    return refuse('not_allowed', 'Two people without shares in the market must agree.');
  }
  const standing = market.proposal?.by;
  if (standing !== undefined && isAdmin(world, standing) && !isAdmin(world, by)) {
    return refuse('not_allowed', 'An admin has proposed: another one confirms.');
  }
  return [{ type: 'verdict_proposed', market: market.id, by, verdict }];
}

/** Whoever holds shares there has a stake; and the system is nobody in particular. */
function isParty(world: ReadonlyWorld, market: ReadonlyMarket, by: Actor): boolean {
  if (by === SYSTEM) return true;
  const holder = playerAccount(by);
  return market.names.assets.some((asset) => world.books.balance(holder, asset) > 0n);
}

function carryOut(world: ReadonlyWorld, market: ReadonlyMarket, verdict: Verdict): Outcome {
  return verdict.act === 'cancel'
    ? cancelled(world, market, verdict.reason)
    : resolved(world, market, verdict.resolution, verdict.reason);
}

function resolved(
  world: ReadonlyWorld,
  market: ReadonlyMarket,
  resolution: Resolution,
  reason: string,
): Outcome {
  const { books } = world;
  const { escrow, pool, assets } = market.names;
  const values = valuesOf(market, resolution);
  let owed = 0n;
  assets.forEach((asset, index) => {
    owed += (values[index] ?? 0n) * (books.issued(asset) - books.balance(pool, asset));
  });
  const missing = most(0n, owed / ONE - books.balance(escrow, POINTS));
  if (missing > books.balance(TREASURY, POINTS)) return refuse('treasury_short');
  const move = new Moves();
  move.add(TREASURY, escrow, POINTS, missing);
  const id = market.id;
  const event: Event = {
    type: 'market_resolved',
    market: id,
    resolution,
    reason,
    transfers: move.made,
  };
  if (market.holders.length > 0) return [event];
  return [event, wound(world, market, 'market_settled', books.balance(escrow, POINTS) + missing)];
}

/** One chunk of payouts or refunds; it names its first position, so it is harmless to repeat. */
export function decidePayOut(
  world: ReadonlyWorld,
  by: Actor,
  wish: WishOf<'pay_out'>,
  at: Instant,
): Outcome {
  if (by !== SYSTEM) return refuse('not_allowed');
  const market = marketOf(world, wish.market);
  if (isRefusal(market)) return market;
  const state = stateAt(market, at);
  if ((state !== 'resolved' && state !== 'cancelled') || market.nextPaid !== wish.first) {
    return refuse('nothing_due');
  }
  const move = new Moves();
  const owed = owedBy(world, market);
  let next = wish.first;
  let paid = 0n;
  let chars = 0;
  const most = Math.min(market.holders.length, next - 1 + Number(world.limits.payouts_per_command));
  for (; next <= most && chars < BOUNDS.chunkCharsMax; next++) {
    const position = market.holders[next - 1];
    assert(position !== undefined, 'pay_out: positions are numbered without a gap');
    const from = move.made.length;
    paid += payOne(world, market, position, owed(position), move);
    chars += charsOf(move.made.slice(from));
  }
  const event: Event = {
    type: 'paid_out',
    market: market.id,
    first: wish.first,
    next,
    transfers: move.made,
  };
  if (next <= market.holders.length) return [event];
  const left = world.books.balance(market.names.escrow, POINTS) - paid;
  const last = state === 'resolved' ? 'market_settled' : 'market_refunded';
  return [event, wound(world, market, last, left)];
}

/** Pays one position what it is owed and burns its shares. */
function payOne(
  world: ReadonlyWorld,
  market: ReadonlyMarket,
  { holder }: Readonly<Position>,
  owed: bigint,
  move: Moves,
): bigint {
  move.add(market.names.escrow, holder, POINTS, owed);
  for (const asset of market.names.assets) {
    move.add(holder, MINT, asset, world.books.balance(holder, asset));
  }
  return owed;
}

/** What each position gets: floor(Σ vᵢ·sharesᵢ / 10^6), once over all its outcomes, or its refund. */
function owedBy(
  world: ReadonlyWorld,
  market: ReadonlyMarket,
): (position: Readonly<Position>) => bigint {
  const { resolution } = market;
  if (!resolution) return (position) => refundOf(market, position);
  const values = valuesOf(market, resolution);
  if (endsByItself(market)) return (position) => changeOf(position, values[0] ?? 0n);
  return ({ holder }) => {
    let value = 0n;
    market.names.assets.forEach((asset, index) => {
      value += (values[index] ?? 0n) * world.books.balance(holder, asset);
    });
    return value / ONE;
  };
}

function valuesOf(market: ReadonlyMarket, resolution: Resolution): readonly bigint[] {
  const values = mechanismOf(market.mechanism).values(resolution, market);
  assert(values !== undefined, 'settle: the resolution was sound when it was named');
  return values;
}

function sameVerdict(a: Verdict, b: Verdict): boolean {
  if (a.reason !== b.reason) return false;
  if (a.act === 'cancel' || b.act === 'cancel') return a.act === b.act;
  return sameResolution(a.resolution, b.resolution);
}

function sameResolution(a: Resolution, b: Resolution): boolean {
  // A rally's end is nobody's verdict.
  if ('units' in a || 'units' in b) return false;
  if ('price' in a || 'price' in b) return 'price' in a && 'price' in b && a.price === b.price;
  return (
    a.payout.length === b.payout.length &&
    a.payout.every((value, index) => value === b.payout[index])
  );
}
