/** A PostgreSQL for one benchmark, set as for real: nothing that makes it durable is off. */
import { execFile } from 'node:child_process';
import fs from 'node:fs';
import path from 'node:path';
import { promisify } from 'node:util';
import { hasPostgres, Server } from '../../../../scripts/postgres.js';

const SETTINGS = [
  'max_connections=200',
  'shared_buffers=256MB',
  'max_wal_size=2GB',
  'autovacuum=on',
  'fsync=on',
  'full_page_writes=on',
  'synchronous_commit=on',
] as const;

/** What a benchmark prints among its conditions. */
export const DATABASE_SETTINGS = `PostgreSQL on the same machine: ${SETTINGS.join(', ')}`;

export type Database = Server;

/** One that runs, or undefined where there is none for this machine. */
export async function startDatabase(): Promise<Database | undefined> {
  if (!hasPostgres()) return undefined;
  const server = await Server.start();
  await server.down();
  await server.up(...SETTINGS);
  return server;
}

/**
 * The same market as a stored function: it locks the pool's row, prices the trade in exact numbers, moves balance
 * and position, and writes the trade down, in one transaction.
 */
const STORED = [
  'create table pool (id int primary key, yes numeric not null, no numeric not null)',
  'create table account (id int primary key, balance bigint not null)',
  `create table position (account int not null, outcome boolean not null, shares bigint not null,
    primary key (account, outcome))`,
  `create table trade (id bigint generated always as identity primary key, account int not null,
    outcome boolean not null, spend bigint not null, gets bigint not null, at timestamptz not null default now())`,
  'insert into pool values (1, 100000000000, 100000000000)',
  'insert into account select n, 1000000000000 from generate_series(1, 1000) n',
  `create function buy(who int, is_yes boolean, spend bigint) returns bigint language plpgsql as $$
  declare
    p pool;
    paid numeric := spend - ceil(spend * 0.02);
    gets bigint;
  begin
    select * into p from pool where id = 1 for update;
    if is_yes then
      gets := p.yes + paid - ceil(p.yes * p.no / (p.no + paid));
      update pool set yes = p.yes + paid - gets, no = p.no + paid where id = 1;
    else
      gets := p.no + paid - ceil(p.yes * p.no / (p.yes + paid));
      update pool set no = p.no + paid - gets, yes = p.yes + paid where id = 1;
    end if;
    update account set balance = balance - spend where id = who and balance >= spend;
    if not found then raise exception 'insufficient_funds'; end if;
    insert into position values (who, is_yes, gets)
      on conflict (account, outcome) do update set shares = position.shares + excluded.shares;
    insert into trade (account, outcome, spend, gets) values (who, is_yes, spend, gets);
    return gets;
  end $$`,
] as const;

const SCRIPT = `\\set who random(1, 1000)
\\set side random(0, 1)
select buy(:who, :side = 1, 1500000);
`;

export class StoredFunction {
  readonly #server: Database;
  readonly #database: string;

  private constructor(server: Database, database: string) {
    this.#server = server;
    this.#database = database;
  }

  static async make(server: Database): Promise<StoredFunction> {
    const database = await server.database();
    await server.sql(database, ...STORED);
    return new StoredFunction(server, database);
  }

  /** Transactions a second under `pgbench`; undefined where that is not installed. */
  async shoot(clients: number, seconds: number): Promise<number | undefined> {
    const script = path.join(this.#server.dir, 'buy.sql');
    fs.writeFileSync(script, SCRIPT);
    const load = ['-n', '-c', `${clients}`, '-j', '2', '-T', `${seconds}`, '-f', script];
    const where = ['-h', '127.0.0.1', '-p', `${this.#server.port}`, '-U', 'postgres'];
    try {
      const { stdout } = await promisify(execFile)('pgbench', [...load, ...where, this.#database]);
      return Number(/^tps = ([\d.]+)/m.exec(stdout)?.[1]);
    } catch (error) {
      if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return undefined;
      throw error;
    }
  }
}
