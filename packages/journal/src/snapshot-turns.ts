/**
 * Sees to it that several nodes on one journal have a snapshot every so many entries. Any of them may make it, and
 * one does; the leader leaves it to the others for as long as one of them might.
 */
import type { Journal, SnapshotMade } from './journal.js';
import { SnapshotTaken } from './postgres-shelf.js';
import { manifestsOf } from './snapshot-load.js';
import { SNAPSHOTS } from './snapshot-make.js';
import type { Timer } from './timer.js';

export const TURN_LIMITS = {
  /** A leader waits this long for a follower to make it. */
  leaderMs: 15_000,
  /** Another is making one: then it is there, or he is given up. */
  againMs: 60_000,
} as const;

export interface TurnsOptions {
  readonly journal: Pick<Journal, 'id' | 'snapshots' | 'snapshot'>;
  readonly timer: Timer;
  readonly leads: () => boolean;
  readonly everyEntries?: number | undefined;
  readonly onAlarm: (reason: string) => void;
  readonly onMade?: (made: SnapshotMade) => void;
}

export class SnapshotTurns {
  readonly #options: TurnsOptions;
  readonly #every: number;
  /** The newest snapshot that was seen, or the entry at which making one failed. */
  #last = 0;
  #notBefore = Number.NEGATIVE_INFINITY;
  #turn: Promise<void> | undefined;
  #stopped = false;
  #rest: () => void = () => {};

  constructor(options: TurnsOptions) {
    this.#options = options;
    this.#every = options.everyEntries ?? SNAPSHOTS.everyEntries;
  }

  /** Everything up to `seq` is durable. */
  reached(seq: number): void {
    const isDue = seq - this.#last >= this.#every && this.#options.timer.now() >= this.#notBefore;
    if (this.#stopped || this.#turn || !isDue) return;
    this.#turn = this.#take(seq).finally(() => (this.#turn = undefined));
  }

  /** Begins no more; what is being made is broken off by closing the journal. */
  stop(): void {
    this.#stopped = true;
    this.#rest();
  }

  /** Resolves when nothing is being made. */
  async idle(): Promise<void> {
    await this.#turn;
  }

  async #take(seq: number): Promise<void> {
    const { journal, leads, onAlarm, onMade } = this.#options;
    try {
      if (!(await this.#isDue(seq))) return;
      if (leads()) {
        await this.#wait(TURN_LIMITS.leaderMs);
        if (this.#stopped || !(await this.#isDue(seq))) return;
      }
      const made = await journal.snapshot?.();
      if (!made) return;
      this.#last = Math.max(this.#last, made.seq);
      onMade?.(made);
    } catch (error) {
      if (this.#stopped) return;
      this.#notBefore = this.#options.timer.now() + TURN_LIMITS.againMs;
      if (error instanceof SnapshotTaken) return;
      this.#last = seq;
      const what = error instanceof Error ? error.message : String(error);
      onAlarm(`No snapshot was made; starts take longer until there is one. ${what}`);
    }
  }

  async #isDue(seq: number): Promise<boolean> {
    const { id, snapshots } = this.#options.journal;
    if (!snapshots) return false;
    const [newest] = await manifestsOf(snapshots, id, () => {});
    this.#last = newest?.seq ?? 0;
    return seq - this.#last >= this.#every;
  }

  #wait(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const stop = this.#options.timer.set(ms, resolve);
      this.#rest = () => {
        stop();
        resolve();
      };
    });
  }
}
