/** Ticks, for routes that rest on them. */
import { Problem } from '../errors.js';
import type { Shell } from '../shell.js';
import type { Ticks } from '../ticks/ticks.js';

export function ticksOf({ ticks }: Shell): Ticks {
  if (ticks) return ticks;
  throw new Problem('route_unknown', {
    details: [{ message: 'This node keeps no ticks (FAIRGROUND_READ_MODEL=0).' }],
  });
}
