import { expect, test } from 'vitest';
import { caught } from '../catch.js';
import { KEYS } from '../worlds.js';
import { KEYS_CANARIES } from './canaries.js';
import { KEYS_FAULTS } from './keys.js';

const SEEDS = Number(process.env.FAIRGROUND_SEEDS ?? 25);

test('[X2][X4] keys that come back late, with a time or without, are done once; the seeds try it all', async () => {
  const counts = new Map<string, number>();
  for (let seed = 1; seed <= SEEDS; seed++) {
    const ran = await KEYS.begin(seed).run();
    for (const [what, count] of ran.counts) counts.set(what, (counts.get(what) ?? 0) + count);
  }
  const tried = ['done', 'first answer again', 'behind', 'busy', 'command_expired'];
  for (const what of [...tried, ...KEYS_FAULTS.map((fault) => `fault ${fault}`)])
    expect(counts.get(what), what).toBeGreaterThan(0);
}, 120_000);

test('[X1] a seed of keys that is played again is the same run', async () => {
  const [one, two] = [await KEYS.begin(3).run(), await KEYS.begin(3).run()];
  expect(two).toEqual(one);
});

test.each(KEYS_CANARIES.map((canary) => [canary.name, canary] as const))(
  '[X5] %s is caught',
  async (_name, canary) => {
    const found = await caught(canary, KEYS);
    expect(found?.wrong.law).toBe('keys');
  },
  120_000,
);
