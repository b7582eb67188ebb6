/** A database in memory with an empty journal in it, and nodes' ways to it. */
import { MemoryDatabase, type Missing } from '../src/memory-database.js';
import type { Connection } from '../src/postgres-connection.js';
import { PostgresJournal, type PostgresJournalOptions } from '../src/postgres.js';

export const FAKE_ID = '0123456789abcdef'.repeat(2);

/** One with an empty journal in it. */
export const foundedDatabase = (
  now: () => number = () => 0,
  missing: Missing = {},
): MemoryDatabase => MemoryDatabase.founded(FAKE_ID, now, missing);

/** A node's way to it, on which nothing goes wrong unless the test says so. */
export function journalOn(
  database: MemoryDatabase,
  name: string,
  options: Partial<PostgresJournalOptions> = {},
): PostgresJournal {
  const own = async (): Promise<Connection> => database.connection();
  const connect = typeof options.connect === 'function' ? options.connect : own;
  return new PostgresJournal(FAKE_ID, connect, { name, nonce: '', ...options, connect });
}
