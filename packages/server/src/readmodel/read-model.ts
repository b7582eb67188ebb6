/**
 * The tables as the node sees them: a thread keeps them and answers from them. Every answer comes with the
 * checkpoint it was true at; nothing here ever waits in the way of a command.
 *
 * Long because it is the other side of the one door to that thread.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Worker } from 'node:worker_threads';
import { launchWorker } from '@fairground/journal';
import { Problem } from '../errors.js';
import type { Keeping } from '../ticks/keep.js';
import type { Traces } from '../traces/traces.js';
import type { Checkpoint } from './checkpoint.js';
import { Finder, type Places } from './finder.js';
import type {
  FromReadWorker,
  Look,
  ReadWorkerOptions,
  TablesState,
  ToReadWorker,
} from './read-worker.js';
import { LAG, Lag } from './lag.js';
import type { Wanted, Written } from './entry-effects.js';
import type { HouseEffects } from './house-effects.js';
import type { Queue } from './job-queues.js';
import type { RawRows, SqlRow, SqlValue } from './sql-store.js';
import { DONE } from './statements.js';

export interface Seen {
  readonly at: Checkpoint;
  /** By question. */
  readonly rows: readonly (readonly SqlRow[])[];
}

export interface TablesStatus {
  readonly state: TablesState;
  /** What this node knows to be written. */
  readonly seq: number;
  readonly at: number;
  /** Rows written since this node began. */
  readonly rows: number;
  /** How often they were filled anew since then. */
  readonly rebuilds: number;
  /** How far the new tables have come, while they are filled beside the old. */
  readonly rebuilding?: number;
}

interface Waiting {
  resolve(seen: Seen | undefined): void;
  reject(error: Error): void;
}

/** More questions than these at once are turned away. */
const WAITING_MAX = 256;
const LOOK_AGAIN_MS = 20;
const LEADS_AGAIN_MS = 500;
/** Further behind the tables are being filled: a part of the past would look like all of it. */
const BEHIND_MAX = 10_000;

export interface ReadModelParts {
  readonly onAlarm: (reason: string) => void;
  readonly traces: Traces | undefined;
  /** The newest entry that is durable. */
  readonly durable: () => number;
  readonly steady: () => number;
}

export class ReadModel {
  readonly #durable: () => number;
  readonly #steady: () => number;
  readonly #lag = new Lag();
  readonly #onAlarm: (reason: string) => void;
  readonly #worker: Worker;
  readonly #waiting = new Map<number, Waiting>();
  readonly #closed: Promise<void>;
  readonly #finder = new Finder((ids) => this.#places(ids));
  #count = 0;
  #isClosed = false;
  #status: TablesStatus = { state: 'opening', seq: 0, at: 0, rows: 0, rebuilds: 0 };
  #isOn = false;
  #isTroubled = false;
  #stop: ReturnType<typeof setInterval> | undefined;
  readonly #running = new Map<number, { done(rows: RawRows): void; failed(error: Error): void }>();
  readonly #onTold = new Set<(written: Written) => void>();

  constructor(options: ReadWorkerOptions, { onAlarm, durable, steady, traces }: ReadModelParts) {
    this.#durable = durable;
    this.#steady = steady;
    this.#onAlarm = onAlarm;
    this.#worker = launchWorker({
      file: 'read-worker',
      name: 'read model',
      options,
      beside: import.meta.url,
    });
    this.#worker.on('message', (message: FromReadWorker) => {
      if (message.type === 'alarm') onAlarm(message.reason);
      else if (message.type === 'traced')
        traces?.projected(message.traces, message.tookMs, message.seq);
      else this.#hear(message);
    });
    this.#worker.on('error', (error) => onAlarm(`The tables are out of order: ${error.message}`));
    this.#closed = new Promise((resolve) => {
      this.#worker.once('exit', () => {
        this.#isClosed = true;
        this.#status = { ...this.#status, state: 'stopped' };
        for (const { reject } of this.#waiting.values()) reject(gone());
        for (const { failed } of this.#running.values()) failed(gone());
        this.#waiting.clear();
        this.#running.clear();
        resolve();
      });
    });
  }

  get status(): TablesStatus {
    return this.#status;
  }

  /** How many entries the tables trail the journal by, and how long the first of them has waited. */
  get lag(): { readonly seqs: number; readonly ms: number } {
    const { seq } = this.#status;
    const seqs = Math.max(0, this.#durable() - seq);
    return { seqs, ms: seqs === 0 ? 0 : this.#lag.ms(seq, this.#steady()) };
  }

  /** Carries the journal into the tables while this node leads: one of several does. */
  follow(leads: () => boolean): void {
    const look = (): void => {
      const isOn = leads();
      if (this.#isOn !== isOn) this.#send({ type: 'project', isOn });
      this.#isOn = isOn;
      // Only what it reads tells a node that follows how far the tables are.
      if (!isOn && this.#status.state === 'resting')
        void this.#ask((id) => ({ type: 'look', id, looks: [] })).catch(() => undefined);
      if (this.#lag.see(this.#durable(), this.#status.seq, this.#steady())) this.#onAlarm(LATE);
    };
    this.#stop = setInterval(look, LEADS_AGAIN_MS);
    this.#stop.unref();
    look();
  }

  /** Answers of one state. 503 `rebuilding` while there is nothing whole to answer from. */
  async look(...looks: readonly Look[]): Promise<Seen> {
    if (this.#status.state === 'opening') throw new Problem('rebuilding', AGAIN);
    const seen = await this.#ask((id) => ({ type: 'look', id, looks })).catch((error: unknown) => {
      throw error instanceof Away ? gone() : error;
    });
    if (!seen || seen.at.seq < this.#durable() - BEHIND_MAX) throw new Problem('rebuilding', AGAIN);
    return seen;
  }

  /** Where an id stands, also while the tables are far behind: the answer says how far they are. */
  find(id: string): ReturnType<Finder['find']> {
    return this.#finder.find(id);
  }

  async #places(ids: readonly string[]): Promise<Places> {
    if (this.#status.state === 'opening') throw gone();
    const looks = [asked(DONE, JSON.stringify(ids))];
    const seen = await this.#ask((id) => ({ type: 'look', id, looks })).catch((error: unknown) => {
      // Nothing was done for whoever asks: a key is not put in whose past cannot be looked up.
      this.#trouble(error);
      throw gone();
    });
    this.#isTroubled = false;
    if (!seen) throw gone();
    const rows = seen.rows[0] ?? [];
    return { to: seen.at.seq, seqs: new Map(rows.map(([id, seq]) => [id ?? '', Number(seq)])) };
  }

  /** What goes on is said once. */
  #trouble(error: unknown): void {
    if (!this.#isTroubled) this.#onAlarm(`Keys cannot be looked up: ${String(error)}`);
    this.#isTroubled = true;
  }

  /** Changes what lies beside the tables: all or nothing; the rows of each statement. */
  async write(...looks: readonly Look[]): Promise<Seen['rows']> {
    return this.#written((id) => ({ type: 'write', id, looks }));
  }

  async #written(message: (id: number) => ToReadWorker): Promise<Seen['rows']> {
    if (this.#status.state === 'opening') throw new Problem('rebuilding', AGAIN);
    const seen = await this.#ask(message);
    if (!seen) throw new Problem('rebuilding', AGAIN);
    return seen.rows;
  }

  /** Ticks of a node alone, as `writtenOf` reads them. */
  async keep(keeping: Keeping): Promise<Seen['rows']> {
    return this.#written((id) => ({ type: 'keep', id, keeping }));
  }

  /** What is in no entry. */
  async tellHouse(house: HouseEffects): Promise<void> {
    await this.#ask((id) => ({ type: 'house', id, house }));
  }

  /** One statement as queues of jobs ask for it. */
  run(statement: string, values?: readonly unknown[]): Promise<RawRows> {
    if (this.#isClosed) return Promise.reject(gone());
    const id = ++this.#count;
    const ran = new Promise<RawRows>((done, failed) => this.#running.set(id, { done, failed }));
    this.#send({ type: 'run', id, statement, values });
    return ran;
  }

  /** From the first time on people are told of what happens. */
  want(wanted: Wanted, queues: readonly Queue[]): void {
    this.#send({ type: 'wanted', wanted, queues });
  }

  onTold(listener: (written: Written) => void): () => void {
    this.#onTold.add(listener);
    return () => this.#onTold.delete(listener);
  }

  /** True once the tables hold entry `seq`, within `ms`. */
  async reach(seq: number, ms: number, steady: () => number): Promise<boolean> {
    const until = steady() + ms;
    for (;;) {
      const { at } = await this.look();
      if (at.seq >= seq) return true;
      if (steady() >= until) return false;
      await sleep(LOOK_AGAIN_MS);
    }
  }

  /** Resolves when new tables have taken the place of the old. */
  async rebuild(): Promise<Checkpoint> {
    if (this.#status.rebuilding !== undefined) throw new Problem('busy', AGAIN);
    this.#status = { ...this.#status, rebuilding: 0 };
    let done = 0;
    try {
      const seen = await this.#ask((id) => ({ type: 'rebuild', id }));
      if (!seen) throw gone();
      done = 1;
      return seen.at;
    } finally {
      const { rebuilding: _, ...rest } = this.#status;
      this.#status = { ...rest, rebuilds: rest.rebuilds + done };
    }
  }

  async close(): Promise<void> {
    clearInterval(this.#stop);
    if (this.#status.state === 'opening') void this.#worker.terminate();
    else this.#send({ type: 'close' });
    await this.#closed;
  }

  #ask(message: (id: number) => ToReadWorker): Promise<Seen | undefined> {
    if (this.#isClosed) throw gone();
    if (this.#waiting.size >= WAITING_MAX) throw new Problem('busy', AGAIN);
    const id = ++this.#count;
    const answer = new Promise<Seen | undefined>((resolve, reject) =>
      this.#waiting.set(id, { resolve, reject }),
    );
    this.#send(message(id));
    return answer;
  }

  #send(message: ToReadWorker): void {
    if (!this.#isClosed) this.#worker.postMessage(message);
  }

  #hear(message: Exclude<FromReadWorker, { type: 'alarm' | 'traced' }>): void {
    switch (message.type) {
      case 'state':
        this.#status = { ...this.#status, state: message.state };
        return;
      case 'at': {
        const { at, rows } = message;
        this.#status = { ...this.#status, seq: at.seq, at: at.at, rows };
        return;
      }
      case 'rebuilding':
        this.#status = { ...this.#status, rebuilding: message.seq };
        return;
      case 'seen': {
        const { id, at, rows } = message;
        // What a follower reads tells it how far the tables are.
        if (at) this.#status = { ...this.#status, seq: at.seq, at: at.at };
        this.#waiting.get(id)?.resolve(at && { at, rows });
        this.#waiting.delete(id);
        return;
      }
      case 'ran':
        this.#running.get(message.id)?.done({ rows: message.rows });
        this.#running.delete(message.id);
        return;
      case 'told':
        for (const listener of this.#onTold) listener(message.written);
        return;
      case 'failed':
        this.#waiting
          .get(message.id)
          ?.reject(message.isAway ? new Away(message.reason) : new Error(message.reason));
        this.#waiting.delete(message.id);
        this.#running.get(message.id)?.failed(new Error(message.reason));
        this.#running.delete(message.id);
        return;
      case 'closed':
        void this.#worker.terminate();
        return;
    }
  }
}

/** The database could not be asked. */
class Away extends Error {}

const LATE = `The tables have been more than ${LAG.lateMs / 1_000} s behind for ${LAG.lastsMs / 1_000} s.`;
const AGAIN = { retryAfterMs: 1_000 };
const gone = (): Problem => new Problem('rebuilding', AGAIN);

export const asked = (statement: string, ...values: SqlValue[]): Look => ({ statement, values });
