/** The statements on snapshots, their claim and digests, on maps in memory. */
import { NothingDone, type Rows, type Value } from './postgres-connection.js';
import { DIGEST_SQL } from './postgres-digests.js';
import { SHELF_SQL } from './postgres-shelf.js';

const rowsOf = (rows: readonly (readonly Value[])[]): Rows => ({
  count: rows.length,
  rows: rows.map((row) => row.map(String)),
});
const changed = (count: number): Rows => ({ count, rows: [] });

export class MemoryShelf {
  readonly #parts: Map<number, Map<number, string>>;
  readonly #words: Map<string, string>;
  #claim: { readonly holder: string; readonly n: number } | undefined;

  constructor(
    parts = new Map<number, Map<number, string>>(),
    words = new Map<string, string>(),
    claim?: { readonly holder: string; readonly n: number },
  ) {
    this.#parts = parts;
    this.#words = words;
    this.#claim = claim;
  }

  copy(): MemoryShelf {
    const parts = [...this.#parts].map(([seq, each]) => [seq, new Map(each)] as const);
    return new MemoryShelf(new Map(parts), new Map(this.#words), this.#claim);
  }

  /** Undefined of a statement on something else. */
  run(statement: string, values: readonly Value[]): Rows | undefined {
    return (
      this.#onParts(statement, values) ??
      this.#onClaim(statement, values) ??
      this.#onWords(statement, values)
    );
  }

  #onParts(statement: string, [, one, two, three, four]: readonly Value[]): Rows | undefined {
    switch (statement) {
      case SHELF_SQL.list:
        return rowsOf([...this.#parts.keys()].sort((a, b) => b - a).map((seq) => [seq]));
      case SHELF_SQL.get: {
        const text = this.#parts.get(Number(one))?.get(Number(two));
        return rowsOf(text === undefined ? [] : [[text]]);
      }
      case SHELF_SQL.put:
      case SHELF_SQL.putAgain: {
        if (!this.#isClaimedBy(one)) return changed(0);
        const parts = this.#parts.get(Number(two)) ?? new Map<number, string>();
        const isThere = parts.has(Number(three));
        if (statement === SHELF_SQL.put && isThere) throw new NothingDone('23505', 'it is there');
        if (statement === SHELF_SQL.putAgain && !isThere) return changed(0);
        this.#parts.set(Number(two), parts.set(Number(three), String(four)));
        return changed(1);
      }
      case SHELF_SQL.dropManifest: {
        const parts = this.#parts.get(Number(two));
        if (!this.#isClaimedBy(one) || !parts?.delete(0)) return changed(0);
        if (parts.size === 0) this.#parts.delete(Number(two));
        return changed(1);
      }
      case SHELF_SQL.dropParts: {
        const count = this.#parts.get(Number(two))?.size ?? 0;
        if (!this.#isClaimedBy(one)) return changed(0);
        this.#parts.delete(Number(two));
        return changed(count);
      }
      default:
        return undefined;
    }
  }

  #isClaimedBy(holder: Value | undefined): boolean {
    return holder === '' || this.#claim?.holder === holder;
  }

  #onClaim(statement: string, [, holder, seen]: readonly Value[]): Rows | undefined {
    const claim = this.#claim;
    switch (statement) {
      case SHELF_SQL.claim:
        return rowsOf(claim ? [[claim.holder, claim.n]] : []);
      case SHELF_SQL.makeClaim:
        if (claim) throw new NothingDone('23505', 'it is there');
        this.#claim = { holder: '', n: 0 };
        return changed(1);
      case SHELF_SQL.take:
        if (claim?.n !== seen) return changed(0);
        this.#claim = { holder: String(holder), n: Number(seen) + 1 };
        return changed(1);
      case SHELF_SQL.beat:
      case SHELF_SQL.release:
        if (!claim || claim.holder !== holder) return changed(0);
        this.#claim =
          statement === SHELF_SQL.beat ? { ...claim, n: claim.n + 1 } : { ...claim, holder: '' };
        return changed(1);
      default:
        return undefined;
    }
  }

  #onWords(statement: string, [, one, two, three]: readonly Value[]): Rows | undefined {
    const key = `${String(one)} ${String(two)}`;
    const at = (seq: string): number => Number(seq.split(' ')[0]);
    switch (statement) {
      case DIGEST_SQL.say:
        if (this.#words.has(key)) throw new NothingDone('23505', 'it is there');
        this.#words.set(key, String(three));
        return changed(1);
      case DIGEST_SQL.said: {
        const found = [...this.#words].filter(([said]) => at(said) === one);
        const by = found.map(
          ([said, digest]) => [said.slice(said.indexOf(' ') + 1), digest] as const,
        );
        return rowsOf(by.sort(([a], [b]) => (a < b ? -1 : 1)));
      }
      case DIGEST_SQL.withdraw:
        return changed(this.#words.delete(key) ? 1 : 0);
      case DIGEST_SQL.drop: {
        const old = [...this.#words.keys()].filter((said) => at(said) < Number(one));
        for (const said of old) this.#words.delete(said);
        return changed(old.length);
      }
      default:
        return undefined;
    }
  }
}
