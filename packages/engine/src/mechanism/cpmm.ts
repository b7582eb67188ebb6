/**
 * Two reserves whose product never falls: whoever takes from one must fill the other.
 *
 * The form is Gnosis' fixed-product market maker: every Point that enters mints a complete set (one share
 * of each outcome), so that collateral = reserve + all shares held, on both sides, to the unit, always.
 */
import { assert } from '../assert.js';
import type { CpmmTerms, Terms } from '../command.js';
import { MINT, POINTS, type AccountName } from '../ledger/account.js';
import type { ReadonlyBooks } from '../ledger/book.js';
import { Moves, type Transfer } from '../ledger/transfer.js';
import { BOUNDS } from '../limits.js';
import type { MarketNames, ReadonlyMarket } from '../market/market.js';
import { divUp, FIGURE_MAX, formatAmount } from '../math/amount.js';
import { rootUp } from '../math/root.js';
import { bpsOf, feeOn, grossOf } from './fee.js';
import type { Fill, Mechanism, Pool } from './mechanism.js';
import { areOutcomes, valuesOfPayout } from './payout.js';
import { movedApart, pricesByWeight } from './price.js';

const MILLION = 1_000_000n;

export class CpmmPool implements Pool {
  /** Shares of each side that the pool keeps, ≥ 1 microshare. */
  readonly reserves: readonly [bigint, bigint];

  constructor(first: bigint, second: bigint) {
    assert(first >= 1n && second >= 1n, 'cpmm: a reserve must stay positive');
    this.reserves = [first, second];
  }

  product(): bigint {
    return this.reserves[0] * this.reserves[1];
  }

  /** A side's price is the other side's share of both reserves. */
  prices(): readonly bigint[] {
    return pricesByWeight([this.reserves[1], this.reserves[0]]);
  }

  buyBySpend(outcome: number, spend: bigint, bps: number): Fill | undefined {
    const [x, y] = this.#seenFrom(outcome);
    const fee = feeOn(spend, bps);
    const net = spend - fee;
    if (net <= 0n) return undefined;
    const gets = x + net - divUp(x * y, y + net);
    return this.#bought(outcome, spend, gets, fee);
  }

  /** n = the least integer with (x + n − s)(y + n) ≥ x·y. The root rounds up, so no correction is needed. */
  buyByShares(outcome: number, shares: bigint, bps: number): Fill | undefined {
    const [x, y] = this.#seenFrom(outcome);
    const d = x + y - shares;
    const net = divUp(rootUp(d * d + 4n * shares * y) - d, 2n);
    const pays = grossOf(net, bps);
    return this.#bought(outcome, pays, shares, pays - net);
  }

  /** r = the largest integer with (x + s − r)(y − r) ≥ x·y; the root rounds up, against the seller. */
  sell(outcome: number, shares: bigint, bps: number): Fill | undefined {
    const [x, y] = this.#seenFrom(outcome);
    const b = x + y + shares;
    const r = (b - rootUp(b * b - 4n * shares * y)) / 2n;
    const fee = feeOn(r, bps);
    const toHouse = fee / 2n;
    const toPool = fee - toHouse;
    const after = this.#become(outcome, x + shares - r + toPool, y - r + toPool);
    return { side: 'sell', outcome, pays: shares, gets: r - fee, fee, toHouse, after };
  }

  #bought(outcome: number, pays: bigint, gets: bigint, fee: bigint): Fill | undefined {
    if (gets <= 0n) return undefined;
    const [x, y] = this.#seenFrom(outcome);
    const toHouse = fee / 2n;
    const sets = pays - toHouse;
    const after = this.#become(outcome, x + sets - gets, y + sets);
    return { side: 'buy', outcome, pays, gets, fee, toHouse, after };
  }

  /** The reserves with the named outcome's first. */
  #seenFrom(outcome: number): readonly [bigint, bigint] {
    return outcome === 0 ? this.reserves : [this.reserves[1], this.reserves[0]];
  }

  /** The pool after, checked against the law. */
  #become(outcome: number, mine: bigint, other: bigint): CpmmPool {
    const after = outcome === 0 ? new CpmmPool(mine, other) : new CpmmPool(other, mine);
    assert(mine * other >= this.product(), 'cpmm: the product must not fall');
    return after;
  }
}

/** What the pool keeps at opening: all of the cheap side, of the dear one what makes `probability` its price. */
export function openingReserves(deposit: bigint, probability: number): readonly [bigint, bigint] {
  const p = BigInt(probability);
  if (2n * p < MILLION) return [deposit, divUp(deposit * p, MILLION - p)];
  return [divUp(deposit * (MILLION - p), p), deposit];
}

/** Adds `amount` sets without moving the price by more than one unit of the reserves. */
function fund(pool: Pool, amount: bigint): { added: readonly bigint[]; after: Pool } {
  assert(pool instanceof CpmmPool, 'cpmm: not one of its pools');
  const [first, second] = pool.reserves;
  const added: [bigint, bigint] =
    first >= second
      ? [amount, divUp(amount * second, first)]
      : [divUp(amount * first, second), amount];
  return { added, after: new CpmmPool(first + added[0], second + added[1]) };
}

function legs(fill: Fill, names: MarketNames, holder: AccountName): Transfer[] {
  const asset = names.assets[fill.outcome];
  assert(asset !== undefined, 'cpmm: no such outcome');
  const move = new Moves();
  if (fill.side === 'buy') {
    const sets = fill.pays - fill.toHouse;
    move.add(holder, names.escrow, POINTS, sets);
    move.add(holder, names.fees, POINTS, fill.toHouse);
    for (const share of names.assets) move.add(MINT, names.pool, share, sets);
    move.add(names.pool, holder, asset, fill.gets);
    return move.made;
  }
  const paid = fill.gets + fill.toHouse;
  move.add(holder, names.pool, asset, fill.pays);
  for (const share of names.assets) move.add(names.pool, MINT, share, paid);
  move.add(names.escrow, holder, POINTS, fill.gets);
  move.add(names.escrow, names.fees, POINTS, fill.toHouse);
  return move.made;
}

export const cpmm: Mechanism = {
  id: 'cpmm@1',

  fault(terms) {
    if (terms.mechanism !== 'cpmm') return 'these are not terms of a cpmm market';
    if (terms.outcomes.length !== 2 || !areOutcomes(terms.outcomes)) {
      return 'a cpmm market has two different outcomes of 1 to 16 characters A-Z 0-9 _ -';
    }
    if (terms.deposit < BOUNDS.depositMin) return 'the deposit must be at least 1 Point';
    if (terms.deposit > FIGURE_MAX) return 'the deposit is out of range';
    const p = terms.probability;
    if (!Number.isInteger(p) || p < BOUNDS.probabilityMin || p > BOUNDS.probabilityMax) {
      return 'the opening probability must be between 0.01 and 0.99';
    }
    return undefined;
  },
  outcomes: (terms) => own(terms).outcomes,
  assets: (market, terms) => own(terms).outcomes.map((outcome) => `${market}:${outcome}`),
  deposit: (terms) => own(terms).deposit,
  fundamental: () => 0n,

  openingPrices(terms) {
    const { probability } = own(terms);
    return [BigInt(probability), BigInt(1_000_000 - probability)];
  },

  shown(terms) {
    const { mechanism, outcomes, deposit, probability } = own(terms);
    return {
      mechanism,
      outcomes,
      deposit: formatAmount(deposit),
      probability: formatAmount(BigInt(probability)),
      fee_bps: bpsOf(terms),
    };
  },

  opening(terms, names, sponsor) {
    const { deposit, probability } = own(terms);
    const reserves = openingReserves(deposit, probability);
    const move = new Moves();
    names.assets.forEach((asset, index) => {
      const kept = reserves[index] ?? 0n;
      move.add(MINT, names.pool, asset, kept);
      move.add(MINT, sponsor, asset, deposit - kept);
    });
    return move.made;
  },

  pool: (market, books) => poolOf(market, books),

  /** Of each side as many are issued as there is collateral: what nobody holds is the pool's. */
  shownPool(terms, { escrow, held }) {
    const [first, second] = held;
    if (terms.mechanism !== 'cpmm' || first === undefined || second === undefined) return undefined;
    return { pool: new CpmmPool(escrow - first, escrow - second), issued: [escrow, escrow] };
  },

  moved: movedApart,
  legs,

  values: (resolution, market) => valuesOfPayout(resolution, market.names.assets.length),

  sets: { fund },

  laws: {
    collateral_matches_outstanding({ names }, books) {
      const collateral = books.balance(names.escrow, POINTS);
      const odd = names.assets.find((asset) => books.issued(asset) !== collateral);
      return odd && `${books.issued(odd)} ${odd} issued against ${collateral} held`;
    },
    collateral_covers_every_outcome({ names }, books) {
      const collateral = books.balance(names.escrow, POINTS);
      const short = names.assets.find((asset) => {
        return books.issued(asset) - books.balance(names.pool, asset) > collateral;
      });
      return short && `${collateral} does not cover the ${short} held`;
    },
    reserves_stay_positive({ names }, books) {
      const empty = names.assets.find((asset) => books.balance(names.pool, asset) < 1n);
      return empty && `the reserve of ${empty} is ${books.balance(names.pool, empty)}`;
    },
  },
};

function own(terms: Terms): CpmmTerms {
  assert(terms.mechanism === 'cpmm', 'cpmm: not its terms');
  return terms;
}

function poolOf(market: ReadonlyMarket, books: ReadonlyBooks): CpmmPool {
  const [first, second] = market.names.assets;
  assert(first !== undefined && second !== undefined, 'cpmm: two outcomes');
  const { pool } = market.names;
  return new CpmmPool(books.balance(pool, first), books.balance(pool, second));
}
