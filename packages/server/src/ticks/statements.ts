/**
 * The tables of ticks, and what is said to make and to clean them; the same on both databases.
 *
 * Writers stand in line at one row, so numbers are given in the order of commits: who has read up to a number
 * misses none.
 */
import { asked } from '../readmodel/read-model.js';
import type { Look } from '../readmodel/read-worker.js';
import type { Batch } from './store.js';

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
/** Takes the line's head, and so many numbers: whoever has it is alone until it commits. */
export const NUMBERS = `update ticks.state set n = greatest(n, $1::bigint) + $2::bigint,
  record = greatest(record, $3::bigint) returning n`;
export const MAKE_DAYS = `select ticks.make_day(day::bigint) from json_array_elements_text($1::text::json) as days (day)`;

export const daysOf = ({ ticks }: Batch): readonly number[] => [
  ...new Set(ticks.map(({ at }) => Math.floor(at / DAY))),
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
