/** Looks while somebody watches: soon after a change, else now and then, and never twice at once. */

export interface Glancing {
  /** Rejects where nothing could be seen: then it looks again after a rest. */
  readonly look: () => Promise<void>;
  readonly isWatched: () => boolean;
  /** What comes all the time is looked at so often. */
  readonly everyMs: number;
  /** What changed elsewhere is seen this much later at most. */
  readonly restMs: number;
}

export class Glances {
  readonly #options: Glancing;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #looking: Promise<void> | undefined;
  /** How long after the last look the next one comes. */
  #wait: number | undefined;
  #isStale = false;
  #isStopped = false;

  constructor(options: Glancing) {
    this.#options = options;
  }

  /** Something may have changed. */
  changed(): void {
    this.soon(this.#options.everyMs);
  }

  /** At most one look at a time, and one more where something came meanwhile. */
  soon(ms: number): void {
    if (this.#isStopped || !this.#options.isWatched()) return;
    if (this.#looking) {
      this.#isStale = true;
      return;
    }
    // What comes all the time does not put it off.
    if (this.#wait !== undefined && this.#wait <= ms) return;
    this.#wait = ms;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => this.#look(), ms);
    this.#timer.unref();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#looking;
  }

  #look(): void {
    const { look, everyMs, restMs } = this.#options;
    this.#isStale = false;
    this.#wait = undefined;
    this.#looking = look()
      // Where they cannot be asked now, they are asked again.
      .catch(() => undefined)
      .then(() => {
        this.#looking = undefined;
        this.soon(this.#isStale ? everyMs : restMs);
      });
  }
}
