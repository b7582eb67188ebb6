/** Answers that are ready and wait for their seq to become durable, in order of seq. */

export interface Held {
  readonly seq: number;
  /** When the caller began to wait, by the timer's clock. */
  readonly since: number;
  readonly release: () => void;
  /** The caller has waited too long: nobody knows yet. */
  readonly giveUp: () => void;
  /** The world it was decided in was thrown away: decide anew, or say so. */
  readonly discard: () => void;
  /** A read that waits for its state, and not a command. */
  readonly isRead?: boolean;
}

export class HeldAnswers {
  #held: Held[] = [];
  #reads = 0;

  get size(): number {
    return this.#held.length;
  }

  get reads(): number {
    return this.#reads;
  }

  /** Seqs are given out in rising order; only a first answer asked for again belongs before the newest. */
  add(held: Held): void {
    let place = this.#held.length;
    while (place > 0 && (this.#held[place - 1]?.seq ?? 0) > held.seq) place--;
    this.#held.splice(place, 0, held);
    if (held.isRead) this.#reads++;
  }

  release(durable: number): void {
    let ready = 0;
    while (ready < this.#held.length && (this.#held[ready]?.seq ?? 0) <= durable) ready++;
    const released = this.#held.splice(0, ready);
    this.#uncount(released);
    for (const { release } of released) release();
  }

  /** Takes out everything after `seq`. */
  takeAfter(seq: number): Held[] {
    const taken = this.#held.filter((held) => held.seq > seq);
    this.#held = this.#held.filter((held) => held.seq <= seq);
    this.#uncount(taken);
    return taken;
  }

  /** Everyone who has waited since before `time`. Their entries stay on their way. */
  giveUp(time: number): void {
    const late = this.#held.filter(({ since }) => since < time);
    if (late.length === 0) return;
    this.#held = this.#held.filter(({ since }) => since >= time);
    this.#uncount(late);
    for (const held of late) held.giveUp();
  }

  #uncount(gone: readonly Held[]): void {
    for (const { isRead } of gone) if (isRead) this.#reads--;
  }
}
