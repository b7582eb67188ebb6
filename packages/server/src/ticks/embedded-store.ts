/**
 * Ticks of a node alone: the log is what makes them durable, the tables are an index over it. Tables that are
 * behind, lost or of another log are carried on from it before anything is asked of them.
 */
import { z } from 'zod';
import { Problem } from '../errors.js';
import { asked, type ReadModel } from '../readmodel/read-model.js';
import type { Look } from '../readmodel/read-worker.js';
import type { SqlRow } from '../readmodel/sql-store.js';
import { LogBroken, TickLog } from './log.js';
import { writtenOf } from './keep.js';
import { daysOf, GONE, MAKE, PLACE, SET_LOG, tending } from './statements.js';
import {
  type Batch,
  LETTER_STATES,
  NeverTaken,
  REASONS,
  type TickStore,
  type Written,
} from './store.js';

const Kept = z.union([
  /** The record before it cannot be kept in the tables, and nobody was told that it was. */
  z.strictObject({ void: z.int() }),
  z.strictObject({
    n: z.int(),
    received: z.int(),
    ticks: z.array(
      z.strictObject({
        key: z.string(),
        source: z.string(),
        symbol: z.string(),
        at: z.int(),
        price: z.string(),
        size: z.string(),
        side: z.enum(['buy', 'sell']).nullable(),
        id: z.string().nullable(),
      }),
    ),
    letters: z.array(
      z.strictObject({
        id: z.string(),
        reason: z.enum(REASONS),
        message: z.string(),
        payload: z.string(),
        source: z.string().nullable(),
        symbol: z.string().nullable(),
        key: z.string(),
      }),
    ),
    marks: z.array(
      z.strictObject({
        id: z.string(),
        state: z.enum(LETTER_STATES),
        message: z.string().optional(),
      }),
    ),
  }),
]);
type Kept = z.infer<typeof Kept>;
type KeptBatch = Exclude<Kept, { void: number }>;

interface Options {
  readonly dir: string;
  readonly tables: Pick<ReadModel, 'write' | 'keep'>;
  readonly onAlarm: (reason: string) => void;
  readonly segmentBytes?: number;
}

export class EmbeddedTicks implements TickStore {
  readonly #options: Options;
  readonly #days = new Set<number>();
  #log: TickLog | undefined;
  #ready: Promise<TickLog> | undefined;
  #n = 0;
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: Options) {
    this.#options = options;
  }

  write(batch: Batch): Promise<Written> {
    return this.#inTurn(async (log) => {
      const n = this.#n;
      const record = await log.append(JSON.stringify({ n, ...batch }));
      this.#n += batch.ticks.length;
      try {
        return await this.#index({ n, ...batch }, record);
      } catch (error) {
        if (!(error instanceof Problem)) {
          await log.append(JSON.stringify({ void: record }));
          throw new NeverTaken(String(error));
        }
        // The tables are carried on from the log before the next question.
        this.#ready = undefined;
        throw error;
      }
    });
  }

  async look(...looks: readonly Look[]): Promise<readonly (readonly SqlRow[])[]> {
    await this.#open();
    return this.#options.tables.write(...looks);
  }

  tend(now: number, horizon: number | undefined): Promise<void> {
    return this.#inTurn(async (log) => {
      await this.#options.tables.write(...tending(now, horizon));
      this.#days.clear();
      // Where a later segment begins beyond it, all that this one holds was received before.
      if (horizon !== undefined)
        await log.drop((text) => {
          const kept = Kept.parse(JSON.parse(text));
          return !('void' in kept) && kept.received * 1_000 < horizon;
        });
    });
  }

  async close(): Promise<void> {
    await this.#turn.catch(() => undefined);
    await this.#log?.close();
  }

  /** One after the other, and each after the tables are where the log is. */
  #inTurn<T>(work: (log: TickLog) => Promise<T>): Promise<T> {
    const done = this.#turn.catch(() => undefined).then(async () => work(await this.#open()));
    this.#turn = done;
    return done;
  }

  async #open(): Promise<TickLog> {
    const ready = (this.#ready ??= this.#carryOn());
    try {
      return await ready;
    } catch (error) {
      if (this.#ready === ready) this.#ready = undefined;
      throw error;
    }
  }

  async #carryOn(): Promise<TickLog> {
    const { dir, onAlarm, segmentBytes } = this.#options;
    this.#log ??= await TickLog.open(dir, {
      onAlarm,
      ...(segmentBytes !== undefined && { segmentBytes }),
    });
    const log = this.#log;
    this.#days.clear();
    const { known, ...place } = await this.#place();
    let { record, n } = place;
    if (known !== log.id || record > log.last) {
      if (known !== '')
        onAlarm('The tables of ticks are not of this log, and are made anew from it.');
      await this.#options.tables.write(asked(GONE));
      ({ record, n } = await this.#place());
      await this.#options.tables.write(asked(SET_LOG, log.id));
    }
    // What lies before the oldest record was dropped on purpose.
    let waiting: { readonly record: number; readonly kept: KeptBatch } | undefined;
    const keep = async (): Promise<void> => {
      if (!waiting) return;
      n = Math.max(n, waiting.kept.n + waiting.kept.ticks.length);
      await this.#again(waiting.kept, waiting.record);
      waiting = undefined;
    };
    for await (const { record: next, text } of log.after(Math.max(record, log.first - 1))) {
      const kept = Kept.parse(JSON.parse(text));
      if ('void' in kept) waiting = undefined;
      else {
        await keep();
        waiting = { record: next, kept };
      }
    }
    await keep();
    this.#n = n;
    return log;
  }

  /** A record that was cut off before anybody was told, and cannot be kept, counts for nothing. */
  async #again(kept: KeptBatch, record: number): Promise<void> {
    try {
      await this.#index(kept, record);
    } catch (error) {
      if (error instanceof Problem) throw error;
      if (record !== this.#log?.last) throw new LogBroken(`Record ${record}: ${String(error)}`);
      this.#options.onAlarm(`The last record of ticks cannot be kept: ${String(error)}`);
      await this.#log.append(JSON.stringify({ void: record }));
    }
  }

  async #index(
    { n, ...batch }: KeptBatch | (Batch & { n: number }),
    record: number,
  ): Promise<Written> {
    const days = daysOf(batch).filter((day) => !this.#days.has(day));
    const told = await this.#options.tables.keep({ batch, days, n, record });
    for (const day of days) this.#days.add(day);
    return writtenOf(batch, told);
  }

  async #place(): Promise<{ known: string; record: number; n: number }> {
    const make = MAKE.map((statement) => asked(statement));
    const rows = await this.#options.tables.write(...make, asked(PLACE));
    const [known, record, n] = rows.at(-1)?.[0] ?? [];
    return { known: known ?? '', record: Number(record), n: Number(n) };
  }
}
