/**
 * Reads a journal in a database beside the nodes that write it: makes nothing, changes nothing, and asks for no
 * right but to select.
 */
import { randomBytes } from 'node:crypto';
import { JournalRefused } from './file-errors.js';
import type { Group, Head, JournalReader, SnapshotShelf } from './journal.js';
import type { LeaseView } from './lease.js';
import { type Connect, NothingDone } from './postgres-connection.js';
import { ask, jitterOf, type Waits } from './postgres-insist.js';
import { connectBy, reached } from './postgres-open.js';
import { groupFrom, headFrom, leaseFrom, text, whole } from './postgres-rows.js';
import { Session } from './postgres-session.js';
import { PostgresShelf } from './postgres-shelf.js';
import { SQL } from './postgres-sql.js';
import { nodeTimer, type Timer } from './timer.js';
import { idInHeader } from './transport.js';

export interface PostgresReaderOptions {
  /** Where the database is, or how to connect to it. */
  readonly connect: string | Connect;
  readonly shard?: number;
  readonly timer?: Timer;
}

export async function openPostgresReader({
  connect,
  shard = 0,
  timer = nodeTimer,
}: PostgresReaderOptions): Promise<PostgresReader> {
  const session = new Session(await connectBy(connect), timer);
  try {
    const { rows } = await reached(
      session.run(SQL.identity, [shard]).catch((error: unknown) => {
        if (error instanceof NothingDone && error.code === NO_TABLE) return { rows: [] };
        throw error;
      }),
    );
    const [row] = rows;
    if (!row) throw new JournalRefused('format', 'There is no journal in this database.');
    const id = idInHeader(text(row[0]));
    if (id === undefined) throw new JournalRefused('format', 'Row 0 is of another format.');
    const waits = { timer, jitter: jitterOf(randomBytes(6).toString('hex')) };
    return new PostgresReader(id, shard, { session, waits });
  } catch (error) {
    session.close();
    throw error;
  }
}

const NO_TABLE = '42P01';

interface Way {
  readonly session: Session;
  readonly waits: Waits;
}

export class PostgresReader implements JournalReader {
  readonly id: string;
  readonly snapshots: SnapshotShelf;
  readonly #shard: number;
  readonly #way: Way;

  constructor(id: string, shard: number, way: Way) {
    this.id = id;
    this.snapshots = new PostgresShelf({ shard, ...way });
    this.#shard = shard;
    this.#way = way;
  }

  async read(after: number, limit: number): Promise<readonly Group[]> {
    return (await this.#ask(SQL.read, [this.#shard, after, limit])).map(groupFrom);
  }

  async groupOf(seq: number): Promise<Group | undefined> {
    const [row] = await this.#ask(SQL.groupOf, [this.#shard, seq]);
    const group = row && groupFrom(row);
    return group && group.firstSeq <= seq ? group : undefined;
  }

  async head(): Promise<Head> {
    const [row = []] = await this.#ask(SQL.head, [this.#shard]);
    return headFrom(row);
  }

  async lease(): Promise<LeaseView> {
    const [row = []] = await this.#ask(SQL.lease, [this.#shard]);
    return leaseFrom(row);
  }

  /** The database's wall clock in milliseconds. */
  async clock(): Promise<number> {
    const [row = []] = await this.#ask(SQL.clock, []);
    return whole(row[0]);
  }

  async close(): Promise<void> {
    this.#way.session.close();
  }

  #ask(statement: string, values: readonly number[]): ReturnType<typeof ask> {
    return ask(this.#way.session, this.#way.waits, statement, values);
  }
}
