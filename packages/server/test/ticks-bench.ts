/** Ticks for tests: made ones, and the captured ones that may lie beside the checkout. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { optionalOrSkip } from '../../../scripts/required.js';
import type { SqlRow } from '../src/readmodel/sql-store.js';
import type { ReadModel } from '../src/readmodel/read-model.js';
import type { SqlStore } from '../src/readmodel/sql-store.js';
import { keepBatch } from '../src/ticks/keep.js';
import type { Batch } from '../src/ticks/store.js';
import { type KeyedTick, keyed, type Tick } from '../src/ticks/tick.js';

const SHARED = process.env['FAIRGROUND_SHARED'] ?? join(import.meta.dirname, '../../../../shared');
const FILE = join(SHARED, 'data/ticks/trades.csv.gz');
export const hasCapture = (): boolean =>
  optionalOrSkip(existsSync(FILE), `captured ticks: there is no ${FILE}`);

/** As they are sent, in order of receipt, and when each was received. */
export interface Captured {
  readonly source: string;
  readonly symbol: string;
  readonly time: number;
  readonly price: string;
  readonly size: string;
  readonly side: string;
  readonly id: string;
}

export function capture(): readonly (readonly [received: number, tick: Captured])[] {
  const [, ...lines] = gunzipSync(readFileSync(FILE)).toString('utf8').trim().split('\n');
  return lines.map((line) => {
    const [symbol = '', at, received, id = '', price = '', size = '', side = ''] = line.split(',');
    const tick = { source: 'capture', symbol, time: Number(at), price, size, side, id };
    return [Number(received), tick] as const;
  });
}

export const AT = 1_723_161_255_342_000;

/** The `n`th of a row of ticks, a millisecond apart. */
export function tick(n: number, more: Partial<Tick> = {}): KeyedTick {
  const price = `${100 + (n % 7)}.50`;
  const made: Tick = {
    source: 's',
    symbol: 'A',
    at: AT + n * 1_000,
    price,
    size: '2',
    side: 'buy',
    id: `${n}`,
  };
  return keyed({ ...made, ...more }, 'a'.repeat(32));
}

export const NOW = AT / 1_000 + 1_000;
export const batch = (...ticks: KeyedTick[]): Batch => {
  return { received: NOW, ticks, letters: [], marks: [] };
};
export const ALL = { from: 0, to: Number.MAX_SAFE_INTEGER, limit: 10_000 } as const;
export const askedOf = (symbol: string) => ({ symbol, source: '', order: 'asc', ...ALL }) as const;

/** What a thread would do with these tables, without one. */
export const tablesOn = (store: SqlStore): Pick<ReadModel, 'write' | 'keep'> => ({
  keep: (keeping) => store.transaction((run) => keepBatch(run, keeping)),
  write: (...looks) =>
    store.transaction(async (run) => {
      const rows: (readonly SqlRow[])[] = [];
      for (const { statement, values } of looks) rows.push((await run(statement, values)).rows);
      return rows;
    }),
});
