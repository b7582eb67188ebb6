/** Where the vault's rows are kept: a file of this node, or a table of all nodes. */
import { Lines, type LinesOptions, VaultCorrupt } from './lines.js';
import { Row } from './rows.js';

/** Its place holds another row: somebody was faster, and what he wrote has been told. */
export class PlaceTaken extends Error {
  override readonly name = 'PlaceTaken';
}

/** Nobody knows in time whether the row was kept; it may be yet. */
export class VaultUnsure extends Error {
  override readonly name = 'VaultUnsure';
}

/** Each row is told once it counts, in one order. */
export type Told = (row: Row) => void;

export interface VaultStore {
  /** Whether a row that was kept elsewhere some seconds ago would be known here. */
  readonly isCurrent: boolean;
  /** Tells every row there is, and from then on each that comes. Called once. */
  follow(told: Told): Promise<void>;
  /** Looks for what was kept elsewhere; false where nothing can be. */
  refresh(): Promise<boolean>;
  /** Resolves when the row is durable and was told. Rejects with `PlaceTaken` or `VaultUnsure`. */
  append(row: Row): Promise<void>;
  /** Resolves when nothing of the account is left; `rest` is all that stays. */
  erase(account: string, rest: () => Iterable<Row>): Promise<void>;
  /** Rows that were over before this are gone when it resolves; `rest` is all that stays. */
  sweep(before: number, rest: () => Iterable<Row>): Promise<void>;
  close(): Promise<void>;
}

export class FileStore implements VaultStore {
  readonly isCurrent = true;
  readonly #path: string;
  readonly #lines: Lines;
  #rows: readonly unknown[];
  #told: Told = () => {};

  private constructor(path: string, lines: Lines, rows: readonly unknown[]) {
    this.#path = path;
    this.#lines = lines;
    this.#rows = rows;
  }

  static async open(path: string, options: LinesOptions): Promise<FileStore> {
    const { lines, rows } = await Lines.open(path, options);
    return new FileStore(path, lines, rows);
  }

  async follow(told: Told): Promise<void> {
    this.#told = told;
    this.#rows.forEach((row, n) => {
      const read = Row.safeParse(row);
      if (!read.success) throw new VaultCorrupt(this.#path, n + 1, 'this row is of no known kind');
      told(read.data);
    });
    this.#rows = [];
  }

  async refresh(): Promise<boolean> {
    return false;
  }

  async append(row: Row): Promise<void> {
    await this.#lines.append(row);
    this.#told(row);
  }

  async erase(account: string, rest: () => Iterable<Row>): Promise<void> {
    await this.#lines.rewrite(rest);
    this.#told({ type: 'erased', account });
  }

  async sweep(_before: number, rest: () => Iterable<Row>): Promise<void> {
    await this.#lines.rewrite(rest);
  }

  close(): Promise<void> {
    return this.#lines.close();
  }
}
