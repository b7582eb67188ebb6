/** How a node waits: for time to pass, and for others to get their turn. A simulation plays both. */
import { setImmediate } from 'node:timers/promises';
import { nodeTimer, type Timer } from '@fairground/journal';

export interface Pace {
  readonly timer: Timer;
  /** Resolves once everybody else who waits has had a turn. */
  readonly turn: () => Promise<void>;
}

export const nodePace: Pace = { timer: nodeTimer, turn: () => setImmediate() };
