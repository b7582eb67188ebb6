import { describe, expect, test } from 'vitest';
import type { CpmmTerms } from '../command.js';
import { micro } from '../math/amount.js';
import { cpmm, CpmmPool, openingReserves } from './cpmm.js';
import type { Fill } from './mechanism.js';
import { honoursTheMechanismContract, type Standing } from './mechanism.contract.js';

const terms: CpmmTerms = {
  mechanism: 'cpmm',
  outcomes: ['YES', 'NO'],
  deposit: micro(1_000_000n),
  probability: 500_000,
  bps: 200,
};

const reservesAfter = (fill: Fill | undefined): readonly [bigint, bigint] => {
  if (!(fill?.after instanceof CpmmPool)) throw new Error('a cpmm pool');
  return fill.after.reserves;
};

/** Reserves x and y behind which so much more of each side is held as makes both worth the collateral. */
function standing(name: string, x: bigint, y: bigint, more = 0n): Standing {
  const escrow = (x > y ? x : y) + more;
  return { name, terms, reserves: [x, y], held: [escrow - x, escrow - y], escrow };
}

honoursTheMechanismContract(cpmm, [
  standing('1000/1000', 1_000_000_000n, 1_000_000_000n, 500_000_000n),
  standing('400/600', 400_000_000n, 600_000_000n),
  standing('a nearly certain market', 3n, 900_000_000n, 5n),
  standing('1 microshare a side', 1n, 1n, 1_000_000n),
  standing('1 microshare against 10^18', 1n, 10n ** 18n),
  standing('10^18 against 1 microshare', 10n ** 18n, 1n),
  standing('10^18 a side', 10n ** 18n, 10n ** 18n, 10n ** 17n),
  standing('primes', 7_919_104_729n, 1_299_709n, 15_485_863n),
]);

/** Every small pool with every small trade, against a search that knows only the product. */
describe('exhaustively, on pools of 1 to 14 microshares', () => {
  const pools: [bigint, bigint][] = [];
  for (let x = 1n; x <= 14n; x++) for (let y = 1n; y <= 14n; y++) pools.push([x, y]);
  const sizes = Array.from({ length: 30 }, (_, n) => BigInt(n + 1));

  test('[C1] a budget buys the most that the product allows', () => {
    for (const [x, y] of pools) {
      for (const net of sizes) {
        let most = 0n;
        while (x + net - (most + 1n) >= 1n && (x + net - (most + 1n)) * (y + net) >= x * y) most++;
        const fill = new CpmmPool(x, y).buyBySpend(0, net, 0);
        expect(fill?.gets ?? 0n, `${x}/${y} spend ${net}`).toBe(most);
        expect(new CpmmPool(y, x).buyBySpend(1, net, 0)?.gets ?? 0n).toBe(most);
      }
    }
  });

  test('[C2] shares cost the least net that the product allows', () => {
    for (const [x, y] of pools) {
      for (const shares of sizes) {
        let least = 1n;
        while (x + least - shares < 1n || (x + least - shares) * (y + least) < x * y) least++;
        expect(new CpmmPool(x, y).buyByShares(0, shares, 0)?.pays, `${x}/${y} buy ${shares}`).toBe(
          least,
        );
        expect(new CpmmPool(y, x).buyByShares(1, shares, 0)?.pays).toBe(least);
      }
    }
  });

  test('[C3] a sale gives the most that the product allows: one more would break it', () => {
    for (const [x, y] of pools) {
      for (const shares of sizes) {
        let most = 0n;
        const keeps = (r: bigint) => y - r >= 1n && (x + shares - r) * (y - r) >= x * y;
        while (keeps(most + 1n)) most++;
        expect(new CpmmPool(x, y).sell(0, shares, 0)?.gets, `${x}/${y} sell ${shares}`).toBe(most);
        expect(new CpmmPool(y, x).sell(1, shares, 0)?.gets).toBe(most);
        expect(most, 'a reserve never reaches 0').toBeLessThanOrEqual(y - 1n);
      }
    }
  });
});

test('[C3] the root rounds up: rounded down it would give one too many in half of all small cases', () => {
  let cases = 0;
  let tooMany = 0;
  for (let x = 1n; x <= 20n; x++) {
    for (let y = 1n; y <= 20n; y++) {
      for (let s = 1n; s <= 20n; s++) {
        const b = x + y + s;
        const square = b * b - 4n * s * y;
        let root = 0n;
        while ((root + 1n) * (root + 1n) <= square) root++;
        const wrong = (b - root) / 2n;
        const right = new CpmmPool(x, y).sell(0, s, 0)?.gets ?? 0n;
        cases++;
        if (wrong !== right) tooMany++;
        if (wrong !== right) expect((x + s - wrong) * (y - wrong) < x * y).toBe(true);
      }
    }
  }
  expect(tooMany / cases).toBeGreaterThan(0.4);
});

test.each([
  { pays: 50n, bps: 200, fee: 1n, toHouse: 0n },
  { pays: 51n, bps: 200, fee: 2n, toHouse: 1n },
  { pays: 150n, bps: 200, fee: 3n, toHouse: 1n },
  { pays: 1_000_000n, bps: 200, fee: 20_000n, toHouse: 10_000n },
  { pays: 1_000_001n, bps: 200, fee: 20_001n, toHouse: 10_000n },
  { pays: 1_000_000n, bps: 1, fee: 100n, toHouse: 50n },
  { pays: 1_000_000n, bps: 0, fee: 0n, toHouse: 0n },
])(
  '[C4] of $pays at $bps bps the fee is $fee, the house gets $toHouse',
  ({ pays, bps, fee, toHouse }) => {
    const pool = new CpmmPool(10n ** 9n, 10n ** 9n);
    const fill = pool.buyBySpend(0, pays, bps);
    expect({ fee: fill?.fee, toHouse: fill?.toHouse }).toEqual({ fee, toHouse });
    const [x, y] = reservesAfter(fill);
    expect(x).toBe(10n ** 9n + pays - toHouse - (fill?.gets ?? 0n));
    expect(y).toBe(10n ** 9n + pays - toHouse);
  },
);

test('[C9] a pool with an empty side is a fault, not a market', () => {
  expect(() => new CpmmPool(0n, 1n)).toThrow('a reserve must stay positive');
  expect(() => new CpmmPool(1n, 0n)).toThrow('a reserve must stay positive');
});

test('[C10] the pool keeps all of the cheap side; the dear one rounds up and lies within one unit of p', () => {
  for (let p = 10_000; p <= 990_000; p += 4_999) {
    for (const deposit of [1_000_000n, 1_234_567n, 10n ** 15n + 7n]) {
      const [yes, no] = openingReserves(deposit, p);
      expect(yes === deposit || no === deposit).toBe(true);
      expect(yes >= 1n && no >= 1n && yes <= deposit && no <= deposit).toBe(true);
      // The dear side rounds up: one unit less would be below its share.
      const isFirstDear = 2 * p >= 1_000_000;
      const dear = isFirstDear ? yes : no;
      const [odds, against] = isFirstDear ? [1_000_000 - p, p] : [p, 1_000_000 - p];
      expect(dear * BigInt(against) >= deposit * BigInt(odds), `${deposit} at ${p}`).toBe(true);
      expect((dear - 1n) * BigInt(against) < deposit * BigInt(odds)).toBe(true);
      // |no / (yes + no) − p| ≤ 1 / (yes + no)
      const off = no * 1_000_000n - BigInt(p) * (yes + no);
      expect(off <= 1_000_000n && off >= -1_000_000n, `${deposit} at ${p}`).toBe(true);
    }
  }
});

test.each([
  ['one outcome', { outcomes: ['YES'] }],
  ['three outcomes', { outcomes: ['YES', 'NO', 'X'] }],
  ['twice the same', { outcomes: ['YES', 'YES'] }],
  ['lower case', { outcomes: ['yes', 'NO'] }],
  ['a colon', { outcomes: ['A:B', 'NO'] }],
  ['an empty name', { outcomes: ['', 'NO'] }],
  ['17 characters', { outcomes: ['A'.repeat(17), 'NO'] }],
  ['less than a Point', { deposit: micro(999_999n) }],
  ['a probability below 1 %', { probability: 9_999 }],
  ['a probability above 99 %', { probability: 990_001 }],
  ['half a millionth', { probability: 500_000.5 }],
  ['no number', { probability: Number.NaN }],
])('[C22] a market with %s is none', (_, wrong: Partial<CpmmTerms>) => {
  expect(cpmm.fault({ ...terms, ...wrong })).toBeTypeOf('string');
  expect(cpmm.fault(terms)).toBeUndefined();
});
