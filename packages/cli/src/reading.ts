/** A data directory's journal, opened beside its server: it can be read, and nothing else. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type JournalReader, openFileJournalReader } from '@fairground/journal';
import { Failure } from './exit.js';

/** The journal's own directory inside a data directory, or the directory itself. */
export function journalDirIn(dataDir: string): string {
  const inside = join(dataDir, 'journal');
  return existsSync(inside) ? inside : dataDir;
}

export async function openReading(dataDir: string): Promise<JournalReader> {
  if (!existsSync(dataDir))
    throw new Failure('fault', `There is no data directory ${dataDir}: see --data.`);
  return openFileJournalReader(journalDirIn(dataDir));
}
