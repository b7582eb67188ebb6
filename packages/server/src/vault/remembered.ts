/** The newest rows of a shared vault as this node saw them: what a database that went back can be healed with. */
import type { PrivateRow } from '@fairground/journal';

/** More than are made in the time by which a standby may be behind. */
const ROWS_MAX = 5_000;

export class Remembered {
  /** By tag, oldest first. */
  readonly #rows = new Map<string, PrivateRow>();

  /** The newest that was seen. */
  newest: PrivateRow | undefined;

  has({ tag }: PrivateRow): boolean {
    return this.#rows.has(tag);
  }

  /** `erases`: all that its owner had is gone, from here too. */
  add(row: PrivateRow, erases: boolean): void {
    if (erases) this.#forget(row.owner);
    this.#rows.delete(row.tag);
    this.#rows.set(row.tag, row);
    this.newest = row;
    for (const tag of this.#rows.keys()) {
      if (this.#rows.size <= ROWS_MAX) return;
      this.#rows.delete(tag);
    }
  }

  /** The lowest number that is known here. */
  get lowest(): number {
    for (const { n } of this.#rows.values()) return n;
    return 0;
  }

  /** What is not among these, in order; what belonged to somebody who was erased there is not missed. */
  lostTo(there: readonly PrivateRow[], erases: (row: PrivateRow) => boolean): PrivateRow[] {
    const tags = new Set(there.map(({ tag }) => tag));
    const erased = new Set(there.filter(erases).map(({ owner }) => owner));
    return [...this.#rows.values()].filter((row) => !tags.has(row.tag) && !erased.has(row.owner));
  }

  /** Goes back to the newest that is still where it was; where none is, all of them come again. */
  backTo(there: readonly PrivateRow[]): void {
    const kept = there.filter(({ n, tag }) => this.#rows.get(tag)?.n === n);
    this.newest = kept.at(-1);
    if (!this.newest) this.#rows.clear();
  }

  #forget(owner: string): void {
    for (const [tag, row] of this.#rows) if (row.owner === owner) this.#rows.delete(tag);
  }
}
