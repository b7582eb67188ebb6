/** lmsr as players meet it: through `decide`, with every law checked after every entry. */
import { describe, expect, test } from 'vitest';
import { d, draftOf, HASH, LMSR, show, Trial } from '../../test/trial.js';
import { quoteTrade, SYSTEM, type Trade, type Wish } from '../index.js';

const market = (b = '100', more: Parameters<Trial['lmsr']>[2] = {}): Trial =>
  new Trial().account('ana', '100000').account('bob', '100000').lmsr('M1', b, more);
const TEAMS = Array.from({ length: 64 }, (_, n) => `TEAM-${n + 1}`);

const trade = (side: 'buy' | 'sell', outcome: string, size: Partial<Trade>): Wish => ({
  type: 'trade',
  market: 'M1',
  side,
  outcome,
  ...size,
});

describe('[N5] the deposit', () => {
  test('lies in escrow from the draft on, and nobody holds a share at the opening', () => {
    const trial = market('100', { outcomes: TEAMS });
    expect(show(trial.escrow('M1'))).toBe('415.888309');
    expect(trial.points('treasury')).toBe(0n);
    expect(trial.market('M1').holders).toEqual([]);
    expect(trial.pool('M1').prices().slice(0, 2)).toEqual([15_625n, 15_625n]);
  });

  test('is all that the sponsor can lose: whoever buys all of the winner takes no more', () => {
    for (const outcomes of [['A', 'B'], ['A', 'B', 'C'], TEAMS]) {
      const trial = market('100', { outcomes });
      const [winner = ''] = outcomes;
      for (const spend of ['1', '1000', '20000', '30000']) trial.buy('ana', 'M1', winner, spend);
      trial.settle('M1', { payout: outcomes.map((one) => (one === winner ? 1_000_000 : 0)) });
      expect(trial.points('treasury')).toBeGreaterThanOrEqual(0n);
      expect(trial.points('ana')).toBeLessThanOrEqual(d('100000') + d('415.888309'));
    }
  });

  test('comes back with what the losers paid', () => {
    const trial = market();
    trial.buy('ana', 'M1', 'YES', '10');
    trial.buy('bob', 'M1', 'NO', '30');
    const escrow = trial.escrow('M1');
    const yes = trial.held('ana', 'M1', 'YES');
    trial.settle('M1', { payout: [1_000_000, 0] });
    expect(trial.points('treasury')).toBe(escrow - yes);
  });
});

describe('[N11] fees', () => {
  test('all of a fee waits in the market, and none of it in the collateral', () => {
    const [free, dear] = [market(), market('100', { bps: 200 })];
    const bought = dear.buyShares('ana', 'M1', 'YES', '10');
    const plain = free.buyShares('ana', 'M1', 'YES', '10');
    expect(bought.pays - bought.fee).toBe(plain.pays);
    expect(dear.balance('fees:M1')).toBe(bought.fee);
    expect(dear.escrow('M1')).toBe(free.escrow('M1'));
    const sold = dear.dump('ana', 'M1', 'YES');
    expect(sold.gets + sold.fee).toBe(free.dump('ana', 'M1', 'YES').gets);
    expect(dear.balance('fees:M1')).toBe(bought.fee + sold.fee);
    expect(dear.escrow('M1')).toBe(free.escrow('M1'));
  });
});

describe('[N6] out of reach', () => {
  const far = (): Trial => {
    const trial = market('1');
    trial.buyShares('bob', 'M1', 'NO', '1');
    trial.buyShares('ana', 'M1', 'YES', '700');
    return trial;
  };

  test('a trade without a price is out_of_range, in a quote too', () => {
    const trial = far();
    const beyond: readonly Wish[] = [
      trade('buy', 'YES', { shares: d('1.000001') }),
      trade('buy', 'YES', { spend: d('5000') }),
      trade('buy', 'NO', { spend: d('50000') }),
    ];
    for (const wish of beyond) {
      expect(trial.refusal('ana', wish)).toBe('out_of_range');
      const quote = quoteTrade(trial.world, wish as Trade, undefined, trial.at);
      expect(quote).toMatchObject({ code: 'out_of_range' });
    }
    expect(trial.refusal('ana', trade('buy', 'YES', { shares: d('1') }))).toBeUndefined();
    expect(trial.refusal('bob', trade('sell', 'NO', { shares: d('1') }))).toBe('out_of_range');
  });

  test('what is too small is too small, and who lacks means is told so first', () => {
    const trial = far();
    trial.account('cid', '1');
    expect(trial.refusal('ana', trade('buy', 'YES', { spend: d('0.000999') }))).toBe('too_small');
    expect(trial.refusal('ana', trade('buy', 'NO', { shares: d('0.000001') }))).toBe('too_small');
    expect(trial.refusal('bob', trade('sell', 'NO', { shares: d('0.000001') }))).toBe('too_small');
    const lacking = trade('buy', 'YES', { spend: d('5000') });
    expect(trial.refusal('cid', lacking)).toBe('insufficient_points');
    trial.buyShares('ana', 'M1', 'YES', '1');
    const sale = trade('sell', 'NO', { shares: d('1') });
    expect(trial.refusal('cid', sale)).toBe('insufficient_shares');
    expect(trial.refusal('bob', sale)).toBe('out_of_range');
  });
});

describe('[N13] [M17] no sets', () => {
  test('a player holds several outcomes, and sells a full set leg by leg', () => {
    const trial = market('100', { outcomes: ['A', 'B', 'C'] });
    for (const outcome of ['A', 'B', 'C']) {
      const { merged } = trial.buyShares('ana', 'M1', outcome, '10');
      expect(merged).toBeUndefined();
      expect(trial.held('ana', 'M1', outcome)).toBe(d('10'));
    }
    // A full set cost its worth, but for a rounding a leg.
    const paid = d('100000') - trial.points('ana');
    expect(paid >= d('10') && paid <= d('10') + 3n).toBe(true);
    for (const outcome of ['A', 'B', 'C']) trial.dump('ana', 'M1', outcome);
    expect(trial.points('ana')).toBeLessThanOrEqual(d('100000'));
  });

  test('mint, merge, fund and facts are not its verbs', () => {
    const trial = market().account('feed');
    trial.run(SYSTEM, { type: 'grant_role', account: 'feed', role: 'source' });
    for (const type of ['mint', 'merge', 'fund'] as const) {
      const wish: Wish = { type, market: 'M1', amount: d('1') };
      expect(trial.refusal('ana', wish)).toBe('not_supported');
    }
    const fact: Wish = {
      type: 'record_fact',
      market: 'M1',
      fact: 'f',
      kind: 'goal',
      happenedAt: 0,
    };
    expect(trial.refusal('feed', fact)).toBe('not_supported');
  });
});

describe('[N12] terms', () => {
  const create = (more: Partial<typeof LMSR>): string | undefined => {
    const trial = new Trial().grant('treasury', '10000000000');
    const draft = draftOf({ ...LMSR, ...more });
    const wish: Wish = { type: 'create_market', market: 'M1', sponsor: 'treasury', draft };
    return trial.refusal(SYSTEM, wish);
  };

  test.each([
    ['one outcome', { outcomes: ['A'] }],
    ['none', { outcomes: [] }],
    ['65', { outcomes: [...TEAMS, 'ONE-MORE'] }],
    ['one twice', { outcomes: ['A', 'B', 'A'] }],
    ['one in small letters', { outcomes: ['A', 'b'] }],
    ['b below 1', { liquidity: d('0.999999') }],
    ['b above 10^9', { liquidity: d('1000000000.000001') }],
    ['a fee above a tenth', { bps: 1_001 }],
    ['half a basis point', { bps: 0.5 }],
  ])('%s: malformed', (_what, more) => {
    expect(create(more)).toBe('malformed');
  });

  test.each([
    ['64 outcomes', { outcomes: TEAMS }],
    ['b 1', { liquidity: d('1') }],
    ['b 10^9', { liquidity: d('1000000000') }],
  ])('%s: sound', (_what, more) => {
    expect(create(more)).toBeUndefined();
  });

  test('b is for life, and a draft that says another asks for the difference', () => {
    const trial = new Trial().grant('treasury', '1000');
    const draft = draftOf(LMSR);
    trial.run(SYSTEM, { type: 'create_market', market: 'M1', sponsor: 'treasury', draft });
    const other = draftOf({ ...LMSR, liquidity: d('200') });
    trial.run(SYSTEM, { type: 'edit_draft', market: 'M1', draft: other });
    expect(show(trial.escrow('M1'))).toBe('138.629437');
    trial.run(SYSTEM, { type: 'open', market: 'M1' });
    expect(trial.refusal(SYSTEM, { type: 'edit_draft', market: 'M1', draft })).toBe('not_draft');
  });
});

describe('ends', () => {
  test('[S1] [S2] a payout vector over three outcomes, once over all that is held', () => {
    const trial = market('100', { outcomes: ['A', 'B', 'C'] });
    for (const outcome of ['A', 'B', 'C']) {
      trial.buyShares('ana', 'M1', outcome, '1');
      trial.sell('ana', 'M1', outcome, '0.999995');
    }
    trial.buyShares('bob', 'M1', 'C', '9');
    trial.run(SYSTEM, { type: 'close', market: 'M1' });
    const resolve = (payout: number[]): string | undefined =>
      trial.refusal(SYSTEM, {
        type: 'resolve',
        market: 'M1',
        resolution: { payout },
        reason: HASH,
      });
    for (const wrong of [
      [500_000, 500_000],
      [1_000_000, 0, 1],
      [1_000_001, -1, 0],
    ]) {
      expect(resolve(wrong)).toBe('malformed');
    }
    expect(resolve([333_333, 333_333, 333_334])).toBeUndefined();
    trial.payAll();
    expect(trial.paid('ana', 'M1')).toBe(5n);
    expect(show(trial.paid('bob', 'M1'))).toBe('3.000006');
  });

  test('[R1] cancelled, everyone has back what the market took', () => {
    const trial = market('100', { outcomes: ['A', 'B', 'C'], bps: 200 });
    trial.buy('ana', 'M1', 'A', '50');
    trial.buy('bob', 'M1', 'B', '70');
    trial.sell('ana', 'M1', 'A', '20');
    trial.cancel('M1');
    expect([trial.points('ana'), trial.points('bob')]).toEqual([d('100000'), d('100000')]);
    // The fees were not needed, and went to the house as ever.
    const house = trial.balance('house:fees');
    expect(show(trial.points('treasury') + house)).toBe('109.861229');
    expect(show(house)).toBe('2.511031');
  });
});
