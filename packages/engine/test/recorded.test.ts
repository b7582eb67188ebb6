/** Forty markets that were run elsewhere by the same law, order by order: 2012 to 2014, b = 100, from nothing held. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { optionalOrSkip } from '../../../scripts/required.js';
import { LmsrPool } from '../src/mechanism/lmsr.js';
import { expOfMinus, precision } from '../src/math/fixed.js';

const SHARED = process.env['FAIRGROUND_SHARED'] ?? join(import.meta.dirname, '../../../../shared');
const FILE = join(SHARED, 'data/lmsr/trades.csv');
const ready = optionalOrSkip(existsSync(FILE), `recorded lmsr markets: there is no ${FILE}`);

/** Shares are recorded to ten digits; the pool knows no unit, so it can count in these. */
const SHARE = 10n ** 10n;
/** Some costs are recorded in hundredths. */
const COST_OFF = SHARE / 200n;

/** A decimal in units of 10^−digits, rounded to the nearest. */
function scaled(text: string, digits: number): bigint {
  const [whole = '', rest = ''] = text.replace('-', '').split('.');
  const figures = BigInt(whole + rest.slice(0, digits).padEnd(digits, '0'));
  const value = figures + ((rest[digits] ?? '0') >= '5' ? 1n : 0n);
  return text.startsWith('-') ? -value : value;
}

const abs = (n: bigint): bigint => (n < 0n ? -n : n);

/** The price of the first of two outcomes, in units of 10^−15. */
function priceOf({ held: [yes = 0n, no = 0n], liquidity }: LmsrPool): bigint {
  const at = precision(128);
  const weight = (mine: bigint, other: bigint): bigint =>
    mine >= other ? at.one : expOfMinus(other - mine, liquidity, at).low;
  const [first, second] = [weight(yes, no), weight(no, yes)];
  return (first * 10n ** 15n) / (first + second);
}

function traded(pool: LmsrPool, side: string, outcome: number, shares: bigint) {
  const fill =
    side === 'buy' ? pool.buyByShares(outcome, shares, 0) : pool.sell(outcome, shares, 0);
  if (!(fill?.after instanceof LmsrPool)) throw new Error('it was done once');
  return { cost: side === 'buy' ? fill.pays : -fill.gets, after: fill.after };
}

test.runIf(ready)('[N14] every recorded price and cost comes out again', () => {
  const [head = '', ...rows] = readFileSync(FILE, 'utf8').trim().split('\n');
  const names = head.trim().split(',');
  const fine = new Map<string, LmsrPool>();
  const micro = new Map<string, LmsrPool>();
  let [off, offMicro, priceOff, toTheDigit] = [0n, 0n, 0n, 0];
  for (const row of rows) {
    const cells = row.trim().split(',');
    const of = (name: string): string => cells[names.indexOf(name)] ?? '';
    const [market, side, outcome] = [of('market'), of('side'), of('outcome') === 'YES' ? 0 : 1];
    const what = `${market} ${of('seq')}`;
    const before = fine.get(market) ?? new LmsrPool([0n, 0n], 100n * SHARE);
    const { cost, after } = traded(before, side, outcome, scaled(of('shares'), 10));
    fine.set(market, after);
    const far = abs(cost - scaled(of('cost'), 10));
    expect(far, what).toBeLessThanOrEqual(COST_OFF);
    if (far <= 1n) toTheDigit++;
    if (far > off) off = far;
    for (const [price, name] of [
      [priceOf(before), 'price_before'],
      [priceOf(after), 'price_after'],
    ] as const) {
      const apart = abs(price - scaled(of(name), 12) * 1_000n);
      // Half of the last digit recorded, and half of the last digit here.
      expect(apart, what).toBeLessThanOrEqual(501n);
      if (apart > priceOff) priceOff = apart;
    }
    // And in the exchange's own units, where a share has six digits.
    const coarse = micro.get(market) ?? new LmsrPool([0n, 0n], 100_000_000n);
    const ours = traded(coarse, side, outcome, scaled(of('shares'), 6));
    micro.set(market, ours.after);
    const apart = abs(ours.cost * 10_000n - scaled(of('cost'), 10));
    expect(apart, what).toBeLessThanOrEqual(COST_OFF + 20_000n);
    if (apart > offMicro) offMicro = apart;
    const [price = 0n] = ours.after.prices();
    expect(abs(price - scaled(of('price_after'), 6)), what).toBeLessThanOrEqual(1n);
  }
  expect([rows.length, fine.size]).toEqual([2_288, 40]);
  console.log(
    `${rows.length} recorded orders in ${fine.size} markets: ${toTheDigit} costs to the tenth digit, ` +
      `the largest difference ${Number(off) / 1e10} Points (some are recorded in hundredths; in micro-units ` +
      `${Number(offMicro) / 1e10}), of a price ${Number(priceOff) / 1e15}`,
  );
});
