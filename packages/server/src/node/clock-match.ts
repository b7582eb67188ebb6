/** A leader's clock is held against the database's with each beat: deadlines must fall due alike on every node. */
import type { Clock } from '../clock.js';

const OFF_MS = 2_000;
/** Then others lead, and this node asks again after a while. */
const ASIDE_MS = 60_000;

export class ClockMatch {
  readonly #clock: Clock;
  #asideUntil: number | undefined;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether this node stands aside. When it has done so for long enough the wall may have been set right. */
  standsAside(): boolean {
    if (this.#asideUntil === undefined) return false;
    if (this.#clock.steady() < this.#asideUntil) return true;
    this.#asideUntil = undefined;
    this.#clock.believeWall();
    return false;
  }

  /** How far this clock is off, if it is. The database said its time at some moment of so many milliseconds. */
  compare(at: number | undefined, tookMs: number): number | undefined {
    if (at === undefined) return undefined;
    const off = this.#clock.now() - at;
    if (off >= -OFF_MS && off <= OFF_MS + tookMs) return undefined;
    this.#asideUntil = this.#clock.steady() + ASIDE_MS;
    return off;
  }
}
