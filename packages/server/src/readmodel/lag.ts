/** How long entries wait for the tables: by the clock of this node, since it knew them to be durable. */

const MARKS_MAX = 600;

export const LAG = {
  /** Longer than this … */
  lateMs: 5_000,
  /** … for so long is something an operator must hear of. */
  lastsMs: 60_000,
} as const;

interface Mark {
  readonly seq: number;
  readonly at: number;
}

export class Lag {
  /** Ends of the journal as they were seen, oldest first, that the tables have not reached. */
  #marks: Mark[] = [];
  #lateSince: number | undefined;
  #isSaid = false;

  /** Looks at both at one moment. True once where it has been late for too long. */
  see(durable: number, tables: number, now: number): boolean {
    this.#marks = this.#marks.filter(({ seq }) => seq > tables);
    const last = this.#marks.at(-1)?.seq ?? tables;
    // Where there are too many the oldest ones say it all.
    if (durable > last && this.#marks.length < MARKS_MAX)
      this.#marks.push({ seq: durable, at: now });
    if (this.ms(tables, now) <= LAG.lateMs) {
      this.#lateSince = undefined;
      this.#isSaid = false;
      return false;
    }
    this.#lateSince ??= now;
    if (this.#isSaid || now - this.#lateSince < LAG.lastsMs) return false;
    this.#isSaid = true;
    return true;
  }

  /** Of what is not in the tables yet, how long the first has waited; 0 where all of it is. */
  ms(tables: number, now: number): number {
    const oldest = this.#marks.find(({ seq }) => seq > tables);
    return oldest ? Math.max(0, Math.round(now - oldest.at)) : 0;
  }
}
