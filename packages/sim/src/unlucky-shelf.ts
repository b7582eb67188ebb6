/** A shelf of snapshots under a process that is slow, or gone, between any two parts and in the middle of one. */
import type { SnapshotShelf } from '@fairground/journal';
import type { Life, OnEnd, Surroundings } from './faults.js';

const NEVER = new Promise<never>(() => {});

/** What it stands on, and what happens to that before each part. */
export interface Standing {
  readonly life: Life;
  readonly onEnd: OnEnd;
  readonly beforePart?: () => void;
}

export function unluckyShelf(
  shelf: SnapshotShelf,
  { luck, timer, swarm }: Surroundings,
  { life, onEnd, beforePart = () => {} }: Standing,
): SnapshotShelf {
  const { dice } = luck;
  const slow = (): Promise<void> =>
    new Promise((resolve) => timer.set(dice.below(swarm.stepMs * 4) + 1, resolve));
  // A process that has ended asks for nothing more.
  const alive = <T>(work: () => Promise<T>): Promise<T> => (life.isOver ? NEVER : work());
  return {
    list: () => alive(() => shelf.list()),
    get: (seq, part) => alive(() => shelf.get(seq, part)),
    drop: (seq) => alive(() => shelf.drop(seq)),
    async put(seq, part, text) {
      if (luck.happens('slow_part')) await slow();
      if (life.isOver) return NEVER;
      beforePart();
      if (!luck.happens('snapshot_cut')) return shelf.put(seq, part, text);
      // A manifest is put in its place whole or not at all; a part may be there by half.
      if (part > 0) await shelf.put(seq, part, text.slice(0, dice.below(text.length)));
      onEnd('killed');
      return NEVER;
    },
  };
}
