/** The nodes' own database: the same tables beside the journal, written by whoever leads, read by all. */
import { Pool, type PoolClient, types } from 'pg';
import type { RawRows, RunSql, SqlStore } from './sql-store.js';

/** One for what is written, the others for whoever reads. */
const LINES_MAX = 4;
const ANSWER_MS_MAX = 60_000;

interface Kind {
  readonly name: string;
  /** A commit is on the disk before anybody hears of it. */
  readonly syncs: boolean;
}

/** What a crash takes of the newest rows it takes of the checkpoint too: they are written again. */
const READ_MODEL: Kind = { name: 'fairground read model', syncs: false };

export function openPostgres(
  url: string,
  onAlarm: (reason: string) => void,
  { name, syncs }: Kind = READ_MODEL,
): SqlStore {
  const pool = new Pool({
    connectionString: url,
    application_name: name,
    options: `-c jit=off -c synchronous_commit=${syncs ? 'on' : 'off'}`,
    max: LINES_MAX,
    connectionTimeoutMillis: 5_000,
    query_timeout: ANSWER_MS_MAX,
    types: { getTypeParser: () => (text: string) => text },
  });
  // An idle line that breaks is replaced with the next use.
  pool.on('error', (error) => onAlarm(`A line of ${name} broke: ${error.message}`));
  // Of one in use the pool hears nothing, and what nobody hears ends the node: its next statement rejects.
  pool.on('connect', (line) => line.on('error', () => {}));
  const within =
    (begin: string) =>
    async <T>(work: (run: RunSql) => Promise<T>): Promise<T> => {
      const client = await pool.connect();
      try {
        await client.query(begin);
        const done = await work(runOn(client));
        await client.query('commit');
        client.release();
        return done;
      } catch (error) {
        // What became of it only the tables can tell, and a line that failed once is not trusted again.
        client.release(true);
        throw error;
      }
    };
  return {
    transaction: within('begin'),
    look: within('begin isolation level repeatable read read only'),
    raw: (statement, values) => raw(pool, statement, values),
    close: () => pool.end(),
  };
}

const runOn =
  (client: PoolClient): RunSql =>
  async (statement, values = []) => {
    const { rows, rowCount } = await client.query<(string | null)[]>({
      text: statement,
      values: [...values],
      rowMode: 'array',
    });
    return { count: rowCount ?? 0, rows };
  };

async function raw(
  pool: Pool,
  statement: string,
  values: readonly unknown[] = [],
): Promise<RawRows> {
  const client = await pool.connect();
  try {
    const { rows } = await client.query<object>({ text: statement, values: [...values], types });
    client.release();
    return { rows: rows ?? [] };
  } catch (error) {
    // It may have begun and not ended.
    client.release(true);
    throw error;
  }
}
