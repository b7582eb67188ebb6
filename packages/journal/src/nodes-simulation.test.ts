import { describe, expect, test } from 'vitest';
import { Nodes, type Plan, type Told, Wrong } from '../test/nodes.js';

const STEPS = 300;
/** FAIRGROUND_SEEDS=500 tries that many. */
const SEEDS = Array.from({ length: Number(process.env.FAIRGROUND_SEEDS ?? 16) }, (_, n) => n + 1);

async function simulated(plan: Plan): Promise<Told> {
  try {
    return await new Nodes(plan).run(STEPS);
  } catch (error) {
    throw error instanceof Wrong ? new Wrong(`seed ${plan.seed}: ${error.message}`) : error;
  }
}

/** What all runs together have tried; each figure must be above zero, or nothing was shown. */
function expectAllTried(name: string, all: readonly Told[], not: readonly (keyof Told)[]): void {
  const totals: Partial<Record<keyof Told, number>> = {};
  for (const one of all) {
    for (const key of Object.keys(one) as (keyof Told)[]) {
      totals[key] = (totals[key] ?? 0) + one[key];
    }
  }
  console.log(`${name}, seeds 1 to ${SEEDS.length}: ${JSON.stringify(totals)}`);
  for (const [key, total] of Object.entries(totals)) {
    if (!not.includes(key as keyof Told)) expect(total, key).toBeGreaterThan(0);
  }
}

describe('four nodes, one database, cut lines, late bytes, pauses beyond the lease', () => {
  const all: Told[] = [];

  test.each(SEEDS)('[T11] seed %i: one chain, and what was said is what is there', async (seed) => {
    all.push(await simulated({ seed }));
  });

  test('[T11] the seeds together have tried everything', () => {
    expectAllTried('nodes', all, ['healed', 'lost']);
  });
});

describe('the same on a store that goes back to an older state', () => {
  const all: Told[] = [];

  test.each(SEEDS)('[T12] seed %i: healed, or said to be lost', async (seed) => {
    all.push(await simulated({ seed, rewinds: true }));
  });

  test('[T12] the seeds together have healed and lost', () => {
    expectAllTried('rewinds', all, ['fresh']);
  });
});

describe('the auditor sees', () => {
  const CANARIES: readonly [NonNullable<Plan['without']>, RegExp][] = [
    ['term row', /old world|stale|fenced and there|is lost|twice/],
    ['barrier', /old world|stale/],
    ['identical retry', /fenced and there/],
  ];

  test.each(CANARIES)('[T13] that the %s is missing', async (without, what) => {
    const found: string[] = [];
    for (let seed = 1; seed <= 60 && !found.some((one) => what.test(one)); seed++) {
      await simulated({ seed, without }).catch((error: unknown) => found.push(String(error)));
    }
    expect(found.join('\n')).toMatch(what);
  });
});
