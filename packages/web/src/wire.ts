/** What the node sends, as docs/api.md says it. Amounts and prices are decimal strings. */

export type Status =
  | 'draft'
  | 'open'
  | 'paused'
  | 'closed'
  | 'resolved'
  | 'cancelled'
  | 'settled'
  | 'refunded';

export interface OutcomeState {
  readonly outcome?: string;
  readonly price: string;
  readonly held: string;
}

export interface Tier {
  /** From how many units, all together, a unit costs so much. */
  readonly units: number;
  readonly price: string;
}

/** How far a group purchase is. */
export interface Rally {
  readonly units: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly per_person: number;
  readonly next?: Tier;
}

/** `market/<id>` state: the market without its text. */
export interface MarketState {
  readonly id: string;
  readonly mechanism: string;
  readonly status: Status;
  readonly outcomes: readonly OutcomeState[];
  readonly price: string;
  readonly opening_price: string;
  readonly volume: string;
  readonly trades: number;
  readonly holders: number;
  readonly opens_at?: string;
  readonly closes_at?: string;
  readonly ends_at?: string;
  readonly sponsor: string;
  readonly fee_bps: number;
  readonly fundamental?: string;
  readonly supply?: string;
  readonly rally?: Rally;
  readonly escrow: string;
  readonly seq: number;
}

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
  readonly terms?: { readonly tiers?: readonly Tier[] };
  readonly text?: { readonly rules?: string };
  readonly pool?: {
    readonly reserves: readonly { readonly outcome?: string; readonly amount: string }[];
  };
  readonly opened_at?: string;
  readonly ended_at?: string;
  readonly resolution?: Resolution;
  readonly refund?: { readonly due: string; readonly funds: string };
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

export interface Order {
  readonly id: string;
  readonly seq: number;
  readonly at: string;
  readonly type: 'trade' | 'mint' | 'merge' | 'join';
  readonly market: string;
  readonly account: string;
  readonly side?: Side;
  readonly outcome?: string;
  readonly pays: string;
  readonly gets: string;
  readonly fee: string;
  /** Of a join: the total pledged now; `gets` are the units it added. */
  readonly units?: number;
}

/** What one member of a rally put in, paid in the end and got back. */
export interface Member {
  readonly account: string;
  readonly units: number;
  readonly held: string;
  readonly pays: string;
  readonly back: string;
}

export interface RallyReceipt {
  readonly outcome: 'sold' | 'refunded';
  readonly units: number;
  readonly price: string;
  readonly sum: string;
  readonly fee: string;
  readonly seller: string;
  readonly seller_gets: string;
  readonly members: readonly Member[];
  readonly cursor?: string;
}

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

export interface Me {
  readonly account: string;
  readonly handle?: string;
  readonly points: string;
  readonly frozen: boolean;
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
}

export interface GlobalState {
  readonly markets: Readonly<Record<Status, number>>;
  readonly accounts: number;
  readonly trades: number;
  readonly volume: string;
  readonly treasury: string;
}

export interface MeState {
  readonly account: string;
  readonly points: string;
  readonly frozen: boolean;
}

export type Topic = 'global' | 'me' | `market/${string}`;

interface Framed {
  readonly type: 'state';
  readonly seq: number;
  readonly hash: string;
}

export type StateFrame =
  | (Framed & { readonly topic: 'global'; readonly data: GlobalState })
  | (Framed & { readonly topic: 'me'; readonly data: MeState })
  | (Framed & { readonly topic: `market/${string}`; readonly data: MarketState });

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
  readonly data: FeedEvent;
}

export type Frame =
  | StateFrame
  | EventFrame
  | { readonly type: 'subscribed'; readonly id?: number; readonly seq: string }
  | { readonly type: 'heartbeat'; readonly seq: string; readonly head: string }
  | { readonly type: 'start_over'; readonly reason: string }
  | { readonly type: 'draining'; readonly reconnect_ms: number }
  | { readonly type: 'error'; readonly id?: number; readonly code: string }
  | { readonly type: 'authenticated' | 'unsubscribed' | 'pong' };

/** What the node says is taken at its word: it is ours, and comes from the origin of this page. */
export const readJson = <T>(text: string): T => JSON.parse(text) as T;
