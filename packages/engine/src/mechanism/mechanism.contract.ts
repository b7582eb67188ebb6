/**
 * What every mechanism keeps, whatever its formula: one suite, called by each with pools of its own.
 *
 * Long because it is one contract, to be read as one.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Terms } from '../command.js';
import { type AccountName, MINT, playerAccount, POINTS, TREASURY } from '../ledger/account.js';
import { Books } from '../ledger/book.js';
import { namesOf, type ReadonlyMarket } from '../market/market.js';
import { least, micro } from '../math/amount.js';
import type { Fill, Mechanism, Pool } from './mechanism.js';

const HOLDER = playerAccount('holder');
const PURSE = 10n ** 18n;

/** A market as it stands: what the pool keeps, what the holder holds, what lies in escrow. */
export interface Standing {
  readonly name: string;
  readonly terms: Terms;
  /** By outcome; nothing where the mechanism keeps no shares. */
  readonly reserves: readonly bigint[];
  /** By outcome. */
  readonly held: readonly bigint[];
  readonly escrow: bigint;
  /** Of a curve. */
  readonly fundamental?: bigint;
  /** The largest trade that its pool reaches; absent where it reaches any figure. */
  readonly largest?: bigint;
}

interface Stand {
  readonly market: ReadonlyMarket;
  readonly books: Books;
  readonly pool: Pool;
}

/** The market that a standing describes, with books that balance. */
export function stand(mechanism: Mechanism, standing: Standing): Stand {
  const { terms, reserves, held, escrow, fundamental = 0n } = standing;
  const names = namesOf('M', mechanism.id, terms);
  const books = new Books();
  const give = (to: AccountName, asset: string, amount: bigint): void => {
    if (amount > 0n) books.post({ from: MINT, to, asset, amount: micro(amount) });
  };
  give(HOLDER, POINTS, PURSE);
  give(names.escrow, POINTS, escrow);
  names.assets.forEach((asset, index) => {
    give(names.pool, asset, reserves[index] ?? 0n);
    give(HOLDER, asset, held[index] ?? 0n);
  });
  const market: ReadonlyMarket = {
    id: 'M',
    number: 1,
    mechanism: mechanism.id,
    sponsor: TREASURY,
    draft: { text: '', closing: { mode: 'manual' }, twoPerson: false, refundCap: micro(0n), terms },
    names,
    state: 'open',
    hasOpened: true,
    holders: [],
    positions: new Map(),
    due: micro(0n),
    nextPaid: 1,
    fundamental,
    facts: new Map(),
    volume: 0n,
    trades: 0,
    seq: 1,
  };
  return { market, books, pool: mechanism.pool(market, books) };
}

/** Any size, small ones as often as large ones. */
const sizeUpTo = (most: bigint): fc.Arbitrary<bigint> =>
  fc
    .tuple(
      fc.bigInt({ min: 1n, max: most }),
      fc.integer({ min: 0, max: most.toString(2).length - 1 }),
    )
    .map(([size, bits]) => (size >> BigInt(bits)) + 1n)
    .map((size) => (size < most ? size : most));

const bpsOf = fc.constantFrom(0, 1, 3, 10, 200, 250, 999, 1_000);

const feeFrom = (amount: bigint, bps: number): bigint => (amount * BigInt(bps) + 9_999n) / 10_000n;
const sumOf = (fills: readonly Fill[], of: (fill: Fill) => bigint): bigint =>
  fills.reduce((sum, fill) => sum + of(fill), 0n);

/** Fills made one after the other, those of nothing left out. */
function inParts(
  pool: Pool,
  sizes: readonly bigint[],
  fill: (pool: Pool, size: bigint) => Fill | undefined,
): Fill[] {
  const fills: Fill[] = [];
  for (const size of sizes) {
    const next = fill(fills.at(-1)?.after ?? pool, size);
    if (next) fills.push(next);
  }
  return fills;
}

export function honoursTheMechanismContract(
  mechanism: Mechanism,
  standings: readonly Standing[],
): void {
  describe.each(standings)(`${mechanism.id}, $name`, (standing) => {
    const { market, books, pool } = stand(mechanism, standing);
    const { largest = PURSE } = standing;
    const spend = sizeUpTo(largest);
    const parts = fc.array(sizeUpTo(least(10n ** 15n, largest / 6n)), {
      minLength: 2,
      maxLength: 6,
    });
    const outcomes = market.names.assets.map((_, index) => index);
    const outcome = fc.constantFrom(...outcomes);
    const sellable = outcomes.filter((index) => (standing.held[index] ?? 0n) > 1n);
    const holdingOf = (index: number): bigint => standing.held[index] ?? 0n;
    /** An outcome that is held and a part of what is held. */
    const holding = fc
      .constantFrom(...(sellable.length > 0 ? sellable : [-1]))
      .chain((index) =>
        sizeUpTo(index < 0 ? 1n : holdingOf(index)).map((shares) => ({ index, shares })),
      )
      .filter(({ index }) => index >= 0);
    /** Where nothing is held there is nothing to sell. */
    const sells = sellable.length > 0 ? test : () => {};
    const runs = { numRuns: 40 };

    test('[M1] more in never gives less out', () => {
      const law = fc.property(outcome, spend, spend, bpsOf, (index, one, other, bps) => {
        const [less, more] = one < other ? [one, other] : [other, one];
        const small = pool.buyBySpend(index, less, bps);
        const large = pool.buyBySpend(index, more, bps);
        expect(large?.gets ?? 0n).toBeGreaterThanOrEqual(small?.gets ?? 0n);
        const few = pool.buyByShares(index, less, bps);
        const many = pool.buyByShares(index, more, bps);
        expect(many?.pays ?? 0n).toBeGreaterThanOrEqual(few?.pays ?? 0n);
      });
      fc.assert(law, runs);
    });

    sells('[M1] more shares sold never bring less', () => {
      const law = fc.property(
        holding,
        fc.bigInt({ min: 0n, max: 1_000_000n }),
        bpsOf,
        (sale, cut, bps) => {
          const { index, shares } = sale;
          const less = shares - (shares * cut) / 1_000_001n;
          expect(pool.sell(index, shares, bps)?.gets ?? 0n).toBeGreaterThanOrEqual(
            pool.sell(index, less, bps)?.gets ?? 0n,
          );
        },
      );
      fc.assert(law, runs);
    });

    test('[M2] a budget spent in parts buys no more than what of it stayed out of the house would buy', () => {
      const law = fc.property(outcome, parts, bpsOf, (index, sizes, bps) => {
        const fills = inParts(pool, sizes, (now, size) => now.buyBySpend(index, size, bps));
        const reached = sumOf(fills, (fill) => fill.pays - fill.toHouse);
        const gets = sumOf(fills, (fill) => fill.gets);
        if (reached > 0n) {
          expect(gets).toBeLessThanOrEqual(pool.buyBySpend(index, reached, 0)?.gets ?? 0n);
        }
        const whole = sizes.reduce((sum, size) => sum + size, 0n);
        if (bps === 0)
          expect(gets).toBeLessThanOrEqual(pool.buyBySpend(index, whole, 0)?.gets ?? 0n);
      });
      fc.assert(law, runs);
    });

    test('[M2] shares bought in parts cost no less than what one order would leave with the pool', () => {
      const law = fc.property(outcome, parts, bpsOf, (index, sizes, bps) => {
        const fills = inParts(pool, sizes, (now, size) => now.buyByShares(index, size, bps));
        const shares = sumOf(fills, (fill) => fill.gets);
        const reached = sumOf(fills, (fill) => fill.pays - fill.toHouse);
        const whole = pool.buyByShares(index, shares, 0);
        expect(reached).toBeGreaterThanOrEqual(whole?.pays ?? 0n);
      });
      fc.assert(law, runs);
    });

    sells('[M2] shares sold in parts bring no more than one sale takes from the pool', () => {
      const law = fc.property(
        holding,
        fc.integer({ min: 2, max: 6 }),
        bpsOf,
        (sale, count, bps) => {
          const { index, shares } = sale;
          const part = shares / BigInt(count);
          if (part === 0n) return;
          const sizes = [...Array<bigint>(count - 1).fill(part), shares - part * BigInt(count - 1)];
          const fills = inParts(pool, sizes, (now, size) => now.sell(index, size, bps));
          const taken = sumOf(fills, (fill) => fill.gets + fill.toHouse);
          expect(taken).toBeLessThanOrEqual(pool.sell(index, shares, 0)?.gets ?? 0n);
        },
      );
      fc.assert(law, runs);
    });

    test('[M3] buying and selling back at once never gains', () => {
      const law = fc.property(outcome, spend, bpsOf, fc.boolean(), (index, size, bps, bySpend) => {
        const bought = bySpend
          ? pool.buyBySpend(index, size, bps)
          : pool.buyByShares(index, size, bps);
        if (!bought) return;
        const back = bought.after.sell(index, bought.gets, bps);
        expect(back?.gets ?? 0n).toBeLessThanOrEqual(bought.pays);
      });
      fc.assert(law, runs);
    });

    sells('[M3] nor does selling and buying back', () => {
      const law = fc.property(holding, bpsOf, ({ index, shares }, bps) => {
        const sold = pool.sell(index, shares, bps);
        if (!sold) return;
        const again = sold.after.buyByShares(index, shares, bps);
        expect(again?.pays ?? 0n).toBeGreaterThanOrEqual(sold.gets);
      });
      fc.assert(law, runs);
    });

    test('[M4] a buy of shares gets exactly these for the least net that yields them', () => {
      const law = fc.property(outcome, spend, bpsOf, (index, shares, bps) => {
        const fill = pool.buyByShares(index, shares, bps);
        expect(fill?.gets).toBe(shares);
        const net = (fill?.pays ?? 0n) - (fill?.fee ?? 0n);
        if (net > 0n) expect(pool.buyBySpend(index, net, 0)?.gets).toBeGreaterThanOrEqual(shares);
        if (net > 1n) expect(pool.buyBySpend(index, net - 1n, 0)?.gets ?? 0n).toBeLessThan(shares);
      });
      fc.assert(law, runs);
    });

    test('[M5] it pays the least amount that leaves that net after its fee', () => {
      const law = fc.property(outcome, spend, bpsOf, (index, shares, bps) => {
        const fill = pool.buyByShares(index, shares, bps);
        if (!fill) return;
        const net = fill.pays - fill.fee;
        expect(net).toBe(pool.buyByShares(index, shares, 0)?.pays);
        expect(fill.fee).toBe(feeFrom(fill.pays, bps));
        const less = fill.pays - 1n;
        if (less >= 0n) expect(less - feeFrom(less, bps)).toBeLessThan(net);
      });
      fc.assert(law, runs);
    });

    test('[M6] [M7] a budget pays its fee rounded up and is never exceeded', () => {
      const law = fc.property(outcome, spend, bpsOf, (index, size, bps) => {
        const fill = pool.buyBySpend(index, size, bps);
        if (!fill) return;
        expect(fill.pays).toBeLessThanOrEqual(size);
        expect(fill.fee).toBe(feeFrom(fill.pays, bps));
        expect(fill.gets).toBeGreaterThan(0n);
        expect(fill.toHouse >= 0n && fill.toHouse <= fill.fee).toBe(true);
      });
      fc.assert(law, runs);
    });

    sells('[M6] a sale pays the fee, rounded up, on all that the pool gives', () => {
      const law = fc.property(holding, bpsOf, ({ index, shares }, bps) => {
        const fill = pool.sell(index, shares, bps);
        if (!fill) return;
        expect(fill.pays).toBe(shares);
        const given = fill.gets + fill.fee;
        expect(given).toBe(pool.sell(index, shares, 0)?.gets);
        expect(fill.fee).toBe(feeFrom(given, bps));
        expect(fill.gets).toBeGreaterThanOrEqual(0n);
      });
      fc.assert(law, runs);
    });

    test('[M8] prices stay in their bounds after every trade', () => {
      const law = fc.property(outcome, spend, bpsOf, (index, size, bps) => {
        const fill = pool.buyBySpend(index, size, bps);
        for (const prices of [pool.prices(), fill?.after.prices() ?? pool.prices()]) {
          expect(prices.length).toBe(outcomes.length);
          expect(prices.every((price) => price >= 1n)).toBe(true);
          if (outcomes.length < 2) continue;
          expect(prices.reduce((sum, price) => sum + price, 0n)).toBe(1_000_000n);
          expect(prices.every((price) => price <= 999_999n)).toBe(true);
        }
        const [before, after] = [pool.prices()[index] ?? 0n, fill?.after.prices()[index] ?? 0n];
        if (fill && bps === 0) expect(after).toBeGreaterThanOrEqual(before);
      });
      fc.assert(law, runs);
    });

    /** Posts a fill into fresh books and holds them against what it said. */
    function keepsTheBooks(fill: Fill): void {
      const after = stand(mechanism, standing).books;
      const asset = market.names.assets[fill.outcome] ?? '';
      for (const leg of mechanism.legs(fill, market.names, HOLDER)) {
        expect(leg.amount).toBeGreaterThan(0n);
        after.post(leg);
      }
      for (const account of after.accounts()) {
        if (account === MINT) continue;
        for (const [name, balance] of after.of(account)) {
          expect(balance, `${account} has ${balance} ${name}`).toBeGreaterThan(0n);
        }
      }
      const change = (account: AccountName, name: string): bigint =>
        after.balance(account, name) - books.balance(account, name);
      for (const name of [POINTS, ...market.names.assets]) {
        const accounts: AccountName[] = [
          HOLDER,
          market.names.pool,
          market.names.escrow,
          market.names.fees,
        ];
        const sum = accounts.reduce((total, account) => total + change(account, name), 0n);
        expect(sum + change(MINT, name)).toBe(0n);
        if (name === POINTS) expect(sum).toBe(0n);
      }
      const [points, shares] =
        fill.side === 'buy' ? [-fill.pays, fill.gets] : [fill.gets, -fill.pays];
      expect(change(HOLDER, POINTS)).toBe(points);
      expect(change(HOLDER, asset)).toBe(shares);
      expect(change(market.names.fees, POINTS)).toBe(fill.toHouse);
      expect(mechanism.pool(market, after)).toEqual(fill.after);
      for (const law of Object.values(mechanism.laws)) expect(law(market, after)).toBeUndefined();
    }

    test('[M9] a buy balances, and leaves the books at the pool that was quoted', () => {
      const law = fc.property(outcome, spend, bpsOf, fc.boolean(), (index, size, bps, bySpend) => {
        const fill = bySpend
          ? pool.buyBySpend(index, size, bps)
          : pool.buyByShares(index, size, bps);
        if (fill && fill.pays < PURSE) keepsTheBooks(fill);
      });
      fc.assert(law, runs);
    });

    sells('[M9] so does a sale', () => {
      const law = fc.property(holding, bpsOf, ({ index, shares }, bps) => {
        const fill = pool.sell(index, shares - 1n > 0n ? shares - 1n : shares, bps);
        if (fill && fill.gets > 0n && fill.pays < holdingOf(index)) keepsTheBooks(fill);
      });
      fc.assert(law, runs);
    });

    test('[M10] a pool does not change: the same question has the same answer', () => {
      const prices = [...pool.prices()];
      const law = fc.property(outcome, spend, bpsOf, (index, size, bps) => {
        const first = pool.buyBySpend(index, size, bps);
        pool.buyByShares(index, size, bps);
        expect(pool.buyBySpend(index, size, bps)).toEqual(first);
        expect(pool.prices()).toEqual(prices);
        expect(mechanism.pool(market, books)).toEqual(pool);
      });
      fc.assert(law, runs);
    });
  });
}
