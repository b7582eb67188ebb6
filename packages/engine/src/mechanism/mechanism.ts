/**
 * What every mechanism answers; nobody outside the registry asks which one it is. Two interfaces: one prices
 * trades with a pool, the other gathers pledges and has nothing to quote.
 */
import type { Draft, FactRule, Resolution, Side, Terms, Tier } from '../command.js';
import type { MechanismId } from '../event.js';
import type { AccountName, AssetName, Holder } from '../ledger/account.js';
import type { ReadonlyBooks } from '../ledger/book.js';
import type { Limits } from '../limits.js';
import type { Transfer } from '../ledger/transfer.js';
import type { MarketNames, ReadonlyMarket } from '../market/market.js';
import type { TermsView } from './terms-view.js';

/** One trade a pool would make, with everything that follows from it. All figures in micro-units. */
export interface Fill {
  readonly side: Side;
  /** Index of the outcome. */
  readonly outcome: number;
  /** Buy: Points, fee included. Sale: shares. */
  readonly pays: bigint;
  /** Buy: shares. Sale: Points, fee taken off. */
  readonly gets: bigint;
  readonly fee: bigint;
  /** The part of the fee that leaves the pool's collateral for `fees:<market>`. */
  readonly toHouse: bigint;
  /** The pool after the trade. */
  readonly after: Pool;
}

/** A mechanism's state between two trades: immutable, pure, without names. */
export interface Pool {
  /** Micro-Points per share by outcome, rounded as `pricesByWeight` does; for showing, never charged. */
  prices(): readonly bigint[];
  /** Why a trade that is not too small gives nothing: its pool does not reach so far. Absent: it is too small. */
  readonly nothingMeans?: 'out_of_range';
  /** What must never fall, where there is such a thing: the product of the reserves. */
  product?(): bigint;
  /** Spends at most `spend`; undefined when that buys nothing. */
  buyBySpend(outcome: number, spend: bigint, bps: number): Fill | undefined;
  /** Gets exactly `shares` (> 0). */
  buyByShares(outcome: number, shares: bigint, bps: number): Fill | undefined;
  /** Sells `shares` (> 0), of which no more than are held may be given. */
  sell(outcome: number, shares: bigint, bps: number): Fill | undefined;
}

/** Verbs of mechanisms whose outcomes form complete sets worth 1 Point. */
export interface SetVerbs {
  /** What `fund amount` does: reserves gained by outcome (the rest of the sets is the sponsor's). */
  fund(pool: Pool, amount: bigint): { readonly added: readonly bigint[]; readonly after: Pool };
}

/** Verbs of mechanisms with a fundamental that facts move. */
export interface FactVerbs {
  ruleOf(terms: Terms, kind: string): FactRule | undefined;
  /** How far the rule asks F to move (signed micro-Points). */
  asked(fundamental: bigint, rule: FactRule): bigint;
  /** F after asking for a move, clamped to the move cap, to its bounds and to what `payer` can pay. */
  move(
    market: ReadonlyMarket,
    books: ReadonlyBooks,
    asked: bigint,
    limits: Pick<Limits, 'fact_cost' | 'fact_move'>,
  ): {
    readonly fundamental: bigint;
    /** The prices after it. */
    readonly prices: readonly bigint[];
    /** What the treasury pays in (negative: gets back). */
    readonly cost: bigint;
  };
  /** The account that may report facts here. */
  sourceOf(terms: Terms): string;
}

/** Verbs of mechanisms that gather pledges, and end by themselves. */
export interface PledgeVerbs {
  /** The one price of a unit when there are so many in all (micro-Points). */
  price(terms: Terms, units: number): bigint;
  /** The first tier that is not reached yet. */
  next(terms: Terms, units: number): Tier | undefined;
  bounds(terms: Terms): {
    readonly minimum: number;
    readonly maximum: number;
    readonly perPerson: number;
  };
  /** Who is paid when it ends. */
  sellerOf(terms: Terms): string;
}

/** Laws that only some mechanisms have, by the name they are reported under. */
export type MechanismLaw =
  | 'collateral_matches_outstanding'
  | 'collateral_covers_every_outcome'
  | 'collateral_covers_the_cost_function'
  | 'reserves_stay_positive'
  | 'reserve_is_the_area'
  | 'escrow_matches_pledges'
  | 'one_price_per_rally';

/** A sentence on what is broken, or undefined. */
export type MarketLaw = (market: ReadonlyMarket, books: ReadonlyBooks) => string | undefined;

/** A mechanism's terms, its money and its laws. */
interface Common {
  readonly id: MechanismId;
  /** What is wrong with these terms, or undefined. */
  fault(terms: Terms): string | undefined;
  /** Names of the outcomes; empty where the market has a single kind of share. */
  outcomes(terms: Terms): readonly string[];
  assets(market: string, terms: Terms): readonly AssetName[];
  /** What the sponsor puts into escrow when the market is created. */
  deposit(terms: Terms): bigint;
  /** F when the market is created; 0 where there is none. */
  fundamental(terms: Terms): bigint;
  /** Prices by outcome before anybody has traded: what the terms promise. */
  openingPrices(terms: Terms): readonly bigint[];
  /** The terms as they stand on the wire. */
  shown(terms: Terms): TermsView;
  /** What is issued when the market opens. */
  opening(terms: Terms, names: MarketNames, sponsor: Holder): readonly Transfer[];
  /** Is this a possible end, and what is paid for one share of each outcome (millionths of a Point)? */
  values(resolution: Resolution | undefined, market: ReadonlyMarket): readonly bigint[] | undefined;
  /** The mechanism's own laws for a market that can still be traded or resolved; of pledges, to the very end. */
  readonly laws: Readonly<Partial<Record<MechanismLaw, MarketLaw>>>;
}

/** What everybody is shown of a market, as figures. */
export interface ShownFigures {
  readonly escrow: bigint;
  /** Shares in players' hands, by outcome. */
  readonly held: readonly bigint[];
  readonly fundamental: bigint;
}

/** A pool made of what is shown, and how many shares there are of each outcome. */
export interface ShownPool {
  readonly pool: Pool;
  readonly issued: readonly bigint[];
}

/** A pricing rule: whoever comes is quoted a price, by the pool as it stands. */
export interface Mechanism extends Common {
  pool(market: ReadonlyMarket, books: ReadonlyBooks): Pool;
  /** The same pool, made of what everybody is shown; undefined of terms that are not its own. */
  shownPool(terms: TermsView, figures: ShownFigures): ShownPool | undefined;
  /** How far prices went from a mark, in millionths: the furthest of them, rounded up. */
  moved(mark: readonly bigint[], prices: readonly bigint[]): bigint;
  /** The movements of one fill. */
  legs(fill: Fill, names: MarketNames, holder: AccountName): Transfer[];
  readonly sets?: SetVerbs;
  readonly facts?: FactVerbs;
  readonly pledges?: undefined;
}

/** A gathering: nobody is quoted, and everybody pays the same in the end. */
export interface PledgeMechanism extends Common {
  readonly pledges: PledgeVerbs;
  readonly pool?: undefined;
  readonly sets?: undefined;
  readonly facts?: undefined;
}

/** A version that this build does not decide by: its markets are folded, and priced by nobody. */
export interface FoldedMechanism extends Common {
  readonly pool?: undefined;
  readonly pledges?: undefined;
  readonly sets?: undefined;
  readonly facts?: undefined;
}

export type AnyMechanism = Mechanism | PledgeMechanism | FoldedMechanism;

export type { Draft };
