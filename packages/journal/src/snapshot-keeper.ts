/** Sees to it that there is a snapshot every so many entries, one at a time, and that none of it stops anybody. */
import type { Journal, SnapshotMade } from './journal.js';
import { makeSnapshot, SNAPSHOTS } from './snapshot-make.js';

export interface KeeperOptions {
  readonly journal: Journal;
  /** The entry of the snapshot there is; 0: none. */
  readonly newest: number;
  readonly everyEntries?: number;
  /** A snapshot failed: the journal has it all, and the next start takes longer. */
  readonly onAlarm: (reason: string) => void;
  readonly onMade?: (made: SnapshotMade) => void;
}

export class SnapshotKeeper {
  readonly #options: KeeperOptions;
  readonly #every: number;
  /** The last entry of which one was made, or tried. */
  #last: number;
  #making: Promise<void> | undefined;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#every = options.everyEntries ?? SNAPSHOTS.everyEntries;
    this.#last = options.newest;
  }

  /** Everything up to `seq` is durable. */
  reached(seq: number): void {
    if (this.#making || seq - this.#last < this.#every || !this.#options.journal.snapshots) return;
    this.#last = seq;
    this.#making = this.#make();
  }

  /** Resolves when nothing is being made. */
  async idle(): Promise<void> {
    await this.#making;
  }

  async #make(): Promise<void> {
    const { journal, onAlarm, onMade } = this.#options;
    try {
      const made = await (journal.snapshot ? journal.snapshot() : makeSnapshot(journal));
      onMade?.(made);
    } catch (error) {
      const what = error instanceof Error ? error.message : String(error);
      onAlarm(`No snapshot was made; starts take longer until there is one. ${what}`);
    } finally {
      this.#making = undefined;
    }
  }
}
