/** What the exchange shows of people: amounts are micro-units, times are milliseconds. */
import type { Amount } from '@fairground/engine';

/** One leg of the ledger that moved something of mine. */
export interface Leg {
  readonly seq: number;
  /** Which leg of that entry. */
  readonly leg: number;
  readonly at: number;
  /** The event that moved it. */
  readonly event: string;
  readonly market: string | undefined;
  readonly asset: string;
  /** Negative where it left. */
  readonly change: bigint;
  /** The account on the other side. */
  readonly with: string;
}

/** What somebody was worth at a time. */
export interface Worth {
  readonly at: number;
  readonly points: Amount;
  /** Points, and all shares at their price. */
  readonly equity: Amount;
  /** Beyond what was given by the mint. */
  readonly profit: bigint;
}

/** My worth at the end of each hour in which I moved or held shares, newest first. */
export interface WorthHistory {
  /** Absent of an account that has never moved. */
  readonly now: Worth | undefined;
  readonly items: readonly Worth[];
  readonly cursor: string | undefined;
}

export interface Place {
  readonly rank: number;
  readonly account: string;
  /** The id where the handle was erased. */
  readonly handle: string;
  readonly profit: bigint;
  /** Profit in parts of what it was made from, in millionths. */
  readonly return: bigint;
}

export interface Leaderboard {
  readonly by: string;
  readonly window: string;
  readonly items: readonly Place[];
  readonly cursor: string | undefined;
}

/** What everybody may know of a player. */
export interface Player extends Worth {
  readonly account: string;
  readonly handle: string;
  readonly positions: readonly PlayerHolding[];
}

export interface PlayerHolding {
  readonly market: string;
  readonly asset: string;
  readonly shares: Amount;
  readonly price: Amount;
}

/** A key of mine, without its secret. */
export interface OwnKey {
  readonly id: string;
  readonly name: string;
  readonly scopes: readonly string[];
  /** Its last four letters. */
  readonly last4: string;
  readonly created: number;
  /** Absent of one that was never used. */
  readonly used: number | undefined;
}

/** A key that was just made. */
export interface MadeKey {
  readonly id: string;
  /** Told once: the exchange keeps only its hash. */
  readonly key: string;
  readonly name: string;
  readonly scopes: readonly string[];
}
