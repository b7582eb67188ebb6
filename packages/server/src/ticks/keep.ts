/**
 * Keeps a batch of ticks, in one transaction: which of them are new only the tables know, what they add up to is worked
 * out here between two statements. A database takes several times as long for the same sums.
 */
import type { RunSql, SqlRow } from '../readmodel/sql-store.js';
import { type Box, type Counted, Fold, type Newest } from './fold.js';
import { MAKE_DAYS, NUMBERS } from './statements.js';
import type { Batch, Taken, Written } from './store.js';

type Cell = string | number | boolean | null;
/** Of a table: each column with its type, and what a row has there. */
type Columns<T> = Readonly<Record<string, readonly [type: string, of: (row: T) => Cell]>>;

/** Rows as the database reads them fastest: an array for each column, the first of them at `$from`. */
function rowsOf<T>(columns: Columns<T>, from: number): string {
  const arrays = Object.values(columns).map(([type], i) => `$${from + i}::text::${type}[]`);
  return `(${Object.keys(columns).join(', ')}) select * from unnest(${arrays.join(', ')})`;
}

/** No value holds a quote or a backslash. */
const arrayOf = (cells: readonly Cell[]): string =>
  `{${cells.map((cell) => (cell === null ? 'NULL' : `"${cell}"`)).join(',')}}`;

const valuesOf = <T>(columns: Columns<T>, rows: readonly T[]): string[] =>
  Object.values(columns).map(([, of]) => arrayOf(rows.map(of)));

const KEYS: Columns<Batch['ticks'][number]> = {
  key: ['uuid', ({ key }) => key],
  at: ['bigint', ({ at }) => at],
};
/** What was kept before, by its place, then the latest time of each source. Keys in order: neighbours share a page. */
const KEEP_KEYS = `with input as materialized (select key, at, i from unnest($1::text::uuid[], $2::text::bigint[])
    with ordinality as r (key, at, i)),
  fresh as (insert into ticks.keys (key, at) select key, at from input order by key on conflict do nothing returning key)
  select i - 1, null from input where key not in (select key from fresh)
  union all select newest, source from ticks.sources where source = any($3::text::text[])`;

const TICKS: Columns<Counted> = {
  n: ['bigint', ({ n }) => n],
  at: ['bigint', ({ tick }) => tick.at],
  source: ['text', ({ tick }) => tick.source],
  symbol: ['text', ({ tick }) => tick.symbol],
  price: ['numeric', ({ tick }) => tick.price],
  size: ['numeric', ({ tick }) => tick.size],
  side: ['text', ({ tick }) => tick.side],
  id: ['text', ({ tick }) => tick.id],
  late: ['boolean', ({ late }) => late],
  received: ['bigint', ({ received }) => received],
};
const intoTicks = (from: number): string => `insert into ticks.ticks ${rowsOf(TICKS, from)}`;

const SOURCES: Columns<readonly [source: string, newest: number]> = {
  source: ['text', ([source]) => source],
  newest: ['bigint', ([, newest]) => newest],
};
const intoSources = (
  from: number,
): string => `insert into ticks.sources as old ${rowsOf(SOURCES, from)}
  on conflict (source) do update set newest = greatest(old.newest, excluded.newest)`;

const LATEST: Columns<Newest> = {
  symbol: ['text', ({ last }) => last.tick.symbol],
  n: ['bigint', ({ n }) => n],
  ticks: ['bigint', ({ ticks }) => ticks],
  last_n: ['bigint', ({ last }) => last.n],
  at: ['bigint', ({ last }) => last.tick.at],
  source: ['text', ({ last }) => last.tick.source],
  price: ['numeric', ({ last }) => last.tick.price],
  size: ['numeric', ({ last }) => last.tick.size],
  side: ['text', ({ last }) => last.tick.side],
  id: ['text', ({ last }) => last.tick.id],
};
/** Of two that share a time the one that came later is the newer. */
const NEWER = ['last_n', 'source', 'price', 'size', 'side', 'id', 'at']
  .map(
    (column) =>
      `${column} = case when excluded.at >= old.at then excluded.${column} else old.${column} end`,
  )
  .join(', ');

const intoLatest = (
  from: number,
): string => `insert into ticks.latest as old ${rowsOf(LATEST, from)}
  on conflict (symbol) do update set n = excluded.n, ticks = old.ticks + excluded.ticks, ${NEWER}`;

const CANDLES: Columns<Box> = {
  symbol: ['text', ({ symbol }) => symbol],
  every: ['bigint', ({ every }) => every],
  opens_at: ['bigint', ({ opensAt }) => opensAt],
  open: ['numeric', ({ first }) => first.tick.price],
  high: ['numeric', ({ high }) => high.text],
  low: ['numeric', ({ low }) => low.text],
  close: ['numeric', ({ last }) => last.tick.price],
  volume: ['numeric', ({ volume }) => volume.text],
  ticks: ['bigint', ({ ticks }) => ticks],
  late: ['bigint', ({ late }) => late],
  first_at: ['bigint', ({ first }) => first.tick.at],
  first_n: ['bigint', ({ first }) => first.n],
  last_at: ['bigint', ({ last }) => last.tick.at],
  last_n: ['bigint', ({ last }) => last.n],
};
/** A box counts in whatever comes late: what it opened and closed with is remembered with its time. */
const FOLD = `on conflict (symbol, every, opens_at) do update set
  open = case when (excluded.first_at, excluded.first_n) < (old.first_at, old.first_n) then excluded.open else old.open end,
  close = case when (excluded.last_at, excluded.last_n) > (old.last_at, old.last_n) then excluded.close else old.close end,
  high = greatest(old.high, excluded.high), low = least(old.low, excluded.low),
  volume = old.volume + excluded.volume, ticks = old.ticks + excluded.ticks, late = old.late + excluded.late,
  first_n = case when (excluded.first_at, excluded.first_n) < (old.first_at, old.first_n) then excluded.first_n else old.first_n end,
  first_at = least(old.first_at, excluded.first_at),
  last_n = case when (excluded.last_at, excluded.last_n) > (old.last_at, old.last_n) then excluded.last_n else old.last_n end,
  last_at = greatest(old.last_at, excluded.last_at)`;
const intoCandles = (from: number): string =>
  `insert into ticks.candles as old ${rowsOf(CANDLES, from)} ${FOLD}`;

const sizeOf = (columns: Columns<never>): number => Object.keys(columns).length;
const SOURCES_FROM = 1 + sizeOf(TICKS);
const LATEST_FROM = SOURCES_FROM + sizeOf(SOURCES);
const CANDLES_FROM = LATEST_FROM + sizeOf(LATEST);
/** All that new ticks change, at one go: a round to the database takes as long as fifty ticks. */
const KEEP_NEW = `with kept as (${intoTicks(1)}), seen as (${intoSources(SOURCES_FROM)}),
  newest as (${intoLatest(LATEST_FROM)}) ${intoCandles(CANDLES_FROM)}`;

const KEEP_LETTERS = `insert into ticks.letters (id, at, reason, message, payload, source, symbol, key, state, changed)
  select id, $2::bigint, reason, message, payload, source, symbol, key, 'open', $2::bigint
  from json_to_recordset($1::text::json) as r (id text, reason text, message text, payload text, source text,
    symbol text, key text) on conflict do nothing returning id`;
const MARK_LETTERS = `update ticks.letters l set state = r.state, message = coalesce(r.message, l.message), changed = $2::bigint
  from json_to_recordset($1::text::json) as r (id text, state text, message text)
  where l.id = r.id and l.state = 'open' returning l.id`;

/** What is to be kept, and where. */
export interface Keeping {
  readonly batch: Batch;
  /** Days that may have no part of their own yet. */
  readonly days: readonly number[];
  /** The least number before the first tick's, and where the log stands; zeros where there is none. */
  readonly n: number;
  readonly record: number;
}

/** The first number, places of what was kept before, places of what is late, ids of letters that are new. */
type Told = readonly (readonly SqlRow[])[];

/** Runs in a transaction of its own. What it answers is read by `writtenOf`. */
export async function keepBatch(run: RunSql, keeping: Keeping): Promise<Told> {
  const { batch, days, n, record } = keeping;
  const { received, ticks, letters, marks } = batch;
  const [[after = '0'] = []] = (await run(NUMBERS, [n, ticks.length, record])).rows;
  const first = Number(after) - ticks.length + 1;
  if (days.length > 0) await run(MAKE_DAYS, [JSON.stringify(days)]);
  const ofTicks = ticks.length > 0 ? await keepTicks(run, batch, first) : NONE;
  const made =
    letters.length > 0 ? await run(KEEP_LETTERS, [JSON.stringify(letters), received]) : NONE;
  if (marks.length > 0) await run(MARK_LETTERS, [JSON.stringify(marks), received]);
  return [[[String(first)]], ofTicks.rows, ofTicks.late, made.rows];
}

const NONE = { rows: [], late: [] };

/** Places of those that were kept before, and of those that are late. */
async function keepTicks(run: RunSql, { ticks, received }: Batch, first: number) {
  const sources = [...new Set(ticks.map(({ source }) => source))];
  const { rows } = await run(KEEP_KEYS, [...valuesOf(KEYS, ticks), arrayOf(sources)]);
  const known = new Set<number>();
  const newest = new Map<string, number>();
  for (const [figure, source = null] of rows)
    if (source === null) known.add(Number(figure));
    else newest.set(source, Number(figure));
  const fold = new Fold(newest);
  for (const [i, tick] of ticks.entries()) if (!known.has(i)) fold.add(tick, first + i, received);
  if (fold.counted.length > 0) await run(KEEP_NEW, newOf(fold));
  const late = fold.counted.filter((one) => one.late);
  return { rows: [...known].map(rowOf), late: late.map(({ n }) => rowOf(n - first)) };
}

const rowOf = (place: number): SqlRow => [String(place)];

const newOf = (fold: Fold): readonly string[] => [
  ...valuesOf(TICKS, fold.counted),
  ...valuesOf(SOURCES, fold.sources()),
  ...valuesOf(LATEST, fold.latest()),
  ...valuesOf(CANDLES, fold.boxes()),
];

/** What became of each tick of the batch. */
export function writtenOf({ ticks }: Batch, told: Told): Written {
  const [[[first = '0'] = []] = [], repeated = [], lates = [], letters = []] = told;
  const places = (rows: readonly SqlRow[]) => new Set(rows.map(([i]) => Number(i)));
  const [known, late] = [places(repeated), places(lates)];
  const taken = new Map<number, Taken>();
  for (const i of ticks.keys())
    if (!known.has(i)) taken.set(i, { n: Number(first) + i, late: late.has(i) });
  return { taken, letters: letters.map(([id]) => id ?? '') };
}
