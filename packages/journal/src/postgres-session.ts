/** One session that outlives its connections: nobody waits for an answer that does not come. */
import {
  type Connect,
  type Connection,
  NothingDone,
  type Rows,
  Unsure,
  type Value,
} from './postgres-connection.js';
import type { Timer } from './timer.js';

export const SESSION_LIMITS = {
  /** An answer that takes longer may never come: its connection is left to itself. */
  answerMsMax: 5_000,
  /** A beat that hangs is asked again while others still have patience. */
  beatMsMax: 1_500,
  /** A connection that was left is closed after this: what it carried has happened by then, or never will. */
  leftMsMax: 60_000,
  /** A hanging server must not cost us one connection after the other. */
  leftMax: 8,
} as const;

export class SessionClosed extends Error {
  constructor() {
    super('This journal is closed.');
    this.name = 'SessionClosed';
  }
}

export class Session {
  readonly #connect: Connect;
  readonly #timer: Timer;
  #connection: Connection | undefined;
  /** And what takes their closing back. */
  readonly #left = new Map<Connection, () => void>();
  #turn: Promise<unknown> = Promise.resolve();
  #closed = false;
  #rejectAll: (error: Error) => void = () => {};

  readonly #answerMs: number;

  constructor(connect: Connect, timer: Timer, answerMs: number = SESSION_LIMITS.answerMsMax) {
    this.#connect = connect;
    this.#timer = timer;
    this.#answerMs = answerMs;
  }

  /** One after the other. Rejects with `NothingDone`, `Unsure` or `SessionClosed`. */
  run(statement: string, values: readonly Value[]): Promise<Rows> {
    const done = this.#turn.then(() => this.#run(statement, values));
    this.#turn = done.catch(() => {});
    return done;
  }

  close(): void {
    this.#closed = true;
    this.#rejectAll(new SessionClosed());
    for (const connection of this.#left.keys()) this.#end(connection);
    this.#connection?.close();
    this.#connection = undefined;
  }

  async #run(statement: string, values: readonly Value[]): Promise<Rows> {
    const connection = await this.#open();
    try {
      const late = new Unsure('The database did not answer in time.');
      return await this.#within(connection.run(statement, values), late);
    } catch (error) {
      if (this.#closed) throw new SessionClosed();
      // One that lost its answer is left, not cancelled; one of a server that became a standby is no use.
      if (error instanceof Unsure) this.#leave(connection);
      if (error instanceof NothingDone && !isHealthy(error)) this.#drop(connection);
      throw error;
    }
  }

  async #open(): Promise<Connection> {
    if (this.#closed) throw new SessionClosed();
    if (this.#connection) return this.#connection;
    const made = this.#connect();
    try {
      const late = new NothingDone('timeout', 'The database could not be reached in time.');
      const connection = await this.#within(made, late);
      this.#connection = connection;
      return connection;
    } catch (error) {
      // What comes after all is of no use to anybody.
      void made.then((connection) => connection.close()).catch(() => {});
      throw error;
    }
  }

  #within<T>(work: Promise<T>, late: Error): Promise<T> {
    return new Promise((resolve, reject) => {
      const stop = this.#timer.set(this.#answerMs, () => reject(late));
      this.#rejectAll = reject;
      work.then(resolve, reject).finally(stop);
    });
  }

  #leave(connection: Connection): void {
    this.#connection = undefined;
    const late = this.#timer.set(SESSION_LIMITS.leftMsMax, () => this.#end(connection));
    this.#left.set(connection, late);
    const [oldest] = this.#left.keys();
    if (this.#left.size > SESSION_LIMITS.leftMax && oldest) this.#end(oldest);
  }

  #end(connection: Connection): void {
    this.#left.get(connection)?.();
    this.#left.delete(connection);
    connection.close();
  }

  #drop(connection: Connection): void {
    this.#connection = undefined;
    connection.close();
  }
}

/** Whether the session is as good as before: the statement alone was at fault. */
function isHealthy({ code }: NothingDone): boolean {
  return /^(22|23|42|40|0A)/.test(code);
}
