/** The tables: what they hold follows from the journal alone, so they are never migrated but made anew. */
import { hashZero } from '@fairground/engine';
import type { RunSql } from './sql-store.js';

/** Another number means other tables: those that are there are made anew. */
export const TABLES_FORMAT = 1;

/** Where they lie: those that are read, and those that are being filled to take their place. */
export type Schema = 'read' | 'read_next';

interface Table {
  /** Name and type; amounts are micro-units, times milliseconds since 1970. */
  readonly columns: Readonly<Record<string, string>>;
  readonly key: readonly string[];
  readonly indexes?: readonly string[];
}

export const TABLES = {
  accounts: {
    columns: {
      id: 'text',
      number: 'bigint',
      frozen: 'boolean',
      roles: 'text',
      opened_at: 'bigint',
      granted: 'numeric',
      touched_at: 'bigint',
      seq: 'bigint',
    },
    key: ['id'],
  },
  balances: {
    columns: { account: 'text', asset: 'text', amount: 'numeric' },
    key: ['account', 'asset'],
    indexes: ['asset'],
  },
  /** By holder as the ledger names him, `player:…`. `units` are those he pledged in a rally. */
  positions: {
    columns: {
      market: 'text',
      holder: 'text',
      number: 'bigint',
      net: 'numeric',
      paid: 'numeric',
      units: 'bigint',
    },
    key: ['market', 'holder'],
    indexes: ['holder'],
  },
  markets: {
    columns: {
      id: 'text',
      number: 'bigint',
      mechanism: 'text',
      state: 'text',
      sponsor: 'text',
      pledges: 'boolean',
      volume: 'numeric',
      trades: 'bigint',
      opened_at: 'bigint',
      closes_at: 'bigint',
      ended_at: 'bigint',
      seq: 'bigint',
    },
    key: ['id'],
  },
  /** The newest of each kind of share. */
  prices: {
    columns: { asset: 'text', market: 'text', place: 'int', price: 'numeric' },
    key: ['asset'],
  },
  trades: {
    columns: {
      seq: 'bigint',
      n: 'int',
      hash: 'text',
      at: 'bigint',
      type: 'text',
      market: 'text',
      account: 'text',
      side: 'text',
      outcome: 'text',
      pays: 'numeric',
      gets: 'numeric',
      fee: 'numeric',
      merged: 'numeric',
      units: 'bigint',
    },
    key: ['seq', 'n'],
    indexes: ['market, seq desc', 'account, seq desc'],
  },
  /** Every leg of every entry. */
  transfers: {
    columns: {
      seq: 'bigint',
      n: 'int',
      at: 'bigint',
      event: 'text',
      market: 'text',
      sender: 'text',
      receiver: 'text',
      asset: 'text',
      amount: 'numeric',
    },
    key: ['seq', 'n'],
    indexes: ['sender, seq desc, n desc', 'receiver, seq desc, n desc'],
  },
  /** A line for each outcome whose price the others do not tell. `opens_at`: where its box of time begins. */
  candles: {
    columns: {
      market: 'text',
      every: 'text',
      opens_at: 'bigint',
      line: 'int',
      open: 'numeric',
      high: 'numeric',
      low: 'numeric',
      close: 'numeric',
      volume: 'numeric',
    },
    key: ['market', 'every', 'opens_at', 'line'],
  },
  /** What an account was worth at the end of an hour in which it moved or held shares. */
  portfolio: {
    columns: {
      account: 'text',
      at: 'bigint',
      points: 'numeric',
      equity: 'numeric',
      granted: 'numeric',
    },
    key: ['account', 'at'],
  },
  /** Every id there ever was, and the entry it made; `refused`: the refusal that took it. */
  commands: {
    columns: { id: 'text', seq: 'bigint', refused: 'text' },
    key: ['id'],
    indexes: ['seq'],
  },
} as const satisfies Record<string, Table>;

export type TableName = keyof typeof TABLES;

const NAMES: readonly TableName[] = [
  'accounts',
  'balances',
  'positions',
  'markets',
  'prices',
  'trades',
  'transfers',
  'candles',
  'portfolio',
  'commands',
];

function tableSql(schema: Schema, name: TableName): readonly string[] {
  const { columns, key, indexes = [] }: Table = TABLES[name];
  const lines = Object.entries(columns).map(([column, type]) => `${column} ${type}`);
  return [
    `create table ${schema}.${name} (${[...lines, `primary key (${key.join(', ')})`].join(', ')})`,
    ...indexes.map((on) => `create index on ${schema}.${name} (${on})`),
  ];
}

/** What an account is worth now: Points, and shares at the newest prices; in a running rally what was put in. */
const worth = (schema: Schema): string => `create view ${schema}.worth as
  select account, points, points + value as equity, granted from (
    select a.id as account, a.granted,
      coalesce((select amount from ${schema}.balances
        where account = 'player:' || a.id and asset = 'points'), 0) as points,
      coalesce((select sum(case when m.pledges then s.net else div(b.amount * p.price, 1000000) end)
        from ${schema}.balances b
        join ${schema}.prices p on p.asset = b.asset
        join ${schema}.markets m on m.id = p.market
        left join ${schema}.positions s on s.market = p.market and s.holder = b.account
        where b.account = 'player:' || a.id and b.amount > 0), 0) as value
    from ${schema}.accounts a) w`;

/**
 * Until this transaction ends nobody else makes, drops or moves tables. The checkpoint is what everybody else locks
 * first: taken first here too, no two wait for each other.
 */
export async function lockTables(run: RunSql): Promise<void> {
  await run('select pg_advisory_xact_lock(7203912)');
  for (const schema of ['read', 'read_next'] as const) {
    const name = `${schema}.checkpoint`;
    const { rows } = await run(`select to_regclass('${name}')::text`);
    if (rows[0]?.[0] !== null) await run(`lock table ${name} in access exclusive mode`);
  }
}

export async function makeTables(run: RunSql, schema: Schema, journal: string): Promise<void> {
  await lockTables(run);
  await run(`drop schema if exists ${schema} cascade`);
  await run(`create schema ${schema}`);
  for (const name of NAMES) for (const statement of tableSql(schema, name)) await run(statement);
  await run(worth(schema));
  await run(`create table ${schema}.checkpoint (one boolean primary key check (one),
    format int, journal text, grp bigint, seq bigint, hash text, at bigint)`);
  await run(`insert into ${schema}.checkpoint values (true, $1::int, $2, 0, 0, $3, 0)`, [
    TABLES_FORMAT,
    journal,
    hashZero(journal),
  ]);
}

/** Many rows in one statement; `onConflict` says what becomes of those that are there. */
export function insertSql(schema: Schema, name: TableName, onConflict: string): string {
  const { columns }: Table = TABLES[name];
  const named = Object.keys(columns).join(', ');
  const typed = Object.entries(columns).map(([column, type]) => `${column} ${type}`);
  return `insert into ${schema}.${name} as old (${named})
    select ${named} from json_to_recordset($1::text::json) as r(${typed.join(', ')}) ${onConflict}`;
}

/** Every column but the key takes the new value. */
export function replaces(name: TableName): string {
  const { columns, key }: Table = TABLES[name];
  const sets = Object.keys(columns)
    .filter((column) => !key.includes(column))
    .map((column) => `${column} = excluded.${column}`);
  return `on conflict (${key.join(', ')}) do update set ${sets.join(', ')}`;
}
