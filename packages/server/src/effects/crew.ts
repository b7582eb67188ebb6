/** Works on the jobs of one queue: so many at once, woken when there are new ones, and looking now and then. */
import { setTimeout as sleep } from 'node:timers/promises';
import type { JobQueues } from '../readmodel/job-queues.js';

export interface CrewOptions {
  readonly queues: JobQueues;
  readonly queue: string;
  readonly atOnce: number;
  readonly lookMs: number;
  readonly work: (id: string) => Promise<void>;
  readonly onAlarm: (reason: string) => void;
}

export class Crew {
  readonly #options: CrewOptions;
  readonly #run: Promise<void>;
  #isStopped = false;
  #turn = new AbortController();
  #isWoken = false;
  #said = '';

  constructor(options: CrewOptions) {
    this.#options = options;
    this.#run = this.#goOn();
  }

  wake(): void {
    this.#isWoken = true;
    this.#turn.abort();
  }

  /** Resolves when what is under way has ended, which a time limit of its own sees to. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#turn.abort();
    await this.#run;
  }

  async #goOn(): Promise<void> {
    const { queues, queue, atOnce, lookMs } = this.#options;
    while (!this.#isStopped) {
      this.#isWoken = false;
      const jobs = await queues.fetch(queue, atOnce);
      // What is taken and not begun would wait until its node is taken for dead.
      await Promise.all(jobs.map(({ id }) => this.#one(id)));
      if (jobs.length > 0 || this.#isWoken || this.#isStopped) continue;
      this.#turn = new AbortController();
      await sleep(lookMs, undefined, { signal: this.#turn.signal }).catch(() => {});
    }
  }

  async #one(id: string): Promise<void> {
    const { queues, queue, work, onAlarm } = this.#options;
    try {
      const reason = await work(id).then(
        () => undefined,
        (error: unknown) => (error instanceof Error ? error.message : String(error)),
      );
      if (reason === undefined) await queues.complete(queue, id);
      else await queues.fail(queue, id, reason);
    } catch (error) {
      // The database is away: the job goes on once its time is over, here or elsewhere.
      const reason = error instanceof Error ? error.message : String(error);
      if (reason !== this.#said) onAlarm(`A job could not be ended: ${reason}`);
      this.#said = reason;
    }
  }
}
