/** Time that is played: nothing waits for a real clock, and a run is the same every time. */
import type { Timer } from './timer.js';

/** Everything that can run without time passing has run. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** More callbacks than this in one stretch of time are one that sets itself anew. */
const CALLS_MAX = 100_000;

interface Due {
  readonly id: number;
  readonly at: number;
  readonly callback: () => void;
}

/** A clock that moves when it is told to, and runs what falls due on its way. */
export class PlayedTimer implements Timer {
  #now = 0;
  #next = 0;
  readonly #calls = new Map<number, Due>();
  /** Every wait that was asked for. */
  readonly waits: number[] = [];

  now(): number {
    return this.#now;
  }

  set(ms: number, callback: () => void): () => void {
    const id = this.#next++;
    this.waits.push(ms);
    this.#calls.set(id, { id, at: this.#now + Math.max(0, ms), callback });
    return () => this.#calls.delete(id);
  }

  /** How many callbacks are still to come. */
  get pending(): number {
    return this.#calls.size;
  }

  /** Time passes and nobody looks, as in a process that is busy. */
  skip(ms: number): void {
    this.#now += ms;
  }

  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    let calls = 0;
    for (let next = this.#first(end); next !== undefined; next = this.#first(end)) {
      this.#calls.delete(next.id);
      this.#now = Math.max(this.#now, next.at);
      if (++calls > CALLS_MAX)
        throw new Error('A timer goes off again and again without time passing.');
      next.callback();
      await settle();
    }
    this.#now = end;
    await settle();
  }

  #first(end: number): Due | undefined {
    let first: Due | undefined;
    for (const due of this.#calls.values()) {
      if (due.at <= end && (first === undefined || due.at < first.at)) first = due;
    }
    return first;
  }
}
