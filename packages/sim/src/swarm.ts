/**
 * What kind of run a seed is: which actors, markets and faults there are, how often, how fast. Each is off in many
 * seeds, so that runs differ in kind: a fault that always comes hides what happens when it does not.
 */
import type { LimitChange } from '@fairground/engine';
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
  // Of snapshots while they are made, and while they lie there.
  'slow_part',
  'snapshot_cut',
  'snapshot_torn',
  'snapshot_rotted',
  'part_missing',
  'manifest_first',
  'forked_snapshot',
  'cut_journal',
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
  /** Of a thousand steps, how many begin a snapshot; the size of its parts; how many lives begin without one. */
  readonly snapshots: number;
  readonly partBytes: number;
  readonly ignoresSnapshots: number;
  /** What the breaker, the minute and the floor are set to at first: some worlds are never halted, some always. */
  readonly risk: readonly LimitChange[];
}

/** How often at most, where it is on at all. */
const OFTEN: Readonly<Record<FaultName, number>> = {
  request_lost: 120,
  request_delayed: 200,
  request_copied: 120,
  answer_lost: 150,
  store_busy: 120,
  store_full: 80,
  slow_before: 400,
  slow_after: 300,
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
  fold_throws: 40,
  slow_part: 300,
  snapshot_cut: 60,
  snapshot_torn: 300,
  snapshot_rotted: 300,
  part_missing: 300,
  manifest_first: 300,
  forked_snapshot: 300,
  cut_journal: 300,
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
    snapshots: dice.chance(300) ? 0 : 5 + dice.below(80),
    partBytes: dice.pick([400, 3_000, 524_288]),
    ignoresSnapshots: dice.pick([0, 0, 300, 1_000]),
    risk: drawRisk(dice),
  };
}

/** Millionths: the most that can be set. */
export const NEVER_MOVED = 1_000_000_000n;

/** A breaker that nothing trips, the usual one, or one that everything trips; and so on. */
function drawRisk(dice: Dice): readonly LimitChange[] {
  return [
    ['breaker_move', dice.pick([NEVER_MOVED, NEVER_MOVED, 200_000n, 50_000n])],
    ['breaker_window_ms', dice.pick([0n, 1_000n, 60_000n, 3_600_000n])],
    ['breaker_halt_ms', dice.pick([500n, 3_000n, 30_000n, 600_000n])],
    ['trades_per_minute', dice.pick([1_800n, 1_800n, 12n, 3n])],
    ['treasury_floor', dice.pick([200n, 2_900n, 99_900n]) * 1_000_000n],
  ];
}

function actorWeight(name: ActorName, dice: Dice): number {
  if (name === 'admin') return 3 + dice.below(4);
  if (name === 'trader') return 3 + dice.below(8);
  return dice.chance(300) ? 0 : 1 + dice.below(5);
}
