/** The tables, version by version, and the row that says whose journal they hold. */
import { hashZero } from '@fairground/engine';
import { JournalRefused } from './file-errors.js';
import { ask, insist, type Waits } from './postgres-insist.js';
import { NothingDone } from './postgres-connection.js';
import { text, whole } from './postgres-rows.js';
import type { Session } from './postgres-session.js';
import { SQL } from './postgres-sql.js';
import { idInHeader } from './transport.js';

interface Step {
  readonly sql: string;
  /** What it brings is a matter of speed: a server that cannot do it goes without. */
  readonly isWish?: boolean;
}

/** Each step can be done twice, so nodes that start together do no harm. */
const MIGRATIONS: readonly (readonly Step[])[] = [
  [
    {
      sql: `create table if not exists journal (
        shard int not null, grp bigint not null, term bigint not null, first_seq bigint not null,
        last_seq bigint not null, hash bytea not null, lines text not null, meta text not null,
        primary key (shard, grp))`,
    },
    {
      sql: `create table if not exists lease (
        shard int not null primary key, holder text not null, url text not null, term bigint not null,
        beat bigint not null, v int not null)`,
    },
    // Finding the entry of a first answer; without it the same is found by reading more.
    {
      sql: 'create index if not exists journal_by_seq on journal (shard, last_seq, grp)',
      isWish: true,
    },
    // pglz is five times slower on large groups.
    { sql: 'alter table journal alter column lines set compression lz4', isWish: true },
  ],
  [
    {
      sql: `create table if not exists snapshot (
        shard int not null, seq bigint not null, part int not null, text text not null,
        primary key (shard, seq, part))`,
    },
    { sql: 'alter table snapshot alter column text set compression lz4', isWish: true },
    {
      sql: `create table if not exists snapshot_claim (
        shard int not null primary key, holder text not null, n bigint not null)`,
    },
    {
      sql: `create table if not exists digest (
        shard int not null, seq bigint not null, node text not null, digest text not null,
        primary key (shard, seq, node))`,
    },
  ],
];

const VERSIONS = 'create table if not exists journal_schema (version int not null primary key)';

/** Brings the tables up to this build's version; a newer one is refused. */
export async function migrate(session: Session, waits: Waits): Promise<void> {
  await change(session, { sql: VERSIONS });
  const [row] = await ask(session, waits, 'select max(version) from journal_schema', []);
  const version = whole(row?.[0] ?? '0');
  if (version > MIGRATIONS.length) {
    const build = `this build knows ${MIGRATIONS.length}`;
    throw new JournalRefused('format', `The tables have version ${version}; ${build}.`);
  }
  for (let next = version + 1; next <= MIGRATIONS.length; next++) {
    for (const step of MIGRATIONS[next - 1] ?? []) await change(session, step);
    await insist(session, waits, 'insert into journal_schema (version) values ($1::int)', [next]);
  }
}

/** One change of the tables; done twice it does no harm. */
export async function change(session: Session, { sql, isWish }: Step): Promise<void> {
  for (let tries = 1; ; tries++) {
    try {
      await session.run(sql, []);
      return;
    } catch (error) {
      if (!(error instanceof NothingDone)) throw error;
      // Two nodes made the same table at the same moment: the second look finds it.
      const met = /^(23505|42P07|42710|40001|40P01|XX000)$/.test(error.code);
      if (met && tries < 10) continue;
      if (isWish) return;
      throw new JournalRefused('format', `The tables cannot be made: ${error.message}`);
    }
  }
}

/** The journal's id: the one it was founded with, or this one if nobody has founded it. */
export async function found(
  session: Session,
  waits: Waits,
  { shard, id }: { readonly shard: number; readonly id: string },
): Promise<string> {
  const before = await identity(session, waits, shard);
  if (before !== undefined) return before;
  await insist(session, waits, SQL.makeLease, [shard]);
  await insist(session, waits, SQL.found, [shard, hashZero(id), headerOf(id)]);
  const after = await identity(session, waits, shard);
  if (after === undefined) throw new JournalRefused('format', 'The journal could not be founded.');
  return after;
}

async function identity(
  session: Session,
  waits: Waits,
  shard: number,
): Promise<string | undefined> {
  const [row] = await ask(session, waits, SQL.identity, [shard]);
  if (!row) return undefined;
  const id = idInHeader(text(row[0]));
  if (id === undefined) throw new JournalRefused('format', 'Row 0 is of another format.');
  return id;
}

const headerOf = (id: string): string => `#fairground journal 1 ${id}`;
