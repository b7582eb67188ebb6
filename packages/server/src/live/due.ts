/** Topics whose newest states have to be told: together, and at most so often. */
import type { Topic } from './topics.js';

export interface DueOptions {
  readonly everyMs: number;
  /** And never more than this part of the time, where making them costs more than telling them. */
  readonly shareMax?: number;
  readonly steady: () => number;
  readonly tell: (topic: Topic) => void;
}

export class Due {
  readonly #options: DueOptions;
  readonly #topics = new Set<Topic>();
  /** Not before this. */
  #from = Number.NEGATIVE_INFINITY;
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(options: DueOptions) {
    this.#options = options;
  }

  /** To be told at the next `soon`. */
  add(topic: Topic): void {
    this.#topics.add(topic);
  }

  delete(topic: Topic): void {
    this.#topics.delete(topic);
  }

  soon(): void {
    if (this.#timer !== undefined || this.#topics.size === 0) return;
    const wait = this.#from - this.#options.steady();
    if (wait <= 0) this.#tell();
    else this.#timer = setTimeout(() => this.#tell(), wait);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }

  #tell(): void {
    const { everyMs, shareMax = 1, steady, tell } = this.#options;
    const began = steady();
    this.#timer = undefined;
    // Set first: what is told may ask for more.
    this.#from = began + everyMs;
    const topics = [...this.#topics];
    this.#topics.clear();
    for (const topic of topics) tell(topic);
    this.#from = Math.max(this.#from, began + (steady() - began) / shareMax);
  }
}
