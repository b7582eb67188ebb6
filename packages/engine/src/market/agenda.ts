/** What is due when: one deadline a market, in order of time, then market id. */
import type { Instant, MarketId } from '../command.js';

export interface Deadline {
  readonly at: Instant;
  readonly market: MarketId;
}

export interface ReadonlyAgenda {
  /** The deadlines at or before `at`, in order, at most `limit`. */
  due(at: Instant, limit: number): readonly Deadline[];
  /** The time of the first deadline, or undefined. */
  next(): Instant | undefined;
}

export class Agenda implements ReadonlyAgenda {
  /** Sorted. Inserting moves memory, which for the tens of thousands it may hold is cheaper than a heap. */
  readonly #deadlines: Deadline[] = [];

  due(at: Instant, limit: number): readonly Deadline[] {
    const due: Deadline[] = [];
    for (const deadline of this.#deadlines) {
      if (deadline.at > at || due.length >= limit) break;
      due.push(deadline);
    }
    return due;
  }

  next(): Instant | undefined {
    return this.#deadlines[0]?.at;
  }

  add(deadline: Deadline): void {
    this.#deadlines.splice(this.#place(deadline), 0, deadline);
  }

  remove(deadline: Deadline): void {
    const place = this.#place(deadline);
    const found = this.#deadlines[place];
    if (found && compare(found, deadline) === 0) this.#deadlines.splice(place, 1);
  }

  /** The first place whose deadline is not before this one. */
  #place(deadline: Deadline): number {
    let low = 0;
    let high = this.#deadlines.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      const there = this.#deadlines[middle];
      if (there && compare(there, deadline) < 0) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

function compare(a: Deadline, b: Deadline): number {
  if (a.at !== b.at) return a.at - b.at;
  if (a.market === b.market) return 0;
  return a.market < b.market ? -1 : 1;
}
