/** From draft to closed: creating, editing, opening, pausing, extending, closing, by hand and by the clock. */
import type { AccountId, Actor, Draft, Instant, MarketId, Terms, WishOf } from '../command.js';
import type { Event } from '../event.js';
import { type Holder, POINTS, playerAccount, TREASURY } from '../ledger/account.js';
import { charsOf, Moves } from '../ledger/transfer.js';
import { BOUNDS } from '../limits.js';
import { withinBounds } from '../math/amount.js';
import { isOfFamily, mechanismOf, newestFor, versionFor } from '../mechanism/registry.js';
import { type Refusal, refuse } from '../refusal.js';
import type { ReadonlyWorld } from '../world.js';
import {
  isAdmin,
  isRefusal,
  isSeller,
  isSponsor,
  marketOf,
  type Outcome,
  stateRefusal,
} from './lookup.js';
import { namesOf, type ReadonlyMarket } from './market.js';
import { faultOfRisk } from './risk.js';
import { endedByItself, sellerIn } from './pledge.js';

export function decideCreate(
  world: ReadonlyWorld,
  by: Actor,
  wish: WishOf<'create_market'>,
  at: Instant,
): Outcome {
  const { market, sponsor } = wish;
  const { terms } = wish.draft;
  const mechanism = versionFor(terms, world.rules);
  const { facts, pledges, deposit } = mechanismOf(mechanism);
  const isHouse = isAdmin(world, by);
  if (!isHouse && !(pledges && isSeller(world, by))) return refuse('not_allowed');
  const bold = isHouse ? undefined : sellerRefusal(world, wish.draft, at);
  if (bold) return bold;
  const deaf = namedRefusal(world, wish.draft);
  if (deaf) return deaf;
  if (world.markets.has(market)) return refuse('market_exists');
  const holder = holderNamed(sponsor);
  // A sponsor other than the treasury puts in his own money; stocks live on the treasury's.
  // A seller puts in nothing: an admin may speak for him, another seller may not.
  const isForAnother = sponsor !== by && !(pledges && isHouse);
  if (sponsor !== 'treasury' && (isForAnother || facts)) return refuse('not_allowed');
  const late = deadlineRefusal(wish.draft, at);
  if (late) return late;
  const due = deposit(terms);
  const poor = purseRefusal(world, holder, due);
  if (poor) return poor;
  const move = new Moves();
  move.add(holder, namesOf(market, mechanism, terms).escrow, POINTS, due);
  const transfers = move.made;
  const draft = withUsualFee(world, wish.draft);
  return [{ type: 'market_created', market, mechanism, sponsor: holder, draft, transfers }];
}

export function decideEdit(
  world: ReadonlyWorld,
  by: Actor,
  wish: WishOf<'edit_draft'>,
  at: Instant,
): Outcome {
  if (!isAdmin(world, by)) return refuse('not_allowed');
  const { draft } = wish;
  const deaf = namedRefusal(world, draft);
  if (deaf) return deaf;
  const market = marketOf(world, wish.market);
  if (isRefusal(market)) return market;
  if (!isOfFamily(market.mechanism, draft.terms)) {
    return refuse('not_supported', 'A draft keeps its mechanism.');
  }
  if (sellerIn(draft) !== sellerIn(market.draft)) {
    return refuse('not_supported', 'A rally keeps its seller.');
  }
  if (market.state !== 'draft') return refuse('not_draft');
  const late = deadlineRefusal(draft, at);
  if (late) return late;
  const { deposit } = mechanismOf(market.mechanism);
  const more = deposit(draft.terms) - deposit(market.draft.terms);
  // Out of one's own purse only: another admin may take less, never more.
  if (more > 0n && !isSponsor(world, market, by)) return refuse('not_allowed');
  const poor = purseRefusal(world, market.sponsor, more);
  if (poor) return poor;
  const move = new Moves();
  const { escrow } = market.names;
  if (more > 0n) move.add(market.sponsor, escrow, POINTS, more);
  else move.add(escrow, market.sponsor, POINTS, -more);
  const said = withUsualFee(world, draft);
  return [{ type: 'draft_edited', market: market.id, draft: said, transfers: move.made }];
}

/** What a seller may not write into his own draft: it is the house's, or could hold pledges against its word. */
function sellerRefusal(world: ReadonlyWorld, draft: Draft, at: Instant): Refusal | undefined {
  const { terms, twoPerson, refundCap, closesAt = at } = draft;
  if (terms.bps !== undefined && terms.bps !== usualFee(world, terms)) {
    return refuse('not_allowed', 'A seller takes the usual fee.');
  }
  // One admin could not cancel it alone, and the system is no second person.
  if (twoPerson) return refuse('not_allowed', 'Two people only where an admin asks for them.');
  if (refundCap > 0n) return refuse('not_allowed', 'The treasury pays only by an admin’s word.');
  if (closesAt <= at + BOUNDS.sellerSpanMsMax) return undefined;
  return refuse('not_allowed', 'A seller’s rally ends within 92 days.');
}

const usualFee = ({ limits }: ReadonlyWorld, { mechanism }: Terms): number =>
  Number(limits[`bps_${mechanism}`]);

/** Who names no fee takes the usual one, as it stands when he drafts. */
function withUsualFee(world: ReadonlyWorld, draft: Draft): Draft {
  const { terms } = draft;
  const { bps = usualFee(world, terms) } = terms;
  return { ...draft, terms: { ...terms, bps } };
}

export function decideOpen(
  world: ReadonlyWorld,
  by: Actor,
  wish: WishOf<'open'>,
  at: Instant,
): Outcome {
  if (!isAdmin(world, by)) return refuse('not_allowed');
  const market = marketOf(world, wish.market);
  if (isRefusal(market)) return market;
  if (market.state !== 'draft') return refuse('not_draft');
  const { closesAt } = market.draft;
  if (closesAt !== undefined && closesAt <= at) return refuse('deadline_passed');
  return [opened(market)];
}

/** The opening issues what the sponsor's deposit, already in escrow, stands for: so it cannot fail. */
function opened({ id, mechanism, draft, names, sponsor }: ReadonlyMarket): Event {
  const transfers = mechanismOf(mechanism).opening(draft.terms, names, sponsor);
  return { type: 'market_opened', market: id, transfers };
}

export function decidePause(
  world: ReadonlyWorld,
  by: Actor,
  wish: WishOf<'pause'>,
  at: Instant,
): Outcome {
  if (!isAdmin(world, by)) return refuse('not_allowed');
  const market = marketOf(world, wish.market);
  if (isRefusal(market)) return market;
  return stateRefusal(market, at, 'open') ?? [{ type: 'market_paused', market: market.id }];
}

export function decideResume(
  world: ReadonlyWorld,
  by: Actor,
  wish: WishOf<'resume'>,
  at: Instant,
): Outcome {
  if (!isAdmin(world, by)) return refuse('not_allowed');
  const market = marketOf(world, wish.market);
  if (isRefusal(market)) return market;
  const wrong = stateRefusal(market, at, 'paused', 'open');
  if (wrong) return wrong;
  if (market.state === 'open') return refuse('not_paused');
  return [{ type: 'market_resumed', market: market.id }];
}

export function decideExtend(
  world: ReadonlyWorld,
  by: Actor,
  wish: WishOf<'extend'>,
  at: Instant,
): Outcome {
  if (!isAdmin(world, by)) return refuse('not_allowed');
  const market = marketOf(world, wish.market);
  if (isRefusal(market)) return market;
  const wrong = stateRefusal(market, at, 'open', 'paused');
  if (wrong) return wrong;
  const { closesAt } = market.draft;
  if (closesAt === undefined) return refuse('closes_by_hand');
  if (wish.closesAt <= closesAt || wish.closesAt <= at) return refuse('deadline_passed');
  if (mechanismOf(market.mechanism).pledges && market.holders.length > 0) {
    return refuse('pledge_is_binding', 'Someone joined: the end stands.');
  }
  return [{ type: 'market_extended', market: market.id, closesAt: wish.closesAt }];
}

export function decideClose(
  world: ReadonlyWorld,
  by: Actor,
  wish: WishOf<'close'>,
  at: Instant,
): Outcome {
  if (!isAdmin(world, by)) return refuse('not_allowed');
  const market = marketOf(world, wish.market);
  if (isRefusal(market)) return market;
  // Closing early would stop the price from falling.
  if (mechanismOf(market.mechanism).pledges) return refuse('not_supported');
  const wrong = stateRefusal(market, at, 'open', 'paused');
  return wrong ?? [{ type: 'market_closed', market: market.id }];
}

/** Every deadline that is due, in order of time, then market id, as many as one entry takes. */
export function decideTick(world: ReadonlyWorld, at: Instant): Outcome {
  const events: Event[] = [];
  let chars = 0;
  for (const { market: id } of world.agenda.due(at, Number(world.limits.deadlines_per_tick))) {
    const market = world.markets.get(id);
    if (!market) continue;
    const due = dueOf(world, market);
    for (const event of due) {
      chars += EVENT_CHARS + id.length + ('transfers' in event ? charsOf(event.transfers) : 0);
      if ('reason' in event) chars += REASON_CHARS;
    }
    if (events.length > 0 && chars > BOUNDS.chunkCharsMax) break;
    events.push(...due);
  }
  return events.length > 0 ? events : refuse('nothing_due');
}

/** What its deadline brings a market: it opens, it closes, or it ends by itself. */
function dueOf(world: ReadonlyWorld, market: ReadonlyMarket): readonly Event[] {
  if (market.state === 'draft') return [opened(market)];
  return endedByItself(world, market) ?? [closedBy(market.id)];
}

const closedBy = (market: MarketId): Event => ({ type: 'market_closed', market });

/** What a deadline's event takes in an entry besides its market's id and its transfers, at most. */
const EVENT_CHARS = 64;
/** … and of an end that gives a reason, its hash and its figures. */
const REASON_CHARS = 160;

/** What is wrong with a draft whatever the world looks like, or undefined. */
export function faultOfDraft(draft: Draft): string | undefined {
  const { closing, opensAt, closesAt, terms } = draft;
  const mechanism = mechanismOf(newestFor(terms));
  const { bps = 0 } = terms;
  if (!Number.isInteger(bps) || bps < 0 || bps > BOUNDS.bpsMax) {
    return `fee_bps is a whole number from 0 to ${BOUNDS.bpsMax}`;
  }
  const risky = faultOfRisk(draft, mechanism);
  if (risky !== undefined) return risky;
  if (draft.refundCap < 0n || !withinBounds(draft.refundCap)) return 'refund_cap is an amount';
  if (closing.mode !== 'manual' && closesAt === undefined)
    return 'an automatic close needs closes_at';
  if (closing.mode === 'auto_with_buffer' && !isBuffer(closing.minutes)) {
    return `the buffer is 1 to ${BOUNDS.bufferMinutesMax} minutes`;
  }
  if (opensAt !== undefined && closesAt !== undefined && opensAt >= closesAt) {
    return 'opens_at comes before closes_at';
  }
  if (mechanism.pledges && closing.mode !== 'auto') return 'a rally ends by itself, at closes_at';
  return mechanism.fault(terms);
}

const isBuffer = (minutes: number): boolean =>
  Number.isInteger(minutes) && minutes >= 1 && minutes <= BOUNDS.bufferMinutesMax;

/** Who puts a market up is whom it pays, where it pays somebody. */
export function faultOfSponsor(sponsor: AccountId, draft: Draft): string | undefined {
  const seller = sellerIn(draft);
  return seller === undefined || seller === sponsor
    ? undefined
    : 'the sponsor of a rally is its seller';
}

/** Whoever is to report facts, or to be paid, must be somebody. */
function namedRefusal(world: ReadonlyWorld, draft: Draft): Refusal | undefined {
  const { terms } = draft;
  const seller = sellerIn(draft);
  if (seller !== undefined && !world.accounts.has(seller)) {
    return refuse('account_unknown', 'There is no account of that seller.');
  }
  const { facts } = mechanismOf(newestFor(terms));
  if (!facts || world.accounts.has(facts.sourceOf(terms))) return undefined;
  return refuse('account_unknown', 'There is no account of that source.');
}

function deadlineRefusal({ opensAt, closesAt }: Draft, at: Instant): Refusal | undefined {
  const passed = (time: Instant | undefined) => time !== undefined && time <= at;
  return passed(opensAt) || passed(closesAt) ? refuse('deadline_passed') : undefined;
}

function purseRefusal(world: ReadonlyWorld, holder: Holder, amount: bigint): Refusal | undefined {
  if (amount <= world.books.balance(holder, POINTS)) return undefined;
  return refuse(holder === TREASURY ? 'treasury_short' : 'insufficient_points');
}

export function holderNamed(name: AccountId | 'treasury'): Holder {
  return name === 'treasury' ? TREASURY : playerAccount(name);
}
