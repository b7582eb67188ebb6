/**
 * Tells whoever may mend dead letters how many are open, whole, each time that changes. It is in no entry: the number
 * of the newest letter says what came after what, and moves nobody's cursor.
 */
import type { LettersNow } from '../ticks/questions.js';
import { Frame } from './frames.js';
import { Glances } from './glances.js';

export const LETTERS_TOPIC = 'dead-letters';
const EVERY_MS = 100;
/** What another node put aside is seen this much later at most. */
const LOOK_MS = 1_000;

export interface LetterListener {
  send(frame: Frame): void;
}

interface Told {
  /** Whether he may hear it still. */
  readonly may: () => boolean;
  last: string;
}

interface Watched {
  now(): Promise<LettersNow>;
  onChange(listener: () => void): () => void;
}

export class LetterFeed {
  readonly #letters: Watched;
  readonly #watching = new Map<LetterListener, Told>();
  readonly #glances: Glances;
  readonly #forget: () => void;

  constructor(letters: Watched) {
    this.#letters = letters;
    this.#glances = new Glances({
      look: () => this.#tellAll(),
      isWatched: () => this.#watching.size > 0,
      everyMs: EVERY_MS,
      restMs: LOOK_MS,
    });
    this.#forget = letters.onChange(() => this.#glances.changed());
  }

  /** Hears how it is now, and each change, as long as he may. */
  join(listener: LetterListener, may: () => boolean): void {
    this.#watching.set(listener, { may, last: '' });
    this.#glances.soon(0);
  }

  /** False of whoever did not watch. */
  leave(listener: LetterListener): boolean {
    return this.#watching.delete(listener);
  }

  async stop(): Promise<void> {
    this.#forget();
    await this.#glances.stop();
  }

  async #tellAll(): Promise<void> {
    const { n, ...data } = await this.#letters.now();
    const said = JSON.stringify([n, data]);
    let frame: Frame | undefined;
    for (const [listener, told] of this.#watching) {
      if (!told.may()) this.#watching.delete(listener);
      else if (told.last !== said) {
        told.last = said;
        frame ??= new Frame({ type: 'state', topic: LETTERS_TOPIC, n, data });
        listener.send(frame);
      }
    }
  }
}
