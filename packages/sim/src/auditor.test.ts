/** The auditor's own sums, held against the published examples: he must not be wrong in the engine's way. */
import { describe, expect, test } from 'vitest';
import { areaOf, cpmm, curve, feeOf, grossFor } from './auditor/formulas.js';
import { count, distance, pointByWeight, standing } from './auditor/risk.js';
import { type Book, Sheet } from './auditor/book.js';
import { lmsr } from './auditor/sums.js';
import { type LimitName, micro, type Trade } from '@fairground/engine';

const points = (text: string): bigint => {
  const [whole = '0', part = ''] = text.split('.');
  return BigInt(whole) * 1_000_000n + BigInt(part.padEnd(6, '0'));
};
const SIDE = points('1000');
const B = points('100');
const [F, M] = [points('10'), points('0.025')];

describe('[X10] worked examples', () => {
  test.each([
    ['spend 100 of 1000/1000', cpmm.spend(SIDE, SIDE, points('98')), 187_253_187n - 0n],
    ['buy exactly 100', cpmm.shares(SIDE, SIDE, points('100')), 51_249_220n],
    ['which costs, with its fee', grossFor(51_249_220n, 200), 52_295_123n],
    ['sell 187.253187', cpmm.sell(911_746_813n, 1_099_000_000n, 187_253_187n), 97_995_630n],
    ['whose fee is', feeOf(97_995_630n, 200), 1_959_913n],
  ])('cpmm: %s', (_case, mine, published) => expect(mine).toBe(published));

  test.each([
    ['buy 1', lmsr.shares([0n, 0n], B, 0, points('1')), 501_250n],
    ['buy 100', lmsr.shares([0n, 0n], B, 0, points('100')), 62_011_451n],
    ['buy 1000', lmsr.shares([0n, 0n], B, 0, points('1000')), 930_689_822n],
    ['buy 10 after 100', lmsr.shares([B, 0n], B, 0, points('10')), 7_407_364n],
    ['sell 10', lmsr.sell([points('10'), 0n], B, 0, points('10')), 5_124_947n],
    ['spend 10', lmsr.spend([0n, 0n], B, 0, points('10')), 19_090_282n],
    [
      'spend 25 on the third',
      lmsr.spend([points('5'), points('10'), 0n], B, 2, points('25')),
      64_001_522n,
    ],
    ['a tie: buy 20', lmsr.shares([0n, points('10')], B, 0, points('20')), points('10')],
    ['a tie: sell 20', lmsr.sell([points('20'), points('10')], B, 0, points('20')), points('10')],
    ['a tie: spend 10', lmsr.spend([0n, points('10')], B, 0, points('10')), points('20')],
    [
      'a tie of three',
      lmsr.shares([0n, points('10'), points('20')], B, 0, points('30')),
      points('10'),
    ],
    ['the subsidy of 2', lmsr.deposit(B, 2), 69_314_719n],
    ['the subsidy of 64', lmsr.deposit(B, 64), 415_888_309n],
  ])('lmsr: %s', (_case, mine, published) => expect(mine).toBe(published));

  test.each([
    ['10 from 0', areaOf(F, M, points('10')), 101_250_000n],
    ['100 from 0', areaOf(F, M, points('100')), 1_125_000_000n],
    ['spend 100', curve.spend(F, M, 0n, points('100')), 9_878_030n],
    ['spend 100 less its fee', curve.spend(F, M, 0n, points('98')), 9_682_804n],
    ['999999 microshares', areaOf(10_000_001n, 24_999n, 999_999n), 10_012_491n],
  ])('curve: %s', (_case, mine, published) => expect(mine).toBe(published));
});

const b = (whole: number, ...q: readonly number[]): bigint[] =>
  pointByWeight(
    lmsr.weights(
      q.map((one) => BigInt(one) * 1_000_000n),
      BigInt(whole) * 1_000_000n,
    ),
  );

describe('[X13] prices by weight', () => {
  test.each([
    ['three alike', b(100, 7, 7, 7), [333_334n, 333_333n, 333_333n]],
    ['two alike', b(100, 0, 0), [500_000n, 500_000n]],
    ['nobody has none', b(1, 650, 650, 0), [499_999n, 500_000n, 1n]],
    ['at the expense of the largest', b(1, 690, 0, 0), [999_998n, 1n, 1n]],
    ['a pool after 100', pointByWeight([1_099_000_000n, 911_746_813n]), [546_563n, 453_437n]],
  ])('%s', (_case, mine, published) => expect(mine).toEqual(published));

  test('a distance is the furthest of some outcomes, and of a stock in proportion, rounded up', () => {
    expect(distance([500_000n, 300_000n, 200_000n], [400_000n, 290_000n, 310_000n])).toBe(110_000n);
    expect(distance([3_000_000n], [3_600_001n])).toBe(200_001n);
    expect(distance([3_000_000n], [2_400_000n])).toBe(200_000n);
  });
});

describe('[X13] what stands before a buy', () => {
  const AT = 1_790_000_000_000;
  const trade: Trade = { type: 'trade', market: 'M', side: 'buy', spend: micro(5_000n) };
  const sale: Trade = { type: 'trade', market: 'M', side: 'sell', shares: micro(5_000n) };
  const limit = (name: LimitName): bigint => (name === 'trades_per_minute' ? 2n : 0n);
  const book = (haltedUntil: number, positionLimit?: bigint): Book =>
    ({
      id: 'M',
      assets: ['M'],
      haltedUntil,
      draft: { risk: positionLimit === undefined ? {} : { positionLimit: micro(positionLimit) } },
    }) as unknown as Book;
  const codes = (asked: Trade, at: number, seen: Book, made = 0): readonly string[] => {
    const pace = { minute: 0, made: 0 };
    for (let n = 0; n < made; n++) count(pace, AT);
    const added = () => [['M', 10n]] as const;
    const known = { book: seen, sheet: new Sheet(), pace, added };
    return standing({ by: 'ana', wish: asked, at }, limit, known);
  };

  test.each([
    ['nothing', codes(trade, AT, book(AT)), []],
    ['a halt, to its last millisecond', codes(trade, AT, book(AT + 1)), ['halted']],
    ['the third in a minute', codes(trade, AT, book(0), 2), ['rate_limited']],
    ['but not in the next', codes(trade, AT + 60_000, book(0), 2), []],
    ['as much as may be held', codes(trade, AT, book(0, 10n)), []],
    ['one microshare more', codes(trade, AT, book(0, 9n)), ['position_limit']],
    ['and never a sale', codes(sale, AT, book(AT + 1, 1n), 2), []],
  ])('%s', (_case, mine, expected) => expect(mine).toEqual(expected));
});
