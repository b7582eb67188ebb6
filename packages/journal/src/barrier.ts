/** Whoever passes leads: a commit of ours that began after he asked has gone through. */
import type { Timer } from './timer.js';

export const BARRIER_LIMITS = {
  /** One beat serves all who wait: at most two hundred a second. */
  spacingMs: 5,
  /** Who waits longer is told that it cannot be shown. */
  waitMsMax: 5_000,
} as const;

type Answer = (passed: boolean) => void;

export class Barrier {
  readonly #timer: Timer;
  readonly #beat: () => Promise<boolean>;
  readonly #waiting = new Set<Answer>();
  #isBeating = false;
  #lastBegan = Number.NEGATIVE_INFINITY;

  constructor(timer: Timer, beat: () => Promise<boolean>) {
    this.#timer = timer;
    this.#beat = beat;
  }

  /** False: another leads, or nobody can tell in time. */
  pass(): Promise<boolean> {
    return new Promise((resolve) => {
      const late = this.#timer.set(BARRIER_LIMITS.waitMsMax, () => answer(false));
      const answer = (passed: boolean): void => {
        if (!this.#waiting.delete(answer)) return;
        late();
        resolve(passed);
      };
      this.#waiting.add(answer);
      this.#beatSoon();
    });
  }

  /** A commit begins: what it comes to is the answer for all who wait now, and for nobody who comes later. */
  begin(): Answer {
    const waiting = [...this.#waiting];
    return (passed) => {
      for (const answer of waiting) answer(passed);
    };
  }

  #beatSoon(): void {
    if (this.#isBeating) return;
    this.#isBeating = true;
    const waitMs = this.#lastBegan + BARRIER_LIMITS.spacingMs - this.#timer.now();
    if (waitMs > 0) this.#timer.set(waitMs, () => void this.#beatNow());
    else void this.#beatNow();
  }

  async #beatNow(): Promise<void> {
    this.#lastBegan = this.#timer.now();
    const answer = this.begin();
    let passed = false;
    try {
      passed = this.#waiting.size === 0 || (await this.#beat());
    } catch {
      // A journal that was closed under us shows nothing.
    }
    answer(passed);
    this.#isBeating = false;
    if (this.#waiting.size > 0) this.#beatSoon();
  }
}
