/** A planted bug: what it changes, and by which law it must be caught. */
import type { Command, ReadonlyMarket, ReadonlyWorld } from '@fairground/engine';
import type { Disk, Journal, Laws } from '@fairground/journal';
import { type FaultName, type Kind, KINDS, noFaults, type Swarm } from './swarm.js';

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

export type Decide = Laws['decide'];

/** Judges by a world in which one market is another. */
export const withMarket = (world: ReadonlyWorld, market: ReadonlyMarket): ReadonlyWorld => ({
  ...world,
  markets: new Map(world.markets).set(market.id, market),
});

export const marketOf = (
  world: ReadonlyWorld,
  { wish }: Parameters<Decide>[1],
): ReadonlyMarket | undefined => ('market' in wish ? world.markets.get(wish.market) : undefined);

export const only = (...kinds: readonly Kind[]): Partial<Swarm> => ({
  kinds: KINDS.map((kind) => [kind, kinds.includes(kind) ? 1 : 0] as const),
});

/** Only these faults, so often; all others never. */
export const bad = (rates: Partial<Record<FaultName, number>>): Partial<Swarm> => ({
  faults: { ...noFaults(), ...rates },
});
