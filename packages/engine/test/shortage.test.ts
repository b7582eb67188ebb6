/** Where a cancelled market falls short, and by how much: only what winners took out beyond what was put in. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { type Instant, micro, positionView, SYSTEM, type Trade, type Wish } from '../src/index.js';
import { d, NOW, show, Trial } from './trial.js';

const PEOPLE = ['ana', 'bob', 'cid'];
const at: Instant = NOW;

/** Mostly what a pump and dump is made of: the rest must not hide it. */
const PUMPS = ['spend', 'spend', 'spend', 'spend', 'sell', 'sell', 'sell', 'sell'] as const;
const VERBS = [...PUMPS, 'shares', 'mint', 'merge', 'fund', 'fact', 'undo'] as const;

const step = fc.record({
  who: fc.constantFrom(...PEOPLE),
  verb: fc.constantFrom(...VERBS),
  first: fc.boolean(),
  size: fc.bigInt(1n, 900_000_000n).map(micro),
});
type Step = typeof step extends fc.Arbitrary<infer One> ? One : never;
const steps = fc.array(step, { minLength: 6, maxLength: 20 });

const opened = {
  cpmm: (): Trial => stage().cpmm('M1', '1'),
  lmsr: (): Trial => stage().lmsr('M1', '1', { bps: 100 }),
  curve: (): Trial => stage().curve('M1', '10', '0.5', { bps: 200 }),
} as const;

function stage(): Trial {
  const trial = new Trial().grant('treasury', '5000');
  for (const who of PEOPLE) trial.account(who, '2000');
  return trial;
}

function wishOf(trial: Trial, n: number, { who, verb, first, size }: Step): [string, Wish] {
  const [asset = ''] = trial.market('M1').names.assets.slice(first ? 0 : -1);
  const named = asset.includes(':') ? { outcome: asset.slice('M1:'.length) } : {};
  const trade = { type: 'trade', market: 'M1', ...named } as const;
  const held = trial.world.books.balance(`player:${who}`, asset);
  switch (verb) {
    case 'spend':
      return [who, { ...trade, side: 'buy', spend: size } satisfies Trade];
    case 'shares':
      return [who, { ...trade, side: 'buy', shares: size }];
    case 'sell':
      return [who, { ...trade, side: 'sell', shares: held }];
    case 'fund':
      return [SYSTEM, { type: 'fund', market: 'M1', amount: micro(size / 1_000n) }];
    case 'fact':
      return [
        'feed',
        {
          type: 'record_fact',
          market: 'M1',
          fact: `f${n}`,
          kind: first ? 'goal' : 'slip',
          happenedAt: at,
        },
      ];
    case 'undo':
      return ['feed', { type: 'undo_fact', market: 'M1', fact: `u${n}`, undoes: `f${n - 1}` }];
    default:
      return [who, { type: verb, market: 'M1', amount: size }];
  }
}

describe.each(Object.entries(opened))('%s', (_name, open) => {
  test('[R12] what is missing is what winners took out, less all that the sponsor put in', () => {
    let short = 0;
    fc.assert(
      fc.property(steps, (moves) => {
        const trial = open();
        const begun = trial.points('treasury') + trial.escrow('M1');
        moves.forEach((move, n) => trial.try(...wishOf(trial, n, move)));
        const inside = trial.escrow('M1') + trial.balance('fees:M1');
        // The treasury trades with nobody here: what it lacks, it put in.
        const put = begun - trial.points('treasury');
        const gains = PEOPLE.reduce((sum, who) => {
          const net = trial.net(who, 'M1');
          return net < 0n ? sum - net : sum;
        }, 0n);
        const { due, funds } = trial.cancel('M1');
        expect(due - inside).toBe(gains - put);
        if (gains <= put) expect(funds).toBe(due);
        else expect([funds, ++short]).toEqual([inside, short]);
      }),
      { seed: 7, numRuns: 200 },
    );
    expect(short).toBeGreaterThan(0);
  });
});

test('[B12] no average cost is kept: a profit is the worth at the price shown and what was paid, less the net', () => {
  const trial = new Trial().account('ana', '1000').cpmm('M1', '1000');
  trial.buy('ana', 'M1', 'YES', '100');
  trial.sell('ana', 'M1', 'YES', '87.253187');
  const shown = () => {
    const account = trial.world.accounts.get('ana')!;
    const { value, net, paid, profit } = positionView(trial.world, account, trial.market('M1'))!;
    return { value, net, paid, profit };
  };
  // 100 YES at 0.524932, for which 100 was paid and 45.812708 came back.
  expect(shown()).toEqual({ value: '52.4932', net: '54.187292', paid: '0', profit: '-1.694092' });
  trial.settle('M1', { payout: [1_000_000, 0] });
  expect(shown()).toEqual({ value: '0', net: '54.187292', paid: '100', profit: '45.812708' });
  expect(show(trial.points('ana') - d('1000'))).toBe('45.812708');
});
