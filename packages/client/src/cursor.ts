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

/**
 * Keeps the last head from one life to the next, so that whoever was away hears of a changed history too. `save` is
 * called with every newer head, on a busy feed many times a second.
 */
export interface HeadStore {
  load(): Cursor | undefined;
  save(head: Cursor): void;
}

interface HeadsOptions {
  /** Seen in an earlier life. */
  readonly before: Cursor | undefined;
  readonly onForked: (error: FairgroundForked) => void;
  readonly keep?: ((head: Cursor) => void) | undefined;
}

/** Only ever moves forward; an entry that changed its hash is a fork, and stays one until forgotten. */
export class HeadMemory {
  #last: Cursor | undefined;
  #before: Cursor | undefined;
  /** Of an earlier life, until a server that was asked for it has answered: nothing newer is kept before. */
  #unproven: Cursor | undefined;
  #forked: FairgroundForked | undefined;
  readonly #onForked: (error: FairgroundForked) => void;
  readonly #keep: (head: Cursor) => void;

  constructor({ before, onForked, keep = () => undefined }: HeadsOptions) {
    this.#last = before;
    this.#before = before;
    this.#unproven = before;
    this.#onForked = onForked;
    this.#keep = keep;
  }

  get last(): Cursor | undefined {
    return this.#last;
  }

  /** What a journal must contain that is read from its beginning: the last, and that of an earlier life. */
  get seen(): readonly Cursor[] {
    return [this.#before, this.#last].filter((one) => one !== undefined);
  }

  get unproven(): Cursor | undefined {
    return this.#unproven;
  }

  /** Set once a fork was seen. */
  get forked(): FairgroundForked | undefined {
    return this.#forked;
  }

  /** Takes note of a head; one that contradicts the last is a fork, after which none is believed. */
  saw(head: Cursor): void {
    if (this.#forked) return;
    const other = this.seen.find((known) => known.seq === head.seq && known.hash !== head.hash);
    if (other) this.reportFork(other);
    else if (!this.#last || head.seq > this.#last.seq) {
      this.#last = head;
      if (!this.#unproven) this.#keep(head);
    }
  }

  /** A server that was asked for this head has it. */
  proved(head: Cursor): void {
    if (this.#forked || this.#unproven?.seq !== head.seq) return;
    this.#unproven = undefined;
    if (this.#last && this.#last.seq > head.seq) this.#keep(this.#last);
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
    this.#before = undefined;
    this.#unproven = undefined;
    this.#forked = undefined;
  }
}
