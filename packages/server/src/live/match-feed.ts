/**
 * Tells whoever watches `matches` the newest of all matches, whole and at most twice a second. It comes from the vault
 * and not from the journal, so it has no seq of its own and moves nobody's cursor.
 */
import type { Pulls } from '../vault/pulls.js';
import { matchesOf } from '../pull/matches.js';
import { Frame } from './frames.js';

export const MATCHES_TOPIC = 'matches';
const EVERY_MS = 500;

export interface MatchListener {
  send(frame: Frame): void;
}

export class MatchFeed {
  readonly #pulls: Pulls;
  readonly #listeners = new Set<MatchListener>();
  readonly #forget: () => void;
  #frame: Frame | undefined;
  #timer: ReturnType<typeof setTimeout> | undefined;
  #isStale = false;

  constructor(pulls: Pulls) {
    this.#pulls = pulls;
    this.#forget = pulls.onChange(() => this.#changed());
  }

  /** Hears the newest now, and each change. */
  join(listener: MatchListener): void {
    this.#listeners.add(listener);
    listener.send((this.#frame ??= this.#make()));
  }

  /** False of whoever did not watch. */
  leave(listener: MatchListener): boolean {
    return this.#listeners.delete(listener);
  }

  stop(): void {
    this.#forget();
    clearTimeout(this.#timer);
  }

  #changed(): void {
    this.#frame = undefined;
    this.#isStale = true;
    this.#timer ??= setTimeout(() => this.#tell(), EVERY_MS).unref();
  }

  #tell(): void {
    this.#timer = undefined;
    if (!this.#isStale) return;
    this.#isStale = false;
    if (this.#listeners.size === 0) return;
    const frame = (this.#frame ??= this.#make());
    for (const listener of this.#listeners) listener.send(frame);
  }

  #make(): Frame {
    return new Frame({
      type: 'matches',
      topic: MATCHES_TOPIC,
      data: { items: matchesOf(this.#pulls) },
    });
  }
}
