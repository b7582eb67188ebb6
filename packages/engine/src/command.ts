/** What may be asked. Every command says who asks; who may is the engine's decision. */
import type { Amount } from './math/amount.js';
import type { LimitName } from './limits.js';

/** Integer milliseconds since 1970, given by the sequencer. The engine has no clock. */
export type Instant = number;
/** 64 hex digits. Of texts: sha256(salt ‖ text), so that the journal holds no text. */
export type Hash = string;
/** 32 hex digits: the first 16 bytes of sha256(by ‖ key), made at the edge. */
export type CommandId = string;
export type AccountId = string;
export type MarketId = string;
/** An account id, or `system`: the node itself and whoever holds the data directory. */
export type Actor = string;
export const SYSTEM = 'system';

export const ROLES = ['admin', 'seller', 'source'] as const;
/** Every account is a player; these come on top. */
export type Role = (typeof ROLES)[number];

/** How a fact of one kind moves a fundamental: by addition (micro-Points) or by a ratio. */
export type FactRule =
  | { readonly kind: string; readonly add: bigint }
  | { readonly kind: string; readonly num: number; readonly den: number };

/** `bps` is the fee; a wish without it gets the usual one, which its event then names. */
export interface CpmmTerms {
  readonly mechanism: 'cpmm';
  /** The first is the one that `probability` and `price_min`/`price_max` speak of. */
  readonly outcomes: readonly string[];
  /** Points the sponsor puts in. */
  readonly deposit: Amount;
  /** Opening probability of the first outcome, in millionths. */
  readonly probability: number;
  readonly bps?: number;
}

export interface LmsrTerms {
  readonly mechanism: 'lmsr';
  readonly outcomes: readonly string[];
  /** b: how many Points move the price how far, for life. The sponsor puts in ceil(b·ln n). */
  readonly liquidity: Amount;
  readonly bps?: number;
}

export interface CurveTerms {
  readonly mechanism: 'curve';
  /** F at opening: micro-Points per share. */
  readonly fundamental: bigint;
  /** m: micro-Points per share for each whole share outstanding. */
  readonly slope: bigint;
  readonly bps?: number;
  /** The account that may report facts. */
  readonly source: AccountId;
  readonly rules: readonly FactRule[];
  /** What one fact may cost the treasury; absent: `LIMITS.fact_cost`. */
  readonly factCostMax?: Amount;
  /** How far one fact may move F, either way; absent: half of F, rounded down. */
  readonly factMoveMax?: bigint;
}

/** A unit price and the number of units, all together, from which it holds. */
export interface Tier {
  readonly units: number;
  /** Micro-Points per unit. */
  readonly price: Amount;
}

/** What a seller offers a crowd: the more units, the lower the one price. */
export interface RallyTerms {
  readonly mechanism: 'rally';
  /** The first from 0; units rise, prices fall. */
  readonly tiers: readonly Tier[];
  /** Below this many units nothing is sold; absent: 1. */
  readonly minimum?: number;
  /** With the last of these units the rally ends at once. */
  readonly maximum: number;
  readonly perPerson: number;
  /** Who is paid: the market's sponsor. */
  readonly seller: AccountId;
  /** The house's part of what the seller gets. */
  readonly bps?: number;
}

export type Terms = CpmmTerms | LmsrTerms | CurveTerms | RallyTerms;

/** How a market ends: at `closesAt`, some minutes after it, or by an admin's hand only. */
export type Closing =
  | { readonly mode: 'auto' }
  | { readonly mode: 'auto_with_buffer'; readonly minutes: number }
  | { readonly mode: 'manual' };

/** What a market watches for, where it is not as `LIMITS` says. */
export interface Risk {
  /** A price further from the mark than this halts the market: millionths, of a stock's price in proportion. */
  readonly breakerMove?: bigint;
  readonly breakerWindowMs?: number;
  readonly breakerHaltMs?: number;
  /** Most shares of one outcome that one account may hold after a buy or mint; absent: any number. */
  readonly positionLimit?: Amount;
  /** A price above this makes the market `extreme` (micro-Points); absent: 0.99. */
  readonly extremePrice?: number;
}

/** What a draft says, and `edit_draft` may say anew. */
export interface Draft {
  /** Hash of the title and rules, whose text lives outside the journal. */
  readonly text: Hash;
  readonly closing: Closing;
  readonly opensAt?: Instant;
  readonly closesAt?: Instant;
  /** Resolving, and cancelling once open, then need a second person. */
  readonly twoPerson: boolean;
  /** What the treasury adds, at most, when a cancelled market cannot refund everyone. */
  readonly refundCap: Amount;
  readonly risk?: Risk;
  readonly terms: Terms;
}

/**
 * An end that was named: a payout vector in millionths by outcome, or a price per share. A rally's is the
 * number of its units, which nobody names: the price is what the tiers say of it.
 */
export type Resolution =
  | { readonly payout: readonly number[] }
  | { readonly price: bigint }
  | { readonly units: number };

/** What a two-person proposal is about. */
export type Verdict =
  | { readonly act: 'resolve'; readonly resolution: Resolution; readonly reason: Hash }
  | { readonly act: 'cancel'; readonly reason: Hash };

export type Side = 'buy' | 'sell';

/** Members of a union that share their fields: one for each name. */
export type Each<T extends string, Fields> = T extends string
  ? { readonly type: T } & Readonly<Fields>
  : never;

type OfMarket<T extends string, Fields = unknown> = Each<T, { market: MarketId } & Fields>;

/** Everything that can be asked, without the envelope. */
export type Wish =
  | Each<'open_account', { account: AccountId }>
  | Each<'grant', { to: AccountId | 'treasury'; amount: Amount; reason: Hash }>
  | Each<'freeze_account' | 'unfreeze_account', { account: AccountId; reason: Hash }>
  | Each<'grant_role' | 'revoke_role', { account: AccountId; role: Role }>
  | Each<'set_limits', { limits: readonly LimitChange[] }>
  | Each<'adopt_rules', { rules: number }>
  | Each<'sweep_fees' | 'sealed' | 'tick', unknown>
  | OfMarket<'create_market', { sponsor: AccountId | 'treasury'; draft: Draft }>
  | OfMarket<'edit_draft', { draft: Draft }>
  | OfMarket<'open' | 'pause' | 'resume' | 'close'>
  | OfMarket<'extend', { closesAt: Instant }>
  | OfMarket<'resolve', { resolution?: Resolution; reason: Hash }>
  | OfMarket<'cancel', { reason: Hash }>
  | OfMarket<'confirm', { verdict: Verdict }>
  | OfMarket<'pay_out', { first: number }>
  | Trade
  | OfMarket<'mint' | 'merge', { amount: Amount }>
  | OfMarket<'fund', { amount: Amount; priceMin?: number; priceMax?: number }>
  /** `units` is the total wanted, not an addition. */
  | OfMarket<'join_rally', { units: number }>
  | OfMarket<'record_fact', { fact: string; kind: string; happenedAt: Instant }>
  | OfMarket<'undo_fact', { fact: string; undoes: string }>;

export type LimitChange = readonly [LimitName, bigint];

/** A buy names `spend` or `shares`, a sale `shares`; the bound is `getsMin`, or `paysMax` for a buy by shares. */
export interface Trade {
  readonly type: 'trade';
  readonly market: MarketId;
  readonly side: Side;
  /** Absent where the market has a single share (a stock). */
  readonly outcome?: string;
  readonly spend?: Amount;
  readonly shares?: Amount;
  readonly getsMin?: Amount;
  readonly paysMax?: Amount;
}

export type WishOf<T extends Wish['type']> = Extract<Wish, { readonly type: T }>;

/** A wish with who, under which id, and until when. Commands of the system itself need no id. */
export interface Command {
  readonly by: Actor;
  readonly id?: CommandId;
  /** Required with an id: at most ten minutes ahead. */
  readonly validUntil?: Instant;
  readonly wish: Wish;
}
