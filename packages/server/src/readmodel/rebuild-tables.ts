/** Fills new tables beside those that are read, and puts them in their place at one blow. */
import { lockTables } from './tables.js';
import { Projector, type ProjectorOptions } from './projector.js';

export interface RebuildTables extends Omit<ProjectorOptions, 'schema'> {
  /** Entries in the new tables so far. */
  readonly onProgress: (seq: number) => void;
  readonly isStopped: () => boolean;
}

/** Resolves with the entry the new tables had reached when they took their place; a projector goes on from there. */
export async function rebuildTables(options: RebuildTables): Promise<number> {
  const { store, onProgress, isStopped } = options;
  await store.transaction(async (run) => {
    await lockTables(run);
    await run('drop schema if exists read_next cascade');
  });
  const projector = new Projector({ ...options, schema: 'read_next' });
  while (await projector.step()) {
    onProgress(projector.checkpoint.seq);
    if (isStopped()) throw new Error('The rebuild was broken off.');
  }
  await store.transaction(async (run) => {
    await lockTables(run);
    await run('drop schema if exists read cascade');
    await run('alter schema read_next rename to read');
  });
  return projector.checkpoint.seq;
}
