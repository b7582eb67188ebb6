/** What happened. Every event carries its transfers as numbers: folding needs no formula. */
import type {
  AccountId,
  Actor,
  Command,
  Draft,
  Each,
  Hash,
  Instant,
  LimitChange,
  MarketId,
  Resolution,
  Role,
  Side,
  Verdict,
} from './command.js';
import type { Holder } from './ledger/account.js';
import type { Transfer } from './ledger/transfer.js';
import type { Amount } from './math/amount.js';
import type { RefusalCode } from './refusal.js';

/** A mechanism with the version a market keeps for life, `cpmm@1`. */
export type MechanismId = 'cpmm@1' | 'lmsr@1' | 'curve@1' | 'rally@1';

/** Micro-Points by outcome. */
export type Prices = readonly bigint[];

interface Moves {
  readonly transfers: readonly Transfer[];
}

type OfMarket<T extends string, Fields = unknown> = Each<T, { market: MarketId } & Fields>;

export type Event =
  | Each<'account_opened', { account: AccountId } & Moves>
  | Each<'granted', { by: Actor; to: AccountId | 'treasury'; amount: Amount; reason: Hash } & Moves>
  | Each<'fees_swept', Moves>
  | Each<'account_frozen' | 'account_unfrozen', { account: AccountId; reason: Hash }>
  | Each<'role_granted' | 'role_revoked', { account: AccountId; role: Role }>
  | Each<'limits_set', { limits: readonly LimitChange[] }>
  | Each<'rules_adopted', { rules: number }>
  | Each<'sealed', unknown>
  /** A retry whose earlier attempt is unknown was refused: its id is taken, so that no earlier attempt can execute. */
  | Each<'refused', { code: RefusalCode }>
  | OfMarket<'market_created', { mechanism: MechanismId; sponsor: Holder; draft: Draft } & Moves>
  | OfMarket<'draft_edited', { draft: Draft } & Moves>
  | OfMarket<'market_opened', Moves>
  /** A trade moved a price too far from the mark: buys are refused until then. `prices` are the new mark. */
  | OfMarket<'market_halted', { until: Instant; mark: Prices; prices: Prices }>
  /** The treasury fell below its floor. */
  | Each<'treasury_low', { balance: Amount; floor: Amount }>
  | OfMarket<'market_paused' | 'market_resumed' | 'market_closed'>
  | OfMarket<'market_extended', { closesAt: Instant }>
  | OfMarket<'verdict_proposed', { by: Actor; verdict: Verdict }>
  /** The end is named; `transfers` hold what the treasury tops up. */
  | OfMarket<'market_resolved', { resolution: Resolution; reason: Hash } & Moves>
  /** Everyone is due what the market has taken from him; `funds` is what there is for `due`. */
  | OfMarket<'market_cancelled', { reason: Hash; due: Amount; funds: Amount } & Moves>
  /** Positions `first` up to, not including, `next` are paid and their shares burnt. */
  | OfMarket<'paid_out', { first: number; next: number } & Moves>
  /** The last chunk is done: leftovers to the sponsor, fees to the house, the pool burnt. */
  | OfMarket<'market_settled' | 'market_refunded', Moves>
  | Traded
  | OfMarket<'minted' | 'merged', { player: AccountId; amount: Amount } & Moves>
  | OfMarket<'funded', { amount: Amount; mark: Prices } & Moves>
  /** A pledge grew by `added` to `units`; the transfers say for how much. */
  | OfMarket<'joined', { player: AccountId; units: number; added: number } & Moves>
  | OfMarket<'fact_recorded', { kind: string; happenedAt: Instant } & FactMoved>
  | OfMarket<'fact_undone', { undoes: string } & FactMoved>;

export interface Traded extends Moves {
  readonly type: 'traded';
  readonly market: MarketId;
  readonly player: AccountId;
  readonly side: Side;
  readonly outcome?: string;
  /** What left the player: Points of a buy (before any exit credit), shares of a sale. */
  readonly pays: Amount;
  /** What reached him: shares of a buy (merged pairs counted), Points of a sale. */
  readonly gets: Amount;
  readonly fee: Amount;
  /** Pairs merged at once at 1 Point each, where the buyer held the other side. */
  readonly merged?: Amount;
  /** The prices before it, where it renewed the market's mark. */
  readonly mark?: Prices;
}

interface FactMoved extends Moves {
  readonly source: AccountId;
  readonly fact: string;
  /** How far F was to move, and how far it did (micro-Points, signed). */
  readonly asked: bigint;
  readonly applied: bigint;
  /** The prices after it, from which the breaker measures on. */
  readonly mark: Prices;
}

export type EventOf<T extends Event['type']> = Extract<Event, { readonly type: T }>;

/** An entry of the journal: why (the command), what (its events), and the hash that chains them. */
export interface Entry {
  /** The version of this shape. */
  readonly v: number;
  readonly seq: number;
  readonly at: Instant;
  /** The rules that decided. */
  readonly rules: number;
  readonly command: Command;
  readonly events: readonly Event[];
  readonly hash: Hash;
}
