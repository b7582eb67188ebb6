/** A journal opened beside whoever writes it: it can be read, and nothing else. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type JournalReader, openFileJournalReader, openPostgresReader } from '@fairground/journal';
import { Failure } from './exit.js';
import type { Store } from './store.js';

/** The journal's own directory inside a data directory, or the directory itself. */
export function journalDirIn(dataDir: string): string {
  const inside = join(dataDir, 'journal');
  return existsSync(inside) ? inside : dataDir;
}

export async function openReading(store: Store): Promise<JournalReader> {
  if (store.kind === 'database') return openPostgresReader({ connect: store.journalUrl });
  const { data: dataDir } = store;
  if (!existsSync(dataDir))
    throw new Failure('fault', `There is no data directory ${dataDir}: see --data.`);
  return openFileJournalReader(journalDirIn(dataDir));
}
