/**
 * What kind of run a seed is: which actors, markets and faults there are, how often, how fast. Each is off in many
 * seeds, so that runs differ in kind: a fault that always comes hides what happens when it does not.
 */
import type { Dice } from './dice.js';

export const KINDS = ['cpmm', 'lmsr', 'curve', 'rally'] as const;
export type Kind = (typeof KINDS)[number];

export const ACTORS = ['trader', 'minter', 'crowd', 'feed', 'admin', 'stranger'] as const;
export type ActorName = (typeof ACTORS)[number];

/** How often, in a thousand calls or steps; each is counted under its name. */
export const FAULTS = [
  // On the way between a client and the node.
  'request_lost',
  'request_delayed',
  'request_copied',
  'answer_lost',
  // On the way to the disk and back.
  'store_busy',
  'store_full',
  'slow_before',
  'slow_after',
  // In the disk.
  'short_write',
  'disk_full',
  'eio',
  'power_cut_inside',
  'flipped_byte',
  // Of the process.
  'killed',
  'power_cut',
  'stillborn',
  'foreign_entry',
  // Of time.
  'clock_jump',
  'freeze',
  'suspend',
  // In the engine.
  'decide_throws',
  'fold_throws',
] as const;
export type FaultName = (typeof FAULTS)[number];

export interface Swarm {
  readonly steps: number;
  readonly store: 'memory' | 'disk';
  readonly segmentBytes: number;
  readonly proofreads: boolean;
  readonly checksEach: boolean;
  /** How many ids are remembered in any case, and at most; absent: as in production. */
  readonly ids?: readonly [keep: number, most: number];
  readonly players: number;
  readonly marketsMax: number;
  readonly kinds: readonly (readonly [Kind, number])[];
  readonly actors: readonly (readonly [ActorName, number])[];
  readonly faults: Readonly<Record<FaultName, number>>;
  /** How many commands come at once, at most. */
  readonly burst: number;
  /** How far the clock goes in one step, at most. */
  readonly stepMs: number;
  /** How long commands are valid. */
  readonly validMs: number;
  /** How far the clients' clocks are off, at most, either way. */
  readonly skewMs: number;
  /** Of a hundred steps, how many retry what is open, and how many deliver what was delayed. */
  readonly retries: number;
  readonly deliveries: number;
  readonly payoutsPerCommand: number;
  readonly deadlinesPerTick: number;
  /** Points in the treasury at first: few, and it falls short. */
  readonly treasury: number;
  readonly welcome: number;
}

/** How often at most, where it is on at all. */
const OFTEN: Readonly<Record<FaultName, number>> = {
  request_lost: 120,
  request_delayed: 200,
  request_copied: 120,
  answer_lost: 150,
  store_busy: 120,
  store_full: 80,
  slow_before: 150,
  slow_after: 150,
  short_write: 200,
  disk_full: 12,
  eio: 4,
  power_cut_inside: 25,
  flipped_byte: 300,
  killed: 25,
  power_cut: 25,
  stillborn: 300,
  foreign_entry: 300,
  clock_jump: 20,
  freeze: 20,
  suspend: 20,
  decide_throws: 15,
  fold_throws: 10,
};

/** A run in which nothing goes wrong. */
export function noFaults(): Record<FaultName, number> {
  const rates: Record<FaultName, number> = { ...OFTEN };
  for (const name of FAULTS) rates[name] = 0;
  return rates;
}

export function drawSwarm(dice: Dice): Swarm {
  const faults: Record<FaultName, number> = { ...OFTEN };
  for (const name of FAULTS) faults[name] = dice.chance(550) ? 0 : 1 + dice.below(OFTEN[name]);
  const ids = dice.chance(300) ? ([8, 20] as const) : undefined;
  const stepMs = dice.pick([10, 200, 2_000, 20_000]);
  return {
    steps: 100 + dice.below(400),
    store: dice.chance(500) ? 'memory' : 'disk',
    segmentBytes: dice.pick([4_096, 16_384, 65_536]),
    proofreads: dice.chance(500),
    checksEach: dice.chance(200),
    ...(ids ? { ids } : {}),
    players: 2 + dice.below(6),
    marketsMax: 2 + dice.below(6),
    kinds: KINDS.map((kind) => [kind, dice.chance(300) ? 0 : 1 + dice.below(5)] as const),
    actors: ACTORS.map((name) => [name, actorWeight(name, dice)] as const),
    faults,
    burst: dice.pick([1, 2, 3, 8]),
    stepMs,
    validMs: Math.max(stepMs, dice.pick([2_000, 60_000, 60_000, 300_000, 600_000])),
    skewMs: dice.pick([0, 0, 0, 5_000, 120_000]),
    retries: dice.below(30),
    deliveries: dice.below(20),
    payoutsPerCommand: dice.pick([1, 2, 3, 1_000]),
    deadlinesPerTick: dice.pick([1, 2, 1_000]),
    treasury: dice.pick([300, 3_000, 100_000]),
    welcome: dice.pick([50, 2_000, 10_000]),
  };
}

function actorWeight(name: ActorName, dice: Dice): number {
  if (name === 'admin') return 3 + dice.below(4);
  if (name === 'trader') return 3 + dice.below(8);
  return dice.chance(300) ? 0 : 1 + dice.below(5);
}
