/** The newest rows of many owners, newest first: so many of each, and so many in all. */
export class Tapes<T> {
  readonly #each: number;
  readonly #all: number;
  readonly #rows = new Map<string, T[]>();
  /** Whose oldest rows are no longer here. */
  readonly #cut = new Set<string>();
  #count = 0;

  constructor(each: number, all: number) {
    this.#each = each;
    this.#all = all;
  }

  add(owner: string, row: T): void {
    const rows = this.#rows.get(owner) ?? [];
    // Whoever was touched longest ago comes first, and goes first.
    this.#rows.delete(owner);
    this.#rows.set(owner, rows);
    rows.push(row);
    this.#count++;
    if (rows.length > this.#each + this.#each / 4) {
      this.#cut.add(owner);
      this.#count -= rows.splice(0, rows.length - this.#each).length;
    }
    while (this.#count > this.#all && this.#rows.size > 1) this.#dropOldest();
  }

  clear(): void {
    this.#rows.clear();
    this.#cut.clear();
    this.#count = 0;
  }

  /** True where everything there ever was of it is here. */
  isWhole(owner: string): boolean {
    return !this.#cut.has(owner) && (this.#rows.get(owner)?.length ?? 0) <= this.#each;
  }

  *of(owner: string): IterableIterator<T> {
    const rows = this.#rows.get(owner) ?? [];
    const last = Math.max(0, rows.length - this.#each);
    for (let n = rows.length - 1; n >= last; n--) {
      const row = rows[n];
      if (row !== undefined) yield row;
    }
  }

  #dropOldest(): void {
    for (const [owner, rows] of this.#rows) {
      this.#rows.delete(owner);
      this.#cut.add(owner);
      this.#count -= rows.length;
      return;
    }
  }
}
