import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { decimalText, directionBetween } from './decimal.js';

describe('a price from outside', () => {
  test.each([
    ['0', '0'],
    ['1234567.50', '1,234,567.50'],
    ['-1.50', '−1.50'],
    ['0.123456789', '0.12345679'],
    ['-0.000000001', '0'],
    ['999999999999999999.999999999', '1,000,000,000,000,000,000'],
    ['nothing', 'nothing'],
  ])('%s reads %s', (text, read) => {
    expect(decimalText(text)).toBe(read);
  });

  test('went up or down by its last digit too', () => {
    expect(directionBetween('1.000000000000000001', '1.000000000000000002')).toBe('up');
    expect(directionBetween('1.10', '1.1')).toBe('flat');
    expect(directionBetween('0.1', '-0.1')).toBe('down');
  });

  test('up one way is down the other', () => {
    const price = fc
      .tuple(fc.integer({ min: -1_000, max: 1_000 }), fc.nat({ max: 999 }))
      .map(([head, tail]) => `${head}.${String(tail).padStart(3, '0')}`);
    const turned = { up: 'down', down: 'up', flat: 'flat' } as const;
    fc.assert(
      fc.property(price, price, (a, b) => {
        expect(directionBetween(b, a)).toBe(turned[directionBetween(a, b)]);
      }),
      { seed: 7 },
    );
  });
});
