/**
 * The embedded database: an index over the journal that may be thrown away. It never syncs what it writes, so it
 * is believed only while the machine that wrote it still runs, or once a clean close has synced it.
 */
import { existsSync, readFileSync } from 'node:fs';
import { mkdir, open, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PGlite, type Transaction } from '@electric-sql/pglite';
import type { RawRows, RunSql, SqlStore } from './sql-store.js';

const CLEAN = 'closed';
const asText = (text: string): string => text;
/** bool, the integers, floats, numeric, json: amounts are text until we make them bigints. */
const TEXTS = Object.fromEntries([16, 20, 21, 23, 114, 700, 701, 1700].map((oid) => [oid, asText]));

/** Which run of the machine this is; '' where that cannot be told. */
function thisBoot(): string {
  const file = '/proc/sys/kernel/random/boot_id';
  return existsSync(file) ? readFileSync(file, 'utf8').trim() : '';
}

export async function openPglite(
  dir: string,
  onAlarm: (reason: string) => void,
): Promise<SqlStore> {
  const mark = `${dir}.mark`;
  const boot = thisBoot();
  const left = existsSync(mark) ? readFileSync(mark, 'utf8').trim() : '';
  if (left === '' || (left !== CLEAN && left !== boot))
    await rm(dir, { recursive: true, force: true });
  await mkdir(dir, { recursive: true, mode: 0o700 });
  // It stands again once the tables are whole: what is cut off on the way there is thrown away.
  await rm(mark, { force: true });
  let db: PGlite;
  try {
    db = await PGlite.create({ dataDir: dir, parsers: TEXTS });
  } catch (error) {
    onAlarm(`The tables in ${dir} cannot be opened and are made anew: ${String(error)}`);
    await rm(dir, { recursive: true, force: true });
    await mkdir(dir, { recursive: true, mode: 0o700 });
    db = await PGlite.create({ dataDir: dir, parsers: TEXTS });
  }
  await writeFile(mark, boot);
  return {
    ...storeOf(db),
    close: async () => {
      await db.close();
      await syncAll(dir);
      await writeFile(mark, CLEAN);
    },
  };
}

/** One that lies in memory alone, for tests. */
export async function memoryPglite(): Promise<SqlStore> {
  const db = await PGlite.create({ parsers: TEXTS });
  return { ...storeOf(db), close: () => db.close() };
}

function storeOf(db: PGlite): Omit<SqlStore, 'close'> {
  const transaction: SqlStore['transaction'] = (work) => db.transaction((tx) => work(runOn(tx)));
  // One session: nothing else runs meanwhile.
  return { transaction, look: transaction, raw: (statement, values) => raw(db, statement, values) };
}

/** Several statements go only without values. */
async function raw(db: PGlite, statement: string, values?: readonly unknown[]): Promise<RawRows> {
  if (values) return db.query<unknown>(statement, [...values]);
  try {
    return (await db.exec(statement)).at(-1) ?? { rows: [] };
  } catch (error) {
    await db.exec('rollback');
    throw error;
  }
}

const runOn =
  (tx: Transaction): RunSql =>
  async (statement, values = []) => {
    const { rows, affectedRows = 0 } = await tx.query<(string | null)[]>(statement, [...values], {
      rowMode: 'array',
    });
    return { count: rows.length > 0 ? rows.length : affectedRows, rows };
  };

async function syncAll(dir: string): Promise<void> {
  for (const file of await readdir(dir, { recursive: true, withFileTypes: true })) {
    if (!file.isFile()) continue;
    const handle = await open(join(file.parentPath, file.name), 'r');
    await handle.sync();
    await handle.close();
  }
}
