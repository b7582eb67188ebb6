/** The thread that writes: it holds the lock and the store, and takes one message at a time. */
import { decodeEntry } from '@fairground/engine';
import fs from 'node:fs';
import path from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import { DiskStopped, realDisk } from './file-disk.js';
import { JournalRefused, messageOf } from './file-errors.js';
import { type HeldLock, lockDirectory } from './file-lock.js';
import type { PackedIndex, Place } from './file-index.js';
import { type FileStore, openFileStore } from './file-store.js';
import { GroupFault } from './fence.js';
import { type Appended, type Group, type Head, type Predecessor, StoreFailure } from './journal.js';

export interface WorkerOptions {
  readonly dir: string;
  readonly segmentBytes: number;
  readonly acceptLoss: boolean;
  readonly unsafeLock: boolean;
  readonly proofreads: boolean;
  /** For a directory that holds no journal yet. */
  readonly id: string;
}

export type ToWorker =
  | { readonly type: 'append'; readonly group: Group; readonly prev: Predecessor }
  | { readonly type: 'take' }
  | { readonly type: 'close' };

export type FromWorker =
  | {
      readonly type: 'opened';
      readonly id: string;
      readonly head: Head;
      readonly index: PackedIndex;
      readonly warnings: readonly string[];
    }
  | { readonly type: 'refused'; readonly error: WireError }
  | { readonly type: 'appended'; readonly outcome: Appended; readonly place: Place | undefined }
  | { readonly type: 'taken'; readonly head: Head; readonly place: Place }
  | { readonly type: 'failed'; readonly error: WireError }
  | { readonly type: 'closed' }
  | { readonly type: 'fatal'; readonly reason: string };

/** An error's class does not survive a message; its code does. */
export type WireError =
  | { readonly kind: 'store'; readonly code: StoreFailure['code']; readonly message: string }
  | { readonly kind: 'refused'; readonly code: JournalRefused['code']; readonly message: string }
  | { readonly kind: 'fault' | 'other'; readonly message: string };

/** How long to wait before trying again to make a segment that could not be made. */
const WAIT_MS = 2_000;

const port = parentPort;
if (!port) throw new Error('file-worker runs in a worker thread only.');
// What the thread was started with is typed by whoever starts it, in file-worker-link.ts.
// oxlint-disable-next-line typescript/no-unsafe-assignment
const options: WorkerOptions = workerData;
const opened = open();
if (opened) serve(opened.store, opened.lock);

function send(message: FromWorker): void {
  port?.postMessage(message);
}

function open(): { store: FileStore; lock: HeldLock } | undefined {
  let lock: HeldLock | undefined;
  try {
    realDisk.makeDirectory(options.dir);
    lock = lockDirectory(options.dir, { unsafeLock: options.unsafeLock });
    // The lock file is as old as the journal, and this side has no other clock.
    const { mtime } = fs.statSync(path.join(options.dir, 'LOCK'));
    const fresh = { id: options.id, created: mtime.toISOString() };
    const { store, index, warnings } = openFileStore({
      ...options,
      fresh,
      disk: realDisk,
      onFatal,
    });
    const said = [...lock.warnings, ...warnings];
    const message = {
      type: 'opened',
      id: store.id,
      head: store.head,
      index,
      warnings: said,
    } as const;
    port?.postMessage(message satisfies FromWorker, [index.seqs.buffer, index.offsets.buffer]);
    return { store, lock };
  } catch (error) {
    lock?.release();
    if (!(error instanceof DiskStopped)) send({ type: 'refused', error: wireError(error) });
    return undefined;
  }
}

function serve(store: FileStore, lock: HeldLock): void {
  const prepare = preparing(store);
  prepare.soon();
  port?.on('message', (message: ToWorker) => {
    try {
      answer(store, message);
    } catch (error) {
      fail(error);
    }
    if (message.type !== 'close') return prepare.soon();
    prepare.stop();
    lock.release();
    send({ type: 'closed' });
    port?.close();
  });
}

/** Only these two promise that nothing was written; after anything else nobody knows. */
function fail(error: unknown): void {
  if (error instanceof StoreFailure || error instanceof GroupFault) {
    send({ type: 'failed', error: wireError(error) });
  } else if (!(error instanceof DiskStopped)) {
    onFatal(`The journal's writer failed: ${messageOf(error)}.`);
  }
}

/** Every entry is read back and written again; what would come out otherwise must not be stored. */
function proofread({ grp, lines }: Group): void {
  try {
    for (const line of lines.split('\n')) if (line !== '') decodeEntry(line);
  } catch (error) {
    throw new GroupFault(`Group ${grp} cannot be appended: ${messageOf(error)}.`);
  }
}

function answer(store: FileStore, message: ToWorker): void {
  if (message.type === 'append') {
    if (options.proofreads) proofread(message.group);
    const { outcome, place } = store.append(message.group, message.prev);
    send({ type: 'appended', outcome, place });
  } else if (message.type === 'take') {
    send({ type: 'taken', ...store.take() });
  } else {
    store.close();
  }
}

/**
 * Makes the next segment in steps between messages, so that an append waits for one step at most.
 */
function preparing(store: FileStore): { soon(): void; stop(): void } {
  let timer: NodeJS.Timeout | undefined;
  let pending: NodeJS.Immediate | undefined;
  const step = (): void => {
    pending = undefined;
    try {
      const state = store.prepareStep();
      if (state === 'working') soon();
      if (state === 'full') timer ??= setTimeout(again, WAIT_MS);
    } catch (error) {
      // Too many open files, say: the append that needs the segment tells its caller.
      if (!(error instanceof DiskStopped)) timer ??= setTimeout(again, WAIT_MS);
    }
  };
  const again = (): void => {
    timer = undefined;
    soon();
  };
  const soon = (): void => {
    if (timer === undefined) pending ??= setImmediate(step);
  };
  const stop = (): void => {
    clearTimeout(timer);
    clearImmediate(pending);
  };
  return { soon, stop };
}

/** The main side ends the process: `process.exit` here would end only this thread. */
function onFatal(reason: string): void {
  send({ type: 'fatal', reason });
}

function wireError(error: unknown): WireError {
  const message = messageOf(error);
  if (error instanceof StoreFailure) return { kind: 'store', code: error.code, message };
  if (error instanceof JournalRefused) return { kind: 'refused', code: error.code, message };
  return { kind: error instanceof GroupFault ? 'fault' : 'other', message };
}
