/**
 * Takes ticks from many requests and keeps them together: each request is told what became of its own once that is
 * durable. What waits is bounded; what the store will never take becomes a dead letter alone, not its neighbours.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import { Problem } from '../errors.js';
import { type Batch, type Letter, NeverTaken, type Reason, type TickStore } from './store.js';
import type { KeyedTick } from './tick.js';

export const INGEST = {
  /** Ticks in one transaction: above a few thousand it takes longer, and no tick less time. */
  batchTicks: 4_000,
  /** Requests that are read and not yet answered, by the bytes of their bodies. */
  waitingBytes: 48 * 1024 * 1024,
  waitingTicks: 400_000,
  /** Tried again so often before its requests are told that nobody knows. */
  tries: 4,
  againMs: 100,
  /** Those who were answered together come again together: so long the first of them waits for the others. */
  gatherMs: 3,
} as const;

export type Fate =
  | { readonly kind: 'taken'; readonly n: number; readonly late: boolean }
  | { readonly kind: 'repeated' }
  | {
      readonly kind: 'dead';
      readonly reason: Reason;
      readonly message: string;
      readonly letter: string;
    };

/** A tick of a request, with what its letter would say. */
export interface Incoming {
  readonly tick: KeyedTick;
  /** Of the dead letter, should it become one. */
  readonly letter: string;
  /** As it came. */
  readonly payload: string;
}

interface Job {
  readonly incoming: readonly Incoming[];
  readonly letters: readonly Letter[];
  readonly bytes: number;
  readonly fates: (Fate | undefined)[];
  /** How many of its ticks were begun. */
  begun: number;
  hasLetters: boolean;
  /** Ticks and letters whose fate is open. */
  left: number;
  resolve(fates: readonly Fate[]): void;
  reject(error: unknown): void;
  isOver: boolean;
}

interface Piece {
  readonly job: Job;
  readonly place: number;
  readonly incoming: Incoming;
}

export interface IngestOptions {
  readonly store: Pick<TickStore, 'write'>;
  readonly now: () => number;
  readonly limits?: Partial<Record<keyof typeof INGEST, number>>;
  /** Told of what was kept, after it was. */
  readonly onKept?: (kept: Kept) => void;
}

export interface Kept {
  readonly taken: number;
  readonly repeated: number;
  readonly late: number;
  readonly dead: number;
}

export class Ingest {
  readonly #options: IngestOptions;
  readonly #limits: Readonly<Record<keyof typeof INGEST, number>>;
  #queue: Job[] = [];
  #bytes = 0;
  #ticks = 0;
  /** Requests that waited when the last of the transactions began. */
  #together = 0;
  #running: Promise<void> | undefined;

  constructor(options: IngestOptions) {
    this.#options = options;
    this.#limits = { ...INGEST, ...options.limits };
  }

  /** Ticks that were taken in and are not durable yet. */
  get waiting(): { readonly ticks: number; readonly bytes: number } {
    return { ticks: this.#ticks, bytes: this.#bytes };
  }

  /** Room for a body, before it is read; 429 where there is none. The returned function gives it back, once. */
  reserve(bytes: number): () => void {
    if (this.#bytes + bytes > this.#limits.waitingBytes) throw full();
    this.#bytes += bytes;
    let isHeld = true;
    return () => {
      if (isHeld) this.#bytes -= bytes;
      isHeld = false;
    };
  }

  /** What became of each tick, in order, once all of it is durable. `bytes` are held until then. */
  take(
    incoming: readonly Incoming[],
    letters: readonly Letter[],
    bytes: number,
  ): Promise<readonly Fate[]> {
    if (incoming.length === 0 && letters.length === 0) return Promise.resolve([]);
    if (this.#ticks > 0 && this.#ticks + incoming.length > this.#limits.waitingTicks) throw full();
    this.#bytes += bytes;
    this.#ticks += incoming.length;
    return new Promise((resolve, reject) => {
      this.#queue.push({
        incoming,
        letters,
        bytes,
        fates: incoming.map(() => undefined),
        begun: 0,
        hasLetters: letters.length > 0,
        left: incoming.length + (letters.length > 0 ? 1 : 0),
        resolve,
        reject,
        isOver: false,
      });
      this.#running ??= this.#run().finally(() => (this.#running = undefined));
    });
  }

  /** Resolves when nothing waits any more. */
  async idle(): Promise<void> {
    await this.#running;
  }

  async #run(): Promise<void> {
    // Whoever comes in the same turn goes along.
    await Promise.resolve();
    while (this.#queue.length > 0) {
      await this.#gather();
      this.#together = this.#queue.length;
      const { pieces, jobs } = this.#next();
      try {
        await this.#keep(pieces, jobs);
      } catch (error) {
        for (const job of new Set([...jobs, ...pieces.map(({ job }) => job)]))
          this.#end(job, error);
      }
    }
  }

  /** A transaction for one tick takes as long as one for a hundred. */
  async #gather(): Promise<void> {
    for (let ms = 0; ms < this.#limits.gatherMs; ms++) {
      if (this.#queue.length >= this.#together || this.#ticks >= this.#limits.batchTicks) return;
      await sleep(1);
    }
  }

  /** As many as go together; of the last request perhaps a part. */
  #next(): { pieces: Piece[]; jobs: Job[] } {
    const pieces: Piece[] = [];
    const jobs: Job[] = [];
    while (pieces.length < this.#limits.batchTicks) {
      const [job] = this.#queue;
      if (!job) break;
      if (job.hasLetters) jobs.push(job);
      job.hasLetters = false;
      const most = this.#limits.batchTicks - pieces.length;
      const some = job.incoming.slice(job.begun, job.begun + most);
      for (const [i, incoming] of some.entries())
        pieces.push({ job, place: job.begun + i, incoming });
      job.begun += some.length;
      if (job.begun < job.incoming.length) break;
      this.#queue.shift();
    }
    return { pieces, jobs };
  }

  async #keep(pieces: readonly Piece[], jobs: readonly Job[]): Promise<void> {
    const letters = jobs.flatMap((job) => job.letters);
    const firsts = new Map<string, Piece>();
    for (const piece of pieces) {
      const { key } = piece.incoming.tick;
      if (!firsts.has(key)) firsts.set(key, piece);
    }
    const unique = [...firsts.values()];
    await this.#write(unique, letters);
    let repeated = 0;
    for (const piece of pieces) {
      if (firsts.get(piece.incoming.tick.key) === piece) continue;
      repeated++;
      this.#tell(piece, { kind: 'repeated' });
    }
    if (repeated > 0) this.#options.onKept?.({ taken: 0, repeated, late: 0, dead: 0 });
    for (const job of jobs) this.#settle(job);
  }

  /** Halves what the store will never take, until it is one tick: that one is kept as a letter. */
  async #write(pieces: readonly Piece[], letters: readonly Letter[]): Promise<void> {
    if (pieces.length === 0 && letters.length === 0) return;
    const ticks = pieces.map(({ incoming }) => incoming.tick);
    try {
      const { taken, letters: made } = await this.#insist({
        received: this.#options.now(),
        ticks,
        letters,
        marks: [],
      });
      let late = 0;
      for (const [i, piece] of pieces.entries()) {
        const kept = taken.get(i);
        if (kept?.late === true) late++;
        this.#tell(piece, kept ? { kind: 'taken', ...kept } : { kind: 'repeated' });
      }
      const repeated = pieces.length - taken.size;
      this.#options.onKept?.({ taken: taken.size, repeated, late, dead: made.length });
    } catch (error) {
      if (!(error instanceof NeverTaken)) throw error;
      const [first] = pieces;
      if (!first) throw error;
      if (pieces.length === 1 && letters.length > 0) {
        await this.#write([], letters);
        await this.#write(pieces, []);
      } else if (pieces.length === 1) await this.#bury(first, error);
      else {
        const half = pieces.length >> 1;
        await this.#write(pieces.slice(0, half), letters);
        await this.#write(pieces.slice(half), []);
      }
    }
  }

  async #bury({ job, place, incoming }: Piece, error: NeverTaken): Promise<void> {
    const { tick, payload, letter: id } = incoming;
    const { source, symbol, key } = tick;
    const message = error.message.slice(0, 300);
    const letter: Letter = { id, reason: 'failed', message, payload, source, symbol, key };
    const { letters } = await this.#insist({
      received: this.#options.now(),
      ticks: [],
      letters: [letter],
      marks: [],
    });
    this.#options.onKept?.({ taken: 0, repeated: 0, late: 0, dead: letters.length });
    const fate: Fate = { kind: 'dead', reason: 'failed', message, letter: id };
    this.#tell({ job, place, incoming }, fate);
  }

  /** A store that is away for a moment costs time alone: what was kept before is not kept twice. */
  async #insist(batch: Batch): ReturnType<TickStore['write']> {
    for (let tries = 1; ; tries++) {
      try {
        return await this.#options.store.write(batch);
      } catch (error) {
        const isOver = error instanceof NeverTaken || tries >= this.#limits.tries;
        if (isOver) throw error;
        await sleep(this.#limits.againMs * 2 ** (tries - 1));
      }
    }
  }

  #tell({ job, place }: Piece, fate: Fate): void {
    job.fates[place] = fate;
    this.#settle(job);
  }

  #settle(job: Job): void {
    if (--job.left > 0) return;
    this.#over(job);
    job.resolve(job.fates.flatMap((fate) => fate ?? []));
  }

  #end(job: Job, error: unknown): void {
    if (job.isOver) return;
    this.#over(job);
    this.#queue = this.#queue.filter((one) => one !== job);
    job.reject(error);
  }

  #over(job: Job): void {
    job.isOver = true;
    this.#bytes -= job.bytes;
    this.#ticks -= job.incoming.length;
  }
}

const full = (): Problem =>
  new Problem('too_many_requests', {
    details: [{ message: 'More ticks wait than may: nothing of these was taken.' }],
    retryAfterMs: 1_000,
  });
