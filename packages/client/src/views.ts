/** What the exchange shows, as the SDK hands it on: amounts are micro-units, times are milliseconds. */
import type { Amount, Side } from '@fairground/engine';

export interface OutcomePrice {
  /** Absent where the market has a single share (a stock). */
  readonly outcome: string | undefined;
  readonly price: Amount;
  /** Shares outstanding outside the pool. */
  readonly held: Amount | undefined;
}

export interface Tier {
  /** From how many units, all together, … */
  readonly units: number;
  /** … a unit costs so much. */
  readonly price: Amount;
}

/** How far a group purchase is. */
export interface Rally {
  readonly units: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly perPerson: number;
  /** Absent at the last tier. */
  readonly next: Tier | undefined;
}

/** What a watcher of `rally/<id>` sees. */
export interface RallyState extends Rally {
  readonly id: string;
  readonly status: string;
  readonly price: Amount;
  readonly members: number;
  readonly endsAt: number | undefined;
  readonly seq: number;
}

export interface Market {
  readonly id: string;
  readonly number: number;
  readonly mechanism: string;
  readonly status: string;
  /** Titles lie outside the world, so live states come without. */
  readonly title: string | undefined;
  readonly category: string | undefined;
  readonly outcomes: readonly OutcomePrice[];
  /** Of the first outcome; of a stock: of its share. Absent while nothing sets a price. */
  readonly price: Amount | undefined;
  readonly openingPrice: Amount | undefined;
  readonly volume: Amount;
  readonly trades: number;
  readonly holders: number;
  readonly opensAt: number | undefined;
  readonly closesAt: number | undefined;
  readonly endsAt: number | undefined;
  readonly sponsor: string;
  readonly feeBps: number;
  readonly fundamental: Amount | undefined;
  readonly supply: Amount | undefined;
  readonly rally: Rally | undefined;
  readonly escrow: Amount;
  readonly seq: number;
}

/** A market with everything that is known of it; these parts are handed on as they came. */
export interface MarketDetail extends Market {
  readonly terms: unknown;
  readonly pool: unknown;
  readonly text: unknown;
  readonly resolution: unknown;
  readonly refund: unknown;
  readonly proposal: unknown;
}

export interface Quote {
  readonly market: string;
  readonly side: Side;
  readonly outcome: string | undefined;
  readonly pays: Amount;
  readonly gets: Amount;
  /** Points per share. */
  readonly average: Amount;
  readonly priceBefore: Amount;
  readonly priceAfter: Amount;
  /** How far the trade moves the price. */
  readonly impact: bigint;
  readonly fee: Amount;
  readonly merged: Amount | undefined;
  /** True where even the best end pays back less than the trade costs. */
  readonly cannotProfit: boolean;
  /** The bound to send with an order of this size: 1 % off. */
  readonly getsMin: Amount | undefined;
  readonly paysMax: Amount | undefined;
  readonly seq: number;
}

export interface Order {
  readonly id: string;
  readonly seq: number;
  readonly hash: string;
  readonly at: number;
  readonly type: string;
  readonly market: string;
  readonly account: string;
  readonly side: Side | undefined;
  readonly outcome: string | undefined;
  readonly pays: Amount;
  readonly gets: Amount;
  readonly fee: Amount;
  readonly merged: Amount | undefined;
  /** Of a join: the total pledged now; `gets` are the units it added, `pays` what they can cost at most. */
  readonly units: number | undefined;
}

/** An order this client placed, with what became of its key. */
export interface PlacedOrder extends Order {
  readonly key: string;
  readonly attempts: number;
  /** An earlier attempt had done it already; this is its answer. */
  readonly replayed: boolean;
}

/** A market that was put up or changed, with what became of the key. */
export interface DoneMarket {
  readonly market: string;
  readonly seq: number;
  readonly key: string;
  readonly attempts: number;
  readonly replayed: boolean;
}

/** What one member of a rally put in, paid in the end and got back. */
export interface Member {
  readonly account: string;
  readonly units: number;
  readonly held: Amount;
  readonly pays: Amount;
  readonly back: Amount;
  readonly seq: number;
}

/** What a rally came to: one price for all, or everything back. */
export interface RallyReceipt {
  readonly market: string;
  readonly outcome: 'sold' | 'refunded';
  readonly units: number;
  readonly price: Amount;
  readonly sum: Amount;
  readonly fee: Amount;
  readonly seller: string;
  readonly sellerGets: Amount;
  /** In order of joining, a page at a time. */
  readonly members: readonly Member[];
  readonly seq: number;
  readonly cursor: string | undefined;
}

export interface Holding {
  readonly outcome: string | undefined;
  readonly shares: Amount;
  readonly price: Amount | undefined;
  readonly value: Amount | undefined;
}

export interface Position {
  readonly market: string;
  readonly title: string | undefined;
  readonly status: string;
  readonly shares: readonly Holding[];
  readonly value: Amount;
  /** What the market has taken from the account, less what it gave back. */
  readonly net: bigint;
  readonly profit: bigint;
  readonly paid: bigint | undefined;
}

export interface Me {
  readonly account: string;
  readonly handle: string | undefined;
  readonly roles: readonly string[];
  readonly frozen: boolean;
  readonly points: Amount;
  readonly seq: number;
}

/** An account that was just opened. */
export interface NewUser {
  readonly account: string;
  readonly handle: string;
  /** Told once: the exchange keeps only its hash. */
  readonly key: string;
  readonly keyId: string;
  readonly scopes: readonly string[];
}

/** One node, as it sees itself. */
export interface NodeState {
  /** leading, following, rebuilding or stopped. */
  readonly state: string;
  /** As `/readyz` says it. */
  readonly status: string;
  readonly term: number;
  /** Who holds the lease as far as it knows; absent where there is no lease. */
  readonly holder: string | undefined;
  /** Its private address. */
  readonly node: string | undefined;
  readonly seq: number;
  readonly hash: string;
  /** How long ago it last saw the journal's end. */
  readonly lagMs: number;
  readonly sockets: number;
  readonly uptimeMs: number;
  /** Its clock, milliseconds since 1970. */
  readonly now: number;
}

export interface Fact {
  readonly market: string;
  readonly title: string | undefined;
  readonly fact: string;
  readonly kind: string | undefined;
  readonly happenedAt: number | undefined;
  readonly source: string;
  readonly asked: bigint;
  readonly applied: bigint;
  readonly fundamental: Amount | undefined;
  readonly seq: number;
  readonly at: number;
  readonly undoes: string | undefined;
}

/** Prices of one outcome in one stretch of time. */
export interface Candle {
  /** When it begins. */
  readonly time: number;
  readonly open: Amount;
  readonly high: Amount;
  readonly low: Amount;
  readonly close: Amount;
  /** Points that changed hands. */
  readonly volume: Amount;
}

export interface Head {
  readonly seq: number;
  readonly hash: string;
  /** The journal’s id, which seeds its chain. */
  readonly journal: string;
}

export type Receipt =
  | { readonly state: 'done'; readonly entry: unknown }
  | { readonly state: 'refused'; readonly code: string }
  /** Not in the journal up to `seq`; it may still be under way. */
  | { readonly state: 'not_seen'; readonly seq: number };

export interface Page<T> {
  readonly items: readonly T[];
  /** Hand it back to get the next page; absent on the last. */
  readonly cursor: string | undefined;
}
