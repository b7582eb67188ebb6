/** The main side's end of the writing thread. A thread that dies takes the process with it. */
import fs from 'node:fs';
import type { Worker } from 'node:worker_threads';
import type { FromWorker, ToWorker, WorkerOptions } from './file-worker.js';
import { launchWorker } from './launch-worker.js';

type Opening = Extract<FromWorker, { type: 'opened' | 'refused' }>;

export interface Writer {
  readonly opened: Promise<Opening>;
  /** One question at a time. Never answered once the disk has failed: the outcome is unknown. */
  ask(message: ToWorker): Promise<FromWorker>;
  /** Resolves when the thread has ended, in whatever way. */
  readonly ended: Promise<void>;
  /** Closes the store, frees the lock and ends the thread. */
  end(): Promise<void>;
}

/** A supervisor restarts us; opening then copies what really is on the disk. */
const EXIT_DISK_FAILED = 70;

export function exitNow(reason: string): void {
  fs.writeSync(
    2,
    `${reason} The process ends now, so that nothing is answered that may be lost.\n`,
  );
  process.exit(EXIT_DISK_FAILED);
}

export function startWriter(options: WorkerOptions, onFatal: (reason: string) => void): Writer {
  const worker = launchWorker({ file: 'file-worker', name: 'journal', options });
  let state: 'opening' | 'serving' | 'ending' | 'dead' = 'opening';
  const ended = new Promise<void>((resolve) => worker.once('exit', () => resolve()));
  const die = (reason: string): void => {
    if (state === 'dead') return;
    state = 'dead';
    void worker.terminate();
    onFatal(reason);
  };
  worker.on('message', (said: FromWorker) => {
    if (said.type === 'fatal') die(said.reason);
  });
  const opened = opening(worker).then((said) => {
    state = said.type === 'opened' ? 'serving' : 'ending';
    return said;
  });
  worker.on('error', (error: Error) => {
    if (state !== 'opening') die(`The journal's writer failed: ${error.message}.`);
  });
  worker.once('exit', () => {
    if (state === 'serving') die("The journal's writer ended by itself.");
  });
  return {
    opened,
    ended,
    async ask(message) {
      const said = nextFrom(worker);
      worker.postMessage(message);
      return said;
    },
    async end() {
      if (state === 'serving') {
        state = 'ending';
        worker.postMessage({ type: 'close' } satisfies ToWorker);
      }
      await ended;
    },
  };
}

function nextFrom(worker: Worker): Promise<FromWorker> {
  return new Promise((resolve) => {
    worker.once('message', (said: FromWorker) => {
      if (said.type !== 'fatal') resolve(said);
    });
  });
}

/** Fails when the thread cannot even start; what the disk says then comes as a message. */
function opening(worker: Worker): Promise<Opening> {
  return new Promise((resolve, reject) => {
    worker.once('error', reject);
    void nextFrom(worker).then((said) => {
      worker.off('error', reject);
      if (said.type === 'opened' || said.type === 'refused') resolve(said);
      else reject(new Error(`The journal's writer answered ${said.type} before it was asked.`));
    });
  });
}
