/**
 * What is followed beside the journal: prices from outside, matches, dead letters. Each is the newest, whole, and moves
 * no cursor; where it has a number of its own, that never goes back.
 */
import { FairgroundInvalid } from './errors.js';
import type { Fields } from './fields.js';
import { type LiveMatch, readMatch } from './matches.js';
import { type LatestTick, readLatest } from './ticks.js';

const TICKS = 'ticks/';
const MATCHES = 'matches';
const LETTERS = 'dead-letters';

/** How many dead letters wait. */
export interface LettersNow {
  readonly open: number;
  /** When the newest came. */
  readonly newest: number | undefined;
  /** The number of the newest. */
  readonly n: number;
}

export interface OnBeside {
  /**
   * Of `ticks/<symbol>`: its newest tick, at once and with each change. `after` is the number that was told of it
   * before: `fg.ticks.list({ symbol, after })` has what came between, also over a cut.
   */
  readonly onTick?: ((tick: LatestTick, after: number | undefined) => void) | undefined;
  /** Of `matches`: all of them, at once and with each change. */
  readonly onMatches?: ((matches: readonly LiveMatch[]) => void) | undefined;
  /** Of `dead-letters`, for admins. */
  readonly onLetters?: ((letters: LettersNow) => void) | undefined;
}

export interface BesideFrame {
  readonly type: 'beside';
  readonly topic: string;
  /** Absent where it has none. */
  readonly n: number | undefined;
  readonly data: Fields;
}

const KINDS = [
  [(topic: string) => topic.startsWith(TICKS), 'onTick'],
  [(topic: string) => topic === MATCHES, 'onMatches'],
  [(topic: string) => topic === LETTERS, 'onLetters'],
] as const;

/** Whoever follows one without saying who hears it would hear nothing. */
export function mustBeHeard(topics: readonly string[], ears: OnBeside): void {
  for (const [isOne, ear] of KINDS) {
    const topic = topics.find(isOne);
    if (topic !== undefined && !ears[ear])
      throw new FairgroundInvalid('topics', `What ${topic} tells is heard by ${ear}: hand it in.`);
  }
}

export class Beside {
  readonly #ears: OnBeside;
  readonly #told = new Map<string, number>();

  constructor(ears: OnBeside) {
    this.#ears = ears;
  }

  hear({ topic, n, data }: BesideFrame): void {
    const { onTick, onMatches, onLetters } = this.#ears;
    if (topic === MATCHES) return onMatches?.(data.list('items', readMatch));
    if (n === undefined) return;
    const before = this.#told.get(topic);
    // Another node may be a moment behind, and each tells its newest when it is asked to.
    if (before !== undefined && n < before) return;
    if (topic.startsWith(TICKS)) {
      if (n === before) return;
      const tick = readLatest(data);
      this.#told.set(topic, n);
      return onTick?.(tick, before);
    }
    if (topic !== LETTERS) return;
    const letters = { open: data.count('open'), newest: data.maybeInstant('newest'), n };
    this.#told.set(topic, n);
    onLetters?.(letters);
  }
}
