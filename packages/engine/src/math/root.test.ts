import fc from 'fast-check';
import { expect, test } from 'vitest';
import { rootDown, rootUp } from './root.js';

function isExact(n: bigint): void {
  const down = rootDown(n);
  const up = rootUp(n);
  expect(down >= 0n && down * down <= n && (down + 1n) * (down + 1n) > n, `⌊√${n}⌋ = ${down}`).toBe(
    true,
  );
  expect(up * up >= n && (up === 0n || (up - 1n) * (up - 1n) < n), `⌈√${n}⌉ = ${up}`).toBe(true);
}

test('[U5] every root up to 20,000 is exact both ways', () => {
  for (let n = 0n; n <= 20_000n; n++) isExact(n);
});

test('[U5] around every square and power of two, up to 400 bits', () => {
  for (let bits = 1n; bits <= 400n; bits++) {
    const power = 1n << bits;
    for (const n of [
      power - 1n,
      power,
      power + 1n,
      power * power - 1n,
      power * power,
      power * power + 1n,
    ]) {
      isExact(n);
    }
  }
});

test('[U5] and of any number up to 10^72', () => {
  fc.assert(fc.property(fc.bigInt({ min: 0n, max: 10n ** 72n }), isExact));
  fc.assert(
    fc.property(
      fc.bigInt({ min: 1n, max: 10n ** 36n }),
      fc.bigInt({ min: -2n, max: 2n }),
      (root, off) => {
        if (root * root + off >= 0n) isExact(root * root + off);
      },
    ),
  );
});
