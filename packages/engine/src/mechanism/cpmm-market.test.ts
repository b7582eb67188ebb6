/**
 * cpmm as players meet it: through `decide`, with every law checked after every entry.
 *
 * Long because every law of the mechanism is tried on the same few markets.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { d, draftOf, CPMM, HASH, show, Trial } from '../../test/trial.js';
import { quoteTrade, SYSTEM, type Trade } from '../index.js';
import { CpmmPool, openingReserves } from './cpmm.js';

const ana = (
  terms: Parameters<Trial['cpmm']>[2] = {},
  deposit = '1000',
  points = '100000',
): Trial => new Trial().account('ana', points).account('bob', points).cpmm('M1', deposit, terms);

const product = ([x, y]: readonly [bigint, bigint]): bigint => x * y;

const size = fc
  .tuple(fc.bigInt({ min: 1_000n, max: 10n ** 10n }), fc.integer({ min: 0, max: 22 }))
  .map(([most, bits]) => (most >> BigInt(bits)) + 1_000n);
const outcome = fc.constantFrom('YES', 'NO');
const verb = fc.constantFrom('spend', 'shares', 'sell', 'sell_all', 'mint', 'merge', 'merge_all');
const step = fc.record({ verb, outcome, size });
interface Step {
  readonly verb: string;
  readonly outcome: string;
  readonly size: bigint;
}

/** What a step does, whether or not it is refused. */
function take(trial: Trial, by: string, { verb: what, outcome: side, size: amount }: Step): void {
  const held = trial.held(by, 'M1', side);
  const pairs = [trial.held(by, 'M1', 'YES'), trial.held(by, 'M1', 'NO')].reduce((a, b) =>
    a < b ? a : b,
  );
  const trade = (wish: Omit<Trade, 'type' | 'market' | 'outcome'>) =>
    trial.try(by, { type: 'trade', market: 'M1', outcome: side, ...wish });
  const figure = d(show(amount));
  switch (what) {
    case 'spend':
      return void trade({ side: 'buy', spend: figure });
    case 'shares':
      return void trade({ side: 'buy', shares: figure });
    case 'sell':
      return void trade({ side: 'sell', shares: amount < held ? figure : d(show(held)) });
    case 'sell_all':
      return void trade({ side: 'sell', shares: d(show(held)) });
    case 'mint':
      return void trial.try(by, { type: 'mint', market: 'M1', amount: figure });
    case 'merge':
    case 'merge_all':
      return void trial.try(by, { type: 'merge', market: 'M1', amount: d(show(pairs)) });
  }
}

const steps = fc.array(step, { minLength: 1, maxLength: 14 });
const terms = fc.record({
  bps: fc.constantFrom(0, 1, 30, 200, 1_000),
  probability: fc.integer({ min: 10_000, max: 990_000 }),
});
const runs = { numRuns: 60 };

test('[C5] [C6] through any trades, mints, merges and fundings the product never falls and the collateral matches', () => {
  const crowd = fc.array(fc.record({ by: fc.constantFrom('ana', 'bob', 'fund'), step }), {
    minLength: 1,
    maxLength: 20,
  });
  fc.assert(
    fc.property(terms, crowd, (with_, moves) => {
      const trial = ana(with_, '100').grant('treasury', '100000');
      for (const { by, step: one } of moves) {
        const before = product(trial.reserves('M1'));
        if (by === 'fund')
          trial.try(SYSTEM, { type: 'fund', market: 'M1', amount: d(show(one.size)) });
        else take(trial, by, one);
        const reserves = trial.reserves('M1');
        expect(product(reserves)).toBeGreaterThanOrEqual(before);
        expect(reserves.every((reserve) => reserve >= 1n)).toBe(true);
        ['YES', 'NO'].forEach((side, index) => {
          const held = ['ana', 'bob', 'treasury'].map((who) => trial.held(who, 'M1', side));
          const all = held.reduce((sum, one_) => sum + one_, reserves[index] ?? 0n);
          expect(all).toBe(trial.escrow('M1'));
        });
      }
    }),
    runs,
  );
});

test('[C7] whoever trades alone and ends with what he began with never ends with more Points', () => {
  fc.assert(
    fc.property(terms, steps, steps, (with_, earlier, alone) => {
      const trial = ana(with_, '100');
      for (const one of earlier) take(trial, 'bob', one);
      const before = trial.points('ana');
      for (const one of alone) take(trial, 'ana', one);
      for (const side of ['YES', 'NO'])
        take(trial, 'ana', { verb: 'sell_all', outcome: side, size: 1n });
      expect(trial.points('ana')).toBeLessThanOrEqual(before);
    }),
    runs,
  );
});

test('[C7] nor does he who began with shares and buys or sells his way back to them', () => {
  fc.assert(
    fc.property(terms, size, steps, (with_, first, alone) => {
      const trial = ana(with_, '100');
      take(trial, 'ana', { verb: 'spend', outcome: 'YES', size: first });
      const [points, shares] = [trial.points('ana'), trial.held('ana', 'M1', 'YES')];
      for (const one of alone) take(trial, 'ana', one);
      take(trial, 'ana', { verb: 'sell_all', outcome: 'NO', size: 1n });
      const off = trial.held('ana', 'M1', 'YES') - shares;
      if (off !== 0n) {
        const side = off > 0n ? 'sell' : 'buy';
        const rest = d(show(off > 0n ? off : -off));
        trial.try('ana', { type: 'trade', market: 'M1', side, outcome: 'YES', shares: rest });
      }
      fc.pre(trial.held('ana', 'M1', 'YES') >= shares);
      expect(trial.points('ana')).toBeLessThanOrEqual(points);
    }),
    runs,
  );
});

test('[C8] whoever mints and dumps never gains, and loses where there is a fee', () => {
  fc.assert(
    fc.property(terms, steps, size, fc.boolean(), (with_, earlier, amount, yesFirst) => {
      const trial = ana(with_, '100');
      for (const one of earlier) take(trial, 'bob', one);
      const before = trial.points('ana');
      trial.run('ana', { type: 'mint', market: 'M1', amount: d(show(amount)) });
      for (const side of yesFirst ? ['YES', 'NO'] : ['NO', 'YES']) {
        take(trial, 'ana', { verb: 'sell_all', outcome: side, size: 1n });
      }
      const after = trial.points('ana');
      if (with_.bps > 0) expect(after).toBeLessThan(before);
      else expect(after).toBeLessThanOrEqual(before);
    }),
    runs,
  );
});

test('[C9] not even all the Points there are empty a reserve', () => {
  const trial = new Trial().account('ana', '900000000000').cpmm('M1', '1', { bps: 0 });
  trial.buy('ana', 'M1', 'YES', '900000000000');
  expect(trial.reserves('M1')).toEqual([1n, d('900000000001')]);
  trial.dump('ana', 'M1', 'YES');
  const [yes, no] = trial.reserves('M1');
  expect(yes >= 1n && no >= 1n).toBe(true);
  expect(trial.points('ana')).toBeLessThanOrEqual(d('900000000000'));
});

describe('opening', () => {
  test('[C10] [C11] the surplus leg is the sponsor’s position, with a net of 0', () => {
    const trial = ana({ probability: 800_000 }, '100');
    expect(trial.reserves('M1')).toEqual(openingReserves(d('100'), 800_000));
    expect(trial.held('treasury', 'M1', 'YES')).toBe(d('75'));
    expect(trial.market('M1').positions.get('house:treasury')).toMatchObject({
      number: 1,
      net: 0n,
    });
    expect(trial.escrow('M1')).toBe(d('100'));
  });

  test('[C11] at 50 % there is no surplus leg and no position', () => {
    expect(ana().market('M1').holders).toEqual([]);
  });

  test('[C11] the deposit comes back once: unsold, the sponsor is where he began, whatever the end', () => {
    for (const payout of [
      [1_000_000, 0],
      [0, 1_000_000],
      [500_000, 500_000],
      [333_333, 666_667],
    ]) {
      const trial = ana({ probability: 800_001 }, '100');
      trial.settle('M1', { payout });
      expect(trial.points('treasury')).toBe(d('100'));
    }
  });
});

describe('funding', () => {
  test('[C12] the larger reserve takes all, the smaller its share rounded up, the sponsor the rest', () => {
    const sides = [
      ['YES', 'NO'],
      ['NO', 'YES'],
    ] as const;
    for (const [dear, cheap] of sides) {
      const trial = ana({}, '100').grant('treasury', '10');
      trial.buy('ana', 'M1', dear, '10');
      const reserve = (side: string): bigint => trial.balance('pool:M1', `M1:${side}`);
      const [small, large] = [reserve(dear), reserve(cheap)];
      trial.run(SYSTEM, { type: 'fund', market: 'M1', amount: d('10') });
      const part = (d('10') * small) / large + 1n;
      expect([reserve(dear) - small, reserve(cheap) - large]).toEqual([part, d('10')]);
      expect(trial.held('treasury', 'M1', dear)).toBe(d('10') - part);
      expect(trial.held('treasury', 'M1', cheap)).toBe(0n);
    }
  });

  test('[C12] of equal reserves both take all, and there is no surplus leg', () => {
    const trial = ana({}, '100').grant('treasury', '10');
    trial.run(SYSTEM, { type: 'fund', market: 'M1', amount: d('10') });
    expect(trial.reserves('M1')).toEqual([d('110'), d('110')]);
    expect(trial.market('M1').holders).toEqual([]);
  });

  test('[C13] the price moves by at most one unit in the new reserves', () => {
    fc.assert(
      fc.property(terms, steps, size, (with_, earlier, amount) => {
        const trial = ana(with_, '100').grant('treasury', '100000');
        for (const one of earlier) take(trial, 'bob', one);
        const [x, y] = trial.reserves('M1');
        trial.run(SYSTEM, { type: 'fund', market: 'M1', amount: d(show(amount)) });
        const [x2, y2] = trial.reserves('M1');
        const off = y * (x2 + y2) - y2 * (x + y);
        expect((off < 0n ? -off : off) <= x + y).toBe(true);
      }),
      runs,
    );
  });

  test('[C14] only the sponsor funds', () => {
    const trial = new Trial()
      .account('sue', '1000')
      .admin('sue')
      .account('adi', '1000')
      .admin('adi');
    trial.account('ana', '1000').cpmm('M1', '100', { sponsor: 'sue' }).cpmm('M2', '100');
    const fund = (by: string, market: string, amount = '1') =>
      trial.refusal(by, { type: 'fund', market, amount: d(amount) });
    expect(fund('ana', 'M1')).toBe('not_allowed');
    expect(fund('adi', 'M1')).toBe('not_allowed');
    expect(fund(SYSTEM, 'M1')).toBe('not_allowed');
    expect(fund('ana', 'M2')).toBe('not_allowed');
    expect(fund('sue', 'M1', '900.000001')).toBe('insufficient_points');
    expect(fund('sue', 'M1', '900')).toBeUndefined();
    expect(fund('adi', 'M2')).toBe('treasury_short');
    trial.grant('treasury', '1');
    expect(fund('adi', 'M2')).toBeUndefined();
    expect(fund('sue', 'M1', '0.000999')).toBe('too_small');
  });

  test('[C14] a sponsor funds while trading is paused, but not after the end', () => {
    const trial = ana().grant('treasury', '10');
    trial.run(SYSTEM, { type: 'pause', market: 'M1' });
    trial.run(SYSTEM, { type: 'fund', market: 'M1', amount: d('1') });
    trial.run(SYSTEM, { type: 'close', market: 'M1' });
    expect(trial.refusal(SYSTEM, { type: 'fund', market: 'M1', amount: d('1') })).toBe('closed');
  });

  test.each([
    [undefined, undefined, undefined],
    [800_000, 800_000, undefined],
    [800_001, undefined, 'price_moved'],
    [undefined, 799_999, 'price_moved'],
    [0, 1_000_000, undefined],
  ])('[C15] at 0.80, price_min %s and price_max %s: %s', (priceMin, priceMax, code) => {
    const trial = ana({ probability: 800_000 }, '100').grant('treasury', '10');
    const bounds = {
      ...(priceMin === undefined ? {} : { priceMin }),
      ...(priceMax === undefined ? {} : { priceMax }),
    };
    const wish = { type: 'fund', market: 'M1', amount: d('1'), ...bounds } as const;
    expect(trial.refusal(SYSTEM, wish)).toBe(code);
  });
});

describe('sets', () => {
  test('[C16] mint and merge cost nothing', () => {
    const trial = ana();
    trial.run('ana', { type: 'mint', market: 'M1', amount: d('12.345678') });
    expect(trial.points('ana')).toBe(d('99987.654322'));
    expect([trial.held('ana', 'M1', 'YES'), trial.held('ana', 'M1', 'NO')]).toEqual([
      d('12.345678'),
      d('12.345678'),
    ]);
    expect(trial.reserves('M1')).toEqual([d('1000'), d('1000')]);
    expect(trial.net('ana', 'M1')).toBe(d('12.345678'));
    trial.run('ana', { type: 'merge', market: 'M1', amount: d('12.345678') });
    expect(trial.points('ana')).toBe(d('100000'));
    expect(trial.net('ana', 'M1')).toBe(0n);
    expect(trial.balance('fees:M1')).toBe(0n);
  });

  test('[C16] who holds one share less of one side cannot merge', () => {
    const trial = ana();
    trial.run('ana', { type: 'mint', market: 'M1', amount: d('2') });
    trial.sell('ana', 'M1', 'NO', '0.000005');
    const merge = (amount: string) =>
      trial.refusal('ana', { type: 'merge', market: 'M1', amount: d(amount) });
    expect(merge('2')).toBe('insufficient_shares');
    expect(merge('0')).toBe('too_small');
    expect(merge('1.999996')).toBe('insufficient_shares');
    expect(merge('1.999995')).toBeUndefined();
  });
});

describe('netting', () => {
  /** What a buyer has, and what the event says. */
  function netted(first: string, second: string, bps = 200) {
    const trial = ana({ bps });
    const no = trial.buy('ana', 'M1', 'NO', first);
    const points = trial.points('ana');
    const yes = trial.buy('ana', 'M1', 'YES', second);
    return { trial, no, yes, points };
  }

  test('[C17] after a buy nobody is left with both sides', () => {
    fc.assert(
      fc.property(size, size, fc.constantFrom(0, 200), (first, second, bps) => {
        const { trial, no, yes } = netted(show(first), show(second), bps);
        const [left, right] = [trial.held('ana', 'M1', 'YES'), trial.held('ana', 'M1', 'NO')];
        expect(left === 0n || right === 0n).toBe(true);
        expect(left - right).toBe(yes.gets - no.gets);
        expect(yes.merged).toBe(yes.gets < no.gets ? yes.gets : no.gets);
      }),
      runs,
    );
  });

  test('[C17] minted pairs are netted too, by the next buy of either side', () => {
    const trial = ana();
    trial.run('ana', { type: 'mint', market: 'M1', amount: d('5') });
    const bought = trial.buy('ana', 'M1', 'YES', '1');
    expect(bought.merged).toBe(d('5'));
    expect([trial.held('ana', 'M1', 'YES'), trial.held('ana', 'M1', 'NO')]).toEqual([
      bought.gets,
      0n,
    ]);
  });

  test('[C18] the exit pays the ordinary fee on all of A', () => {
    const { yes } = netted('100', '50');
    expect(yes.fee).toBe(d('1'));
    const plain = netted('100', '50').trial.pool('M1').buyBySpend(0, d('50'), 200);
    expect(plain?.fee).toBe(d('1'));
  });

  test('[C17] [C18] a netted buy leaves the pool where the same buy without pairs leaves it', () => {
    const { trial } = netted('100', '50');
    const other = ana();
    other.buy('ana', 'M1', 'NO', '100');
    other.buy('bob', 'M1', 'YES', '50');
    expect(trial.reserves('M1')).toEqual(other.reserves('M1'));
    // Only the merged pairs are gone from the collateral, at one Point each.
    expect(other.escrow('M1') - trial.escrow('M1')).toBe(d('105.051187'));
  });

  test('[C19] funds are needed only for A less the credit, to the micro-Point', () => {
    for (const [left, code] of [
      ['0', undefined],
      ['0.000001', 'insufficient_points'],
    ] as const) {
      const trial = new Trial().account('ana', '100').cpmm('M1', '1000');
      trial.buy('ana', 'M1', 'NO', '100');
      expect(trial.points('ana')).toBe(0n);
      // 100 on YES merges all of it: the credit is 187.253187, more than is paid.
      const spend = 187_253_187n;
      const quote = trial.pool('M1').buyBySpend(0, spend + d(left), 200);
      const wish: Trade = {
        type: 'trade',
        market: 'M1',
        side: 'buy',
        outcome: 'YES',
        spend: d(show(spend + d(left))),
      };
      expect((quote?.gets ?? 0n) > spend).toBe(true);
      expect(trial.refusal('ana', wish)).toBe(code);
    }
  });

  test('[C19] [B8] the merged pairs pay for the buy that merges them: no balance ends below zero', () => {
    const trial = new Trial().account('ana', '100').cpmm('M1', '1000');
    trial.buy('ana', 'M1', 'NO', '100');
    const bought = trial.buy('ana', 'M1', 'YES', '50');
    expect(bought.transfers[0]).toMatchObject({ from: 'player:ana', asset: 'points' });
    expect(trial.points('ana')).toBe(d('105.051187') - d('50'));
  });

  test('[C19] gets, and gets_min, count the merged pairs', () => {
    const { trial } = netted('100', '0.001');
    const gets = trial.pool('M1').buyBySpend(0, d('50'), 200)?.gets ?? 0n;
    const wish = (least: bigint): Trade => ({
      type: 'trade',
      market: 'M1',
      side: 'buy',
      outcome: 'YES',
      spend: d('50'),
      getsMin: d(show(least)),
    });
    expect(trial.refusal('ana', wish(gets + 1n))).toBe('price_moved');
    expect(trial.refusal('ana', wish(gets))).toBeUndefined();
  });

  test('[B10] a position’s net takes the credit in', () => {
    const { trial, yes } = netted('100', '50');
    expect(trial.net('ana', 'M1')).toBe(d('150') - (yes.merged ?? 0n));
  });

  test('[B10] [B11] the position of a sponsor who trades counts only his trades', () => {
    const trial = new Trial()
      .account('sue', '1000')
      .admin('sue')
      .cpmm('M1', '100', { sponsor: 'sue', probability: 800_000 });
    expect(trial.net('sue', 'M1')).toBe(0n);
    trial.run('sue', { type: 'fund', market: 'M1', amount: d('10') });
    expect(trial.net('sue', 'M1')).toBe(0n);
    const bought = trial.buy('sue', 'M1', 'NO', '5');
    expect(bought.merged).toBe(bought.gets);
    expect(trial.net('sue', 'M1')).toBe(d('5') - bought.gets);
    trial.dump('sue', 'M1', 'YES');
    expect(trial.net('sue', 'M1')).toBe(
      trial.points('sue') === 0n ? 0n : d('890') - trial.points('sue'),
    );
  });
});

test('[C20] mint then buy is the plain buy; mint then sell the other leg pays a fee on that leg only', () => {
  const plain = ana();
  plain.buy('ana', 'M1', 'YES', '100');
  const minted = ana();
  minted.run('ana', { type: 'mint', market: 'M1', amount: d('187.253187') });
  minted.buy('ana', 'M1', 'YES', '100');
  expect(minted.points('ana')).toBe(plain.points('ana'));
  expect(minted.held('ana', 'M1', 'YES')).toBe(plain.held('ana', 'M1', 'YES'));
  // At 0.90 the other leg is the cheap one: its fee is a ninth of the plain buy's.
  const legs = ana({ probability: 900_000 });
  legs.run('ana', { type: 'mint', market: 'M1', amount: d('10') });
  const sold = legs.dump('ana', 'M1', 'NO');
  const bought = ana({ probability: 900_000 }).buyShares('ana', 'M1', 'YES', '10');
  expect(d('10') - sold.gets).toBeLessThan(bought.pays);
  expect(bought.fee > 8n * sold.fee && bought.fee < 10n * sold.fee).toBe(true);
});

test('[C21] a whale’s 100,000 into 1000/1000: 0.999898, then 0.990000 once the pool’s half is in', () => {
  const fill = new CpmmPool(d('1000'), d('1000')).buyBySpend(0, d('100000'), 200);
  if (!(fill?.after instanceof CpmmPool)) throw new Error('a fill');
  const [x, y] = fill.after.reserves;
  const toPool = fill.fee - fill.toHouse;
  expect(new CpmmPool(x - toPool, y - toPool).prices()[0]).toBe(999_898n);
  expect(fill.after.prices()[0]).toBe(990_000n);
});

test('[C21] splitting 10,000 into 1,000 parts wins back 0.41 % of the shares', () => {
  const whole = new CpmmPool(d('1000'), d('1000')).buyBySpend(0, d('10000'), 200)?.gets ?? 0n;
  let pool = new CpmmPool(d('1000'), d('1000'));
  let gets = 0n;
  for (let part = 0; part < 1_000; part++) {
    const fill = pool.buyBySpend(0, d('10'), 200);
    gets += fill?.gets ?? 0n;
    pool = fill?.after as CpmmPool;
  }
  const hundredths = ((gets - whole) * 20_000n + whole) / (2n * whole);
  expect(hundredths).toBe(41n);
});

test('[U9] a fee outside 0 to 1,000 bps is malformed', () => {
  const trial = new Trial().grant('treasury', '1000');
  for (const bps of [-1, 1_001, 0.5, Number.NaN]) {
    const draft = draftOf({ ...CPMM, bps });
    expect(
      trial.refusal(SYSTEM, { type: 'create_market', market: 'M1', sponsor: 'treasury', draft }),
    ).toBe('malformed');
  }
  for (const bps of [0, 1_000]) {
    const draft = draftOf({ ...CPMM, bps, deposit: d('1') });
    const market = `B${bps}`;
    expect(
      trial.refusal(SYSTEM, { type: 'create_market', market, sponsor: 'treasury', draft }),
    ).toBeUndefined();
  }
});

test('[M11] [M12] a quote is the trade, and says when it cannot profit', () => {
  fc.assert(
    fc.property(terms, steps, step, (with_, earlier, one) => {
      fc.pre(one.verb === 'spend' || one.verb === 'shares' || one.verb === 'sell');
      const trial = ana(with_, '100');
      for (const before of earlier) take(trial, 'ana', before);
      const held = trial.held('ana', 'M1', one.outcome);
      const amount = d(show(one.verb === 'sell' && held < one.size ? held : one.size));
      const wish: Trade = {
        type: 'trade',
        market: 'M1',
        side: one.verb === 'sell' ? 'sell' : 'buy',
        outcome: one.outcome,
        ...(one.verb === 'spend' ? { spend: amount } : { shares: amount }),
      };
      const quote = quoteTrade(trial.world, wish, 'ana', trial.at);
      const decision = trial.try('ana', wish);
      if (quote.kind === 'refused') {
        expect(decision).toEqual(quote);
        return;
      }
      if (decision.kind !== 'accepted') return;
      const [event] = decision.events;
      const { pays, gets, fee } = quote.fill;
      expect(event).toMatchObject({ type: 'traded', pays, gets, fee });
      expect(event?.type === 'traded' ? (event.merged ?? 0n) : -1n).toBe(quote.merged);
      expect(trial.pool('M1').prices()).toEqual(quote.fill.after.prices());
      expect(quote.cannotProfit).toBe(wish.side === 'buy' && gets < pays);
    }),
    runs,
  );
});

test('[M12] a buy at nearly 1 cannot profit', () => {
  const trial = ana({ probability: 990_000 });
  const quote = quoteTrade(
    trial.world,
    { type: 'trade', market: 'M1', side: 'buy', outcome: 'YES', spend: d('100') },
    'ana',
    trial.at,
  );
  expect(quote).toMatchObject({ kind: 'quote', cannotProfit: true });
});

test('[M12] one that gets as many shares as it pays micro-Points can break even', () => {
  const trial = new Trial().account('ana', '900000000000').account('bob', '1');
  trial.cpmm('M1', '1', { bps: 0 }).buy('ana', 'M1', 'YES', '900000000000');
  const wish: Trade = { type: 'trade', market: 'M1', side: 'buy', outcome: 'YES', spend: d('1') };
  const quote = quoteTrade(trial.world, wish, 'bob', trial.at);
  expect(quote).toMatchObject({ fill: { pays: d('1'), gets: d('1') }, cannotProfit: false });
});

describe('bounds of an order', () => {
  const buy = (more: Partial<Trade>): Trade => ({
    type: 'trade',
    market: 'M1',
    side: 'buy',
    outcome: 'YES',
    ...more,
  });

  test('[M13] gets_min and pays_max hold to the unit', () => {
    const trial = ana();
    expect(trial.refusal('ana', buy({ spend: d('100'), getsMin: d('187.253188') }))).toBe(
      'price_moved',
    );
    expect(
      trial.refusal('ana', buy({ spend: d('100'), getsMin: d('187.253187') })),
    ).toBeUndefined();
    const other = ana();
    expect(other.refusal('ana', buy({ shares: d('100'), paysMax: d('52.295122') }))).toBe(
      'price_moved',
    );
    expect(
      other.refusal('ana', buy({ shares: d('100'), paysMax: d('52.295123') })),
    ).toBeUndefined();
    const sale: Trade = {
      type: 'trade',
      market: 'M1',
      side: 'sell',
      outcome: 'YES',
      shares: d('100'),
    };
    const gets = other.pool('M1').sell(0, d('100'), 200)?.gets ?? 0n;
    expect(other.refusal('ana', { ...sale, getsMin: d(show(gets + 1n)) })).toBe('price_moved');
    expect(other.refusal('ana', { ...sale, getsMin: d(show(gets)) })).toBeUndefined();
  });

  test('[M14] dust is too small: a buy below 0.001, a sale that brings nothing', () => {
    const trial = ana({ probability: 10_000 });
    expect(trial.refusal('ana', buy({ spend: d('0.000999') }))).toBe('too_small');
    expect(trial.refusal('ana', buy({ shares: d('0.01') }))).toBe('too_small');
    expect(trial.refusal('ana', buy({ spend: d('0') }))).toBe('too_small');
    expect(trial.refusal('ana', buy({ shares: d('0') }))).toBe('too_small');
    expect(trial.refusal('ana', { type: 'mint', market: 'M1', amount: d('0.000999') })).toBe(
      'too_small',
    );
    expect(
      trial.refusal('ana', { type: 'mint', market: 'M1', amount: d('0.001') }),
    ).toBeUndefined();
    expect(trial.refusal('ana', buy({ spend: d('0.001') }))).toBeUndefined();
    const dust = (shares: string): Trade => ({
      type: 'trade',
      market: 'M1',
      side: 'sell',
      outcome: 'YES',
      shares: d(shares),
    });
    expect(trial.refusal('ana', dust('0.000001'))).toBe('too_small');
    expect(trial.refusal('ana', dust('0'))).toBe('too_small');
  });

  test('[M15] nobody sells what he does not hold', () => {
    const trial = ana();
    trial.buy('bob', 'M1', 'YES', '100');
    const sale = (shares: string): Trade => ({
      type: 'trade',
      market: 'M1',
      side: 'sell',
      outcome: 'YES',
      shares: d(shares),
    });
    expect(trial.refusal('ana', sale('1'))).toBe('insufficient_shares');
    expect(trial.refusal('bob', sale('187.253188'))).toBe('insufficient_shares');
    expect(trial.refusal('bob', { ...sale('1'), outcome: 'NO' })).toBe('insufficient_shares');
    expect(trial.refusal('bob', sale('187.253187'))).toBeUndefined();
  });

  test('[M16] funds are held against the true price to the micro-Point', () => {
    for (const [points, code] of [
      ['52.295123', undefined],
      ['52.295122', 'insufficient_points'],
    ] as const) {
      const trial = new Trial().account('ana', points).cpmm('M1', '1000');
      expect(trial.refusal('ana', buy({ shares: d('100') }))).toBe(code);
    }
    const trial = new Trial().account('ana', '10').cpmm('M1', '1000');
    expect(trial.refusal('ana', buy({ spend: d('10.000001') }))).toBe('insufficient_points');
    expect(trial.refusal('ana', { type: 'mint', market: 'M1', amount: d('10.000001') })).toBe(
      'insufficient_points',
    );
    expect(trial.refusal('ana', buy({ spend: d('10') }))).toBeUndefined();
    expect(trial.points('ana')).toBe(0n);
  });
});

test('[M17] facts are not for markets with outcomes', () => {
  const trial = ana();
  trial.run(SYSTEM, { type: 'grant_role', account: 'ana', role: 'source' });
  const fact = {
    type: 'record_fact',
    market: 'M1',
    fact: 'f',
    kind: 'goal',
    happenedAt: 1,
  } as const;
  expect(trial.refusal('ana', fact)).toBe('not_supported');
  expect(trial.refusal('ana', { type: 'undo_fact', market: 'M1', fact: 'g', undoes: 'f' })).toBe(
    'not_supported',
  );
});

test('[B6] [B7] an outcome’s shares carry its name, also when the draft renames it', () => {
  const trial = new Trial().account('ana', '100').grant('treasury', '100');
  const create = {
    type: 'create_market',
    market: 'M1',
    sponsor: 'treasury',
    draft: draftOf({ ...CPMM, deposit: d('100') }),
  } as const;
  trial.run(SYSTEM, create);
  trial.run(SYSTEM, {
    type: 'edit_draft',
    market: 'M1',
    draft: draftOf({ ...CPMM, deposit: d('100'), outcomes: ['NO', 'YES'], probability: 800_000 }),
  });
  trial.run(SYSTEM, { type: 'open', market: 'M1' });
  expect(trial.held('treasury', 'M1', 'NO')).toBe(d('75'));
  const bought = trial.buy('ana', 'M1', 'YES', '1');
  expect(trial.held('ana', 'M1', 'YES')).toBe(bought.gets);
  trial.settle('M1', { payout: [0, 1_000_000] });
  expect(trial.paid('ana', 'M1')).toBe(bought.gets);
});

test('[B9] the house’s half of every fee waits in the market’s own account until the end', () => {
  const trial = ana();
  const first = trial.buy('ana', 'M1', 'YES', '100');
  const second = trial.dump('ana', 'M1', 'YES');
  const halves = first.fee / 2n + second.fee / 2n;
  expect(trial.balance('fees:M1')).toBe(halves);
  expect(trial.balance('house:fees')).toBe(0n);
  trial.settle('M1', { payout: [1_000_000, 0] });
  expect(trial.balance('fees:M1')).toBe(0n);
  expect(trial.balance('house:fees')).toBe(halves);
});

test('[U8] figures may reach their bound and no further', () => {
  const trial = new Trial().account('ana').account('adi').admin('adi');
  const grant = (by: string, amount: string) =>
    trial.refusal(by, { type: 'grant', to: 'ana', amount: d(amount), reason: HASH });
  expect(grant(SYSTEM, '999999999999.999999')).toBeUndefined();
  expect(grant('adi', '0.000002')).toBe('out_of_range');
  expect(grant('adi', '0.000001')).toBeUndefined();
  expect(grant('adi', '0.000001')).toBe('out_of_range');
  trial.run(SYSTEM, { type: 'set_limits', limits: [['welcome', 1n]] });
  expect(trial.refusal(SYSTEM, { type: 'open_account', account: 'bob' })).toBe('out_of_range');
});

test('[U8] all the Points there are may meet in one market, on either side and by every verb', () => {
  for (const probability of [10_000, 500_000, 990_000]) {
    const trial = new Trial()
      .cpmm('M1', '1', { probability, bps: 0 })
      .account('ana', '999999999999');
    trial.buy('ana', 'M1', 'YES', '333333333333');
    trial.run('ana', { type: 'mint', market: 'M1', amount: d('333333333333') });
    trial.buy('ana', 'M1', 'NO', '333333333333');
    trial.buy('ana', 'M1', 'NO', show(trial.points('ana')));
    trial.settle('M1', { payout: [0, 1_000_000] });
    expect(trial.points('ana')).toBeLessThanOrEqual(d('1000000000000'));
  }
  const stock = new Trial().curve('P-1', '0.01', '0.000001').account('ana', '1000000000000');
  stock.buy('ana', 'P-1', undefined, '1000000000000');
  stock.fact('P-1', 'wonder');
  stock.dump('ana', 'P-1');
  expect(stock.points('ana')).toBe(d('1000000000000'));
});
