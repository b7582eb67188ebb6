/** A planted bug: what it changes, and by which law it must be caught. */
import type { Command } from '@fairground/engine';
import type { Disk, Journal, Laws } from '@fairground/journal';
import type { Swarm } from './swarm.js';

export interface Canary {
  readonly name: string;
  /** What is wrong, in a sentence. */
  readonly says: string;
  /** How many seeds may pass before one of them catches it. */
  readonly seeds: number;
  /** What such a bug needs to show: a market, a fault. */
  readonly swarm?: Partial<Swarm>;
  readonly laws?: (laws: Laws) => Laws;
  readonly journal?: (journal: Journal) => Journal;
  readonly disk?: (disk: Disk) => Disk;
  readonly sent?: (command: Command, attempt: number) => { command: Command; attempt: number };
}
