/**
 * The tables of ticks, and all that is said to them; the same on both databases.
 *
 * Writers stand in line at one row, so numbers are given in the order of commits: who has read up to a number
 * misses none. Long because it is one table of one kind of thing.
 */
import { asked } from '../readmodel/read-model.js';
import type { Look } from '../readmodel/read-worker.js';
import type { SqlRow } from '../readmodel/sql-store.js';
import type { Batch, Taken, Written } from './store.js';

export const INTERVALS = ['1s', '1m', '5m', '1h', '1d'] as const;
export type Interval = (typeof INTERVALS)[number];
export const MICROS: Readonly<Record<Interval, number>> = {
  '1s': 1_000_000,
  '1m': 60_000_000,
  '5m': 300_000_000,
  '1h': 3_600_000_000,
  '1d': 86_400_000_000,
};
export const DAY = MICROS['1d'];
/** Days with a part of their own; those beyond share the rest. */
const DAYS_MAX = 2_000;

const FIELDS = 'at bigint, source text, symbol text, price numeric, size numeric, side text';

/** Whoever makes them anew finds them there. */
export const MAKE: readonly string[] = [
  `select pg_advisory_xact_lock(7203911)`,
  `create schema if not exists ticks`,
  `create table if not exists ticks.state (one boolean primary key check (one), log text, record bigint, n bigint)`,
  `insert into ticks.state values (true, '', 0, 0) on conflict do nothing`,
  `create table if not exists ticks.ticks (n bigint, ${FIELDS}, id text, late boolean, received bigint)
    partition by range (at)`,
  `create table if not exists ticks.rest partition of ticks.ticks default`,
  `create index if not exists by_time on ticks.ticks (symbol, at, n)`,
  `create index if not exists by_number on ticks.ticks (symbol, n)`,
  // What was taken once, however its tick was named.
  `create table if not exists ticks.keys (key uuid primary key, at bigint)`,
  `create index if not exists keys_by_time on ticks.keys using brin (at)`,
  `create table if not exists ticks.sources (source text primary key, newest bigint)`,
  `create table if not exists ticks.latest (symbol text primary key, n bigint, ticks bigint, last_n bigint, at bigint,
    source text, price numeric, size numeric, side text, id text)`,
  `create index if not exists latest_by_number on ticks.latest (n)`,
  `create table if not exists ticks.candles (symbol text, every bigint, opens_at bigint, open numeric, high numeric,
    low numeric, close numeric, volume numeric, ticks bigint, late bigint, first_at bigint, first_n bigint,
    last_at bigint, last_n bigint, primary key (symbol, every, opens_at))`,
  `create table if not exists ticks.letters (place bigint generated always as identity unique, id text primary key,
    at bigint, reason text, message text, payload text, source text, symbol text, key text, state text,
    changed bigint)`,
  `create index if not exists letters_open on ticks.letters (place) where state = 'open'`,
  // A day whose ticks lie in the rest already stays there.
  `create or replace function ticks.make_day(day bigint) returns void language plpgsql as $$
    declare name text := 'd' || day; first bigint := day * ${DAY}; past bigint := (day + 1) * ${DAY};
    begin
      if to_regclass('ticks.' || name) is not null then return; end if;
      if (select count(*) from pg_inherits where inhparent = 'ticks.ticks'::regclass) >= ${DAYS_MAX} then return; end if;
      if exists (select 1 from ticks.rest where at >= first and at < past) then return; end if;
      execute format('create table ticks.%I partition of ticks.ticks for values from (%s) to (%s)', name, first, past);
    end $$`,
];

export const PLACE = 'select log, record, n from ticks.state';
export const SET_LOG = 'update ticks.state set log = $1::text';
export const GONE = 'drop schema if exists ticks cascade';
/** Takes the line's head, and so many numbers. */
const NUMBERS = `update ticks.state set n = greatest(n, $1::bigint) + $2::bigint,
  record = greatest(record, $3::bigint) returning n`;
const MAKE_DAYS = `select ticks.make_day(day::bigint) from json_array_elements_text($1::text::json) as days (day)`;

const firstOf = (price: string, at: string, n: string): string =>
  `(array_agg(${price} order by ${at}, ${n}))[1]`;
const lastOf = (price: string, at: string, n: string): string =>
  `(array_agg(${price} order by ${at} desc, ${n} desc))[1]`;
const SUMS = `min(low) as low, max(high) as high, sum(volume) as volume, sum(ticks) as ticks, sum(late) as late,
  ${firstOf('open', 'first_at', 'first_n')} as open, ${lastOf('close', 'last_at', 'last_n')} as close,
  min(first_at) as first_at, ${firstOf('first_n', 'first_at', 'first_n')} as first_n,
  max(last_at) as last_at, ${lastOf('last_n', 'last_at', 'last_n')} as last_n`;

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

const LONGER = INTERVALS.slice(1)
  .map((interval) => `(${MICROS[interval]}::bigint)`)
  .join(', ');
const CANDLE = `symbol, every, opens_at, open, high, low, close, volume, ticks, late, first_at, first_n, last_at, last_n`;

/** Of two that share a time the one that came later is the newer. */
const NEWER = ['last_n', 'source', 'price', 'size', 'side', 'id', 'at']
  .map(
    (column) =>
      `${column} = case when excluded.at >= old.at then excluded.${column} else old.${column} end`,
  )
  .join(', ');

/** Late: its time is before the newest its source has sent till then, of whichever symbol. */
const KEEP_TICKS = `with input as materialized (
    select i::int - 1 as i, key, at, source, symbol, price, size, side, id from unnest($1::text::uuid[], $2::text::bigint[],
      $3::text::text[], $4::text::text[], $5::text::numeric[], $6::text::numeric[], $7::text::text[], $8::text::text[])
      with ordinality as r (key, at, source, symbol, price, size, side, id, i)),
  fresh as (insert into ticks.keys (key, at) select key, at from input order by i on conflict do nothing returning key),
  numbered as materialized (
    select input.*, (select n from ticks.state) - $10::bigint + i + 1 as n, at < greatest(coalesce(s.newest, at),
      coalesce(max(at) over (partition by input.source order by i rows between unbounded preceding and 1 preceding), at)) as late
    from input join fresh using (key) left join ticks.sources s on s.source = input.source),
  kept as (insert into ticks.ticks (n, at, source, symbol, price, size, side, id, late, received)
    select n, at, source, symbol, price, size, side, id, late, $9::bigint from numbered order by n),
  seen as (insert into ticks.sources as old select source, max(at) from numbered group by source
    on conflict (source) do update set newest = greatest(old.newest, excluded.newest)),
  newest as (insert into ticks.latest as old (symbol, n, ticks, last_n, at, source, price, size, side, id)
    select distinct on (symbol) symbol, max(n) over s, count(*) over s, n, at, source, price, size, side, id
      from numbered window s as (partition by symbol) order by symbol, at desc, n desc
    on conflict (symbol) do update set n = excluded.n, ticks = old.ticks + excluded.ticks, ${NEWER}),
  seconds as materialized (
    select symbol, at - at % ${MICROS['1s']} as opens_at, ${SUMS} from (
      select symbol, at, price as open, price as high, price as low, price as close, size as volume, 1 as ticks,
        late::int as late, at as first_at, n as first_n, at as last_at, n as last_n from numbered) one group by 1, 2),
  boxes as (
    select symbol, ${MICROS['1s']}::bigint as every, opens_at, low, high, volume, ticks, late, open, close,
      first_at, first_n, last_at, last_n from seconds
    union all select symbol, every, opens_at - opens_at % every, ${SUMS}
      from seconds cross join (values ${LONGER}) as longer (every) group by 1, 2, 3),
  folded as (insert into ticks.candles as old (${CANDLE}) select ${CANDLE} from boxes ${FOLD})
  select i, n, late from numbered`;

const KEEP_LETTERS = `insert into ticks.letters (id, at, reason, message, payload, source, symbol, key, state, changed)
  select id, $2::bigint, reason, message, payload, source, symbol, key, 'open', $2::bigint
  from json_to_recordset($1::text::json) as r (id text, reason text, message text, payload text, source text,
    symbol text, key text) on conflict do nothing returning id`;
const MARK_LETTERS = `update ticks.letters l set state = r.state, message = coalesce(r.message, l.message), changed = $2::bigint
  from json_to_recordset($1::text::json) as r (id text, state text, message text)
  where l.id = r.id and l.state = 'open' returning l.id`;

/** Which number follows, and where the log stands; zeros where there is none. */
export interface Place {
  readonly n: number;
  readonly record: number;
}

export const daysOf = ({ ticks }: Batch): readonly number[] => [
  ...new Set(ticks.map(({ at }) => Math.floor(at / DAY))),
];

/** What is said to keep a batch, in one transaction, and how its answers are read. */
export interface Writing {
  readonly looks: readonly Look[];
  written(rows: readonly (readonly SqlRow[])[]): Written;
}

export function writing(batch: Batch, days: readonly number[], { n, record }: Place): Writing {
  const { received, ticks, letters, marks } = batch;
  const looks = [asked(NUMBERS, n, ticks.length, record)];
  if (days.length > 0) looks.push(asked(MAKE_DAYS, JSON.stringify(days)));
  const [ticksAt, lettersAt] = [looks.length, looks.length + (ticks.length > 0 ? 1 : 0)];
  if (ticks.length > 0) looks.push(asked(KEEP_TICKS, ...columnsOf(ticks), received, ticks.length));
  if (letters.length > 0) looks.push(asked(KEEP_LETTERS, JSON.stringify(letters), received));
  if (marks.length > 0) looks.push(asked(MARK_LETTERS, JSON.stringify(marks), received));
  return {
    looks,
    written: (told) => ({
      taken: new Map((ticks.length > 0 ? (told[ticksAt] ?? []) : []).map(takenOf)),
      letters: (letters.length > 0 ? (told[lettersAt] ?? []) : []).map(([id]) => id ?? ''),
    }),
  };
}

/** Column by column, as the database reads arrays: half the work of rows. No value holds a quote or a backslash. */
const COLUMNS = ['key', 'at', 'source', 'symbol', 'price', 'size', 'side', 'id'] as const;
const columnsOf = (ticks: Batch['ticks']): readonly string[] =>
  COLUMNS.map((column) => {
    const cells = ticks.map((tick) => (tick[column] === null ? 'NULL' : `"${tick[column]}"`));
    return `{${cells.join(',')}}`;
  });

const takenOf = ([i, n, late]: SqlRow): [number, Taken] => [
  Number(i),
  { n: Number(n), late: late === 'true' || late === 't' },
];

/** Older days whole, what lies in the rest row by row, and with them what was made of them. */
const DROP_DAYS = `do $$ declare part text; begin
  for part in select c.relname from pg_inherits i join pg_class c on c.oid = i.inhrelid
    where i.inhparent = 'ticks.ticks'::regclass and c.relname ~ '^d[0-9]+$' and substr(c.relname, 2)::bigint < HORIZON loop
    execute format('drop table ticks.%I', part);
  end loop; end $$`;
const DROP_REST = 'delete from ticks.ticks where at < $1::bigint';
const DROP_KEYS = 'delete from ticks.keys where at < $1::bigint';
const DROP_CANDLES = 'delete from ticks.candles where opens_at + every <= $1::bigint';
const DROP_LETTERS = 'delete from ticks.letters where at < $1::bigint / 1000';

export function tending(now: number, horizon: number | undefined): readonly Look[] {
  const today = Math.floor(now / DAY);
  const ahead = [asked(NUMBERS, 0, 0, 0), asked(MAKE_DAYS, JSON.stringify([today, today + 1]))];
  if (horizon === undefined) return ahead;
  return [
    ...ahead,
    asked(DROP_DAYS.replace('HORIZON', String(Math.floor(horizon / DAY)))),
    ...[DROP_REST, DROP_KEYS, DROP_CANDLES, DROP_LETTERS].map((drop) => asked(drop, horizon)),
  ];
}
