/**
 * The design's worked examples and the numbers in its text, to the unit, through the exchange itself.
 *
 * Long because it is that one table, a row a test.
 */
import { describe, expect, test } from 'vitest';
import { openingReserves } from '../src/mechanism/cpmm.js';
import { pricesByWeight } from '../src/mechanism/price.js';
import type { CpmmTerms, Traded, Wish } from '../src/index.js';
import { receiptView, SYSTEM } from '../src/index.js';
import { CPMM, d, draftOf, NOW, show, Trial } from './trial.js';

/** What a trade says, in decimals. */
const said = ({ pays, gets, fee, merged }: Traded): string =>
  [
    `pays ${show(pays)}`,
    `gets ${show(gets)}`,
    `fee ${show(fee)}`,
    ...(merged ? [`merged ${show(merged)}`] : []),
  ].join(' · ');
const pool = (trial: Trial): string => trial.reserves('M1').map(show).join(' / ');
const prices = (trial: Trial): string => trial.pool('M1').prices().map(show).join(' / ');
const houseAndPool = (trial: Trial, { fee }: Traded): string => {
  const house = trial.balance('fees:M1');
  return `${show(house)} house · ${show(fee - house)} pool`;
};

const market = (deposit: string, more: Partial<CpmmTerms> = {}): Trial =>
  new Trial().account('ana', '100000').account('bob', '100000').cpmm('M1', deposit, more);

describe('cpmm', () => {
  test('[C1] [C4] [C12] 100/100: 10 on YES, then a funding of 10', () => {
    const trial = market('100');
    const bought = trial.buy('ana', 'M1', 'YES', '10');
    expect(said(bought)).toBe('pays 10 · gets 18.725318 · fee 0.2');
    expect(houseAndPool(trial, bought)).toBe('0.1 house · 0.1 pool');
    expect(pool(trial)).toBe('91.174682 / 109.9');
    trial.grant('treasury', '10').run(SYSTEM, { type: 'fund', market: 'M1', amount: d('10') });
    expect(pool(trial)).toBe('99.470832 / 119.9');
    expect(show(trial.held('treasury', 'M1', 'YES'))).toBe('1.70385');
    expect(trial.held('treasury', 'M1', 'NO')).toBe(0n);
  });

  test('[C1] [C3] [C4] 1000/1000: 100 on YES, then sell it all', () => {
    const trial = market('1000');
    const bought = trial.buy('ana', 'M1', 'YES', '100');
    expect(said(bought)).toBe('pays 100 · gets 187.253187 · fee 2');
    expect(pool(trial)).toBe('911.746813 / 1099');
    expect(prices(trial)).toBe('0.546563 / 0.453437');
    const sold = trial.dump('ana', 'M1', 'YES');
    expect(said(sold)).toBe('pays 187.253187 · gets 96.035717 · fee 1.959913');
    expect(show(sold.gets + sold.fee)).toBe('97.99563');
    expect(show(trial.balance('fees:M1') - d('1'))).toBe('0.979956');
    expect(show(sold.fee - (trial.balance('fees:M1') - d('1')))).toBe('0.979957');
    expect(pool(trial)).toBe('1001.984327 / 1001.984327');
  });

  test('[C2] [M5] 1000/1000: exactly 100 YES', () => {
    const trial = market('1000');
    const bought = trial.buyShares('ana', 'M1', 'YES', '100');
    expect(said(bought)).toBe('pays 52.295123 · gets 100 · fee 1.045903');
    expect(show(bought.pays - bought.fee)).toBe('51.24922');
    expect(houseAndPool(trial, bought)).toBe('0.522951 house · 0.522952 pool');
    expect(pool(trial)).toBe('951.772172 / 1051.772172');
  });

  test('[C1] [C10] 400/600: 1 on YES at 0.60', () => {
    const trial = market('600', { probability: 600_000 });
    expect(pool(trial)).toBe('400 / 600');
    expect(prices(trial)).toBe('0.6 / 0.4');
    expect(show(trial.buy('ana', 'M1', 'YES', '1').gets)).toBe('1.632267');
    expect(pool(trial)).toBe('399.357733 / 600.99');
  });

  test.each([
    ['100', 800_000, '25 / 100', '75', '0'],
    ['50', 300_000, '50 / 21.428572', '0', '28.571428'],
    ['1', 10_000, '1 / 0.010102', '0', '0.989898'],
  ])(
    '[C10] [C11] an opening of %s at %s: %s, the sponsor has %s YES and %s NO',
    (deposit, probability, kept, yes, no) => {
      const trial = market(deposit, { probability });
      expect(pool(trial)).toBe(kept);
      expect(show(trial.held('treasury', 'M1', 'YES'))).toBe(yes);
      expect(show(trial.held('treasury', 'M1', 'NO'))).toBe(no);
      expect(openingReserves(d(deposit), probability)).toEqual(trial.reserves('M1'));
    },
  );

  test('[C17] [C19] 1000/1000: NO for 100, then 50 on YES: all of it merged', () => {
    const trial = market('1000');
    expect(show(trial.buy('ana', 'M1', 'NO', '100').gets)).toBe('187.253187');
    const before = trial.points('ana');
    const bought = trial.buy('ana', 'M1', 'YES', '50');
    expect(said(bought)).toBe('pays 50 · gets 105.051187 · fee 1 · merged 105.051187');
    expect(show(trial.points('ana') - before + d('50'))).toBe('105.051187');
    expect(show(trial.held('ana', 'M1', 'NO'))).toBe('82.202');
    expect(trial.held('ana', 'M1', 'YES')).toBe(0n);
    expect(pool(trial)).toBe('1043.448813 / 961.246813');
  });

  test('[C17] [C19] … or 100 on YES: more than he held', () => {
    const trial = market('1000');
    trial.buy('ana', 'M1', 'NO', '100');
    const bought = trial.buy('ana', 'M1', 'YES', '100');
    expect(said(bought)).toBe('pays 100 · gets 204.662381 · fee 2 · merged 187.253187');
    expect(show(trial.held('ana', 'M1', 'YES'))).toBe('17.409194');
    expect(trial.held('ana', 'M1', 'NO')).toBe(0n);
    expect(pool(trial)).toBe('993.337619 / 1010.746813');
    expect(show(trial.escrow('M1'))).toBe('1010.746813');
  });

  test('[C20] mint 187.253187, then 100 on YES: the price of the plain buy', () => {
    const trial = market('1000');
    trial.run('ana', { type: 'mint', market: 'M1', amount: d('187.253187') });
    trial.buy('ana', 'M1', 'YES', '100');
    expect(show(trial.held('ana', 'M1', 'YES'))).toBe('187.253187');
    expect(trial.held('ana', 'M1', 'NO')).toBe(0n);
    expect(show(d('100000') - trial.points('ana'))).toBe('100');
  });

  test('a 50/50 pays 93.626593 for 187.253187 YES', () => {
    const trial = market('1000');
    trial.buy('ana', 'M1', 'YES', '100');
    trial.settle('M1', { payout: [500_000, 500_000] });
    expect(show(trial.paid('ana', 'M1'))).toBe('93.626593');
  });

  test('the refund that is not enough: everybody’s part, and the sponsor nothing', () => {
    const trial = new Trial()
      .account('A', '1000')
      .account('B', '1000')
      .account('C', '1000')
      .cpmm('M1', '10');
    const [a, b, c] = ['A', 'B', 'C'].map((who) => trial.points(who)) as [bigint, bigint, bigint];
    const sponsor = trial.points('treasury');
    trial.buy('A', 'M1', 'YES', '10');
    trial.buy('B', 'M1', 'YES', '100');
    trial.dump('A', 'M1', 'YES');
    trial.buy('A', 'M1', 'NO', '10');
    trial.buy('C', 'M1', 'NO', '300');
    trial.dump('A', 'M1', 'NO');
    expect(show(trial.net('A', 'M1'))).toBe('-85.374984');
    expect(show(trial.points('A') - a)).toBe('85.374984');
    expect([show(trial.escrow('M1')), show(trial.balance('fees:M1'))]).toEqual([
      '319.349761',
      '5.275255',
    ]);
    const { due, funds } = trial.cancel('M1');
    expect([show(due), show(funds)]).toEqual(['400', '324.625016']);
    expect(show(trial.paid('B', 'M1'))).toBe('81.156254');
    expect(show(trial.paid('C', 'M1'))).toBe('243.468762');
    expect([trial.points('B') - b, trial.points('C') - c]).toEqual([
      d('81.156254') - d('100'),
      d('243.468762') - d('300'),
    ]);
    expect(trial.points('treasury') - sponsor).toBe(0n);
  });
});

test('[U6] three equal outcomes: 0.333334, 0.333333, 0.333333', () => {
  expect(pricesByWeight([7n, 7n, 7n]).map(show)).toEqual(['0.333334', '0.333333', '0.333333']);
});

describe('lmsr', () => {
  /** b = 100, with so much of each held by bob. */
  const held = (...shares: string[]): Trial => {
    const outcomes = ['A', 'B', 'C'].slice(0, shares.length);
    const trial = new Trial().account('ana', '100000').account('bob', '100000');
    trial.lmsr('M1', '100', { outcomes });
    shares.forEach((size, index) => {
      if (size !== '0') trial.buyShares('bob', 'M1', outcomes[index] ?? '', size);
    });
    return trial;
  };
  const cost = (trial: Trial, outcome: string, shares: string): string =>
    show(trial.buyShares('ana', 'M1', outcome, shares).pays);

  test.each([
    ['1', '0.50125'],
    ['10', '5.124948'],
    ['50', '28.092981'],
    ['100', '62.011451'],
    ['1000', '930.689822'],
  ])('[N1] from nothing, %s cost %s', (shares, pays) => {
    expect(cost(held('0', '0'), 'A', shares)).toBe(pays);
  });

  test('[N1] [N2] [N3] after others have traded', () => {
    expect(cost(held('100', '0'), 'A', '10')).toBe('7.407364');
    expect(show(held('10', '0').sell('bob', 'M1', 'A', '10').gets)).toBe('5.124947');
    expect(show(held('0', '0').buy('ana', 'M1', 'A', '10').gets)).toBe('19.090282');
    expect(show(held('5', '10', '0').buy('ana', 'M1', 'C', '25').gets)).toBe('64.001522');
  });

  test('[N4] exact ties', () => {
    expect(cost(held('0', '10'), 'A', '20')).toBe('10');
    expect(show(held('20', '10').sell('bob', 'M1', 'A', '20').gets)).toBe('10');
    expect(show(held('0', '10').buy('ana', 'M1', 'A', '10').gets)).toBe('20');
    expect(cost(held('0', '10', '20'), 'A', '30')).toBe('10');
  });

  test('[N5] [N7] subsidies, and three equal prices', () => {
    const deposit = (count: number): string => {
      const outcomes = Array.from({ length: count }, (_, n) => `T${n}`);
      return show(new Trial().lmsr('M1', '100', { outcomes }).escrow('M1'));
    };
    expect([2, 3, 48, 64].map(deposit)).toEqual([
      '69.314719',
      '109.861229',
      '387.120102',
      '415.888309',
    ]);
    expect(prices(held('0', '0', '0'))).toBe('0.333334 / 0.333333 / 0.333333');
    expect(prices(held('10', '10', '10'))).toBe('0.333334 / 0.333333 / 0.333333');
  });
});

const P = 'P-ARG-10';

describe('curve', () => {
  const stock = (f = '10', m = '0.025', bps = 0): Trial =>
    new Trial().account('ana', '100000').account('bob', '100000').curve(P, f, m, { bps });

  test('[K3] [K6] 10 from 0, and back', () => {
    const trial = stock();
    expect(said(trial.buyShares('ana', P, undefined, '10'))).toBe('pays 101.25 · gets 10 · fee 0');
    expect(said(trial.sell('ana', P, undefined, '10'))).toBe('pays 10 · gets 101.25 · fee 0');
  });

  test('[K3] [M6] … at 200 bps', () => {
    const trial = stock('10', '0.025', 200);
    expect(said(trial.buyShares('ana', P, undefined, '10'))).toBe(
      'pays 103.316327 · gets 10 · fee 2.066327',
    );
    expect(said(trial.sell('ana', P, undefined, '10'))).toBe('pays 10 · gets 99.225 · fee 2.025');
  });

  test('[K5] 100 buys of 1, or one of 100: 1125', () => {
    const parts = stock();
    for (let n = 0; n < 100; n++) parts.buyShares('ana', P, undefined, '1');
    expect(show(d('100000') - parts.points('ana'))).toBe('1125');
    expect(said(stock().buyShares('ana', P, undefined, '100'))).toBe(
      'pays 1125 · gets 100 · fee 0',
    );
  });

  test('[K5] F=10.000001, m=0.024999: three of 0.333333, or one of 0.999999', () => {
    const trial = stock('10.000001', '0.024999');
    const paid = [1, 2, 3].map(() => show(trial.buyShares('ana', P, undefined, '0.333333').pays));
    expect(paid).toEqual(['3.33472', '3.337496', '3.340275']);
    expect(show(trial.points('ana'))).toBe(show(d('100000') - d('10.012491')));
    expect(
      show(stock('10.000001', '0.024999').buyShares('bob', P, undefined, '0.999999').pays),
    ).toBe('10.012491');
  });

  test('[K4] from 0: spend 100', () => {
    expect(said(stock().buy('ana', P, undefined, '100'))).toBe(
      'pays 99.999994 · gets 9.87803 · fee 0',
    );
    expect(said(stock('10', '0.025', 200).buy('ana', P, undefined, '100'))).toBe(
      'pays 99.999999 · gets 9.682804 · fee 2',
    );
  });

  /** 100 shares sold. */
  const sold = (treasury = '1000'): Trial => {
    const trial = stock().grant('treasury', treasury);
    trial.buyShares('ana', P, undefined, '100');
    return trial;
  };

  test('[F11] at s=100: a goal costs the treasury 80, a red card gives it 50', () => {
    const goal = sold();
    goal.fact(P, 'goal');
    expect(show(d('1000') - goal.points('treasury'))).toBe('80');
    const card = sold();
    card.fact(P, 'red_card');
    expect(show(card.points('treasury') - d('1000'))).toBe('50');
  });

  test('[F9] [F12] … the goal with 50 in the treasury', () => {
    const trial = sold('50');
    const event = trial.fact(P, 'goal');
    expect(show(trial.market(P).fundamental)).toBe('10.5');
    expect(show(d('10') + event.asked)).toBe('10.8');
    expect(trial.points('treasury')).toBe(0n);
    expect(show(trial.escrow(P))).toBe('1175');
  });

  test('[F13] … the full goal, 50 sold, the goal undone', () => {
    const trial = sold();
    trial.fact(P, 'goal', 'g');
    expect(said(trial.sell('ana', P, undefined, '50'))).toBe('pays 50 · gets 633.75 · fee 0');
    const before = trial.points('treasury');
    trial.undo(P, 'g');
    expect(show(trial.points('treasury') - before)).toBe('40');
  });

  test('[K11] delisted at F with s=100: 1000 to the holders, 125 to the treasury', () => {
    const trial = sold('0');
    trial.settle(P);
    expect(show(trial.paid('ana', P))).toBe('1000');
    expect(show(trial.points('treasury'))).toBe('125');
  });
});

describe('rally', () => {
  test('[G4] [G11] [G12] 0→100, 3→80, 5→60: A joins 2, B 1, C 2; house 250 bps', () => {
    const trial = new Trial().account('A', '200').account('B', '80').account('C', '120');
    trial.account('seller').run(SYSTEM, rallyOf('seller', NOW + 60_000));
    trial.run(SYSTEM, { type: 'open', market: 'R1' });
    const held = (
      [
        ['A', 2],
        ['B', 1],
        ['C', 2],
      ] as const
    ).map(([who, units]) => {
      const before = trial.escrow('R1');
      trial.run(who, { type: 'join_rally', market: 'R1', units });
      return show(trial.escrow('R1') - before);
    });
    expect(held).toEqual(['200', '80', '120']);
    trial.at += 60_000;
    trial.run(SYSTEM, { type: 'tick' });
    trial.payAll();
    expect(receiptView(trial.market('R1'))?.price).toBe('60');
    expect(['A', 'B', 'C'].map((who) => show(trial.paid(who, 'R1')))).toEqual(['80', '20', '0']);
    expect(trial.points('seller')).toBe(292_500_000n);
    expect(trial.balance('house:fees')).toBe(7_500_000n);
    expect(trial.escrow('R1')).toBe(0n);
  });
});

/** The rally of the design's table. */
function rallyOf(seller: string, closesAt: number): Wish {
  const tiers = [
    { units: 0, price: d('100') },
    { units: 3, price: d('80') },
    { units: 5, price: d('60') },
  ];
  const terms = { mechanism: 'rally', tiers, maximum: 10, perPerson: 5, seller, bps: 250 } as const;
  const draft = { ...draftOf(CPMM), closing: { mode: 'auto' }, closesAt, terms } as const;
  return { type: 'create_market', market: 'R1', sponsor: seller, draft };
}

describe('numbers in the text', () => {
  test('[C8] 4.1, 9.1: mint 100, sell both legs of a 1000/1000 pool: 97.999402', () => {
    const trial = market('1000');
    trial.run('ana', { type: 'mint', market: 'M1', amount: d('100') });
    const got = trial.dump('ana', 'M1', 'YES').gets + trial.dump('ana', 'M1', 'NO').gets;
    expect(show(got)).toBe('97.999402');
  });

  test('7: mint 100 at 0.90, sell the YES for 87.345334: 12.654666 is due, whatever legs are left', () => {
    const trial = market('1000', { probability: 900_000 });
    trial.run('ana', { type: 'mint', market: 'M1', amount: d('100') });
    expect(show(trial.dump('ana', 'M1', 'YES').gets)).toBe('87.345334');
    expect(show(trial.cancel('M1').due)).toBe('12.654666');
    expect(show(trial.paid('ana', 'M1'))).toBe('12.654666');
    expect(trial.points('ana')).toBe(d('100000'));
  });
});
