import fc from 'fast-check';
import { expect, test } from 'vitest';
import { divDown, divUp, formatAmount, ONE, parseAmount, whole } from './amount.js';

test('[U1] a Point is a million micro-Points', () => {
  expect(ONE).toBe(1_000_000n);
  expect(whole(3)).toBe(3_000_000n);
  expect(parseAmount('0.000001')).toBe(1n);
});

test.each([
  ['0', 0n],
  ['0.0', 0n],
  ['0.000000', 0n],
  ['12.5', 12_500_000n],
  ['12.500000', 12_500_000n],
  ['1', 1_000_000n],
  ['0.1', 100_000n],
  ['0.000001', 1n],
  ['999999999999.999999', 999_999_999_999_999_999n],
  ['1000000000000', 10n ** 18n],
  ['1000000000000.000000', 10n ** 18n],
])('[U2] %j is an amount', (text, value) => {
  expect(parseAmount(text)).toBe(value);
});

test.each([
  '',
  ' ',
  ' 1',
  '1 ',
  '1\n',
  '\n1',
  '1.',
  '.5',
  '.',
  '01',
  '00',
  '00.5',
  '0x10',
  '1e3',
  '1E3',
  '1_000',
  '1,000',
  '1,5',
  '+1',
  '-1',
  '-0',
  '−1',
  '--1',
  '0.0000001',
  '1.0000000',
  '1.2.3',
  '1..2',
  'NaN',
  'Infinity',
  'null',
  '1000000000000.000001',
  '1000000000001',
  '9999999999999',
  '10000000000000',
  '99999999999999999999',
  '１',
  '٣',
  '1.٣',
  '0b1',
  '1n',
  '1 000',
  '"1"',
  '1\u0000',
  '1.5\r',
  '1.5\u2028',
])('[U2] %j is no amount', (text) => {
  expect(parseAmount(text)).toBeUndefined();
});

test.each([
  [0n, '0'],
  [1n, '0.000001'],
  [-1n, '-0.000001'],
  [10n, '0.00001'],
  [100_000n, '0.1'],
  [999_999n, '0.999999'],
  [1_000_000n, '1'],
  [-1_000_000n, '-1'],
  [-12_500_000n, '-12.5'],
  [10_000_000n, '10'],
  [100_000_010n, '100.00001'],
  [10n ** 18n, '1000000000000'],
  [-(10n ** 18n), '-1000000000000'],
])('[U3] %s micro-Points are written %s', (value, text) => {
  expect(formatAmount(value)).toBe(text);
});

test('[U3] what was written is read back, and nothing shorter says the same', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 0n, max: 10n ** 18n }), (value) => {
      const text = formatAmount(value);
      expect(parseAmount(text)).toBe(value);
      expect(text).not.toMatch(/\.\d*0$|\.$/);
      if (value > 0n) expect(formatAmount(-value)).toBe(`-${text}`);
    }),
  );
});

test('[U4] divDown and divUp round as they say, on both sides of zero', () => {
  for (let a = -60n; a <= 60n; a++) {
    for (let b = 1n; b <= 13n; b++) {
      const down = divDown(a, b);
      const up = divUp(a, b);
      expect(down * b <= a && (down + 1n) * b > a, `⌊${a}/${b}⌋ = ${down}`).toBe(true);
      expect(up * b >= a && (up - 1n) * b < a, `⌈${a}/${b}⌉ = ${up}`).toBe(true);
    }
  }
});

test('[U4] and for figures of any size', () => {
  const big = fc.bigInt({ min: -(10n ** 48n), max: 10n ** 48n });
  fc.assert(
    fc.property(big, fc.bigInt({ min: 1n, max: 10n ** 24n }), (a, b) => {
      const down = divDown(a, b);
      expect(down * b <= a && a < (down + 1n) * b).toBe(true);
      expect(divUp(a, b)).toBe(-divDown(-a, b));
    }),
  );
});
