/** Connections over the wire, by the driver: what is known to be undone is told from what is not. */
import { Socket } from 'node:net';
import { Client, DatabaseError } from 'pg';
import {
  type Connect,
  type Connection,
  NothingDone,
  type Rows,
  Unsure,
  type Value,
} from './postgres-connection.js';

/**
 * States in which the server says that a statement was undone. Every other one counts as unsure, since running
 * the identical statement again is right in either case: data (22), keys (23), read-only (25), rights (28, 42),
 * no such thing (3D, 3F), not supported (0A), resources (53), locks (55), serialization and deadlock (40).
 */
const UNDONE = /^(0A|22|23|25|28|3D|3F|42|53|55|40001$|40P01$)/;

/** Settings of a session that a server may not know; each is tried by itself. */
const WISHES = [
  'set synchronous_commit to on',
  'set statement_timeout to 0',
  'set lock_timeout to 0',
  'set idle_session_timeout to 0',
  'set tcp_keepalives_idle to 5',
  'set tcp_keepalives_interval to 5',
] as const;

/** Code of a setting that is not there, or is not for us to change. */
const NOT_KNOWN = /^(42704|42601|0A000|22023|55P02|42501)$/;

const KEEPALIVE_MS = 5_000;
/** A server that is asked to end a session and is not there any more does not answer. */
const END_MS_MAX = 2_000;

export function connectTo(url: string): Connect {
  return async () => {
    const connection = new PgConnection(url);
    await connection.start();
    return connection;
  };
}

class PgConnection implements Connection {
  readonly #client: Client;
  readonly #socket = new Socket();
  /** The last warning: while a statement runs, it is about that statement. */
  #warning: string | undefined;
  #lost: string | undefined;

  constructor(url: string) {
    this.#client = new Client({
      connectionString: url,
      application_name: 'fairground journal',
      stream: () => this.#socket,
      keepAlive: true,
      keepAliveInitialDelayMillis: KEEPALIVE_MS,
      connectionTimeoutMillis: KEEPALIVE_MS,
      types: { getTypeParser: () => (text: string) => text },
    });
    this.#client.on('error', (error) => (this.#lost = error.message));
    this.#client.on('end', () => (this.#lost ??= 'The connection was ended.'));
    this.#client.on('notice', ({ severity, message }) => {
      if (severity === 'WARNING') this.#warning = message ?? severity;
    });
  }

  async start(): Promise<void> {
    try {
      await this.#client.connect();
      for (const wish of WISHES) await this.#wish(wish);
    } catch (error) {
      this.close();
      throw new NothingDone(stateOf(error), `No connection: ${wordsOf(error)}`);
    }
  }

  async #wish(wish: string): Promise<void> {
    try {
      await this.#client.query(wish);
    } catch (error) {
      if (!NOT_KNOWN.test(stateOf(error))) throw error;
    }
  }

  async run(statement: string, values: readonly Value[]): Promise<Rows> {
    if (this.#lost !== undefined) throw new NothingDone('lost', this.#lost);
    this.#warning = undefined;
    let result: { rowCount: number | null; rows: (string | null)[][] };
    try {
      // An answer counts once the server is ready again: what a commit has to say comes before that.
      result = await this.#client.query<(string | null)[]>({
        text: statement,
        values: [...values],
        rowMode: 'array',
      });
    } catch (error) {
      const state = stateOf(error);
      if (UNDONE.test(state)) throw new NothingDone(state, wordsOf(error));
      throw new Unsure(`${state} ${wordsOf(error)}`);
    }
    // A commit whose wait for the standby was cancelled succeeds with a warning, and is not replicated.
    if (this.#warning !== undefined) throw new Unsure(this.#warning);
    return { count: result.rowCount ?? 0, rows: result.rows };
  }

  close(): void {
    this.#lost ??= 'The connection was closed.';
    // It rejects where the other side is gone already, which is what is asked for.
    this.#client.end().catch(() => {});
    setTimeout(() => this.#socket.destroy(), END_MS_MAX).unref();
  }
}

function stateOf(error: unknown): string {
  if (error instanceof DatabaseError) return error.code ?? '';
  const has = error instanceof Error && 'code' in error && typeof error.code === 'string';
  // Five capitals could be an SQLSTATE: EPIPE is none.
  return has ? `system ${String(error.code)}` : '';
}

/** Several addresses that all refuse come as one error without words. */
function wordsOf(error: unknown): string {
  if (error instanceof AggregateError) return error.errors.map(wordsOf).join('; ');
  return error instanceof Error ? error.message : String(error);
}
