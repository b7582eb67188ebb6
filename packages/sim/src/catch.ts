/** Runs seeds until one of them catches a canary: by which law, and how soon. */
import type { Canary } from './canary.js';
import { Simulation } from './simulate.js';
import { Wrong } from './wrong.js';

export interface Caught {
  readonly seed: number;
  readonly step: number;
  readonly wrong: Wrong;
}

/** Undefined where none of the seeds it may take caught it. */
export async function caught(canary: Canary, from = 1): Promise<Caught | undefined> {
  for (let seed = from; seed < from + canary.seeds; seed++) {
    const simulation = new Simulation(seed, canary);
    try {
      await simulation.run();
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      return { seed, step: simulation.step, wrong: error };
    }
  }
  return undefined;
}
