/** What kind of cluster a seed is: how many nodes, how fast, and which of everything that can go wrong between them. */
import type { Dice } from '../dice.js';

export const CLUSTER_FAULTS = [
  // On the way between a client and a node.
  'request_lost',
  'request_delayed',
  'answer_lost',
  // On the way to the database.
  'conflict',
  'storm',
  'no_room',
  'cut_lands_late',
  'cut_never_lands',
  'cut_landed',
  'no_answer',
  'stale_read',
  'database_away',
  'node_cut_off',
  // Between two nodes.
  'hop_refused',
  'hop_lost',
  'hop_late',
  'hop_copied',
  'hop_answer_lost',
  'partition',
  // Of a process.
  'killed',
  'stopped',
  'paused',
  'paused_at_await',
  // Of a machine's time.
  'clock_jump',
  'clock_freeze',
  'suspend',
  'clock_off_at_start',
  // In the engine.
  'decide_throws',
  'fold_throws',
  // Of the store: it goes back to an older state.
  'rewound',
] as const;
export type ClusterFault = (typeof CLUSTER_FAULTS)[number];
export type ClusterRates = Readonly<Record<ClusterFault, number>>;

export interface ClusterSwarm {
  readonly steps: number;
  readonly nodes: number;
  /** How many ids are remembered in any case, and at most; absent: as in production. */
  readonly ids?: readonly [keep: number, most: number];
  /** How far the clock goes in one step, at most. */
  readonly stepMs: number;
  /** How long commands are valid, and how far the clients' clocks are off, at most, either way. */
  readonly validMs: number;
  readonly skewMs: number;
  /** Of a hundred steps, how many retry what is open, and how many deliver what was delayed. */
  readonly retries: number;
  readonly deliveries: number;
  /** Of a hundred nodes that begin, how many are of an older build. */
  readonly older: number;
  readonly faults: ClusterRates;
}

/** How often at most, in a thousand calls or steps, where it is on at all. */
const OFTEN: ClusterRates = {
  request_lost: 80,
  request_delayed: 150,
  answer_lost: 120,
  conflict: 60,
  storm: 10,
  no_room: 25,
  cut_lands_late: 25,
  cut_never_lands: 15,
  cut_landed: 20,
  no_answer: 10,
  stale_read: 120,
  database_away: 8,
  node_cut_off: 12,
  hop_refused: 60,
  hop_lost: 80,
  hop_late: 150,
  hop_copied: 150,
  hop_answer_lost: 120,
  partition: 20,
  killed: 12,
  stopped: 12,
  paused: 25,
  paused_at_await: 4,
  clock_jump: 15,
  clock_freeze: 10,
  suspend: 10,
  clock_off_at_start: 400,
  decide_throws: 20,
  fold_throws: 20,
  rewound: 12,
};

/** A store that forgets takes promises with it, so it has seeds of its own. */
const REWINDS_PERMILLE = 200;

export function drawClusterSwarm(dice: Dice): ClusterSwarm {
  const faults: Record<ClusterFault, number> = { ...OFTEN };
  for (const name of CLUSTER_FAULTS)
    faults[name] = dice.chance(500) ? 0 : 1 + dice.below(OFTEN[name]);
  faults.rewound = dice.chance(REWINDS_PERMILLE) ? OFTEN.rewound : 0;
  // What a store forgets only those can bring back who remember it.
  if (faults.rewound > 0) faults.killed = faults.stopped = 0;
  const ids = dice.chance(300) ? ([8, 20] as const) : undefined;
  return {
    steps: 150 + dice.below(250),
    nodes: dice.pick([2, 3, 4, 4]),
    ...(ids ? { ids } : {}),
    stepMs: dice.pick([60, 400, 2_500]),
    validMs: dice.pick([5_000, 60_000, 300_000, 590_000]),
    skewMs: dice.pick([0, 0, 5_000, 120_000]),
    retries: 5 + dice.below(20),
    deliveries: 3 + dice.below(15),
    older: dice.pick([0, 0, 30, 50]),
    faults,
  };
}

export function noClusterFaults(): Record<ClusterFault, number> {
  const rates: Record<ClusterFault, number> = { ...OFTEN };
  for (const name of CLUSTER_FAULTS) rates[name] = 0;
  return rates;
}
