/** What the node sends, as docs/api.md says it. Amounts and prices are decimal strings. */

import type {
  GlobalView,
  LeaderboardView,
  MarketState as Status,
  MarketView,
  OrderView,
  RallyState,
  ReceiptView,
  TermsView,
} from '@fairground/engine';
import type { BesideFrame, BesideStates, LatestTick } from './wire-outside.js';

export type { Status };

/** `market/<id>` state: the market without its text. */
export type MarketState = MarketView;
export type OutcomeState = MarketView['outcomes'][number];
/** How far a group purchase is. */
export type Rally = NonNullable<MarketView['rally']>;
/** A price, and from how many units, all together, it holds. */
export type Tier = NonNullable<Rally['next']>;
export type GlobalState = GlobalView;

export interface Market extends MarketState {
  readonly title: string;
  readonly category: string;
}

/** How a market ended: parts of a Point by outcome, a price a share, or how many units a rally sold. */
export interface Resolution {
  readonly payout?: readonly string[];
  readonly price?: string;
  readonly units?: number;
}

export interface MarketDetail extends Market {
  readonly terms: TermsView;
  readonly text?: { readonly rules?: string };
  readonly pool?: {
    readonly reserves: readonly { readonly outcome?: string; readonly amount: string }[];
  };
  readonly opened_at?: string;
  readonly ended_at?: string;
  readonly resolution?: Resolution;
  readonly refund?: { readonly due: string; readonly funds: string };
  readonly two_person?: boolean;
  readonly closing?: { readonly mode: string; readonly minutes?: number };
  readonly refund_cap?: string;
  readonly risk?: Readonly<Record<string, string | number>>;
  readonly fees?: string;
  readonly due?: string;
  /** What one admin has proposed and another has to confirm. */
  readonly proposal?: {
    readonly by: string;
    readonly act: 'resolve' | 'cancel';
    readonly resolution?: Resolution;
    readonly reason_hash: string;
  };
}

export interface Page<T> {
  readonly items: readonly T[];
  readonly cursor?: string;
}

export interface Quote {
  readonly market: string;
  readonly side: Side;
  readonly outcome?: string;
  readonly pays: string;
  readonly gets: string;
  readonly average: string;
  readonly price_before: string;
  readonly price_after: string;
  readonly impact: string;
  readonly fee: string;
  readonly merged?: string;
  readonly cannot_profit: boolean;
  readonly gets_min?: string;
  readonly pays_max?: string;
  readonly seq: number;
}

export type Side = 'buy' | 'sell';

/** As the tape shows it; what the feed tells of it has no hash. */
export type Order = Omit<OrderView, 'hash'>;

/** What one member of a rally put in, paid in the end and got back. */
export type Member = ReceiptView['members'][number];

/** A page of a receipt. */
export type RallyReceipt = ReceiptView & { readonly cursor?: string };

/** What is asked of `POST …/quote` and, with a market and a bound, of `POST /v1/orders`. */
export interface Ask {
  readonly side: Side;
  readonly outcome?: string;
  readonly spend?: string;
  readonly shares?: string;
}

export interface Candle {
  readonly time: string;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
}

export type Interval = '1s' | '1m' | '5m' | '1h' | '1d';

export interface Fact {
  readonly market: string;
  readonly title: string;
  readonly fact: string;
  /** Absent where a fact is taken back: `undoes` names it. */
  readonly kind?: string;
  readonly happened_at?: string;
  readonly asked: string;
  readonly applied: string;
  readonly fundamental: string;
  readonly seq: number;
  readonly at: string;
  readonly undoes?: string;
}

export interface Position {
  readonly market: string;
  readonly title: string;
  readonly status: Status;
  readonly shares: readonly {
    readonly outcome?: string;
    readonly shares: string;
    readonly price: string;
    readonly value: string;
  }[];
  readonly value: string;
  readonly net: string;
  readonly profit: string;
  readonly paid: string;
}

/** Every account is a player; these come on top. */
export type Role = 'admin' | 'seller' | 'source';

export interface Me {
  readonly account: string;
  readonly handle?: string;
  readonly points: string;
  readonly frozen: boolean;
  readonly roles: readonly Role[];
}

/** A place on the leaderboard; `return` is a part of what was put in. */
export interface Leader {
  readonly rank: number;
  readonly account: string;
  readonly handle: string;
  readonly profit: string;
  readonly return: string;
}

export interface Head {
  readonly seq: number;
  readonly hash: string;
  readonly journal: string;
}

export interface Proof {
  readonly seq: number;
  readonly hash: string;
  readonly books_balance: boolean;
  readonly invariants: readonly {
    readonly name: string;
    readonly holds: boolean;
    readonly detail?: string;
  }[];
  /** Statements that anyone can run on the tables; no row is the good answer. */
  readonly tables?: {
    readonly seq: number;
    readonly hash: string;
    readonly checks: readonly {
      readonly name: string;
      readonly sql: string;
      readonly holds: boolean;
      readonly found?: readonly string[];
    }[];
  };
}

/** What an account holds of a market, without prices. */
export interface Holding {
  readonly market: string;
  readonly shares: readonly { readonly outcome?: string; readonly shares: string }[];
  readonly net: string;
  readonly paid: string;
}

export interface MeState {
  readonly account: string;
  readonly points: string;
  readonly frozen: boolean;
  readonly roles: readonly Role[];
  readonly positions: readonly Holding[];
}

interface NamedStates extends BesideStates {
  readonly global: GlobalState;
  readonly me: MeState;
  readonly leaderboard: LeaderboardView;
}

/** `notifications` has no state: it only tells, from beside the journal. */
export type Topic =
  | keyof NamedStates
  | 'notifications'
  | `market/${string}`
  | `rally/${string}`
  | `ticks/${string}`;

/** What the state of a topic is. */
export type StateOf<T extends Topic> = T extends keyof NamedStates
  ? NamedStates[T]
  : T extends `rally/${string}`
    ? RallyState
    : T extends `ticks/${string}`
      ? LatestTick
      : T extends 'notifications'
        ? never
        : MarketState;

export interface StateFrame<T extends Topic = Topic> {
  readonly type: 'state';
  readonly topic: T;
  readonly seq: number;
  readonly hash: string;
  readonly data: StateOf<T>;
}

/** What an event says, as far as the page reads it. */
export interface FeedEvent {
  readonly type: string;
  readonly id?: string;
  readonly market?: string;
  readonly account?: string;
  readonly side?: Side;
  readonly outcome?: string;
  readonly pays?: string;
  readonly gets?: string;
  readonly fee?: string;
  readonly units?: number;
  readonly added?: number;
  readonly at?: string;
}

export interface EventFrame {
  readonly type: 'event';
  readonly topic: Topic;
  readonly seq: number;
  readonly prev?: number | null;
  readonly hash: string;
  /** How many of the same entry and topic are still to come. */
  readonly more?: number;
  readonly data: FeedEvent;
}

/** A topic's frame is filed under its name, so it is of that topic. */
export const frameOf = <T extends Topic>(
  frames: ReadonlyMap<Topic, StateFrame>,
  topic: T,
): StateFrame<T> | undefined => frames.get(topic) as StateFrame<T> | undefined;

export type Frame =
  | StateFrame
  | BesideFrame
  | EventFrame
  | { readonly type: 'notification' }
  | { readonly type: 'subscribed'; readonly id?: number; readonly seq: string }
  | { readonly type: 'heartbeat'; readonly seq: string; readonly head: string }
  | { readonly type: 'start_over'; readonly reason: string }
  | { readonly type: 'draining'; readonly reconnect_ms: number }
  | {
      readonly type: 'error';
      readonly id?: number;
      readonly code: string;
      readonly message?: string;
    }
  | { readonly type: 'authenticated' | 'unsubscribed' | 'pong' };

/** What became of a command is what its kind of command answers. */
export const answerOf = <T>(answer: unknown): T => answer as T;

/** What the node says is taken at its word: it is ours, and comes from the origin of this page. */
export const readJson = <T>(text: string): T => JSON.parse(text) as T;
