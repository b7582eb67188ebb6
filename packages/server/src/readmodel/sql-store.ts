/** What the read model needs of a database: text in, text out, and several statements as one. */

export type SqlValue = string | number | null;
export type SqlRow = readonly (string | null)[];

/** Runs one statement; its rows as text. `count` is of rows returned, or changed. */
export type RunSql = (
  statement: string,
  values?: readonly SqlValue[],
) => Promise<{ readonly count: number; readonly rows: readonly SqlRow[] }>;

export interface SqlStore {
  /** All or nothing. A throw of `work` undoes it; one of the commit leaves it open which. */
  transaction<T>(work: (run: RunSql) => Promise<T>): Promise<T>;
  /** Of one state, and nothing changes. */
  look<T>(work: (run: RunSql) => Promise<T>): Promise<T>;
  /** A statement, or several that begin and commit by themselves, with the driver's own types: what queues ask for. */
  raw(statement: string, values?: readonly unknown[]): Promise<RawRows>;
  close(): Promise<void>;
}

export interface RawRows {
  readonly rows: readonly unknown[];
}
