/** The thread that makes one snapshot beside the running writer, and ends: it only reads the journal. */
import os from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from './file-errors.js';
import { makeFileSnapshot } from './file-snapshot.js';
import type { SnapshotMade } from './journal.js';
import { openPostgresJournal } from './postgres.js';
import { SnapshotTaken } from './postgres-shelf.js';

export type SnapshotWorkerOptions =
  | {
      readonly kind: 'file';
      /** The journal's directory. */
      readonly dir: string;
      readonly unsafeLock: boolean;
    }
  | {
      readonly kind: 'postgres';
      readonly connect: string;
      readonly shard: number;
      /** Of the node that asks for it. */
      readonly name: string;
    };

export type FromSnapshotWorker =
  | { readonly type: 'made'; readonly made: SnapshotMade }
  /** `isTaken`: another is making one. */
  | { readonly type: 'failed'; readonly reason: string; readonly isTaken: boolean };

/** Whoever waits for an answer goes first. */
const NICE = 10;

const send = (message: FromSnapshotWorker): void => parentPort?.postMessage(message);

// On Linux this is the thread alone; elsewhere it would be the whole process.
if (process.platform === 'linux') os.setPriority(0, NICE);
// What the thread was started with is typed by whoever starts it, in snapshot-thread.ts.
// oxlint-disable-next-line typescript/no-unsafe-assignment
const options: SnapshotWorkerOptions = workerData;
make().then(
  (made) => send({ type: 'made', made }),
  (error: unknown) =>
    send({ type: 'failed', reason: messageOf(error), isTaken: error instanceof SnapshotTaken }),
);

async function make(): Promise<SnapshotMade> {
  if (options.kind === 'file') return makeFileSnapshot(options);
  const { connect, shard, name } = options;
  const journal = await openPostgresJournal({ connect, shard, name: `snapshot of ${name}` });
  try {
    return await journal.snapshotHere();
  } finally {
    await journal.close();
  }
}
