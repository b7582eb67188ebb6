/** Ticks in the nodes' database: one transaction for many requests, committed and synced before anybody is told. */
import { openPostgres } from '../readmodel/sql-postgres.js';
import type { Look } from '../readmodel/read-worker.js';
import type { SqlRow, SqlStore } from '../readmodel/sql-store.js';
import { keepBatch, writtenOf } from './keep.js';
import { daysOf, MAKE, tending } from './statements.js';
import { type Batch, NeverTaken, type TickStore, type Written } from './store.js';

/** The database looked at the figures, and they do not fit: sent again they never will. */
const IN_VAIN = /^2[23]/;

export class PostgresTicks implements TickStore {
  readonly #store: SqlStore;
  readonly #days = new Set<number>();
  #made: Promise<void> | undefined;

  constructor(url: string, onAlarm: (reason: string) => void) {
    this.#store = openPostgres(url, onAlarm, { name: 'fairground ticks', syncs: true });
  }

  async write(batch: Batch): Promise<Written> {
    await this.#make();
    const days = daysOf(batch).filter((day) => !this.#days.has(day));
    const keeping = { batch, days, n: 0, record: 0 };
    const keep = this.#store.transaction((run) => keepBatch(run, keeping));
    const told = await keep.catch((error: unknown) => {
      const code = error instanceof Error && 'code' in error ? String(error.code) : '';
      throw IN_VAIN.test(code) ? new NeverTaken(String(error)) : error;
    });
    for (const day of days) this.#days.add(day);
    return writtenOf(batch, told);
  }

  async look(...looks: readonly Look[]): Promise<readonly (readonly SqlRow[])[]> {
    await this.#make();
    return this.#store.look(async (run) => {
      const rows: (readonly SqlRow[])[] = [];
      for (const { statement, values } of looks) rows.push((await run(statement, values)).rows);
      return rows;
    });
  }

  async tend(now: number, horizon: number | undefined): Promise<void> {
    await this.#make();
    await this.#run(tending(now, horizon));
    this.#days.clear();
  }

  close(): Promise<void> {
    return this.#store.close();
  }

  #run(looks: readonly Look[]): Promise<readonly (readonly SqlRow[])[]> {
    return this.#store.transaction(async (run) => {
      const rows: (readonly SqlRow[])[] = [];
      for (const { statement, values } of looks) rows.push((await run(statement, values)).rows);
      return rows;
    });
  }

  /** Where it could not be made, the next one tries again. */
  async #make(): Promise<void> {
    this.#made ??= this.#run(MAKE.map((statement) => ({ statement, values: [] }))).then(() => {});
    try {
      await this.#made;
    } catch (error) {
      this.#made = undefined;
      throw error;
    }
  }
}
