import fc from 'fast-check';
import { expect, test } from 'vitest';
import { pricesByExponent, pricesByWeight } from './price.js';

test.each([
  { weights: [1n, 1n], prices: [500_000n, 500_000n] },
  { weights: [1n, 1n, 1n], prices: [333_334n, 333_333n, 333_333n] },
  {
    weights: [1n, 1n, 1n, 1n, 1n, 1n],
    prices: [166_667n, 166_667n, 166_667n, 166_667n, 166_666n, 166_666n],
  },
  // The larger remainder gets the missing unit, not the larger price.
  { weights: [2n, 1n], prices: [666_667n, 333_333n] },
  { weights: [1n, 2n], prices: [333_333n, 666_667n] },
  { weights: [1n, 1n, 5n], prices: [142_857n, 142_857n, 714_286n] },
  // A remainder tie goes to the lower index: 250000.5 twice.
  { weights: [500_001n, 1_499_999n], prices: [250_001n, 749_999n] },
  { weights: [1_499_999n, 500_001n], prices: [750_000n, 250_000n] },
  // A price of 0 is raised at the expense of the largest.
  { weights: [1n, 10n ** 18n], prices: [1n, 999_999n] },
  { weights: [10n ** 18n, 1n], prices: [999_999n, 1n] },
  { weights: [1n, 10n ** 18n, 1n], prices: [1n, 999_998n, 1n] },
  { weights: [10n ** 18n, 10n ** 18n, 1n], prices: [499_999n, 500_000n, 1n] },
])('[U6] $weights share a Point as $prices', ({ weights, prices }) => {
  expect(pricesByWeight(weights)).toEqual(prices);
});

const weight = fc
  .tuple(
    fc.integer({ min: 0, max: 18 }),
    fc.bigInt({ min: 1n, max: 9n }),
    fc.bigInt({ min: 0n, max: 9n }),
  )
  .map(([zeros, lead, rest]) => lead * 10n ** BigInt(zeros) + rest);

test('[U7] whatever the weights, prices lie between 1 and 999,999 and sum to 1,000,000', () => {
  fc.assert(
    fc.property(fc.array(weight, { minLength: 2, maxLength: 64 }), (weights) => {
      const prices = pricesByWeight(weights);
      expect(prices.reduce((sum, price) => sum + price, 0n)).toBe(1_000_000n);
      expect(prices.every((price) => price >= 1n && price <= 999_999n)).toBe(true);
    }),
  );
});

test('[U6] no price is a whole unit from its share, unless it was raised from 0', () => {
  fc.assert(
    fc.property(fc.array(weight, { minLength: 2, maxLength: 8 }), (weights) => {
      const sum = weights.reduce((total, one) => total + one, 0n);
      const exact = weights.map((one) => (one * 1_000_000n) / sum);
      fc.pre(!exact.includes(0n));
      pricesByWeight(weights).forEach((price, index) => {
        const floor = exact[index] ?? 0n;
        expect(price === floor || price === floor + 1n).toBe(true);
      });
    }),
  );
});

test('[N7] remainders nearer than 128 bits can tell are told apart by more', () => {
  // Shares of 9.6 and 999,961.6 units but for 10^−33: all five remainders are nearly 0.6, and three units are missing.
  const [far, b] = [8_334_959_497_102_453n, 721_409_848_103_092n];
  const prices = [10n, 10n, 9n, 9n, 999_962n];
  expect(pricesByExponent([0n, 0n, 0n, 0n, far], b)).toEqual(prices);
  expect(pricesByExponent([far, 0n, 0n, 0n, 0n], b)).toEqual([999_962n, 10n, 10n, 9n, 9n]);
});
