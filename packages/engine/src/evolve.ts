/**
 * The only function that changes a world. It may not refuse: the event already happened.
 *
 * Long because it is the only writer: whoever wonders what changes a figure looks here, and nowhere else.
 */
import { assert } from './assert.js';
import type { AccountId, Instant, MarketId, Role } from './command.js';
import type { Entry, Event, EventOf, Prices, Traded } from './event.js';
import { dayOf } from './house.js';
import { digestOf } from './ids.js';
import {
  type AccountName,
  type Holder,
  isHolder,
  POINTS,
  playerAccount,
  playerOf,
} from './ledger/account.js';
import type { Transfer } from './ledger/transfer.js';
import type { LimitName } from './limits.js';
import {
  deadlineOf,
  type Market,
  type MarketState,
  namesOf,
  type Position,
} from './market/market.js';
import { minuteOf } from './market/risk.js';
import { micro, most } from './math/amount.js';
import { mechanismOf } from './mechanism/registry.js';
import { encodeWish } from './wire.js';
import { type Account, holderOf, type World } from './world.js';

/** Folds one entry: its number, its time, its id, then its events in order. */
export function fold(world: World, entry: Entry): void {
  assert(entry.seq === world.seq + 1, `fold: entry ${entry.seq} does not follow ${world.seq}`);
  assert(entry.at >= world.at, 'fold: time does not run backwards');
  world.seq = entry.seq;
  world.at = entry.at;
  const { id, validUntil, wish } = entry.command;
  if (id !== undefined && validUntil !== undefined) {
    world.ids.add(id, digestOf(encodeWish(wish)), entry.seq, validUntil);
    world.ids.forget(entry.at);
  }
  for (const event of entry.events) evolve(world, event);
}

function evolve(world: World, event: Event): void {
  if (event.type === 'traded') return traded(world, event);
  if ('transfers' in event) post(world, event.transfers);
  switch (event.type) {
    case 'minted':
      counted(world, accountOf(world, event.player));
      return paidIn(world, event, event.amount);
    case 'merged':
      return paidIn(world, event, -event.amount);
    case 'funded':
      marked(world, event.market, event.mark);
      return sponsorEnters(world, touch(world, event.market), event.transfers);
    case 'joined':
      return joined(world, event);
    case 'fact_recorded':
    case 'fact_undone':
      return factMoved(world, event);
    case 'account_opened':
      return accountOpened(world, event.account);
    case 'account_frozen':
    case 'account_unfrozen':
      accountOf(world, event.account).frozen = event.type === 'account_frozen';
      return;
    case 'role_granted':
      accountOf(world, event.account).roles.add(event.role);
      return;
    case 'role_revoked':
      accountOf(world, event.account).roles.delete(event.role);
      return;
    case 'granted':
      return granted(world, event);
    case 'limits_set':
      return limitsSet(world, event);
    case 'rules_adopted':
      world.rules = event.rules;
      return;
    case 'sealed':
      world.sealed = true;
      return;
    case 'treasury_low':
      world.globalSeq = world.seq;
      return;
    case 'fees_swept':
    case 'refused':
      return;
    default:
      return evolveMarket(world, event);
  }
}

/** The life of a market, which everybody watches. */
function evolveMarket(world: World, event: MarketEvent): void {
  world.globalSeq = world.seq;
  if (event.type === 'market_created') return marketCreated(world, event);
  const market = touch(world, event.market);
  switch (event.type) {
    case 'draft_edited':
      return onClock(world, market, () => {
        market.draft = event.draft;
        market.names = namesOf(market.id, market.mechanism, event.draft.terms);
        market.fundamental = mechanismOf(market.mechanism).fundamental(event.draft.terms);
      });
    case 'market_opened':
      market.hasOpened = true;
      market.openedAt = world.at;
      enter(world, market, 'open');
      return sponsorEnters(world, market, event.transfers);
    case 'market_halted':
      market.mark = { at: world.at, prices: event.prices };
      market.haltedUntil = event.until;
      return;
    case 'market_paused':
      return enter(world, market, 'paused');
    case 'market_resumed':
      return enter(world, market, 'open');
    case 'market_closed':
      return enter(world, market, 'closed');
    case 'market_extended':
      return onClock(world, market, () => {
        market.draft = { ...market.draft, closesAt: event.closesAt };
      });
    case 'verdict_proposed':
      market.proposal = { by: event.by, verdict: event.verdict };
      return;
    case 'market_resolved':
      market.resolution = event.resolution;
      return ended(world, market, 'resolved');
    case 'market_cancelled':
      market.refund = { due: event.due, funds: event.funds };
      return ended(world, market, 'cancelled');
    case 'paid_out':
      return paidOut(market, event);
    case 'market_settled':
    case 'market_refunded':
      world.paying.delete(market.id);
      return enter(world, market, event.type === 'market_settled' ? 'settled' : 'refunded');
  }
}

type MarketEvent = EventOf<
  | 'market_created'
  | 'draft_edited'
  | 'market_opened'
  | 'market_halted'
  | 'market_paused'
  | 'market_resumed'
  | 'market_closed'
  | 'market_extended'
  | 'verdict_proposed'
  | 'market_resolved'
  | 'market_cancelled'
  | 'paid_out'
  | 'market_settled'
  | 'market_refunded'
>;

/** Every leg of an event; whose account it touches has changed with this entry. */
function post(world: World, transfers: readonly Transfer[], touched?: AccountName): void {
  let last = touched;
  for (const transfer of transfers) {
    const { from, to } = transfer;
    world.books.post(transfer);
    if (from !== last) touchPlayer(world, from);
    if (to !== last) touchPlayer(world, to);
    // Legs of one event mostly name one player: he is looked up once.
    if (from.startsWith('player:')) last = from;
    else if (to.startsWith('player:')) last = to;
  }
}

function touchPlayer(world: World, name: AccountName): void {
  const id = playerOf(name);
  const account = id === undefined ? undefined : world.accounts.get(id);
  if (account) account.seq = world.seq;
}

function touch(world: World, id: MarketId): Market {
  const market = world.markets.get(id);
  assert(market !== undefined, `evolve: there is no market ${id}`);
  market.seq = world.seq;
  return market;
}

function accountOf(world: World, id: AccountId): Account {
  const account = world.accounts.get(id);
  assert(account !== undefined, `evolve: there is no account ${id}`);
  account.seq = world.seq;
  return account;
}

function accountOpened(world: World, id: AccountId): void {
  const number = world.accounts.size + 1;
  const { seq } = world;
  const holder = playerAccount(id);
  const roles = new Set<Role>();
  world.accounts.set(id, { id, holder, number, frozen: false, roles, markets: [], ...IDLE, seq });
}

/** A new account has not traded yet. */
const IDLE = { minute: 0, tradesInMinute: 0 };

function granted(world: World, { by, amount }: EventOf<'granted'>): void {
  const day = dayOf(world.at);
  const before = world.granted.get(by);
  const total = (before?.day === day ? before.total : 0n) + amount;
  world.granted.set(by, { day, total });
}

function limitsSet(world: World, { limits }: EventOf<'limits_set'>): void {
  const changed: Partial<Record<LimitName, bigint>> = {};
  for (const [name, value] of limits) changed[name] = value;
  world.limits = { ...world.limits, ...changed };
}

function marketCreated(world: World, event: EventOf<'market_created'>): void {
  const { market: id, mechanism, sponsor, draft } = event;
  const market: Market = {
    id,
    number: world.markets.size + 1,
    mechanism,
    sponsor,
    draft,
    names: namesOf(id, mechanism, draft.terms),
    state: 'draft',
    hasOpened: false,
    holders: [],
    positions: new Map(),
    due: micro(0n),
    nextPaid: 1,
    fundamental: mechanismOf(mechanism).fundamental(draft.terms),
    facts: new Map(),
    volume: 0n,
    trades: 0,
    seq: world.seq,
  };
  world.states.draft++;
  world.markets.set(id, market);
  onClock(world, market, () => {});
}

/** Changes what the clock holds for a market: its old deadline goes, its new one is set. */
function onClock(world: World, market: Market, change: () => void): void {
  const before = deadlineOf(market);
  if (before !== undefined) world.agenda.remove({ at: before, market: market.id });
  change();
  const after: Instant | undefined = deadlineOf(market);
  if (after !== undefined) world.agenda.add({ at: after, market: market.id });
}

function enter(world: World, market: Market, state: MarketState): void {
  onClock(world, market, () => {
    world.states[market.state]--;
    world.states[state]++;
    market.state = state;
  });
}

function ended(world: World, market: Market, state: 'resolved' | 'cancelled'): void {
  market.endedAt = world.at;
  enter(world, market, state);
  if (market.holders.length > 0) world.paying.add(market.id);
}

/** The account and the market are looked up once: most events are trades. */
function traded(world: World, event: Traded): void {
  const { side, pays, gets, mark, merged = 0n } = event;
  const isBuy = side === 'buy';
  const account = accountOf(world, event.player);
  const market = touch(world, event.market);
  post(world, event.transfers, account.holder);
  if (isBuy) counted(world, account);
  if (mark) market.mark = { at: world.at, prices: mark };
  moved(world, market, account.holder, isBuy ? pays - merged : -gets);
  const turnover = isBuy ? pays : gets;
  market.volume += turnover;
  market.trades++;
  world.volume += turnover;
  world.trades++;
}

/** A buy, mint or join: so many in a minute and no more. */
function counted(world: World, account: Account): void {
  const minute = minuteOf(world.at);
  account.tradesInMinute = account.minute === minute ? account.tradesInMinute + 1 : 1;
  account.minute = minute;
}

/** The breaker measures from these prices now. */
function marked(world: World, id: MarketId, prices: Prices): void {
  touch(world, id).mark = { at: world.at, prices };
}

function joined(world: World, { market: id, player, units, transfers }: EventOf<'joined'>): void {
  const account = accountOf(world, player);
  const { holder } = account;
  const market = touch(world, id);
  counted(world, account);
  for (const { from, asset, amount } of transfers) {
    if (from === holder && asset === POINTS) moved(world, market, holder, amount);
  }
  positionOf(world, market, holder).pledge = { units, seq: world.seq };
}

function paidIn(
  world: World,
  { market, player }: EventOf<'minted' | 'merged'>,
  change: bigint,
): void {
  moved(world, touch(world, market), holderOf(world, player), change);
}

/** Points that a holder paid into a market (negative: received): his net and the market's running total. */
function moved(world: World, market: Market, holder: Holder, change: bigint): void {
  const position = positionOf(world, market, holder);
  const before = most(0n, position.net);
  position.net = micro(position.net + change);
  market.due = micro(market.due + most(0n, position.net) - before);
}

function positionOf(world: World, market: Market, holder: Holder): Position {
  const known = market.positions.get(holder);
  if (known) return known;
  const number = market.holders.length + 1;
  const position: Position = { number, holder, net: micro(0n), paid: micro(0n) };
  market.holders.push(position);
  market.positions.set(holder, position);
  const player = playerOf(holder);
  if (player !== undefined) accountOf(world, player).markets.push(market.id);
  return position;
}

/** The surplus leg of a deposit or funding is an ordinary position. */
function sponsorEnters(world: World, market: Market, transfers: readonly Transfer[]): void {
  const { sponsor } = market;
  const hasLeg = transfers.some(({ to, asset }) => to === sponsor && asset !== POINTS);
  if (hasLeg) positionOf(world, market, sponsor);
}

function paidOut(market: Market, { next, transfers }: EventOf<'paid_out'>): void {
  market.nextPaid = next;
  for (const { to, asset, amount } of transfers) {
    const position = asset === POINTS && isHolder(to) ? market.positions.get(to) : undefined;
    if (position) position.paid = amount;
  }
}

function factMoved(world: World, event: EventOf<'fact_recorded' | 'fact_undone'>): void {
  marked(world, event.market, event.mark);
  const market = touch(world, event.market);
  world.globalSeq = world.seq;
  market.fundamental += event.applied;
  const { fact, applied } = event;
  const { seq } = world;
  if (event.type === 'fact_recorded') {
    const { kind, happenedAt } = event;
    market.facts.set(fact, { fact, kind, happenedAt, applied, seq });
    return;
  }
  const { undoes } = event;
  market.facts.set(fact, { fact, undoes, applied, seq });
  const undone = market.facts.get(undoes);
  assert(undone !== undefined, 'evolve: what is undone was recorded');
  undone.undoneBy = fact;
}
