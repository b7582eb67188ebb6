/** The newest entry this client has seen: what the server shows later must contain it. */
import { FairgroundForked } from './errors.js';

export interface Cursor {
  readonly seq: number;
  /** The first eight hex digits of that entry's hash. */
  readonly hash: string;
}

const CURSOR = /^(0|[1-9]\d{0,15})\.([0-9a-f]{8})$/;

/** Reads `123.9f2c0a11`; undefined for anything else. */
export function parseCursor(text: string): Cursor | undefined {
  const match = CURSOR.exec(text);
  if (!match?.[1] || !match[2]) return undefined;
  return { seq: Number(match[1]), hash: match[2] };
}

export const formatCursor = (cursor: Cursor): string => `${cursor.seq}.${cursor.hash}`;

/** Only ever moves forward; an entry that changed its hash is a fork, and stays one until forgotten. */
export class HeadMemory {
  #last: Cursor | undefined;
  #forked: FairgroundForked | undefined;
  readonly #onForked: (error: FairgroundForked) => void;

  constructor(last: Cursor | undefined, onForked: (error: FairgroundForked) => void) {
    this.#last = last;
    this.#onForked = onForked;
  }

  get last(): Cursor | undefined {
    return this.#last;
  }

  /** Set once a fork was seen. */
  get forked(): FairgroundForked | undefined {
    return this.#forked;
  }

  /** Takes note of a head; one that contradicts the last is a fork, after which none is believed. */
  saw(head: Cursor): void {
    if (this.#forked) return;
    if (this.#last && head.seq === this.#last.seq && head.hash !== this.#last.hash)
      this.reportFork(this.#last);
    else if (!this.#last || head.seq > this.#last.seq) this.#last = head;
  }

  /** Says it once, however many calls run into it. */
  reportFork(seen: Cursor): FairgroundForked {
    if (!this.#forked) {
      this.#forked = new FairgroundForked(seen);
      this.#onForked(this.#forked);
    }
    return this.#forked;
  }

  throwIfForked(): void {
    const { forked } = this;
    if (forked instanceof FairgroundForked) throw forked;
  }

  forget(): void {
    this.#last = undefined;
    this.#forked = undefined;
  }
}
