import { describe, expect, test } from 'vitest';
import { caught } from '../catch.js';
import { play } from '../helpers.js';
import { CLUSTER } from '../worlds.js';
import { CLUSTER_CANARIES } from './canaries.js';
import { Cluster } from './cluster.js';
import { CLUSTER_FAULTS } from './swarm.js';

/** FAIRGROUND_SEEDS=500 tries that many. */
const SEEDS = Array.from({ length: Number(process.env.FAIRGROUND_SEEDS ?? 24) }, (_, n) => n + 1);

/** What a few seeds may miss, but not all of these together. */
const MUST_HAPPEN = [
  ...CLUSTER_FAULTS.map((name) => `fault ${name}`),
  'done',
  'unknown',
  'no_leader',
  'fault',
  'price_moved',
  'account_frozen',
  'already_so',
  'command_expired',
  'fresh reads',
  'reads',
  'rebuilds',
  'terms',
  'terms of build 1',
  'terms of build 2',
  'statements landed late',
  'alarm: clock',
  'alarm: healed',
];

describe('several nodes on one database, a slice of the seeds', () => {
  const totals = new Map<string, number>();

  test.each(SEEDS)('[X14][X15] seed %i', { timeout: 60_000 }, async (seed) => {
    const { counts, wrong } = await play(seed, undefined, CLUSTER);
    expect(wrong).toBeUndefined();
    for (const [name, count] of counts) totals.set(name, (totals.get(name) ?? 0) + count);
  });

  test('[X16] together they have tried everything', () => {
    console.log(`cluster, seeds 1 to ${SEEDS.length}: ${JSON.stringify([...totals])}`);
    expect(MUST_HAPPEN.filter((name) => (totals.get(name) ?? 0) === 0)).toEqual([]);
  });
});

test('[X1] a seed of a cluster is a run: played again it is the same, to the last count', async () => {
  const [first, again] = [await new Cluster(7).run(), await new Cluster(7).run()];
  expect([...again.counts]).toEqual([...first.counts]);
  expect(again.entries).toBe(first.entries);
  expect([...(await new Cluster(8).run()).counts]).not.toEqual([...first.counts]);
});

test.each(CLUSTER_CANARIES.map((canary) => [canary.name, canary] as const))(
  '[X17] between nodes %s is caught',
  { timeout: 60_000 },
  async (name, canary) => {
    const found = await caught(canary, CLUSTER);
    console.log(`${name}: ${canary.says}. Seed ${found?.seed}, ${found?.wrong.message}`);
    expect(found).toBeDefined();
  },
);

/** Seeds that once failed, each with what it found. */
const REGRESSIONS: readonly (readonly [seed: number, found: string])[] = [
  [60, 'a command that was sent after its sender had been told that nothing happened'],
  [39, 'a new leader that decided what it had called undone a moment before'],
  [123, 'a fresh read that was older than what a follower had shown'],
  [111, 'a leader that began from an older state than the row of its own term'],
  [11, 'a leader that dated entries by a clock nobody had held against the database'],
  [230, 'a node that did not end because the database was away'],
  [135, 'nodes whose clocks had run ahead together, and of which none led any more'],
];

test.each(REGRESSIONS)('[X6] cluster seed %i: %s', { timeout: 60_000 }, async (seed) => {
  expect((await play(seed, undefined, CLUSTER)).wrong).toBeUndefined();
});
