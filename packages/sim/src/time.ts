/** The machine's time, played: it jumps, stands still while the machine sleeps, and is set right by an operator. */
import { Clock, CLOCK, ClockRefused } from '@fairground/server';
import type { PlayedTimer } from '@fairground/journal';
import type { Luck } from './faults.js';

/** 2026-11-21, in the middle of the day. */
const BASE = Date.UTC(2026, 10, 21, 12);

export class PlayedTime {
  readonly #timer: PlayedTimer;
  /** How much longer the world has lasted than the machine was awake. */
  #slept = 0;
  /** How far the wall clock is off. */
  #off = 0;
  #clock: Clock | undefined;

  constructor(timer: PlayedTimer) {
    this.#timer = timer;
  }

  /** What everybody else's clock says. */
  get now(): number {
    return BASE + this.#timer.now() + this.#slept;
  }

  /** A process begins with the wall's time, if it can follow the journal's last entry. */
  start(lastAt: number): Clock {
    const source = { wall: () => this.now + this.#off, steady: () => this.#timer.now() };
    for (;;) {
      const clock = new Clock({ acceptClock: false, source });
      this.#clock = clock;
      try {
        clock.check(lastAt);
        return clock;
      } catch (error) {
        if (!(error instanceof ClockRefused)) throw error;
        this.#setRight(lastAt);
      }
    }
  }

  /** The operator sets the clock right; an exchange that ran ahead waits until the world has caught up. */
  #setRight(lastAt: number): void {
    if (this.#off !== 0) this.#off = 0;
    else this.#slept += Math.max(0, lastAt - this.now - CLOCK.behindMsMax);
  }

  setRight(): void {
    this.#off = 0;
  }

  /** As the node does each second. */
  beat(): void {
    this.#clock?.beat();
  }

  disturb(luck: Luck): void {
    const { dice } = luck;
    const hour = 3_600_000;
    if (luck.happens('clock_jump')) {
      this.#off += dice.pick([1_500, 5_000, hour, -hour, -3_000, 40 * 24 * hour, 120_000]);
    }
    if (luck.happens('suspend')) this.#slept += dice.pick([3_000, 60_000, hour]);
    // Time passes, and nothing that fell due was done.
    if (luck.happens('freeze')) this.#timer.skip(dice.pick([100, 3_000, 30_000]));
  }
}
