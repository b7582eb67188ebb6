/** One append in flight, always; a definite failure sends the same bytes again. */
import { type Group, type Head, type Journal, type Predecessor, StoreFailure } from './journal.js';
import { SEQUENCER_LIMITS as MOST } from './limits.js';
import type { Timer } from './timer.js';

export interface AppenderEvents {
  /** Everything up to this head is durable. */
  readonly onStored: (head: Head) => void;
  /** This writer may not go on: another leads, or the store lost what it held. */
  readonly onLost: (reason: string) => void;
}

export class Appender {
  readonly #journal: Journal;
  readonly #timer: Timer;
  readonly #events: AppenderEvents;
  #stored: Head;
  #inFlight: Group | undefined;
  #full = false;
  #waiting: (() => void)[] = [];

  constructor(journal: Journal, timer: Timer, stored: Head, events: AppenderEvents) {
    this.#journal = journal;
    this.#timer = timer;
    this.#stored = stored;
    this.#events = events;
  }

  /** The newest durable group. */
  get stored(): Head {
    return this.#stored;
  }

  get isBusy(): boolean {
    return this.#inFlight !== undefined;
  }

  /** The store has no room: it is tried again until it has. */
  get isFull(): boolean {
    return this.#full;
  }

  /** The last seq that is durable or on its way. */
  get sentSeq(): number {
    return this.#inFlight?.lastSeq ?? this.#stored.lastSeq;
  }

  send(group: Group, prev: Predecessor): void {
    this.#inFlight = group;
    void this.#append(group, prev, MOST.retryMsMin);
  }

  /** Resolves when nothing is in flight. */
  whenIdle(): Promise<void> {
    return this.isBusy ? new Promise((resolve) => this.#waiting.push(resolve)) : Promise.resolve();
  }

  async #append(group: Group, prev: Predecessor, retryMs: number): Promise<void> {
    let outcome: Awaited<ReturnType<Journal['append']>>;
    try {
      outcome = await this.#journal.append(group, prev);
    } catch (error) {
      if (error instanceof RangeError) return this.#lost(error.message);
      // Nothing was written, or nobody knows: the identical group again gives the one answer either way.
      this.#full = error instanceof StoreFailure && error.code === 'storage_full';
      const next = Math.min(retryMs * 2, MOST.retryMsMax);
      this.#timer.set(retryMs, () => void this.#append(group, prev, next));
      return;
    }
    this.#full = false;
    if (outcome !== 'done') return this.#lost(outcome);
    const { grp, term, lastSeq, hash } = group;
    this.#stored = { grp, term, lastSeq, hash };
    this.#landed();
    this.#events.onStored(this.#stored);
  }

  #lost(reason: string): void {
    this.#landed();
    this.#events.onLost(reason);
  }

  #landed(): void {
    this.#inFlight = undefined;
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}
