/** Every trial there is, in the order in which they run. */
import { alike } from './alike.js';
import { killed } from './killed.js';
import { partitioned } from './partitioned.js';
import { promotedHealed, promotedInStep, promotedLost } from './promoted.js';
import { restarted } from './restarted.js';
import { rolling } from './rolling.js';
import { stopped } from './stopped.js';
import type { Trial } from './trial.js';

export const TRIALS: readonly Trial[] = [
  killed,
  stopped,
  partitioned,
  restarted,
  promotedInStep,
  promotedHealed,
  promotedLost,
  rolling,
  alike,
];
