/** A snapshot of a journal in PostgreSQL, made by one at a time, whoever else reads or writes there. */
import type { JournalReader, SnapshotMade } from './journal.js';
import { PostgresShelf, type ShelfPlace, SnapshotClaim } from './postgres-shelf.js';
import { makeSnapshot, type MakeOptions } from './snapshot-make.js';

/** `holder`: a name that no other maker has. Rejects with `SnapshotTaken` while another is at it. */
export async function makeClaimed(
  journal: JournalReader,
  place: ShelfPlace,
  holder: string,
  options: MakeOptions = {},
): Promise<SnapshotMade> {
  const claim = new SnapshotClaim(place, holder);
  await claim.take();
  try {
    const claimed: JournalReader = {
      id: journal.id,
      snapshots: new PostgresShelf(place, holder),
      read: (after, limit) => journal.read(after, limit),
      groupOf: (seq) => journal.groupOf(seq),
      head: () => journal.head(),
      close: () => journal.close(),
    };
    return await makeSnapshot(claimed, options);
  } finally {
    await claim.release();
  }
}
