/** All state at one seq. `evolve` is its only writer; everyone else gets it as a `ReadonlyWorld`. */
import type { AccountId, Instant, MarketId, Role } from './command.js';
import { CommandIds, type ReadonlyCommandIds } from './ids.js';
import { type Holder, playerAccount } from './ledger/account.js';
import { Books, type ReadonlyBooks } from './ledger/book.js';
import { LIMITS, type Limits } from './limits.js';
import type { Market, MarketState, ReadonlyMarket } from './market/market.js';
import { Agenda, type ReadonlyAgenda } from './market/agenda.js';

export interface Account {
  readonly id: AccountId;
  /** Its name in the books, made once: a trade looks it up many times. */
  readonly holder: Holder;
  /** Order of opening, from 1. */
  readonly number: number;
  frozen: boolean;
  readonly roles: Set<Role>;
  /** Where it has, or had, a position: market ids in order of first entry. */
  readonly markets: MarketId[];
  /** The UTC minute, counted from 1970, of its last buy, mint or join, and how many it made in it. */
  minute: number;
  tradesInMinute: number;
  /** The last entry that touched it. */
  seq: number;
}

export interface ReadonlyAccount extends Readonly<Omit<Account, 'roles' | 'markets'>> {
  readonly roles: ReadonlySet<Role>;
  readonly markets: readonly MarketId[];
}

/** What one account has granted on one UTC day. */
export interface Granted {
  day: number;
  total: bigint;
}

export interface World {
  seq: number;
  at: Instant;
  rules: number;
  /** A sealed exchange decides nothing more: it lives on elsewhere. */
  sealed: boolean;
  limits: Limits;
  readonly books: Books;
  readonly accounts: Map<AccountId, Account>;
  readonly markets: Map<MarketId, Market>;
  readonly ids: CommandIds;
  /** What is due when. */
  readonly agenda: Agenda;
  /** Markets whose payout is under way, in order of their end. */
  readonly paying: Set<MarketId>;
  readonly granted: Map<AccountId, Granted>;
  /** How many markets are in each state. */
  readonly states: Record<MarketState, number>;
  trades: number;
  /** Points paid in buys and received in sales: a statistic, so it has no bound and may refuse nothing. */
  volume: bigint;
  /** The last entry that changed what everybody watches: the life of markets, facts. */
  globalSeq: number;
}

export interface ReadonlyWorld
  extends Readonly<
    Omit<
      World,
      'books' | 'accounts' | 'markets' | 'ids' | 'agenda' | 'paying' | 'granted' | 'states'
    >
  > {
  readonly books: ReadonlyBooks;
  readonly accounts: ReadonlyMap<AccountId, ReadonlyAccount>;
  readonly markets: ReadonlyMap<MarketId, ReadonlyMarket>;
  readonly ids: ReadonlyCommandIds;
  readonly agenda: ReadonlyAgenda;
  readonly paying: ReadonlySet<MarketId>;
  readonly granted: ReadonlyMap<AccountId, Readonly<Granted>>;
  readonly states: Readonly<Record<MarketState, number>>;
}

/** The world before the first entry. Its memory of ids is an argument so that a simulation can make it small. */
export function createWorld(ids: CommandIds = new CommandIds()): World {
  return {
    seq: 0,
    at: 0,
    rules: 1,
    sealed: false,
    limits: LIMITS,
    books: new Books(),
    accounts: new Map(),
    markets: new Map(),
    ids,
    agenda: new Agenda(),
    paying: new Set(),
    granted: new Map(),
    states: {
      draft: 0,
      open: 0,
      paused: 0,
      closed: 0,
      resolved: 0,
      cancelled: 0,
      settled: 0,
      refunded: 0,
    },
    trades: 0,
    volume: 0n,
    globalSeq: 0,
  };
}

/** The name of an account's holdings in the books; the account may be unknown. */
export const holderOf = (world: ReadonlyWorld, id: AccountId): Holder =>
  world.accounts.get(id)?.holder ?? playerAccount(id);
