/**
 * Write-ups of the same mechanisms that look right and are not: what they would pay, and that we do not.
 *
 * Long because it is one list, an item a test.
 */
import { describe, expect, test } from 'vitest';
import { decide, decodeEntry, sha256Text, SYSTEM, type Trade, type Wish } from '../src/index.js';
import { expOfMinus, type Interval, lnOf, plus, precision } from '../src/math/fixed.js';
import { CpmmPool } from '../src/mechanism/cpmm.js';
import { area, CurvePool } from '../src/mechanism/curve.js';
import { CAST, tell } from './story.js';
import { CPMM, CURVE, d, draftOf, HASH, NOW, show, Trial } from './trial.js';

const P = 'P-ARG-10';
const market = (deposit = '1000', more: Parameters<Trial['cpmm']>[2] = {}): Trial =>
  new Trial().account('ana', '100000').account('bob', '100000').cpmm('M1', deposit, more);
const abs = (n: bigint): bigint => (n < 0n ? -n : n);
const up = (a: bigint, b: bigint): bigint => (a + b - 1n) / b;
const feeOf = (amount: bigint, bps = 200n): bigint => up(amount * bps, 10_000n);

describe('[X1] buying against a reserve without minting sets', () => {
  /** Points in at one reserve, shares out of the other; half of a fee stays. */
  function swap(inside: bigint, outside: bigint, amount: bigint): { out: bigint; left: bigint } {
    const out = outside - up(inside * outside, inside + amount);
    return { out, left: outside - out };
  }

  test('10 Points at "0.50" would buy 9.704892 YES, more than a Point each; ours 19.504892', () => {
    const wrong = swap(d('1000'), d('1000'), d('10') - feeOf(d('10'))).out;
    expect(show(wrong)).toBe('9.704892');
    const ours = market().buy('ana', 'M1', 'YES', '10');
    expect(ours.gets).toBeGreaterThan(d('10'));
    expect(show(ours.gets)).toBe('19.504892');
  });

  test('mint-and-dump would draw 195.823580 for 100 from a 1000/1000 pool; ours gives 97.999402', () => {
    const first = swap(d('1000'), d('1000'), d('100'));
    const feeOne = feeOf(first.out);
    const yes = d('1100');
    const no = first.left + feeOne - feeOne / 2n;
    const second = swap(no, yes, d('100'));
    const wrong = first.out - feeOne + second.out - feeOf(second.out);
    expect(show(wrong)).toBe('195.82358');
    const trial = market();
    trial.run('ana', { type: 'mint', market: 'M1', amount: d('100') });
    const ours = trial.dump('ana', 'M1', 'YES').gets + trial.dump('ana', 'M1', 'NO').gets;
    expect(show(ours)).toBe('97.999402');
    expect(trial.points('ana')).toBeLessThan(d('100000'));
  });
});

describe('[X2] refunds that exceed what is there', () => {
  /** Seed 10, no fee; each side pumped with 1,000 around a victim's 100. */
  function pumped(refundCap = '0', treasury = '0'): Trial {
    const trial = new Trial();
    for (const who of ['ann', 'vic', 'bea', 'wim']) trial.account(who, '1000');
    trial.grant('treasury', '10');
    const draft = { ...draftOf({ ...CPMM, deposit: d('10'), bps: 0 }), refundCap: d(refundCap) };
    trial.run(SYSTEM, { type: 'create_market', market: 'M1', sponsor: 'treasury', draft });
    trial.run(SYSTEM, { type: 'open', market: 'M1' });
    trial.grant('treasury', treasury);
    trial.buy('ann', 'M1', 'YES', '1000');
    trial.buy('vic', 'M1', 'YES', '100');
    trial.dump('ann', 'M1', 'YES');
    trial.buy('bea', 'M1', 'NO', '1000');
    trial.buy('wim', 'M1', 'NO', '100');
    trial.dump('bea', 'M1', 'NO');
    return trial;
  }

  test('200 is due and 110.009143 is there: the event says so, and each gets his part', () => {
    const trial = pumped();
    expect(show(trial.escrow('M1'))).toBe('110.009143');
    const { due, funds } = trial.cancel('M1');
    expect([show(due), show(funds)]).toEqual(['200', '110.009143']);
    expect(['vic', 'wim'].map((who) => show(trial.paid(who, 'M1')))).toEqual([
      '55.004571',
      '55.004571',
    ]);
    expect(trial.points('treasury')).toBe(1n);
  });

  test('nobody is short but by what winners took out over the whole deposit', () => {
    const trial = pumped();
    const gains = ['ann', 'bea'].reduce((sum, who) => sum - trial.net(who, 'M1'), 0n);
    const { due, funds } = trial.cancel('M1');
    expect(due - funds).toBe(gains - d('10'));
  });

  test('with a cap given at creation the treasury pays the difference, no more than the cap', () => {
    const full = pumped('1000', '100');
    expect(show(full.cancel('M1').funds)).toBe('200');
    expect(show(full.points('treasury'))).toBe('10.009143');
    const capped = pumped('50', '100');
    expect(show(capped.cancel('M1').funds)).toBe('160.009143');
    const poor = pumped('1000', '20');
    expect(show(poor.cancel('M1').funds)).toBe('130.009143');
  });
});

describe('[X3] a seed counted twice', () => {
  test.each([
    ['resolved', (trial: Trial) => void trial.settle('M1', { payout: [1_000_000, 0] })],
    ['cancelled', (trial: Trial) => void trial.cancel('M1')],
  ])('%s, the sponsor of an untouched market has his deposit back, once', (_, end) => {
    for (const probability of [500_000, 800_000]) {
      const trial = new Trial()
        .account('sue', '1000')
        .admin('sue')
        .cpmm('M1', '1000', { sponsor: 'sue', probability });
      expect(trial.points('sue')).toBe(0n);
      expect(trial.net('sue', 'M1')).toBe(0n);
      end(trial);
      expect(trial.points('sue')).toBe(d('1000'));
    }
  });
});

describe('[X4] a lower-case outcome', () => {
  test.each(['yes', 'Yes', 'no', ' YES', 'YES ', ''])(
    '%j is malformed: neither YES nor NO',
    (outcome) => {
      const wish: Trade = { type: 'trade', market: 'M1', side: 'buy', outcome, spend: d('10') };
      const trial = market();
      expect(trial.refusal('ana', wish)).toBe('malformed');
      expect(trial.refusal('ana', { ...wish, outcome: 'MAYBE' })).toBe('outcome_unknown');
      expect(trial.points('ana')).toBe(d('100000'));
    },
  );

  test('what is priced as YES is credited as YES', () => {
    const trial = market('100', { probability: 800_000 });
    const dear = trial.buy('ana', 'M1', 'YES', '1');
    expect(trial.held('ana', 'M1', 'YES')).toBe(dear.gets);
    expect(trial.held('ana', 'M1', 'NO')).toBe(0n);
    expect(trial.buy('bob', 'M1', 'NO', '1').gets).toBeGreaterThan(2n * dear.gets);
  });
});

describe('[X5] funds checked by estimate', () => {
  const estimate = (shares: bigint, price: bigint): bigint =>
    (shares * price * 11n) / (10n * 1_000_000n);

  test('100 YES at 0.50 "cost 55": who has 53 may buy, for they cost 52.295123', () => {
    const trial = new Trial().account('ana', '53').cpmm('M1', '1000');
    expect(show(estimate(d('100'), d('0.5')))).toBe('55');
    expect(show(trial.buyShares('ana', 'M1', 'YES', '100').pays)).toBe('52.295123');
  });

  test('1,000 YES "cost 550": who has 560 may not, for they cost more', () => {
    const trial = new Trial().account('ana', '560').cpmm('M1', '1000');
    expect(show(estimate(d('1000'), d('0.5')))).toBe('550');
    const wish: Trade = {
      type: 'trade',
      market: 'M1',
      side: 'buy',
      outcome: 'YES',
      shares: d('1000'),
    };
    expect(trial.refusal('ana', wish)).toBe('insufficient_points');
    expect(trial.points('ana')).toBe(d('560'));
  });
});

test('[X6] netting is one event in one entry, and its proceeds count once', () => {
  const trial = market();
  trial.buy('ana', 'M1', 'NO', '100');
  const [seq, points, escrow] = [trial.world.seq, trial.points('ana'), trial.escrow('M1')];
  const events = trial.run('ana', {
    type: 'trade',
    market: 'M1',
    side: 'buy',
    outcome: 'YES',
    spend: d('50'),
  });
  expect(events).toHaveLength(1);
  expect(trial.world.seq).toBe(seq + 1);
  expect(trial.points('ana') - points).toBe(d('105.051187') - d('50'));
  // 49.5 came in behind the sets, 105.051187 left with the pairs.
  expect(trial.escrow('M1') - escrow).toBe(d('49.5') - d('105.051187'));
});

test('[X7] two orders on one balance are decided one after the other', () => {
  const trial = new Trial().account('ana', '100').cpmm('M1', '1000').cpmm('M2', '1000');
  const order = (id: string): Wish => ({
    type: 'trade',
    market: id,
    side: 'buy',
    outcome: 'YES',
    spend: d('60'),
  });
  // Each alone would pass …
  expect(trial.decide('ana', order('M1')).kind).toBe('accepted');
  expect(trial.decide('ana', order('M2')).kind).toBe('accepted');
  // … but the second sees what the first has done.
  expect(trial.refusal('ana', order('M1'))).toBeUndefined();
  expect(trial.refusal('ana', order('M2'))).toBe('insufficient_points');
  expect(trial.points('ana')).toBe(d('40'));
});

test('[X8] a goal that makes the holders richer is paid for by the treasury, to the micro-Point', () => {
  const trial = new Trial()
    .account('ana', '2000')
    .grant('treasury', '1000')
    .curve(P, '10', '0.025');
  trial.buyShares('ana', P, undefined, '100');
  const worth = () => trial.pool(P).sell(0, d('100'), 0)?.gets ?? 0n;
  const [before, all] = [worth(), trial.points('ana') + trial.points('treasury') + trial.escrow(P)];
  const event = trial.fact(P, 'goal');
  expect(show(worth() - before)).toBe('80');
  expect(event.transfers).toEqual([
    { from: 'house:treasury', to: `escrow:${P}`, asset: 'points', amount: d('80') },
  ]);
  expect(trial.points('ana') + trial.points('treasury') + trial.escrow(P)).toBe(all);
});

test('[X10] an own goal is no goal of the scorer: it is told under its own kind and moves him by its own rule', () => {
  const silent = new Trial().curve(P, '10', '0.025').grant('treasury', '100');
  const own: Wish = {
    type: 'record_fact',
    market: P,
    fact: 'g',
    kind: 'own_goal',
    happenedAt: NOW,
  };
  expect(silent.refusal('feed', own)).toBe('kind_unknown');
  const rules = [...CURVE.rules, { kind: 'own_goal', num: 19, den: 20 }];
  const trial = new Trial()
    .curve(P, '10', '0.025', { rules })
    .curve('P-OTHER', '10', '0.025', { rules });
  trial.run('feed', own);
  expect(show(trial.market(P).fundamental)).toBe('9.5');
  expect(show(trial.market('P-OTHER').fundamental)).toBe('10');
});

describe('[X11] a block at the price after it', () => {
  test('would make 100 buys of one share cheaper than one of 100', () => {
    const priceAfter = (s: bigint): bigint => d('10') + (d('0.025') * s) / 1_000_000n;
    const block = 100n * priceAfter(d('100'));
    let ones = 0n;
    for (let n = 1n; n <= 100n; n++) ones += priceAfter(n * 1_000_000n);
    expect([show(block), show(ones)]).toEqual(['1250', '1126.25']);
    const trial = new Trial()
      .account('ana', '2000')
      .account('bob', '2000')
      .curve(P, '10', '0.025')
      .curve('P2', '10', '0.025');
    for (let n = 0; n < 100; n++) trial.buyShares('ana', P, undefined, '1');
    expect(trial.buyShares('bob', 'P2', undefined, '100').pays).toBe(d('1125'));
    expect(show(d('2000') - trial.points('ana'))).toBe('1125');
  });
});

describe('[X12] a mark that says “done” before it is', () => {
  const order: Wish = {
    type: 'trade',
    market: 'M1',
    side: 'buy',
    outcome: 'YES',
    spend: d('10'),
  };

  test('an order that was decided and whose entry was lost can be asked again, and is done then', () => {
    const trial = market();
    const command = trial.command('ana', order);
    const lost = decide(trial.world, command, trial.at);
    expect(lost.kind).toBe('accepted');
    // Its entry never came to be: nothing remembers it, and the same id is as good as new.
    const again = trial.submit(command);
    expect(again).toEqual(lost);
    const { seq } = trial.world;
    expect(trial.submit(command)).toEqual({ kind: 'repeated', seq });
    expect(show(trial.points('ana'))).toBe('99990');
  });

  test('the id is remembered by the entry itself: where the journal was cut before it, it may be done', () => {
    const live = tell(`
      ${CAST}
      eve  drafts   M1 cpmm 100
      eve  opens    M1
      ana  [one] buys M1 YES 10
    `);
    const before = live.refold(live.lines.slice(0, -1));
    const { command } = decodeEntry(live.lines.at(-1) ?? '');
    expect(decide(before, command, live.at).kind).toBe('accepted');
    expect(decide(live.world, command, live.at)).toEqual({ kind: 'repeated', seq: live.world.seq });
  });

  test('a goal whose message was lost is told again, however often, and counts once', () => {
    const trial = new Trial().curve(P, '10', '0.025').grant('treasury', '100');
    const goal: Wish = {
      type: 'record_fact',
      market: P,
      fact: 'g',
      kind: 'goal',
      happenedAt: NOW,
    };
    // Decided twice and lost twice; the third comes through.
    expect(trial.decide('feed', goal).kind).toBe('accepted');
    expect(trial.decide('feed', goal).kind).toBe('accepted');
    expect(trial.refusal('feed', goal)).toBeUndefined();
    expect(trial.decide('feed', goal)).toEqual({ kind: 'repeated', seq: trial.world.seq });
    expect(show(trial.market(P).fundamental)).toBe('10.8');
  });

  test('and a refusal marks nothing: the feed that had no role yet reports the same goal later', () => {
    const trial = new Trial().curve(P, '10', '0.025');
    trial.run(SYSTEM, { type: 'revoke_role', account: 'feed', role: 'source' });
    const command = trial.command('feed', {
      type: 'record_fact',
      market: P,
      fact: 'g',
      kind: 'goal',
      happenedAt: NOW,
    });
    expect(trial.submit(command)).toMatchObject({ code: 'not_allowed' });
    trial.run(SYSTEM, { type: 'grant_role', account: 'feed', role: 'source' });
    expect(trial.submit(command).kind).toBe('accepted');
  });
});

test('[X13] a fee-free exit beside the free mint: 187.253187 YES for 98; ours cost 100 either way', () => {
  // Wrong: mint, then "exit" the NO without a fee.
  const shares = d('187.253187');
  const exit = new CpmmPool(d('1000'), d('1000')).sell(1, shares, 0)?.gets ?? 0n;
  expect(show(shares - exit)).toBe('98');
  const plain = market();
  expect(plain.buy('ana', 'M1', 'YES', '100').gets).toBe(shares);
  const minted = market();
  minted.run('ana', { type: 'mint', market: 'M1', amount: shares });
  minted.buy('ana', 'M1', 'YES', '100');
  for (const trial of [plain, minted]) {
    expect(trial.held('ana', 'M1', 'YES')).toBe(shares);
    expect(show(d('100000') - trial.points('ana'))).toBe('100');
  }
});

test('[X14] rounding each trade of a curve: 0.7 shares by 7 microshares would cost 7.1; ours 7.006126', () => {
  const [f, m] = [d('10.000001'), d('0.024999')];
  let wrong = 0n;
  let ours = 0n;
  let pool = new CurvePool(f, m, 0n);
  for (let s = 0n; s < d('0.7'); s += 7n) {
    const exact = (x: bigint): bigint => 2_000_000n * f * x + m * x * x;
    wrong += up(exact(s + 7n) - exact(s), 2n * 10n ** 12n);
    if (s % 700n === 0n) {
      const fill = pool.buyByShares(0, 700n, 0);
      ours += fill?.pays ?? 0n;
      pool = fill?.after as CurvePool;
    }
  }
  expect(show(wrong)).toBe('7.1');
  expect(show(ours)).toBe('7.006126');
  expect(ours).toBe(area(f, m, d('0.7')));
});

test('[X15] rounding outward by the error bound would take a micro-Point too much of every tie', () => {
  // b = 100, 0 and 10 shares held: 20 of the first cost exactly 10.
  const at = precision(128);
  const b = d('100');
  const costOf = (first: bigint, second: bigint): Interval => {
    const weights = plus(expOfMinus(0n, b, at), expOfMinus(abs(first - second), b, at));
    const { low, high } = lnOf(weights, at);
    const top = (first > second ? first : second) * at.one;
    return { low: top + b * low, high: top + b * high };
  };
  const [before, after] = [costOf(0n, d('10')), costOf(d('20'), d('10'))];
  const outward = up(after.high - before.low, at.one);
  expect(show(outward)).toBe('10.000001');
  const inward = (after.low - before.high) >> 128n;
  expect(show(inward)).toBe('9.999999');
  const trial = new Trial().account('ana', '1000').account('bob', '1000').lmsr('M1', '100');
  trial.buyShares('bob', 'M1', 'NO', '10');
  expect(show(trial.buyShares('ana', 'M1', 'YES', '20').pays)).toBe('10');
  expect(show(trial.sell('ana', 'M1', 'YES', '20').gets)).toBe('10');
  expect(show(trial.buy('ana', 'M1', 'YES', '10').gets)).toBe('20');
});

test('[X16] a refund by average cost would give 37.345334 from nothing; ours gives back what was lost', () => {
  const trial = market('1000', { probability: 900_000 });
  trial.run('ana', { type: 'mint', market: 'M1', amount: d('100') });
  const sold = trial.dump('ana', 'M1', 'YES').gets;
  const byLegs = sold + d('50') - d('100');
  expect(show(byLegs)).toBe('37.345334');
  trial.cancel('M1');
  expect(show(trial.paid('ana', 'M1'))).toBe('12.654666');
  expect(trial.points('ana')).toBe(d('100000'));
});

describe('[X18] a funding between a buy and its sale', () => {
  function sandwich(funding: boolean, bound?: number): { gain: bigint; code: string | undefined } {
    const trial = market().grant('treasury', '10000');
    trial.buy('ana', 'M1', 'YES', '1000');
    const bounds = bound === undefined ? {} : { priceMax: bound };
    const wish: Wish = { type: 'fund', market: 'M1', amount: d('10000'), ...bounds };
    const code = funding ? trial.refusal(SYSTEM, wish) : undefined;
    trial.dump('ana', 'M1', 'YES');
    return { gain: trial.points('ana') - d('100000'), code };
  }

  test('without a bound it would pay 123.822146', () => {
    expect(show(sandwich(true).gain)).toBe('123.822146');
    expect(show(sandwich(false).gain)).toBe('-41.950427');
  });

  test('with the price he saw, 0.50, the sponsor is told that it moved, and the buyer loses', () => {
    expect(sandwich(true, 510_000)).toEqual({ gain: -d('41.950427'), code: 'price_moved' });
  });
});

test('[X19] a goal that the treasury cannot pay is recorded: F rises as far as there is money', () => {
  for (const [purse, applied] of [
    ['0', '0'],
    ['50', '0.5'],
    ['80', '0.8'],
    ['1000', '0.8'],
  ] as const) {
    const trial = new Trial()
      .account('ana', '2000')
      .grant('treasury', purse)
      .curve(P, '10', '0.025');
    trial.buyShares('ana', P, undefined, '100');
    expect(show(trial.fact(P, 'goal').applied)).toBe(applied);
  }
});

test('[X20] settled at its spot, 10,000 in at s=100 would be 13,441 out; ours pays F', () => {
  const trial = new Trial().account('ana', '2000').account('bot', '10000').curve(P, '10', '0.025');
  trial.buyShares('ana', P, undefined, '100');
  const { gets } = trial.buy('bot', P, undefined, '10000');
  const spot = trial.pool(P).prices()[0] ?? 0n;
  expect((gets * spot) / 1_000_000n / 1_000_000n).toBe(13_441n);
  trial.settle(P);
  expect(trial.paid('bot', P)).toBe((gets * d('10')) / 1_000_000n);
  expect(trial.points('bot')).toBeLessThan(d('5300'));
  // And without the treasury's money nobody can settle it at the spot.
  const broke = new Trial().account('bot', '10000').curve(P, '10', '0.025');
  broke.buy('bot', P, undefined, '10000');
  const price = broke.pool(P).prices()[0] ?? 0n;
  broke.run(SYSTEM, { type: 'close', market: P });
  expect(
    broke.refusal(SYSTEM, { type: 'resolve', market: P, resolution: { price }, reason: HASH }),
  ).toBe('treasury_short');
});

describe('[X21] one id namespace for all', () => {
  /** The id that the edge makes of an account and its own key. */
  const idOf = (by: string, key: string): string => sha256Text(`${by}\0${key}`).slice(0, 32);
  const wish = (spend: string): Wish => ({
    type: 'trade',
    market: 'M1',
    side: 'buy',
    outcome: 'YES',
    spend: d(spend),
  });

  test('the same key in two hands is two commands: neither takes nor reads the other’s', () => {
    const trial = market();
    const validUntil = trial.at + 60_000;
    const submit = (by: string, spend: string) =>
      trial.submit({ by, id: idOf(by, 'order-1'), validUntil, wish: wish(spend) });
    expect(submit('ana', '10').kind).toBe('accepted');
    const first = trial.world.seq;
    expect(submit('bob', '10').kind).toBe('accepted');
    expect(submit('ana', '10')).toEqual({ kind: 'repeated', seq: first });
    expect(submit('bob', '10')).toEqual({ kind: 'repeated', seq: first + 1 });
    expect(submit('bob', '11')).toMatchObject({ code: 'command_id_reused' });
  });

  test('a name that ends where another’s key begins makes no common id', () => {
    expect(idOf('ana', '1x')).not.toBe(idOf('ana1', 'x'));
  });
});
