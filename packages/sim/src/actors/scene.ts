/** What an actor sees before it asks for something. */
import type { ReadonlyMarket, ReadonlyWorld, Wish } from '@fairground/engine';
import type { Dice } from '../dice.js';
import type { Swarm } from '../swarm.js';

export interface Scene {
  readonly dice: Dice;
  readonly world: ReadonlyWorld;
  readonly swarm: Swarm;
  /** What the clients think the time is. */
  readonly now: number;
  /** A number that nobody else has: for names, and hashes of texts. */
  readonly number: number;
}

export interface Asked {
  readonly by: string;
  readonly wish: Wish;
  /** The key of an earlier command, used once more: one's own, or one that somebody else drew. */
  readonly reuses?: 'own' | 'foreign';
  /** Valid until so long from now; negative: it is late already. */
  readonly validMs?: number;
}

export type Actor = (scene: Scene) => Asked | undefined;

export const ADMINS = ['max', 'eve'] as const;
/** Admins who never hold a share, so that they may judge. */
export const JUDGES = ['judy', 'rita'] as const;
export const SOURCES = ['feed', 'wire'] as const;
export const SELLERS = ['sam', 'sue'] as const;

export const playersOf = ({ swarm }: Scene): readonly string[] =>
  Array.from({ length: swarm.players }, (_, n) => `p${n}`);

/** The hash that stands for a text. */
export const textOf = ({ number }: Scene): string => number.toString(16).padStart(64, '0');

/** A market that the test likes; now and then any other. */
export function marketFor(
  { dice, world }: Scene,
  likes: (market: ReadonlyMarket) => boolean,
): ReadonlyMarket | undefined {
  const all = [...world.markets.values()];
  return dice.pick(dice.chance(60) ? all : all.filter(likes));
}
