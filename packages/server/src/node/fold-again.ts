/** The world made anew, from a snapshot or the first entry, while others get their turn. */
import type { Entry, ReadonlyWorld, World } from '@fairground/engine';
import { type Head, type Journal, type Laws, type Recovered, recover } from '@fairground/journal';
import type { Place } from './sequencing.js';

/** What was told is not in the journal: it lacks it, or holds something else in its place. */
export class OtherHistory extends Error {
  override readonly name = 'OtherHistory';
  readonly isShorter: boolean;
  constructor(isShorter: boolean) {
    super('The journal does not hold what was told.');
    this.isShorter = isShorter;
  }
}

/** By which laws, and who else gets a turn between two groups. */
export interface Folding {
  readonly laws: Laws;
  readonly turn: () => Promise<void>;
}

export interface FoldAgain extends Folding {
  /** The world stands where it was told: from here on it may be shown. */
  readonly onReached: (world: World) => void;
  readonly onEntry: (entry: Entry, line: string) => void;
  readonly afterGroup: () => void;
  readonly onWarning: (reason: string) => void;
}

/**
 * Up to what was told and beyond: what was told must be in it, and is not told again. Gives the place it ends
 * at. Rejects with `OtherHistory`.
 */
export async function foldAgain(
  journal: Journal,
  told: Place,
  { onReached, onEntry, afterGroup, onWarning, laws, turn }: FoldAgain,
): Promise<Head> {
  const { head } = await recover(journal, {
    laws,
    beginsUpTo: told.seq,
    believesJournal: true,
    onWarning,
    onBegin: (world, { lastSeq, hash }) => {
      if (lastSeq !== told.seq) return;
      if (hash !== told.hash) throw new OtherHistory(false);
      onReached(world);
    },
    onEntry: (entry, line, world) => {
      if (entry.seq > told.seq) onEntry(entry, line);
      if (entry.seq !== told.seq) return;
      if (entry.hash !== told.hash) throw new OtherHistory(false);
      onReached(world);
    },
    afterGroup: async () => {
      afterGroup();
      await turn();
    },
  });
  if (head.lastSeq < told.seq) throw new OtherHistory(true);
  return head;
}

/** What is kept of entries beside the world, filled by each of them before it is followed. */
export interface Past {
  /** All that was made of entries is void. It begins with this world: a snapshot's and its hash, or the first. */
  begin(world: ReadonlyWorld, state: string | undefined): void;
  add(entry: Entry, world: ReadonlyWorld): void;
  /** All of them have come. */
  end(): void;
}

export interface FoldAll extends Folding {
  readonly past: Past;
  readonly onWarning: (reason: string) => void;
  readonly onProgress?: ((done: number, all: number) => void) | undefined;
  /** Whether a journal that ends before its snapshots is taken as it is. */
  readonly believesJournal: boolean;
}

/** Nothing was told yet, or nothing that was told counts. */
export function foldAll(
  journal: Journal,
  { past, onWarning, onProgress, believesJournal, laws, turn }: FoldAll,
): Promise<Recovered> {
  return recover(journal, {
    laws,
    believesJournal,
    onWarning,
    onBegin: (world, _head, state) => past.begin(world, state),
    onEntry: (entry, _line, world) => past.add(entry, world),
    afterGroup: turn,
    ...(onProgress && { onProgress }),
  });
}
