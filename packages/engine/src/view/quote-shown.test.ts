import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { d, Trial } from '../../test/trial.js';
import {
  marketDetailView,
  marketView,
  meView,
  micro,
  quoteShown,
  quoteTrade,
  quoteView,
  type Shown,
  type Trade,
} from '../index.js';

const NAMES = { cpmm: ['YES', 'NO'], lmsr: ['A', 'B', 'C'], curve: [undefined] } as const;
type Kind = keyof typeof NAMES;

const size = fc.oneof(fc.bigInt(0n, 5_000n), fc.bigInt(1n, 3_000_000_000n));
const aWish = (kind: Kind) =>
  fc.record({
    side: fc.constantFrom('buy' as const, 'sell' as const),
    outcome: fc.constantFrom<string | undefined>(...NAMES[kind], 'NONE'),
    by: fc.constantFrom('spend' as const, 'shares' as const),
    size,
    trader: fc.constantFrom('ana', 'bob'),
  });
type AWish = ReturnType<typeof aWish> extends fc.Arbitrary<infer T> ? T : never;

const wishOf = ({ side, outcome, by, size: much }: AWish): Trade => ({
  type: 'trade',
  market: 'M1',
  side,
  ...(outcome === undefined ? {} : { outcome }),
  ...(by === 'spend' && side === 'buy' ? { spend: micro(much) } : { shares: micro(much) }),
});

function opened(kind: Kind): Trial {
  const trial = new Trial().account('ana', '100000').account('bob', '100000');
  if (kind === 'cpmm') return trial.cpmm('M1', '1000', { bps: 100 });
  if (kind === 'lmsr') return trial.lmsr('M1', '100', { outcomes: [...NAMES.lmsr], bps: 70 });
  return trial.curve('M1', '30', '0.15', { bps: 50 });
}

/** As it came over the wire. */
function shown(trial: Trial, trader: string): Shown {
  const { world } = trial;
  const account = world.accounts.get(trader);
  const market = trial.market('M1');
  const told = {
    market: marketView(market, world.books),
    terms: marketDetailView(market, world.books).draft.terms,
    held: account && meView(world, account).positions[0]?.shares,
  };
  return JSON.parse(JSON.stringify(told)) as Shown;
}

/** The quote as a node gives it, and as whoever was shown the market works it out. */
function bothWays(trial: Trial, wish: Trade, trader: string): readonly [object, object] {
  const node = quoteTrade(trial.world, wish, trader, trial.at);
  const { seq } = trial.market('M1');
  const page = quoteShown(shown(trial, trader), wish, trial.at);
  return [node.kind === 'quote' ? quoteView(wish, node, seq) : node, page];
}

describe('[M19] the quote of what is shown', () => {
  test.each(['cpmm', 'lmsr', 'curve'] as const)('%s: is that of the node', (kind) => {
    fc.assert(
      fc.property(fc.array(aWish(kind), { maxLength: 5 }), aWish(kind), (before, last) => {
        const trial = opened(kind);
        for (const one of before) trial.try(one.trader, wishOf(one));
        const [node, page] = bothWays(trial, wishOf(last), last.trader);
        expect(page).toEqual(node);
      }),
      { numRuns: 60, seed: 19 },
    );
  });

  test('names the pairs that a buyer merges', () => {
    const trial = opened('cpmm');
    trial.buy('ana', 'M1', 'NO', '40');
    const buy: Trade = { type: 'trade', market: 'M1', side: 'buy', outcome: 'YES', spend: d('10') };
    const [node, page] = bothWays(trial, buy, 'ana');
    expect(page).toEqual(node);
    expect(page).toHaveProperty('merged');
  });

  test('is refused past the end and in a halt, by the time alone', () => {
    const { market, ...rest } = shown(opened('cpmm'), 'ana');
    const at = Date.UTC(2026, 10, 21);
    const buy: Trade = { type: 'trade', market: 'M1', side: 'buy', outcome: 'YES', spend: d('10') };
    const sell: Trade = { ...buy, side: 'sell' };
    const over = { ...rest, market: { ...market, ends_at: '2026-11-21T00:00:00.000Z' } };
    expect(quoteShown(over, buy, at)).toMatchObject({ code: 'closed' });
    expect(quoteShown(over, buy, at - 1)).toHaveProperty('gets');
    const halted = { ...rest, market: { ...market, halted_until: '2026-11-21T00:00:30.000Z' } };
    expect(quoteShown(halted, buy, at)).toMatchObject({ code: 'halted' });
    expect(quoteShown(halted, sell, at)).not.toMatchObject({ code: 'halted' });
    expect(quoteShown(halted, buy, at + 30_000)).toHaveProperty('gets');
  });
});
