/**
 * A cost function of all shares held, C(q) = b·ln Σ e^(qⱼ/b): a trade pays what it adds, so the pool never loses
 * more than C of nothing held, b·ln n, and any order of the same trades costs the same but for its roundings.
 *
 * Every ceiling and floor is that of the exact real number (`docs/mechanisms/lmsr.md` says how it is decided).
 */
import { assert } from '../assert.js';
import type { LmsrTerms, Terms } from '../command.js';
import { POINTS } from '../ledger/account.js';
import type { ReadonlyBooks } from '../ledger/book.js';
import { BOUNDS } from '../limits.js';
import type { ReadonlyMarket } from '../market/market.js';
import { formatAmount, most, parseAmount } from '../math/amount.js';
import {
  expOfMinus,
  type Interval,
  lnOf,
  plus,
  type Precision,
  roundExactly,
  times,
} from '../math/fixed.js';
import { bpsOf, feeOn, grossOf } from './fee.js';
import { issueLegs } from './issue.js';
import type { Fill, Mechanism, Pool } from './mechanism.js';
import { areOutcomes, valuesOfPayout } from './payout.js';
import { movedApart, pricesByExponent, pricesByWeight } from './price.js';

/** The largest share of all outcomes but one, and Σ e^((qⱼ − top)/b) over them. */
interface Others {
  readonly bits: number;
  readonly outcome: number;
  readonly top: bigint;
  readonly sum: Interval;
}

export class LmsrPool implements Pool {
  readonly nothingMeans = 'out_of_range';
  /** q: microshares held of each outcome. */
  readonly held: readonly bigint[];
  readonly liquidity: bigint;
  #prices: readonly bigint[] | undefined;
  /** What a trade asks for twice. */
  #others: Others | undefined;

  constructor(held: readonly bigint[], liquidity: bigint) {
    assert(held.length > 1 && liquidity > 0n, 'lmsr: two outcomes or more, and b above 0');
    this.held = held;
    this.liquidity = liquidity;
  }

  prices(): readonly bigint[] {
    this.#prices ??= pricesByExponent(this.held, this.liquidity);
    return this.#prices;
  }

  /** ⌈C(q)⌉: what the collateral must cover. C is never a whole number: that would take a single outcome. */
  cost(): bigint {
    const [mine = 0n] = this.held;
    return roundExactly('up', { within: (at) => this.#costAt(0, mine, at), is: () => false });
  }

  /**
   * ⌊Δ⌋ with C(q + Δ) = C(q) + A: Δ = A + b·ln(1 + ρ·(1 − e^(−A/b))), ρ = Σ e^(qⱼ/b) of the others / e^(qᵢ/b).
   * A share costs less than 1 Point, so Δ is more than A.
   */
  buyBySpend(outcome: number, spend: bigint, bps: number): Fill | undefined {
    const fee = feeOn(spend, bps);
    const net = spend - fee;
    const mine = this.#heldOf(outcome);
    if (net <= 0n || !this.#reaches(outcome, mine + net)) return undefined;
    const gets = roundExactly('down', {
      within: (at) => this.#sharesFor(outcome, net, at),
      is: (shares) => this.#moves(outcome, mine, mine + shares, net),
      least: net,
    });
    return this.#bought(outcome, spend, gets, fee);
  }

  /** ⌈C(q + s) − C(q)⌉; a share costs more than nothing and less than 1 Point. */
  buyByShares(outcome: number, shares: bigint, bps: number): Fill | undefined {
    const mine = this.#heldOf(outcome);
    if (!this.#reaches(outcome, mine + shares)) return undefined;
    const net = roundExactly('up', {
      within: (at) => this.#between(outcome, mine, mine + shares, at),
      is: (points) => this.#moves(outcome, mine, mine + shares, points),
      least: 1n,
      most: shares,
    });
    const pays = grossOf(net, bps);
    return this.#bought(outcome, pays, shares, pays - net);
  }

  /** ⌊C(q) − C(q − s)⌋. */
  sell(outcome: number, shares: bigint, bps: number): Fill | undefined {
    const mine = this.#heldOf(outcome);
    assert(shares <= mine, 'lmsr: nobody sells what is not held');
    if (!this.#reaches(outcome, mine - shares)) return undefined;
    const r = roundExactly('down', {
      within: (at) => this.#between(outcome, mine - shares, mine, at),
      is: (points) => this.#moves(outcome, mine - shares, mine, points),
      least: 0n,
      most: shares - 1n,
    });
    const fee = feeOn(r, bps);
    const after = this.#become(outcome, mine - shares);
    return { side: 'sell', outcome, pays: shares, gets: r - fee, fee, toHouse: fee, after };
  }

  #bought(outcome: number, pays: bigint, gets: bigint, fee: bigint): Fill | undefined {
    const held = this.#heldOf(outcome) + gets;
    if (!this.#reaches(outcome, held)) return undefined;
    const after = this.#become(outcome, held);
    return { side: 'buy', outcome, pays, gets, fee, toHouse: fee, after };
  }

  #become(outcome: number, mine: bigint): LmsrPool {
    return new LmsrPool(this.#heldWith(outcome, mine), this.liquidity);
  }

  #heldOf(outcome: number): bigint {
    const held = this.held[outcome];
    assert(held !== undefined, 'lmsr: no such outcome');
    return held;
  }

  #heldWith(outcome: number, mine: bigint): bigint[] {
    return this.held.map((one, index) => (index === outcome ? mine : one));
  }

  /** With so much of this outcome held, do all of them lie within 700·b? */
  #reaches(outcome: number, mine: bigint): boolean {
    let [low, high] = [mine, mine];
    for (let index = 0; index < this.held.length; index++) {
      const one = index === outcome ? mine : this.#heldOf(index);
      if (one < low) low = one;
      if (one > high) high = one;
    }
    return high - low <= BOUNDS.spreadMax * this.liquidity;
  }

  /** C with `more` of the outcome held, less C with `less` of it. */
  #between(outcome: number, less: bigint, more: bigint, at: Precision): Interval {
    const [before, after] = [this.#costAt(outcome, less, at), this.#costAt(outcome, more, at)];
    return { low: after.low - before.high, high: after.high - before.low };
  }

  /** C with so much of this outcome held: the largest exponent stands outside, so that all others are below 0. */
  #costAt(outcome: number, mine: bigint, at: Precision): Interval {
    const { top, sum } = this.#othersOf(outcome, at);
    const b = this.liquidity;
    const weights =
      mine >= top
        ? plus({ low: at.one, high: at.one }, times(sum, expOfMinus(mine - top, b, at), at))
        : plus(expOfMinus(top - mine, b, at), sum);
    return this.#scaled(most(mine, top), lnOf(weights, at), at);
  }

  /** A + b·ln(1 + ρ·u), u = 1 − e^(−A/b); where ρ is large, as A + (top − qᵢ) + b·ln(e^((qᵢ − top)/b) + Σ·u). */
  #sharesFor(outcome: number, net: bigint, at: Precision): Interval {
    const { top, sum } = this.#othersOf(outcome, at);
    const mine = this.#heldOf(outcome);
    const b = this.liquidity;
    const left = expOfMinus(net, b, at);
    const added = times(sum, { low: at.one - left.high, high: at.one - left.low }, at);
    if (mine < top) {
      const grown = plus(expOfMinus(top - mine, b, at), added);
      return this.#scaled(net + top - mine, lnOf(grown, at), at);
    }
    const grown = times(added, expOfMinus(mine - top, b, at), at);
    return this.#scaled(net, lnOf(plus({ low: at.one, high: at.one }, grown), at), at);
  }

  /** whole + b·ln. */
  #scaled(whole: bigint, ln: Interval, { one }: Precision): Interval {
    const b = this.liquidity;
    return { low: whole * one + b * ln.low, high: whole * one + b * ln.high };
  }

  #othersOf(outcome: number, at: Precision): Others {
    const known = this.#others;
    if (known?.outcome === outcome && known.bits === at.bits) return known;
    const others = this.held.filter((_, index) => index !== outcome);
    const top = others.reduce(most);
    let sum: Interval = { low: 0n, high: 0n };
    for (const one of others) sum = plus(sum, expOfMinus(top - one, this.liquidity, at));
    this.#others = { bits: at.bits, outcome, top, sum };
    return this.#others;
  }

  /**
   * Does moving this outcome from `less` to `more` move C by exactly `points`? Only if what is held then, and what
   * was held with `points` added to every entry, are the same numbers in another order (Lindemann–Weierstrass).
   */
  #moves(outcome: number, less: bigint, more: bigint, points: bigint): boolean {
    // Their sums would be the same.
    if (more - less !== points * BigInt(this.held.length)) return false;
    const after = this.#heldWith(outcome, more).sort(ascending);
    const before = this.#heldWith(outcome, less).sort(ascending);
    return after.every((one, index) => one === (before[index] ?? 0n) + points);
  }
}

const ascending = (a: bigint, b: bigint): number => (a < b ? -1 : a > b ? 1 : 0);

/** ⌈b·ln n⌉, which is never a tie: the most the pool can lose. */
export function subsidyOf(liquidity: bigint, count: number): bigint {
  return roundExactly('up', {
    within: (at) => {
      const n = BigInt(count) * at.one;
      const ln = lnOf({ low: n, high: n }, at);
      return { low: liquidity * ln.low, high: liquidity * ln.high };
    },
    is: () => false,
  });
}

export const lmsr: Mechanism = {
  id: 'lmsr@1',

  fault(terms) {
    if (terms.mechanism !== 'lmsr') return 'these are not terms of an lmsr market';
    const { outcomes, liquidity } = terms;
    if (outcomes.length < 2 || outcomes.length > BOUNDS.outcomesMax || !areOutcomes(outcomes)) {
      return `an lmsr market has 2 to ${BOUNDS.outcomesMax} different outcomes of 1 to 16 characters A-Z 0-9 _ -`;
    }
    if (liquidity < BOUNDS.liquidityMin || liquidity > BOUNDS.liquidityMax) {
      return 'the liquidity must be between 1 and 1000000000 Points';
    }
    return undefined;
  },
  outcomes: (terms) => own(terms).outcomes,
  assets: (market, terms) => own(terms).outcomes.map((outcome) => `${market}:${outcome}`),
  deposit: (terms) => subsidyOf(own(terms).liquidity, own(terms).outcomes.length),
  fundamental: () => 0n,
  openingPrices: (terms) => pricesByWeight(own(terms).outcomes.map(() => 1n)),

  shown(terms) {
    const { mechanism, outcomes, liquidity } = own(terms);
    return { mechanism, outcomes, liquidity: formatAmount(liquidity), fee_bps: bpsOf(terms) };
  },

  opening: () => [],
  pool: (market, books) => poolOf(market, books),

  shownPool(terms, { held }) {
    const liquidity = terms.mechanism === 'lmsr' ? parseAmount(terms.liquidity) : undefined;
    return liquidity && { pool: new LmsrPool(held, liquidity), issued: held };
  },

  moved: movedApart,
  legs: issueLegs,
  values: (resolution, market) => valuesOfPayout(resolution, market.names.assets.length),

  laws: {
    collateral_covers_every_outcome({ names }, books) {
      const collateral = books.balance(names.escrow, POINTS);
      const short = names.assets.find((asset) => books.issued(asset) > collateral);
      return short && `${collateral} does not cover the ${short} held`;
    },
    collateral_covers_the_cost_function(market, books) {
      const collateral = books.balance(market.names.escrow, POINTS);
      const cost = poolOf(market, books).cost();
      return collateral >= cost ? undefined : `${collateral} does not cover a cost of ${cost}`;
    },
  },
};

function own(terms: Terms): LmsrTerms {
  assert(terms.mechanism === 'lmsr', 'lmsr: not its terms');
  return terms;
}

function poolOf({ names, draft }: ReadonlyMarket, books: ReadonlyBooks): LmsrPool {
  const held = names.assets.map((asset) => books.issued(asset));
  return new LmsrPool(held, own(draft.terms).liquidity);
}
