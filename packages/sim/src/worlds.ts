/** The worlds that can be simulated: an exchange alone on its disk, and a cluster of nodes on one database. */
import { CANARIES } from './canaries.js';
import { CLUSTER_CANARIES } from './cluster/canaries.js';
import { Cluster } from './cluster/cluster.js';
import { CLUSTER_FAULTS } from './cluster/swarm.js';
import { KEYS_CANARIES } from './keys/canaries.js';
import { Keys, KEYS_FAULTS } from './keys/keys.js';
import { Simulation } from './simulate.js';
import { FAULTS } from './swarm.js';

/** One seed under way. */
export interface Run {
  /** How far it has come: told with what was wrong. */
  readonly step: number;
  /** What kind of run the seed is. */
  readonly swarm: object;
  /** Throws `Wrong` where a law was broken. */
  run(): Promise<{ readonly entries: number; readonly counts: ReadonlyMap<string, number> }>;
}

export interface PlantedBug {
  readonly name: string;
  readonly says: string;
  /** How many seeds may pass before one of them catches it. */
  readonly seeds: number;
}

export interface World {
  readonly name: string;
  readonly faults: readonly string[];
  readonly canaries: readonly PlantedBug[];
  begin(seed: number, canary?: string): Run;
}

const named = <T extends PlantedBug>(bugs: readonly T[], name?: string): T | undefined =>
  bugs.find((bug) => bug.name === name);

export const ALONE: World = {
  name: 'alone',
  faults: FAULTS,
  canaries: CANARIES,
  begin: (seed, canary) => new Simulation(seed, named(CANARIES, canary)),
};

export const CLUSTER: World = {
  name: 'cluster',
  faults: CLUSTER_FAULTS,
  canaries: CLUSTER_CANARIES,
  begin: (seed, canary) => new Cluster(seed, named(CLUSTER_CANARIES, canary)),
};

export const KEYS: World = {
  name: 'keys',
  faults: KEYS_FAULTS,
  canaries: KEYS_CANARIES,
  begin: (seed, canary) => new Keys(seed, named(KEYS_CANARIES, canary)),
};

export const WORLDS: readonly World[] = [ALONE, CLUSTER, KEYS];

export const worldNamed = (name: string | undefined): World | undefined =>
  WORLDS.find((world) => world.name === name);
