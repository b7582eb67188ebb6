import { describe, expect, test } from 'vitest';
import { play } from './helpers.js';
import { simulate } from './simulate.js';
import { FAULTS } from './swarm.js';

/** FAIRGROUND_SEEDS=500 tries that many. */
const SEEDS = Array.from({ length: Number(process.env.FAIRGROUND_SEEDS ?? 25) }, (_, n) => n + 1);

/** Events and refusals that a few seeds may miss, but not all of these together. */
const MUST_HAPPEN = [
  ...FAULTS.map((name) => `fault ${name}`),
  'traded',
  'minted',
  'merged',
  'funded',
  'joined',
  'fact_recorded',
  'fact_undone',
  'market_settled',
  'market_refunded',
  'verdict_proposed',
  'refused',
  'unknown',
  'busy',
  'storage_full',
  'fault',
  'rebuilds',
  'reads',
  'price_moved',
  'account_frozen',
  'command_id_reused',
  'command_expired',
  'malformed',
  'market_halted',
  'halted',
  'rate_limited',
  'position_limit',
  'treasury_low',
  'snapshots made',
  'lives begun with one',
];

describe('a slice of the seeds', () => {
  const totals = new Map<string, number>();

  test.each(SEEDS)('[X2][X3][X12][X13] seed %i', { timeout: 60_000 }, async (seed) => {
    const { counts, wrong } = await play(seed);
    expect(wrong).toBeUndefined();
    for (const [name, count] of counts) totals.set(name, (totals.get(name) ?? 0) + count);
  });

  test('[X4] together they have tried every fault and every kind of command', () => {
    expect(MUST_HAPPEN.filter((name) => (totals.get(name) ?? 0) === 0)).toEqual([]);
  });
});

test('[X1] a seed is a run: played again it is the same, to the last count', async () => {
  const [first, again] = [await simulate(17), await simulate(17)];
  expect([...again.counts]).toEqual([...first.counts]);
  expect(again.entries).toBe(first.entries);
  expect([...(await simulate(18)).counts]).not.toEqual([...first.counts]);
});
