/** One temporary thread for one snapshot. Whatever becomes of it, the journal goes on. */
import { launchWorker } from './launch-worker.js';
import type { SnapshotMade } from './journal.js';
import { SnapshotTaken } from './postgres-shelf.js';
import type { FromSnapshotWorker, SnapshotWorkerOptions } from './snapshot-worker.js';

export class SnapshotThread {
  readonly #options: SnapshotWorkerOptions;
  #stop: (() => Promise<unknown>) | undefined;

  constructor(options: SnapshotWorkerOptions) {
    this.#options = options;
  }

  make(): Promise<SnapshotMade> {
    if (this.#stop) return Promise.reject(new Error('A snapshot is being made.'));
    const worker = launchWorker({
      file: 'snapshot-worker',
      name: 'snapshot',
      options: this.#options,
    });
    this.#stop = () => worker.terminate();
    // A process that wants to end does not wait for it: what is not finished counts as nothing.
    worker.unref();
    let said: FromSnapshotWorker | undefined;
    let fault = 'It was broken off.';
    worker.once('message', (message: FromSnapshotWorker) => (said = message));
    worker.once('error', (error: Error) => (fault = error.message));
    // Only when the thread is gone, and its lock with it, may another one begin.
    return new Promise((resolve, reject) => {
      worker.once('exit', () => {
        this.#stop = undefined;
        if (said?.type === 'made') resolve(said.made);
        else reject(said?.isTaken ? new SnapshotTaken() : new Error(said?.reason ?? fault));
      });
    });
  }

  /** Breaks off what is being made. */
  async end(): Promise<void> {
    await this.#stop?.();
  }
}
