/** What the store needs of a database: text in, text out, and an honest word on what is not known. */

export type Value = string | number;

export interface Rows {
  /** Rows returned, or changed. */
  readonly count: number;
  readonly rows: readonly (readonly (string | null)[])[];
}

/** One session. One statement at a time, each its own transaction. */
export interface Connection {
  /** Rejects with `NothingDone` or `Unsure`. */
  run(statement: string, values: readonly Value[]): Promise<Rows>;
  /** Ends it, whatever is under way: the server goes on with a statement it has. */
  close(): void;
}

export type Connect = () => Promise<Connection>;

/** The statement had no effect, and never will have one. */
export class NothingDone extends Error {
  override readonly name = 'NothingDone';
  /** SQLSTATE, or what the system calls it. */
  readonly code: string;
  constructor(code: string, message: string) {
    super(message);
    this.code = code;
  }
}

/** The statement may have happened, or may happen yet. */
export class Unsure extends Error {
  override readonly name = 'Unsure';
}
