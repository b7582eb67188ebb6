/** Runs seeds until one of them catches a canary: by which law, and how soon. */
import { ALONE, type PlantedBug, type World } from './worlds.js';
import { Wrong } from './wrong.js';

export interface Caught {
  readonly seed: number;
  readonly step: number;
  readonly wrong: Wrong;
}

/** Undefined where none of the seeds it may take caught it. */
export async function caught(
  { name, seeds }: PlantedBug,
  world: World = ALONE,
): Promise<Caught | undefined> {
  for (let seed = 1; seed <= seeds; seed++) {
    const simulation = world.begin(seed, name);
    try {
      await simulation.run();
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      return { seed, step: simulation.step, wrong: error };
    }
  }
  return undefined;
}
