/** One temporary thread for one snapshot. Whatever becomes of it, the journal goes on. */
import { launchWorker } from './launch-worker.js';
import type { SnapshotMade } from './journal.js';
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
    return new Promise<SnapshotMade>((resolve, reject) => {
      worker.once('message', (said: FromSnapshotWorker) => {
        if (said.type === 'made') resolve(said.made);
        else reject(new Error(said.reason));
      });
      worker.once('error', reject);
      worker.once('exit', () => {
        this.#stop = undefined;
        reject(new Error('It was broken off.'));
      });
    });
  }

  /** Breaks off what is being made. */
  async end(): Promise<void> {
    await this.#stop?.();
  }
}
