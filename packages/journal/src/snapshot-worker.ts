/** The thread that makes one snapshot beside the running writer, and ends: it only reads the journal. */
import os from 'node:os';
import { parentPort, workerData } from 'node:worker_threads';
import { messageOf } from './file-errors.js';
import { makeFileSnapshot } from './file-snapshot.js';
import type { SnapshotMade } from './journal.js';

export interface SnapshotWorkerOptions {
  /** The journal's directory. */
  readonly dir: string;
  readonly unsafeLock: boolean;
}

export type FromSnapshotWorker =
  | { readonly type: 'made'; readonly made: SnapshotMade }
  | { readonly type: 'failed'; readonly reason: string };

/** Whoever waits for an answer goes first. */
const NICE = 10;

const send = (message: FromSnapshotWorker): void => parentPort?.postMessage(message);

// On Linux this is the thread alone; elsewhere it would be the whole process.
if (process.platform === 'linux') os.setPriority(0, NICE);
// What the thread was started with is typed by whoever starts it, in file-snapshot.ts.
// oxlint-disable-next-line typescript/no-unsafe-assignment
const options: SnapshotWorkerOptions = workerData;
makeFileSnapshot(options).then(
  (made) => send({ type: 'made', made }),
  (error: unknown) => send({ type: 'failed', reason: messageOf(error) }),
);
