/**
 * What was told to whom: notices, what became of each delivery, and the mark above which effects are made. It lies
 * beside the tables, follows from more than the journal, and is never made anew with them.
 */
import type { RunSql } from './sql-store.js';

const TABLES = [
  `create table if not exists effects.mark (
    one boolean primary key check (one), journal text not null, seq bigint not null)`,
  `create table if not exists effects.notifications (
    id text primary key, account text not null, seq bigint not null, n int not null, at bigint not null,
    kind text not null, market text, data text not null)`,
  `create index if not exists notifications_of on effects.notifications (account, seq desc, n desc)`,
  `create table if not exists effects.deliveries (
    id text primary key, account text not null, channel text not null, receiver text not null, kind text not null,
    seq bigint not null, made_at bigint not null, status text not null, attempts int not null, error text,
    ended_at bigint, body text not null)`,
  `create index if not exists deliveries_of on effects.deliveries (receiver, made_at desc, id desc)`,
  `create index if not exists deliveries_pending on effects.deliveries (seq) where status = 'pending'`,
];

/** Of this journal; those of another one go. `to`: where the mark begins. */
export async function makeEffectTables(run: RunSql, journal: string, to: number): Promise<void> {
  const there = await run(`select to_regclass('effects.mark')::text`);
  if (there.rows[0]?.[0] !== null) {
    const { rows } = await run('select journal from effects.mark');
    if (rows[0]?.[0] === journal) return;
    await run('drop schema effects cascade');
  }
  await run('create schema if not exists effects');
  for (const statement of TABLES) await run(statement);
  await run('insert into effects.mark values (true, $1::text, $2::bigint) on conflict do nothing', [
    journal,
    to,
  ]);
}

/** Effects of entries up to there were made. `isKept`: nobody else makes any until this transaction ends. */
export async function markOf(run: RunSql, isKept = false): Promise<number | undefined> {
  const there = await run(`select to_regclass('effects.mark')::text`);
  if (there.rows[0]?.[0] === null) return undefined;
  const { rows } = await run(`select seq from effects.mark ${isKept ? 'for update' : ''}`);
  return Number(rows[0]?.[0] ?? 0);
}

export const RAISE_MARK = 'update effects.mark set seq = greatest(seq, $1::bigint)';

export const ADD_NOTICES = `insert into effects.notifications (id, account, seq, n, at, kind, market, data)
  select id, account, seq, n, at, kind, market, data from json_to_recordset($1::text::json)
    as r(id text, account text, seq bigint, n int, at bigint, kind text, market text, data text)
  on conflict do nothing returning id`;

/** Those that were not there, which alone are sent. */
export const ADD_DELIVERIES = `insert into effects.deliveries
  (id, account, channel, receiver, kind, seq, made_at, status, attempts, body)
  select id, account, channel, receiver, kind, seq, made_at, 'pending', 0, body
  from json_to_recordset($1::text::json) as r(id text, account text, channel text, receiver text, kind text,
    seq bigint, made_at bigint, body text)
  on conflict do nothing returning id`;

const NOTICE_COLUMNS = 'id, seq, n, at, kind, market, data';
export const NOTICES_OF = `select ${NOTICE_COLUMNS} from effects.notifications
  where account = $1::text and (seq, n) < ($2::bigint, $3::bigint) order by seq desc, n desc limit $4::int`;
/** Counted no further than anybody reads. */
export const UNREAD_MAX = 1_000;
export const UNREAD_OF = `select count(*) from (select 1 from effects.notifications
  where account = $1::text and (seq, n) > ($2::bigint, $3::bigint) limit ${UNREAD_MAX}) unread`;
/** Those that came after, of several at once; the accounts stand in a list with spaces. */
export const NOTICES_AFTER = `select account, ${NOTICE_COLUMNS} from effects.notifications
  where account = any(string_to_array($1::text, ' ')) and (seq, n) > ($2::bigint, $3::bigint)
  order by seq, n, account limit $4::int`;
export const NEWEST_NOTICE = `select seq, n from effects.notifications order by seq desc, n desc limit 1`;

export const DELIVERY = `select status, body, account, channel, receiver, kind, seq, attempts
  from effects.deliveries where id = $1::text`;
export const TRY_DELIVERY = `update effects.deliveries set attempts = attempts + 1, error = null
  where id = $1::text`;
export const END_DELIVERY = `update effects.deliveries
  set status = $2::text, error = nullif($3::text, ''), ended_at = nullif($4::bigint, 0) where id = $1::text`;
export const AGAIN = `update effects.deliveries set status = 'again', ended_at = null where id = $1::text`;
export const AGAIN_IF_FAILED = `${AGAIN} and status = 'failed'`;
export const DELIVERIES_OF = `select id, kind, seq, made_at, status, attempts, error, ended_at
  from effects.deliveries where receiver = $1::text and (made_at, id) < ($2::bigint, $3::text)
  order by made_at desc, id desc limit $4::int`;
/** How the newest that ended went. */
export const LAST_ENDED_OF = `select status from effects.deliveries
  where receiver = $1::text and status <> 'pending' order by ended_at desc limit $2::int`;
export const MARK_AND_PENDING = `select m.seq, (select min(seq) from effects.deliveries
  where status = 'pending') from effects.mark m`;
/** Where what is in no entry stands: after all that the newest entry in the tables tells. */
export const HOUSE_FROM = 1_000_000;
export const HOUSE_NEXT = `select coalesce(max(n), ${HOUSE_FROM - 1}) + 1 from effects.notifications
  where seq = $1::bigint and n >= ${HOUSE_FROM}`;
/** Whose node ended with the last attempt: nobody was left to say that they failed. */
export const END_LOST = `update effects.deliveries d
  set status = 'failed', error = 'its node ended', ended_at = $1::bigint from jobs.job j
  where d.status = 'pending' and j.id = d.id::uuid and j.name = d.channel and j.state = 'failed'`;
export const SWEEP_DELIVERIES = `delete from effects.deliveries where status <> 'pending' and ended_at < $1::bigint`;
export const SWEEP_NOTICES = 'delete from effects.notifications where at < $1::bigint';
export const FORGET = [
  'delete from effects.notifications where account = $1::text',
  'delete from effects.deliveries where account = $1::text',
] as const;
export const KEEP_CHECKPOINT = 'select seq, at from read.checkpoint for update';
