/** A stock as players meet it: through `decide`, with every law checked after every entry. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CURVE, d, draftOf, HASH, show, Trial } from '../../test/trial.js';
import { quoteTrade, SYSTEM, type Trade, type Wish } from '../index.js';
import { area } from './curve.js';

const P = 'P-ARG-10';
const stock = (more: Parameters<Trial['curve']>[3] = {}, f = '10', m = '0.025'): Trial =>
  new Trial()
    .account('ana', '100000')
    .account('bob', '100000')
    .grant('treasury', '100000')
    .curve(P, f, m, more);

const owed = (trial: Trial): bigint => {
  const market = trial.market(P);
  const { terms } = market.draft;
  if (terms.mechanism !== 'curve') throw new Error('a stock');
  return area(market.fundamental, terms.slope, trial.world.books.issued(P));
};

const KINDS = ['goal', 'red_card', 'assist', 'slip', 'throw_in', 'wonder', 'collapse'];
const size = fc
  .tuple(fc.bigInt({ min: 1_000n, max: 10n ** 10n }), fc.integer({ min: 0, max: 22 }))
  .map(([most, bits]) => (most >> BigInt(bits)) + 1_000n);
const step = fc.record({
  by: fc.constantFrom('ana', 'bob'),
  verb: fc.constantFrom('spend', 'shares', 'sell', 'sell_all'),
  size,
});
const happening = fc.oneof(
  step,
  fc.record({ kind: fc.constantFrom(...KINDS) }),
  fc.record({ undo: fc.nat(20) }),
);
const figures = fc.record({
  f: fc.constantFrom('0.01', '10', '10.000001', '12345.678901'),
  m: fc.constantFrom('0.000001', '0.024999', '0.025', '1', '777.7'),
  bps: fc.constantFrom(0, 1, 200, 1_000),
});
const runs = { numRuns: 60 };

function take(
  trial: Trial,
  { by, verb, size: amount }: { by: string; verb: string; size: bigint },
): void {
  const held = trial.held(by, P);
  const figure = d(show(amount));
  const part = amount < held ? figure : d(show(held));
  const sale = verb === 'sell_all' ? d(show(held)) : part;
  const wish: Trade =
    verb === 'spend'
      ? { type: 'trade', market: P, side: 'buy', spend: figure }
      : verb === 'shares'
        ? { type: 'trade', market: P, side: 'buy', shares: figure }
        : { type: 'trade', market: P, side: 'sell', shares: sale };
  trial.try(by, wish);
}

test('[K2] [F11] through any trades, facts and undoings the reserve is exactly the area, and the treasury pays the change', () => {
  fc.assert(
    fc.property(
      figures,
      fc.array(happening, { minLength: 1, maxLength: 20 }),
      ({ f, m, bps }, moves) => {
        const trial = stock({ bps }, f, m);
        const told: string[] = [];
        for (const move of moves) {
          const [treasury, reserve] = [trial.points('treasury'), trial.escrow(P)];
          if ('verb' in move) take(trial, move);
          else if ('kind' in move) {
            told.push(`f${told.length}`);
            trial.fact(P, move.kind, told.at(-1));
          } else {
            const undoes = told[move.undo % Math.max(1, told.length)] ?? 'none';
            trial.try('feed', { type: 'undo_fact', market: P, fact: `u-${undoes}`, undoes });
          }
          expect(trial.escrow(P)).toBe(owed(trial));
          if (!('verb' in move)) {
            expect(treasury - trial.points('treasury')).toBe(trial.escrow(P) - reserve);
          }
        }
      },
    ),
    runs,
  );
});

test('[K7] no sequence of trades gains: sold out, nobody has more than he began with, and without a fee exactly that', () => {
  fc.assert(
    fc.property(
      figures,
      fc.array(step, { minLength: 1, maxLength: 20 }),
      ({ f, m, bps }, moves) => {
        const trial = stock({ bps }, f, m);
        for (const move of moves) take(trial, { ...move, by: 'ana' });
        take(trial, { by: 'ana', verb: 'sell_all', size: 1n });
        expect(trial.points('ana')).toBeLessThanOrEqual(d('100000'));
        if (bps === 0 && trial.held('ana', P) === 0n) expect(trial.points('ana')).toBe(d('100000'));
      },
    ),
    runs,
  );
});

test('[K7] nor do two who trade with each other win together', () => {
  fc.assert(
    fc.property(
      figures,
      fc.array(step, { minLength: 1, maxLength: 20 }),
      ({ f, m, bps }, moves) => {
        const trial = stock({ bps }, f, m);
        for (const move of moves) take(trial, move);
        for (const by of ['ana', 'bob']) take(trial, { by, verb: 'sell_all', size: 1n });
        expect(trial.points('ana') + trial.points('bob')).toBeLessThanOrEqual(d('200000'));
      },
    ),
    runs,
  );
});

test('[K4] the rest of a budget never leaves the buyer', () => {
  const trial = stock();
  const bought = trial.buy('ana', P, undefined, '100');
  expect(bought.pays).toBe(d('99.999994'));
  expect(trial.points('ana')).toBe(d('100000') - bought.pays);
  // A budget that does not reach one microshare buys nothing.
  const dear = stock({}, '1000000', '0.025');
  expect(dear.refusal('ana', { type: 'trade', market: P, side: 'buy', spend: d('0.999999') })).toBe(
    'too_small',
  );
});

test('[K4] [M16] what is charged is held against the funds, not the budget', () => {
  const trial = new Trial().account('ana', '99.999994').curve(P, '10', '0.025');
  const wish: Trade = { type: 'trade', market: P, side: 'buy', spend: d('100') };
  expect(trial.refusal('ana', wish)).toBeUndefined();
  const poor = new Trial().account('ana', '99.999993').curve(P, '10', '0.025');
  expect(poor.refusal('ana', wish)).toBe('insufficient_points');
});

test('[K8] [B9] the whole fee goes to the market’s fee account', () => {
  const trial = stock({ bps: 200 });
  const bought = trial.buyShares('ana', P, undefined, '10');
  expect(trial.balance(`fees:${P}`)).toBe(bought.fee);
  const sold = trial.dump('ana', P);
  expect(trial.balance(`fees:${P}`)).toBe(bought.fee + sold.fee);
  expect(trial.escrow(P)).toBe(0n);
});

test('[K9] the treasury is the sponsor, and it deposits nothing', () => {
  const trial = new Trial().curve(P, '10', '0.025').account('sue', '1000').admin('sue');
  expect(trial.market(P).sponsor).toBe('house:treasury');
  expect(trial.escrow(P)).toBe(0n);
  const wish: Wish = { type: 'create_market', market: 'P2', sponsor: 'sue', draft: draftOf(CURVE) };
  expect(trial.refusal('sue', wish)).toBe('not_allowed');
});

test('[K10] a stock outside its bounds is malformed', () => {
  const trial = stock();
  const create = (more: Partial<typeof CURVE>): Wish => ({
    type: 'create_market',
    market: 'P2',
    sponsor: 'treasury',
    draft: draftOf({ ...CURVE, ...more }),
  });
  expect(trial.refusal(SYSTEM, create({ fundamental: 9_999n }))).toBe('malformed');
  expect(trial.refusal(SYSTEM, create({ slope: 0n }))).toBe('malformed');
  expect(trial.refusal(SYSTEM, create({ fundamental: 10_000n, slope: 1n }))).toBeUndefined();
});

test('[B6] no stock can be named so that its shares would be Points', () => {
  const trial = stock();
  const create = (market: string): Wish => ({
    type: 'create_market',
    market,
    sponsor: 'treasury',
    draft: draftOf(CURVE),
  });
  expect(trial.refusal(SYSTEM, create('points'))).toBe('malformed');
  expect(trial.refusal(SYSTEM, create('M1:YES'))).toBe('malformed');
  expect(trial.refusal(SYSTEM, create('POINTS'))).toBeUndefined();
  trial.run(SYSTEM, { type: 'open', market: 'POINTS' });
  expect(trial.buyShares('ana', 'POINTS', undefined, '10').pays).toBe(d('101.25'));
  expect(trial.points('ana')).toBe(d('99898.75'));
});

test('[M13] [M14] [M15] bounds, dust and what is not held', () => {
  const trial = stock();
  const trade = (more: Partial<Trade>): Trade => ({
    type: 'trade',
    market: P,
    side: 'buy',
    ...more,
  });
  expect(trial.refusal('ana', trade({ shares: d('10'), paysMax: d('101.249999') }))).toBe(
    'price_moved',
  );
  expect(trial.refusal('ana', trade({ spend: d('100'), getsMin: d('9.878031') }))).toBe(
    'price_moved',
  );
  expect(trial.refusal('ana', trade({ spend: d('0.000999') }))).toBe('too_small');
  expect(trial.refusal('ana', trade({ shares: d('0.000099') }))).toBe('too_small');
  expect(trial.refusal('ana', trade({ shares: d('0.0001') }))).toBeUndefined();
  expect(trial.refusal('ana', trade({ side: 'sell', shares: d('0.000101') }))).toBe(
    'insufficient_shares',
  );
  expect(trial.refusal('bob', trade({ side: 'sell', shares: d('0.0001') }))).toBe(
    'insufficient_shares',
  );
  expect(trial.refusal('ana', trade({ side: 'sell', shares: d('0.0001'), getsMin: d('1') }))).toBe(
    'price_moved',
  );
  expect(trial.refusal('ana', trade({ outcome: 'YES', spend: d('1') }))).toBe('outcome_unknown');
});

test('[M17] a stock has no sets: mint, merge and fund are not supported', () => {
  const trial = stock().admin('ana');
  for (const type of ['mint', 'merge', 'fund'] as const) {
    expect(trial.refusal('ana', { type, market: P, amount: d('1') })).toBe('not_supported');
  }
});

describe('delisting', () => {
  test('[K11] at F, where no price is named: holders get F a share, the treasury the crowd’s premium', () => {
    const trial = stock();
    trial.buyShares('ana', P, undefined, '60');
    trial.buyShares('bob', P, undefined, '40');
    const [ana, treasury] = [trial.points('ana'), trial.points('treasury')];
    trial.settle(P);
    expect(trial.points('ana') - ana).toBe(d('600'));
    expect(trial.paid('bob', P)).toBe(d('400'));
    expect(trial.points('treasury') - treasury).toBe(d('125'));
    expect(trial.market(P)).toMatchObject({ state: 'settled', resolution: { price: d('10') } });
  });

  test('[K11] F is what the facts have made of it', () => {
    const trial = stock();
    trial.buyShares('ana', P, undefined, '10');
    trial.fact(P, 'goal');
    trial.settle(P);
    expect(trial.paid('ana', P)).toBe(d('108'));
  });

  test('[K12] a price above the reserve is topped up, exactly', () => {
    const trial = stock();
    trial.buyShares('ana', P, undefined, '100');
    const treasury = trial.points('treasury');
    trial.settle(P, { price: d('12.5') });
    expect(trial.paid('ana', P)).toBe(d('1250'));
    expect(treasury - trial.points('treasury')).toBe(d('125'));
  });

  test('[K13] what the treasury cannot top up is refused, to the micro-Point, and changes nothing', () => {
    const trial = new Trial()
      .account('ana', '100000')
      .curve(P, '10', '0.025')
      .grant('treasury', '124.999999');
    trial.buyShares('ana', P, undefined, '100');
    trial.run(SYSTEM, { type: 'close', market: P });
    const resolve: Wish = {
      type: 'resolve',
      market: P,
      resolution: { price: d('12.5') },
      reason: HASH,
    };
    expect(trial.refusal(SYSTEM, resolve)).toBe('treasury_short');
    expect(trial.market(P).state).toBe('closed');
    trial.grant('treasury', '0.000001');
    expect(trial.refusal(SYSTEM, resolve)).toBeUndefined();
    trial.payAll();
    expect(trial.paid('ana', P)).toBe(d('1250'));
    expect(trial.points('treasury')).toBe(0n);
  });

  test('[K11] a price of nothing pays nobody, and the treasury gets the reserve', () => {
    const trial = stock();
    trial.buyShares('ana', P, undefined, '100');
    const treasury = trial.points('treasury');
    trial.settle(P, { price: 0n });
    expect(trial.paid('ana', P)).toBe(0n);
    expect(trial.points('treasury') - treasury).toBe(d('1125'));
  });

  test('[K11] a stock that nobody holds is settled at once', () => {
    const trial = stock();
    trial.settle(P);
    expect(trial.market(P).state).toBe('settled');
  });
});

test('[M12] a share dearer than 1 Point is no lost bet where it is a stock', () => {
  const trial = stock();
  const wish: Trade = { type: 'trade', market: P, side: 'buy', spend: d('100') };
  const quote = quoteTrade(trial.world, wish, 'ana', trial.at);
  expect(quote).toMatchObject({ kind: 'quote', cannotProfit: false });
});
