/**
 * Carrying a vault between directories and databases: the same lines, byte for byte, in the same order. One that is
 * there is never overwritten; one that an interrupted import began is gone on with.
 */
import { readFile } from 'node:fs/promises';
import { type NewPrivateRow, PrivateRows } from '@fairground/journal';
import { checkedLine, jsonIn, VaultCorrupt } from './lines.js';
import { Row } from './rows.js';
import { expiresOf, ownerOf, placeOf } from './shared-store.js';

/** Where a vault should go there is another one. */
export class VaultThere extends Error {
  override readonly name = 'VaultThere';
}

const ROWS_AT_ONCE = 500;

/** The vault in a database as lines of a file; undefined where there is none. */
export async function* vaultLinesOf(url: string): AsyncGenerator<string, void> {
  const rows = await PrivateRows.look(url);
  if (!rows) return;
  try {
    for (let at = 0; ; ) {
      const found = await rows.from(at + 1, ROWS_AT_ONCE);
      const last = found.at(-1);
      if (!last) return;
      yield found.map(({ body }) => checkedLine(body)).join('');
      at = last.n;
    }
  } finally {
    rows.close();
  }
}

/** An exported vault, every line of it checked: whole, and of kinds that this build knows. */
export async function readVaultFile(path: string): Promise<readonly string[]> {
  const text = await readFile(path, 'utf8');
  if (text !== '' && !text.endsWith('\n'))
    throw new VaultCorrupt(path, text.split('\n').length, 'it ends in the middle of this line');
  const lines = text === '' ? [] : text.slice(0, -1).split('\n');
  return lines.map((line, n) => {
    const json = jsonIn(path, line, n + 1);
    if (!Row.safeParse(JSON.parse(json)).success)
      throw new VaultCorrupt(path, n + 1, 'this row is of no known kind');
    return json;
  });
}

/** A vault on its way into a database. */
export class VaultTaking {
  readonly #rows: PrivateRows;
  readonly #bodies: readonly string[];
  #known: number;

  private constructor(rows: PrivateRows, bodies: readonly string[], known: number) {
    this.#rows = rows;
    this.#bodies = bodies;
    this.#known = known;
  }

  /** Rejects with `VaultThere` unless the database has no vault, or the beginning of this one. */
  static async begin(url: string, bodies: readonly string[]): Promise<VaultTaking> {
    const rows = await PrivateRows.open(url);
    try {
      return new VaultTaking(rows, bodies, await beginningOf(bodies, rows));
    } catch (error) {
      rows.close();
      throw error;
    }
  }

  async write(): Promise<void> {
    while (this.#known < this.#bodies.length) {
      const batch = this.#bodies.slice(this.#known, this.#known + ROWS_AT_ONCE);
      const added = await this.#rows.addAll(this.#known, batch.map(newRowOf));
      if (!added) throw new VaultThere('Somebody else writes to the vault in the database.');
      this.#known += batch.length;
    }
  }

  close(): void {
    this.#rows.close();
  }
}

function newRowOf(body: string): NewPrivateRow {
  const row = Row.parse(JSON.parse(body));
  return { body, owner: ownerOf(row), place: placeOf(row), expires: expiresOf(row) };
}

/** How many rows an earlier import brought. */
async function beginningOf(bodies: readonly string[], rows: PrivateRows): Promise<number> {
  const count = await rows.count();
  // Rows that were erased are gone and their numbers are not, so a vault in use is never taken for a beginning.
  for (let at = 0; at < count; ) {
    const found = await rows.from(at + 1, ROWS_AT_ONCE);
    const isSame = found.every(({ n, body }, i) => n === at + i + 1 && body === bodies[n - 1]);
    if (found.length === 0 || !isSame || count >= bodies.length) {
      throw new VaultThere('The database has a vault already; a vault is never overwritten.');
    }
    at += found.length;
  }
  return count;
}
