/** A leader's clock is held against the database's with each beat: deadlines must fall due alike on every node. */
import type { Clock } from '../clock.js';

const OFF_MS = 2_000;
/** One beat may have been slow on its way; three in a row are the clock. */
const BEATS = 3;
/** Then others lead, and this node asks again after a while. */
const ASIDE_MS = 60_000;

export class ClockMatch {
  readonly #clock: Clock;
  #beats = 0;
  #asideUntil = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Whether this node stands aside. */
  get isOff(): boolean {
    return this.#clock.steady() < this.#asideUntil;
  }

  /** How far this clock is off, once that is certain. */
  compare(at: number | undefined): number | undefined {
    const off = at === undefined ? 0 : this.#clock.now() - at;
    this.#beats = Math.abs(off) > OFF_MS ? this.#beats + 1 : 0;
    if (this.#beats < BEATS) return undefined;
    this.#beats = 0;
    this.#asideUntil = this.#clock.steady() + ASIDE_MS;
    return off;
  }
}
