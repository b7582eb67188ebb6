/** A snapshot of a journal directory, whoever else writes or reads it. One at a time, whoever makes it. */
import { realDisk } from './file-disk.js';
import { type HeldLock, lockDirectory } from './file-lock.js';
import { openFileJournalReader } from './file-reader.js';
import { snapshotsDir } from './file-snapshots.js';
import type { SnapshotMade } from './journal.js';
import { makeSnapshot, type MakeOptions } from './snapshot-make.js';

export interface FileSnapshotOptions extends MakeOptions {
  /** The journal's directory. */
  readonly dir: string;
  /** Goes on where nothing can lock the directory. */
  readonly unsafeLock?: boolean;
}

export async function makeFileSnapshot(options: FileSnapshotOptions): Promise<SnapshotMade> {
  const { dir, unsafeLock = false } = options;
  const journal = await openFileJournalReader(dir);
  const lock = lockShelf(dir, unsafeLock);
  try {
    return await makeSnapshot(journal, options);
  } finally {
    lock.release();
  }
}

function lockShelf(journalDir: string, unsafeLock: boolean): HeldLock {
  const shelf = snapshotsDir(journalDir);
  realDisk.makeDirectory(shelf);
  const taken = `Another snapshot of ${journalDir} is being made.`;
  return lockDirectory(shelf, { unsafeLock, taken });
}
