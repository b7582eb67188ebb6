import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { CurveTerms } from '../command.js';
import { area, curve, CurvePool } from './curve.js';
import { honoursTheMechanismContract, type Standing } from './mechanism.contract.js';

const terms: CurveTerms = {
  mechanism: 'curve',
  fundamental: 10_000_000n,
  slope: 25_000n,
  bps: 200,
  source: 'feed',
  rules: [],
};

/** The area as a fraction, rounded up by hand: F·s/10^6 + m·s²/(2·10^12). */
function areaByHand(f: bigint, m: bigint, s: bigint): bigint {
  const over = 2n * 10n ** 12n;
  const twice = f * s * 2_000_000n + m * s * s;
  return twice % over === 0n ? twice / over : twice / over + 1n;
}

function standing(name: string, fundamental: bigint, slope: bigint, supply: bigint): Standing {
  const escrow = areaByHand(fundamental, slope, supply);
  const own = { ...terms, fundamental, slope };
  return { name, terms: own, reserves: [], held: [supply], escrow, fundamental };
}

const STANDINGS = [
  standing('unsold', 10_000_000n, 25_000n, 0n),
  standing('100 shares at F=10, m=0.025', 10_000_000n, 25_000n, 100_000_000n),
  standing('crooked figures', 10_000_001n, 24_999n, 33_333_333n),
  standing('the cheapest, flattest stock', 10_000n, 1n, 123_456_789n),
  standing('the cheapest, flattest stock with 10^15 sold', 10_000n, 1n, 10n ** 15n),
  standing('the cheapest, steepest stock', 10_000n, 10n ** 12n, 1_000_003n),
  standing('the dearest, flattest stock', 10n ** 12n, 1n, 1_000_001n),
  standing('the dearest, steepest stock', 10n ** 12n, 10n ** 12n, 777_777n),
  standing('one microshare sold', 10_000n, 1n, 1n),
];

honoursTheMechanismContract(curve, STANDINGS);

const poolOf = ({ fundamental = 0n, terms: own, held }: Standing): CurvePool =>
  new CurvePool(fundamental, (own as CurveTerms).slope, held[0] ?? 0n);

test.each([
  { f: 10_000_000n, m: 25_000n, s: 0n, price: 10_000_000n },
  { f: 10_000_000n, m: 25_000n, s: 100_000_000n, price: 12_500_000n },
  { f: 10_000_000n, m: 25_000n, s: 999_999n, price: 10_024_999n },
  { f: 10_000n, m: 1n, s: 999_999n, price: 10_000n },
  { f: 10_000n, m: 1n, s: 1_000_000n, price: 10_001n },
])('[K1] at F=$f, m=$m, s=$s the price is $price', ({ f, m, s, price }) => {
  expect(new CurvePool(f, m, s).prices()).toEqual([price]);
});

const fundamental = fc.bigInt({ min: 10_000n, max: 10n ** 12n });
const slope = fc.bigInt({ min: 1n, max: 10n ** 12n });
const supply = fc
  .tuple(fc.bigInt({ min: 0n, max: 10n ** 15n }), fc.integer({ min: 0, max: 50 }))
  .map(([size, bits]) => size >> BigInt(bits));

test('[K2] the area is the exact one, rounded up once', () => {
  fc.assert(
    fc.property(fundamental, slope, supply, (f, m, s) => {
      expect(area(f, m, s)).toBe(areaByHand(f, m, s));
    }),
  );
  expect(area(10_000_000n, 25_000n, 100_000_000n)).toBe(1_125_000_000n);
  expect(area(10_000n, 1n, 1n)).toBe(1n);
  expect(area(10_000n, 1n, 0n)).toBe(0n);
});

test('[K3] shares cost the area they add and bring the area they leave', () => {
  fc.assert(
    fc.property(fundamental, slope, supply, supply, (f, m, s, more) => {
      fc.pre(more > 0n);
      const pool = new CurvePool(f, m, s);
      const bought = pool.buyByShares(0, more, 0);
      expect(bought?.pays).toBe(areaByHand(f, m, s + more) - areaByHand(f, m, s));
      const sold = new CurvePool(f, m, s + more).sell(0, more, 0);
      expect(sold?.gets).toBe(bought?.pays);
    }),
  );
});

test('[K4] a budget buys the most it can pay for; one microshare more would cost more than it', () => {
  fc.assert(
    fc.property(
      fundamental,
      slope,
      supply,
      supply,
      fc.constantFrom(0, 200, 1_000),
      (f, m, s, spend, bps) => {
        // A budget that its fee eats up buys nothing, not even what rounds to nothing.
        fc.pre(spend * BigInt(10_000 - bps) >= 10_000n);
        const pool = new CurvePool(f, m, s);
        const fill = pool.buyBySpend(0, spend, bps);
        const got = fill?.gets ?? 0n;
        expect(fill?.pays ?? 0n).toBeLessThanOrEqual(spend);
        expect(pool.buyByShares(0, got + 1n, bps)?.pays).toBeGreaterThan(spend);
        if (fill) expect(fill.pays).toBe(pool.buyByShares(0, got, bps)?.pays);
      },
    ),
  );
});

test.each(STANDINGS)('[K5] any split of a trade costs the same to the unit: $name', (at) => {
  fc.assert(
    fc.property(
      fc.array(fc.bigInt({ min: 1n, max: 10n ** 9n }), { minLength: 1, maxLength: 20 }),
      (sizes) => {
        const start = poolOf(at);
        let pool = start;
        let paid = 0n;
        for (const size of sizes) {
          const fill = pool.buyByShares(0, size, 0);
          paid += fill?.pays ?? 0n;
          pool = fill?.after as CurvePool;
        }
        const shares = sizes.reduce((sum, size) => sum + size, 0n);
        expect(paid).toBe(start.buyByShares(0, shares, 0)?.pays);
        let got = 0n;
        for (const size of [...sizes].reverse()) {
          const fill = pool.sell(0, size, 0);
          got += fill?.gets ?? 0n;
          pool = fill?.after as CurvePool;
        }
        expect(got).toBe(paid);
        expect(pool).toEqual(start);
      },
    ),
    { numRuns: 30 },
  );
});

test.each(STANDINGS)('[K6] a round trip is free to the unit without a fee: $name', (at) => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 10n ** 12n }), (size) => {
      const bought = poolOf(at).buyByShares(0, size, 0);
      expect(bought?.after.sell(0, size, 0)?.gets).toBe(bought?.pays);
    }),
    { numRuns: 30 },
  );
});

test.each([
  ['F below 0.01', { fundamental: 9_999n }],
  ['F above a million', { fundamental: 10n ** 12n + 1n }],
  ['no slope', { slope: 0n }],
  ['a slope above a million', { slope: 10n ** 12n + 1n }],
  ['a negative slope', { slope: -1n }],
  ['no source', { source: '' }],
  ['a source that is no id', { source: 'a:b' }],
  ['a negative cost cap', { factCostMax: -1n as CurveTerms['factCostMax'] }],
  ['a cost cap beyond all Points', { factCostMax: (10n ** 18n + 1n) as CurveTerms['factCostMax'] }],
  ['a negative move cap', { factMoveMax: -1n }],
  ['a move cap beyond all figures', { factMoveMax: 10n ** 50n }],
  [
    'two rules for a kind',
    {
      rules: [
        { kind: 'goal', add: 1n },
        { kind: 'goal', num: 1, den: 2 },
      ],
    },
  ],
  ['a rule that divides by 0', { rules: [{ kind: 'goal', num: 1, den: 0 }] }],
  ['a rule with half a numerator', { rules: [{ kind: 'goal', num: 1.5, den: 2 }] }],
  ['a rule with a negative numerator', { rules: [{ kind: 'goal', num: -1, den: 2 }] }],
  ['a kind that is no name', { rules: [{ kind: 'own goal', num: 1, den: 1 }] }],
  ['33 rules', { rules: Array.from({ length: 33 }, (_, n) => ({ kind: `k${n}`, add: 1n })) }],
])('[K10] a stock with %s is none', (_, wrong) => {
  expect(curve.fault({ ...terms, ...wrong } as CurveTerms)).toBeTypeOf('string');
  expect(curve.fault(terms)).toBeUndefined();
});
