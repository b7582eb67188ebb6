/** Fills the tables anew where no node has them open: in a directory whose lock is held meanwhile, or in a database. */
import { join } from 'node:path';
import { type JournalReader, openFileJournal, openPostgresReader } from '@fairground/journal';
import { machineTime } from '../clock.js';
import { rebuildTables } from './rebuild-tables.js';
import { openPglite } from './sql-pglite.js';
import { openPostgres } from './sql-postgres.js';
import type { SqlStore } from './sql-store.js';

export type AtRest =
  | { readonly kind: 'directory'; readonly data: string }
  | { readonly kind: 'database'; readonly journalUrl: string; readonly vaultUrl: string };

export interface RebuildAtRest {
  readonly onProgress: (done: number, all: number) => void;
  readonly onAlarm: (reason: string) => void;
  readonly signal: AbortSignal;
}

/** Resolves with the entry that the new tables hold up to. */
export async function rebuildAtRest(
  place: AtRest,
  { onProgress, onAlarm, signal }: RebuildAtRest,
): Promise<number> {
  const journal = await journalAt(place);
  try {
    const { lastSeq } = await journal.head();
    const store = await tablesAt(place, onAlarm);
    try {
      return await rebuildTables({
        journal,
        store,
        steady: machineTime.steady,
        onAlarm,
        onProgress: (seq) => onProgress(seq, lastSeq),
        isStopped: () => signal.aborted,
      });
    } finally {
      await store.close();
    }
  } finally {
    await journal.close();
  }
}

function journalAt(place: AtRest): Promise<JournalReader> {
  if (place.kind === 'database') return openPostgresReader({ connect: place.journalUrl });
  return openFileJournal({ dir: join(place.data, 'journal'), proofreads: true });
}

async function tablesAt(place: AtRest, onAlarm: (reason: string) => void): Promise<SqlStore> {
  if (place.kind === 'database') return openPostgres(place.vaultUrl, onAlarm);
  return openPglite(join(place.data, 'read'), onAlarm);
}
