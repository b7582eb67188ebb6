import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { expOf } from '../../test/exactly.js';
import { BITS_MAX, expOfMinus, lnOf, precision, roundExactly, type Interval } from './fixed.js';

const EXTRA = 200;
/** How far the reference itself may be off, in its own units. */
const OFF = 1n << 100n;

/** A whole number of any length up to `bits`. */
const ofLength = (bits: number): fc.Arbitrary<bigint> =>
  fc
    .tuple(
      fc.bigInt({ min: 0n, max: (1n << BigInt(bits)) - 1n }),
      fc.integer({ min: 0, max: bits }),
    )
    .map(([n, cut]) => n >> BigInt(cut));

function enclosesExp(num: bigint, den: bigint, bits: number): void {
  const { low, high } = expOfMinus(num, den, precision(bits));
  const exact = expOf(-num, den, bits + EXTRA);
  const what = `e^-(${num}/${den}) at ${bits} bits`;
  expect(low >= 0n && high - low <= 2n, what).toBe(true);
  expect(low << BigInt(EXTRA), what).toBeLessThanOrEqual(exact + OFF);
  expect(high << BigInt(EXTRA), what).toBeGreaterThanOrEqual(exact - OFF);
}

/** ln y lies between its bounds: e^low ≤ y ≤ e^high. */
function enclosesLn(y: bigint, bits: number): Interval {
  const found = lnOf({ low: y, high: y }, precision(bits));
  const one = 1n << BigInt(bits);
  const what = `ln(${y}/2^${bits})`;
  const exact = y << BigInt(EXTRA);
  expect(found.high - found.low <= 2n, what).toBe(true);
  const off = (exact >> BigInt(bits + 60)) + OFF;
  expect(expOf(found.low, one, bits + EXTRA), what).toBeLessThanOrEqual(exact + off);
  expect(expOf(found.high, one, bits + EXTRA), what).toBeGreaterThanOrEqual(exact - off);
  return found;
}

describe('[Q1] e^−x lies between its bounds, at most 2 units apart', () => {
  test('for every kind of fraction', () => {
    const size = fc.tuple(ofLength(60), fc.bigInt({ min: 1n, max: 10n ** 15n }));
    fc.assert(
      fc.property(size, ([num, den]) => {
        fc.pre(num < den * 1_500n);
        enclosesExp(num, den, 128);
      }),
      { numRuns: 3_000 },
    );
  });

  test('on both sides of every entry of the table, and of every power of 2', () => {
    for (let n = 1n; n < 1_500n; n++) {
      for (const more of [-1n, 0n, 1n])
        enclosesExp(n * 10n ** 12n + more, 1_024n * 10n ** 12n, 128);
    }
    const ln2 = 693_147_180_559_945_309n;
    for (let k = 1n; k < 180n; k++) {
      for (const more of [-1n, 0n, 1n]) enclosesExp(k * ln2 + more, 10n ** 18n, 128);
    }
  });

  test('at 0 it is 1 exactly, far out it is next to nothing', () => {
    const at = precision(128);
    expect(expOfMinus(0n, 7n, at)).toEqual({ low: at.one, high: at.one });
    expect(expOfMinus(1n, 10n ** 15n, at).high).toBeLessThan(at.one);
    expect(expOfMinus(10n ** 18n, 1n, at)).toEqual({ low: 0n, high: 1n });
    for (const num of [88n, 89n, 90n, 128n, 129n, 130n]) enclosesExp(num, 1n, 128);
  });
});

describe('[Q2] ln x lies between its bounds, at most 2 units apart', () => {
  test('for numbers of every length', () => {
    fc.assert(
      fc.property(ofLength(128 + 7), (y) => {
        fc.pre(y > 0n);
        enclosesLn(y, 128);
      }),
      { numRuns: 1_500 },
    );
  });

  test('on both sides of every entry of the table, and of every power of 2', () => {
    const one = 1n << 128n;
    for (let n = 256n; n <= 512n; n++) {
      for (const more of [-1n, 0n, 1n]) enclosesLn((n << 120n) + more, 128);
    }
    for (let k = 1n; k < 135n; k++) {
      for (const more of [-1n, 0n, 1n])
        if ((1n << k) + more > 0n) enclosesLn((1n << k) + more, 128);
    }
    expect(lnOf({ low: one, high: one }, precision(128))).toEqual({ low: -1n, high: 1n });
  });

  test('of bounds it covers both ends, and is wider by no more than their distance', () => {
    fc.assert(
      fc.property(ofLength(130), ofLength(100), (from, more) => {
        const low = from + (1n << 100n);
        const both = lnOf({ low, high: low + more }, precision(128));
        const [first, last] = [low, low + more].map((y) => enclosesLn(y, 128));
        expect(both.low).toBeLessThanOrEqual(first?.low ?? 0n);
        expect(both.high).toBeGreaterThanOrEqual(last?.low ?? 0n);
        expect(both.high - both.low).toBeLessThanOrEqual(3n + (more << 128n) / low);
      }),
      { numRuns: 300 },
    );
  });

  test('nothing has no logarithm', () => {
    expect(() => lnOf({ low: 0n, high: 1n }, precision(128))).toThrow('of more than nothing');
  });
});

describe('[Q3] at every precision the same holds', () => {
  test.each([129, 200, 256, 512, 1_024, 2_048, BITS_MAX])('%i bits', (bits) => {
    const runs = { numRuns: bits > 1_000 ? 15 : 100 };
    const size = fc.tuple(ofLength(60), fc.bigInt({ min: 1n, max: 10n ** 15n }));
    fc.assert(
      fc.property(size, ([num, den]) => {
        fc.pre(num < den * 1_500n);
        enclosesExp(num, den, bits);
      }),
      runs,
    );
    fc.assert(
      fc.property(ofLength(bits + 7), (y) => {
        fc.pre(y > 0n);
        enclosesLn(y, bits);
      }),
      runs,
    );
  });

  test('and no other is to be had', () => {
    expect(() => precision(127)).toThrow('a precision of');
    expect(() => precision(BITS_MAX + 1)).toThrow('a precision of');
  });
});

describe('[Q4] a ceiling or floor is of the exact number', () => {
  /** Bounds around num/den, 4 units wide. */
  const real = (num: bigint, den: bigint, knows = true) => {
    const asked: number[] = [];
    const within = ({ bits, one }: { bits: number; one: bigint }): Interval => {
      asked.push(bits);
      return { low: (num * one) / den - 2n, high: (num * one) / den + 2n };
    };
    return { asked, within, is: (whole: bigint) => knows && whole * den === num };
  };

  test('a whole number is itself, at once', () => {
    for (const way of ['up', 'down'] as const) {
      const seven = real(21n, 3n);
      expect(roundExactly(way, seven)).toBe(7n);
      expect(seven.asked).toEqual([128]);
    }
  });

  test.each([
    [100n, [128]],
    [200n, [128, 256]],
    [1_000n, [128, 256, 512, 1_024]],
  ])('2^−%i off a whole number, and bits are doubled until it shows', (depth, bits) => {
    const den = 1n << depth;
    for (const [off, up, down] of [
      [1n, 8n, 7n],
      [-1n, 7n, 6n],
    ] as const) {
      const above = real(7n * den + off, den);
      expect(roundExactly('up', above)).toBe(up);
      expect(above.asked).toEqual(bits);
      expect(roundExactly('down', real(7n * den + off, den))).toBe(down);
    }
  });

  test('what is known beforehand settles it without more bits', () => {
    const near = real((7n << 1_000n) - 1n, 1n << 1_000n);
    expect(roundExactly('up', { ...near, most: 7n })).toBe(7n);
    expect(roundExactly('down', { ...near, most: 6n })).toBe(6n);
    const above = real((7n << 1_000n) + 1n, 1n << 1_000n);
    expect(roundExactly('down', { ...above, least: 7n })).toBe(7n);
    expect(roundExactly('up', { ...above, least: 8n })).toBe(8n);
    expect([...near.asked, ...above.asked]).toEqual([128, 128, 128, 128]);
  });

  test('a tie that nobody knows of is a fault, not a guess', () => {
    expect(() => roundExactly('up', real(7n, 1n, false))).toThrow('so close to a whole one');
  });
});
