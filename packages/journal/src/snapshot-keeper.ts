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
  #stopped = false;

  constructor(options: KeeperOptions) {
    this.#options = options;
    this.#every = options.everyEntries ?? SNAPSHOTS.everyEntries;
    this.#last = options.newest;
  }

  /** Everything up to `seq` is durable. */
  reached(seq: number): void {
    const { snapshots } = this.#options.journal;
    if (this.#stopped || this.#making || !snapshots || seq - this.#last < this.#every) return;
    this.#last = seq;
    this.#making = this.#make();
  }

  /** Begins no more. What is being made may be broken off by closing the journal, and nobody is alarmed. */
  stop(): void {
    this.#stopped = true;
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
      if (!this.#stopped)
        onAlarm(`No snapshot was made; starts take longer until there is one. ${what}`);
    } finally {
      this.#making = undefined;
    }
  }
}
