/**
 * The pool against its own definition, which needs no logarithm: a net k covers a trade when
 * Σ e^(q'ⱼ/b) ≤ Σ e^((qⱼ + k)/b), and the reference in `test/exactly.ts` can tell.
 *
 * Long because every law of the mechanism is tried on the same pools.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { compareSums, expOf } from '../../test/exactly.js';
import type { LmsrTerms } from '../command.js';
import { micro } from '../math/amount.js';
import { lmsr, LmsrPool, subsidyOf } from './lmsr.js';
import type { Fill } from './mechanism.js';
import { honoursTheMechanismContract, type Standing } from './mechanism.contract.js';
import { pricesByExponent, pricesByWeight } from './price.js';

const ONE = 1_000_000n;
const NAMES = Array.from({ length: 64 }, (_, n) => `T${n + 1}`);
const termsOf = (count: number, liquidity: bigint): LmsrTerms => ({
  mechanism: 'lmsr',
  outcomes: NAMES.slice(0, count),
  liquidity: micro(liquidity),
  bps: 0,
});
const spreadOf = (held: readonly bigint[]): bigint =>
  held.reduce((most, one) => (one > most ? one : most)) -
  held.reduce((least, one) => (one < least ? one : least));

/** What is held, behind collateral that just covers it, and the largest trade that stays within reach. */
function standing(name: string, b: bigint, held: readonly bigint[]): Standing {
  const pool = new LmsrPool(held, b);
  return {
    name,
    terms: termsOf(held.length, b),
    reserves: [],
    held,
    escrow: pool.cost(),
    largest: 690n * b - spreadOf(held),
  };
}

honoursTheMechanismContract(lmsr, [
  standing('b 100, nothing held', 100n * ONE, [0n, 0n]),
  standing('b 100, 100 and 10', 100n * ONE, [100n * ONE, 10n * ONE]),
  standing('b 100, three alike', 100n * ONE, [20n * ONE, 20n * ONE, 20n * ONE]),
  standing('b 1, far apart', ONE, [600n * ONE, 0n, 599_999_999n]),
  standing('b 10^9, a share or two', 10n ** 15n, [1n, 2n, 1n, 5n]),
  standing('b 10^9, far apart', 10n ** 15n, [3n * 10n ** 17n, 7n, 10n ** 16n]),
  standing('primes', 15_485_863n, [7_919_104_729n, 1_299_709n, 32_452_843n, 1n]),
]);

const pool = (b: number, ...held: number[]): LmsrPool =>
  new LmsrPool(
    held.map((one) => BigInt(Math.round(one * 1e6))),
    BigInt(b) * ONE,
  );
const heldAfter = (fill: Fill | undefined): readonly bigint[] => {
  if (!(fill?.after instanceof LmsrPool)) throw new Error('an lmsr pool');
  return fill.after.held;
};

/** Round sizes, which tie often, or any. */
const figure = (most: bigint): fc.Arbitrary<bigint> =>
  fc.oneof(
    fc.integer({ min: 0, max: 10 }).map((n) => (BigInt(n) * most) / 10n),
    fc
      .tuple(fc.bigInt({ min: 0n, max: most }), fc.integer({ min: 0, max: 50 }))
      .map(([n, cut]) => n >> BigInt(cut)),
  );

interface Case {
  readonly pool: LmsrPool;
  readonly outcome: number;
  readonly size: bigint;
}

const cases = (spread: bigint, counts: readonly number[]): fc.Arbitrary<Case> =>
  fc
    .record({
      b: fc.constantFrom(ONE, 100n * ONE, 12_345_678_901n, 999_999_937n, 10n ** 15n),
      count: fc.constantFrom(...counts),
    })
    .chain(({ b, count }) =>
      fc.record({
        pool: fc
          .array(figure((b * spread) / 10n), { minLength: count, maxLength: count })
          .map((held) => new LmsrPool(held, b)),
        outcome: fc.nat(count - 1),
        size: figure((b * spread) / 10n).map((size) => size + 1n),
      }),
    );

/** Is what `after` costs more than before below `net` (−1), exactly `net` (0), or above? */
const against = (before: LmsrPool, after: readonly bigint[], net: bigint, wide: number): number =>
  compareSums(
    after,
    before.held.map((one) => one + net),
    before.liquidity,
    wide,
  );

function checkBuy(c: Case, wide: number): void {
  const fill = c.pool.buyByShares(c.outcome, c.size, 0);
  const after = heldAfter(fill);
  const net = fill?.pays ?? 0n;
  expect(net > 0n && net <= c.size).toBe(true);
  expect(against(c.pool, after, net, wide)).toBeLessThanOrEqual(0);
  expect(against(c.pool, after, net - 1n, wide)).toBe(1);
}

function checkSpend(c: Case, wide: number): void {
  const fill = c.pool.buyBySpend(c.outcome, c.size, 0);
  const after = heldAfter(fill);
  expect(fill?.pays).toBe(c.size);
  expect(against(c.pool, after, c.size, wide)).toBeLessThanOrEqual(0);
  const more = after.map((one, index) => (index === c.outcome ? one + 1n : one));
  expect(against(c.pool, more, c.size, wide)).toBe(1);
}

function checkSale(c: Case, wide: number): void {
  const before = c.pool.held[c.outcome] ?? 0n;
  const size = c.size < before ? c.size : before;
  if (size === 0n) return;
  const fill = c.pool.sell(c.outcome, size, 0);
  const after = new LmsrPool(heldAfter(fill), c.pool.liquidity);
  const r = fill?.gets ?? 0n;
  expect(r >= 0n && r < size).toBe(true);
  expect(against(after, c.pool.held, r, wide)).toBeGreaterThanOrEqual(0);
  expect(against(after, c.pool.held, r + 1n, wide)).toBe(-1);
}

describe.each([
  ['close together', 30n, [2, 3, 5], 400, 900],
  ['of 48 and 64', 30n, [48, 64], 400, 40],
  ['up to 700·b apart', 3_450n, [2, 3, 4], 2_400, 150],
] as const)('by definition, %s', (_name, spread, counts, wide, numRuns) => {
  const runs = { numRuns };

  test('[N1] shares cost the least net that covers them', () => {
    fc.assert(
      fc.property(cases(spread, counts), (c) => checkBuy(c, wide)),
      runs,
    );
  });

  test('[N2] a sale brings the most that leaves the rest covered', () => {
    fc.assert(
      fc.property(cases(spread, counts), (c) => checkSale(c, wide)),
      runs,
    );
  });

  test('[N3] a budget buys the most that it covers, and is charged whole', () => {
    fc.assert(
      fc.property(cases(spread / 2n, counts), (c) => checkSpend(c, wide)),
      runs,
    );
  });

  test('[N7] prices are those of the exact weights', () => {
    fc.assert(
      fc.property(cases(spread, counts), ({ pool: { held, liquidity } }) => {
        const top = held.reduce((most, one) => (one > most ? one : most));
        const weights = held.map((one) => expOf(one - top, liquidity, wide));
        expect(pricesByExponent(held, liquidity)).toEqual(pricesByWeight(weights));
      }),
      runs,
    );
  });

  test('[N8] the cost is the least whole figure that covers C(q), which covers every outcome', () => {
    fc.assert(
      fc.property(cases(spread, counts), (c) => {
        const cost = c.pool.cost();
        const { held, liquidity } = c.pool;
        expect(compareSums(held, [cost], liquidity, wide)).toBe(-1);
        expect(compareSums(held, [cost - 1n], liquidity, wide)).toBe(1);
        expect(held.every((one) => one <= cost)).toBe(true);
      }),
      runs,
    );
  });
});

describe('[N4] a figure that is exact is not rounded', () => {
  test.each([
    [[0, 10], 0, 20, 10_000_000n],
    [[10, 0], 1, 20, 10_000_000n],
    [[0, 10, 20], 0, 30, 10_000_000n],
    [[5, 0, 10, 15], 1, 20, 5_000_000n],
    [[0.000001, 0], 1, 0.000002, 1n],
  ] as const)('of %j, buying of %i so many shares: %d', (held, outcome, shares, cost) => {
    const size = BigInt(Math.round(shares * 1e6));
    const before = pool(100, ...held);
    const bought = before.buyByShares(outcome, size, 0);
    expect(bought?.pays).toBe(cost);
    expect(bought?.after.sell(outcome, size, 0)?.gets).toBe(cost);
    expect(before.buyBySpend(outcome, cost, 0)?.gets).toBe(size);
    expect(before.buyBySpend(outcome, cost - 1n, 0)?.gets ?? 0n).toBeLessThan(size);
  });

  test('wherever the other entries are a ladder, up to 64 of them', () => {
    for (const count of [2, 3, 7, 48, 64]) {
      const step = 1_234_567n;
      const held = Array.from({ length: count }, (_, n) => BigInt(n) * step);
      const size = step * BigInt(count);
      const bought = new LmsrPool(held, 10n ** 8n).buyByShares(0, size, 0);
      expect(bought?.pays).toBe(step);
      expect(bought?.after.sell(0, size, 0)?.gets).toBe(step);
    }
  });

  test('the same sums in another order are needed, not only the same size', () => {
    // 30 shares of three, but no ladder: not 10 exactly.
    expect(pool(100, 0, 10, 19).buyByShares(0, 30n * ONE, 0)?.pays).not.toBe(10n * ONE);
  });

  test('a third outcome that weighs e^−600 breaks the tie, and 128 bits cannot see it', () => {
    const b = 100n * ONE;
    const held = [600n * b, 600n * b + 10n * ONE, 0n];
    // A little of the pool moves with neither: less than 10 is paid, and less is given back.
    const bought = new LmsrPool(held, b).buyByShares(0, 20n * ONE, 0);
    expect(bought?.pays).toBe(10n * ONE);
    expect(bought?.after.sell(0, 20n * ONE, 0)?.gets).toBe(10n * ONE - 1n);
    const spent = new LmsrPool(held, b).buyBySpend(0, 10n * ONE, 0);
    expect(spent?.gets).toBe(20n * ONE);
    expect(new LmsrPool(held.slice(0, 2), b).buyByShares(0, 20n * ONE, 0)?.pays).toBe(10n * ONE);
  });
});

describe('[N5] the sponsor puts in ⌈b·ln n⌉', () => {
  test.each([
    [2, 69_314_719n],
    [3, 109_861_229n],
    [48, 387_120_102n],
    [64, 415_888_309n],
  ])('b 100 and %i outcomes: %d', (count, deposit) => {
    expect(subsidyOf(100n * ONE, count)).toBe(deposit);
    expect(lmsr.deposit(termsOf(count, 100n * ONE))).toBe(deposit);
  });

  test('for every number of outcomes, and b at its limits', () => {
    for (let count = 2; count <= 64; count++) {
      for (const b of [ONE, 999_999_937n, 10n ** 15n]) {
        const deposit = subsidyOf(b, count);
        const all = Array<bigint>(count).fill(0n);
        expect(compareSums(all, [deposit], b)).toBe(-1);
        expect(compareSums(all, [deposit - 1n], b)).toBe(1);
      }
    }
  });
});

describe('[N6] outcomes lie at most 700·b apart', () => {
  const b = 100n * ONE;
  const far = 700n * b;

  test('a buy reaches exactly so far', () => {
    const opening = new LmsrPool([0n, 0n], b);
    expect(opening.buyByShares(0, far, 0)?.pays).toBe(far - 69_314_719n + 1n);
    expect(opening.buyByShares(0, far + 1n, 0)).toBeUndefined();
    expect(opening.buyBySpend(0, far - 69_314_718n, 0)?.gets).toBe(far);
    expect(opening.buyBySpend(0, far - 69_314_717n, 0)).toBeUndefined();
    expect(opening.buyBySpend(0, 10n ** 18n, 0)).toBeUndefined();
  });

  test('a sale, too, and back from there', () => {
    const full = new LmsrPool([far + 1n, 1n, 5n], b);
    expect(full.sell(1, 1n, 0)).toBeUndefined();
    expect(full.sell(0, far, 0)?.gets).toBeGreaterThan(0n);
    expect(new LmsrPool([far, 1n, 5n], b).sell(1, 1n, 0)?.gets).toBe(0n);
    expect(full.nothingMeans).toBe('out_of_range');
  });
});

test('[N7] outcomes held alike have the same price, but for the unit that cannot be shared', () => {
  expect(pool(100, 7, 7, 7).prices()).toEqual([333_334n, 333_333n, 333_333n]);
  expect(pool(100, 0, 0).prices()).toEqual([500_000n, 500_000n]);
  expect(pool(1, 650, 650, 0).prices()).toEqual([499_999n, 500_000n, 1n]);
  expect(pool(1, 690, 0, 0).prices()).toEqual([999_998n, 1n, 1n]);
  const [first, second, third] = pool(100, 3, 50, 3).prices();
  expect(first).toBe(third);
  expect((first ?? 0n) + (second ?? 0n) + (third ?? 0n)).toBe(ONE);
});

const verb = fc.record({
  verb: fc.constantFrom('spend', 'shares', 'sell'),
  outcome: fc.nat(3),
  size: figure(200n * ONE).map((size) => size + 1n),
});

/** Trades one after the other; what was paid less what was given, and where it ends. */
function run(
  from: LmsrPool,
  moves: readonly { verb: string; outcome: number; size: bigint }[],
  bps = 0,
): { net: bigint; pool: LmsrPool; fees: bigint; trades: number } {
  let now = from;
  let [net, fees, trades] = [0n, 0n, 0];
  for (const { verb: what, outcome: any, size } of moves) {
    const outcome = any % now.held.length;
    const held = now.held[outcome] ?? 0n;
    const shares = size < held ? size : held;
    if (what === 'sell' && shares === 0n) continue;
    const fill =
      what === 'spend'
        ? now.buyBySpend(outcome, size, bps)
        : what === 'shares'
          ? now.buyByShares(outcome, size, bps)
          : now.sell(outcome, shares, bps);
    if (!fill) continue;
    net += fill.side === 'buy' ? fill.pays : -fill.gets;
    fees += fill.fee;
    trades++;
    now = fill.after as LmsrPool;
  }
  return { net, pool: now, fees, trades };
}

const pools = fc
  .tuple(
    fc.constantFrom(ONE, 100n * ONE, 10n ** 12n),
    fc.array(figure(300n * ONE), { minLength: 2, maxLength: 4 }),
  )
  .map(([b, held]) => new LmsrPool(held, b));

test('[N9] unwinding any sequence of trades, in any order, never gains', () => {
  const law = fc.property(
    pools,
    fc.array(verb, { maxLength: 10 }),
    fc.constantFrom(0, 30),
    (from, moves, bps) => {
      const there = run(from, moves, bps);
      const back = from.held.map((held, outcome) => {
        const off = (there.pool.held[outcome] ?? 0n) - held;
        return { verb: off > 0n ? 'sell' : 'shares', outcome, size: off > 0n ? off : -off };
      });
      const end = run(
        there.pool,
        back.filter(({ size }) => size > 0n),
        bps,
      );
      // On its way back an order may meet a spread beyond 700·b, and is then refused: nothing to compare.
      fc.pre(end.pool.held.every((held, outcome) => held === from.held[outcome]));
      expect(there.net + end.net).toBeGreaterThanOrEqual(there.fees + end.fees);
    },
  );
  fc.assert(law, { numRuns: 300 });
});

test('[N8] what was paid in always covers what C rose by', () => {
  const law = fc.property(pools, fc.array(verb, { maxLength: 12 }), (from, moves) => {
    const { net, pool: after } = run(from, moves);
    // The pool began with just enough, and still has it.
    expect(from.cost() + net).toBeGreaterThanOrEqual(after.cost());
  });
  fc.assert(law, { numRuns: 300 });
});

test('[N10] any order of the same trades costs the same, but for less than a micro-Point a trade', () => {
  const law = fc.property(
    pools,
    fc.array(figure(100n * ONE), { minLength: 2, maxLength: 6 }),
    (from, sizes) => {
      const buys = sizes.map((size, outcome) => ({ verb: 'shares', outcome, size: size + 1n }));
      const one = run(from, buys);
      const other = run(from, [...buys].reverse());
      expect(other.pool.held).toEqual(one.pool.held);
      const off = one.net - other.net;
      expect(off < 0n ? -off : off).toBeLessThan(BigInt(sizes.length));
    },
  );
  fc.assert(law, { numRuns: 200 });
});
