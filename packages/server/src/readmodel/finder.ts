/** Ids are looked for together: while one question is under way, whoever comes next waits for the one after it. */
import { Problem } from '../errors.js';

/** Where some ids stand, of those entries up to `to` that the tables hold. */
export interface Places {
  readonly to: number;
  readonly seqs: ReadonlyMap<string, number>;
}

/** As many as commands may wait. */
const WAITING_MAX = 10_000;
const AT_ONCE = 1_000;

interface Asked {
  readonly id: string;
  resolve(places: Places): void;
  reject(error: unknown): void;
}

export class Finder {
  readonly #ask: (ids: readonly string[]) => Promise<Places>;
  #waiting: Asked[] = [];
  #isAsking = false;

  constructor(ask: (ids: readonly string[]) => Promise<Places>) {
    this.#ask = ask;
  }

  async find(id: string): Promise<{ readonly to: number; readonly seq: number | undefined }> {
    if (this.#waiting.length >= WAITING_MAX) throw new Problem('busy', { retryAfterMs: 1_000 });
    const { to, seqs } = await new Promise<Places>((resolve, reject) => {
      this.#waiting.push({ id, resolve, reject });
      void this.#run();
    });
    return { to, seq: seqs.get(id) };
  }

  /** Each hears what became of his own question. */
  async #run(): Promise<void> {
    if (this.#isAsking) return;
    this.#isAsking = true;
    while (this.#waiting.length > 0) {
      const asked = this.#waiting.splice(0, AT_ONCE);
      try {
        const places = await this.#ask(asked.map(({ id }) => id));
        for (const { resolve } of asked) resolve(places);
      } catch (error) {
        for (const { reject } of asked) reject(error);
      }
    }
    this.#isAsking = false;
  }
}
