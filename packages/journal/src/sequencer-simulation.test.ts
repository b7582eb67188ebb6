import { describe, expect, test } from 'vitest';
import { type Canary, type Played, Simulation, Wrong } from '../test/simulation.js';
import { spliced } from '../test/played.js';
import { commandIdOf } from './command-id.js';
import type { Group, Journal, Predecessor } from './journal.js';
import type { MemoryJournal, MemoryStore } from './memory.js';

const STEPS = 250;
/** FAIRGROUND_SEEDS=500 tries that many. */
const SEEDS = Array.from({ length: Number(process.env.FAIRGROUND_SEEDS ?? 24) }, (_, n) => n + 1);

async function simulated(seed: number, canary?: Canary): Promise<Played> {
  try {
    return await new Simulation(seed, canary).run(STEPS);
  } catch (error) {
    throw error instanceof Wrong ? new Wrong(`seed ${seed}: ${error.message}`) : error;
  }
}

/** How many of these seeds the auditor finds wrong, and what he says. */
async function caught(canary: Canary, seeds: number): Promise<string[]> {
  const found: string[] = [];
  for (let seed = 1; seed <= seeds; seed++) {
    await simulated(seed, canary).catch((error: unknown) => found.push(String(error)));
  }
  return found;
}

describe('every mix of failures, hangs and restarts', () => {
  const all: Played[] = [];

  test.each(SEEDS)('[S24] seed %i: what was said is what is there, once', async (seed) => {
    all.push(await simulated(seed));
  });

  test('[S24] the seeds together have tried everything', () => {
    const sum = (of: (one: Played) => number): number =>
      all.reduce((total, one) => total + of(one), 0);
    const totals = {
      acknowledged: sum(({ acknowledged }) => acknowledged),
      refused: sum(({ refused }) => refused),
      guarded: sum(({ guarded }) => guarded),
      unknown: sum(({ unknown }) => unknown),
      restarts: sum(({ restarts }) => restarts),
      failures: sum(({ failures }) => failures),
    };
    console.log(`seeds 1 to ${SEEDS.length}: ${JSON.stringify(totals)}`);
    for (const [name, total] of Object.entries(totals)) expect(total, name).toBeGreaterThan(50);
  });
});

describe('the auditor sees', () => {
  test('[S25] answers that are released before they are durable', async () => {
    const hasty = (journal: MemoryJournal, store: MemoryStore): Journal => {
      // Says done at once, writes a little later; what a crash cuts off is gone.
      let last: Promise<unknown> = Promise.resolve();
      const append = journal.append.bind(journal);
      journal.append = async (group: Group, prev: Predecessor) => {
        last = last.then(() => append(group, prev)).catch(() => {});
        return 'done';
      };
      expect(store.id).toBe(journal.id);
      return journal;
    };
    expect(await caught({ journal: hasty }, 6)).not.toEqual([]);
  });

  test('[S25] a retry that is taken for another command', async () => {
    const sent: Canary['sent'] = (command, attempt) => {
      if (attempt === 1) return { command, attempt };
      return {
        command: {
          ...command,
          id: commandIdOf(command.by, `another ${attempt} of ${command.id ?? ''}`),
        },
        attempt,
      };
    };
    const found = await caught({ sent }, 6);
    expect(found.some((what) => /done 2 times|refused and done/.test(what))).toBe(true);
  });

  test('[S25] an entry that is missing', async () => {
    const lines: Canary['lines'] = (all) => (all.length > 40 ? spliced(all, 20, 1) : all);
    expect(await caught({ lines }, 3)).toHaveLength(3);
    const last: Canary['lines'] = (all) => (all.length > 40 ? all.slice(0, -2) : all);
    expect(await caught({ lines: last }, 3)).not.toEqual([]);
  });

  test('[S25] a refusal of a later attempt that leaves the earlier one free to execute', async () => {
    const sent: Canary['sent'] = (command) => ({ command, attempt: 1 });
    const found = await caught({ sent }, 12);
    expect(found.some((what) => what.includes('refused and done'))).toBe(true);
  });
});
