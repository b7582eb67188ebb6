/**
 * Private rows in a table that several nodes share. Each change raises one counter in its own statement and takes
 * its number from it, so whoever has seen a number has seen every lower one: nobody can miss a change.
 */
import { randomBytes } from 'node:crypto';
import { JournalRefused } from './file-errors.js';
import { type Connect, NothingDone } from './postgres-connection.js';
import { connectBy, reached } from './postgres-open.js';
import { ask, insist, jitterOf, type Waits } from './postgres-insist.js';
import { text, whole } from './postgres-rows.js';
import { change } from './postgres-schema.js';
import { Session } from './postgres-session.js';
import { nodeTimer, type Timer } from './timer.js';

const TABLES = [
  'create table if not exists vault_count (id int not null primary key, n bigint not null)',
  `create table if not exists vault (n bigint not null primary key, tag text not null unique,
    place text unique, owner text not null, body text not null)`,
  'insert into vault_count (id, n) values (0, 0) on conflict do nothing',
  'create index if not exists vault_by_owner on vault (owner)',
  'alter table vault add column if not exists expires bigint',
  'create index if not exists vault_by_expiry on vault (expires) where expires is not null',
] as const;

const COUNTED = 'counted as (update vault_count set n = n + 1 where id = 0 returning n)';
const INSERT = `insert into vault (n, tag, place, owner, body, expires)
  select n, $1::text, nullif($2::text, ''), $3::text, $4::text, nullif($5::bigint, 0)
  from counted returning n`;

/** Only behind the very number that was seen: what another wrote meanwhile is not mixed in. */
const INSERT_ALL = `with counted as
    (update vault_count set n = n + $3::bigint where id = 0 and n = $1::bigint returning n)
  insert into vault (n, tag, place, owner, body, expires)
  select counted.n - $3::bigint + given.at, given.tag, given.place, given.owner, given.body,
    given.expires
  from counted, json_to_recordset($2::json)
    as given(at bigint, tag text, place text, owner text, body text, expires bigint)`;

const STATEMENTS = {
  addAll: INSERT_ALL,
  count: 'select n from vault_count where id = 0',
  add: `with ${COUNTED} ${INSERT}`,
  erase: `with gone as (delete from vault where owner = $3::text), ${COUNTED} ${INSERT}`,
  drop: 'delete from vault where expires < $1::bigint',
  tagged: 'select n from vault where tag = $1::text',
  from: `select n, tag, coalesce(place, ''), owner, body from vault
    where n >= $1::bigint order by n limit $2::bigint`,
} as const;

const hasNoTable = (error: unknown): boolean =>
  error instanceof NothingDone && error.code === '42P01';

export interface PrivateRow {
  readonly n: number;
  /** Its own among all rows that ever were. */
  readonly tag: string;
  /** '' where it needs none. */
  readonly place: string;
  readonly owner: string;
  readonly body: string;
}

export interface NewPrivateRow {
  readonly body: string;
  /** Whose it is: it goes when he is erased. '' of nobody. */
  readonly owner: string;
  /** Only one row can be there: a handle, the text of a command. Absent: it needs none. */
  readonly place?: string | undefined;
  /** From then on nobody misses it, in milliseconds since 1970. Absent: it stays. */
  readonly expires?: number | undefined;
}

export class PrivateRows {
  readonly #write: Session;
  readonly #read: Session;
  readonly #waits: Waits;

  private constructor(connect: Connect, timer: Timer) {
    this.#write = new Session(connect, timer);
    this.#read = new Session(connect, timer);
    this.#waits = { timer, jitter: jitterOf(randomBytes(6).toString('hex')) };
  }

  static async open(where: string | Connect, timer: Timer = nodeTimer): Promise<PrivateRows> {
    const rows = new PrivateRows(await connectBy(where), timer);
    try {
      for (const sql of TABLES) await reached(change(rows.#write, { sql }));
      return rows;
    } catch (error) {
      rows.close();
      throw error;
    }
  }

  /** Looks into tables that are there already; undefined where there are none. Adds nothing. */
  static async look(
    where: string | Connect,
    timer: Timer = nodeTimer,
  ): Promise<PrivateRows | undefined> {
    const rows = new PrivateRows(await connectBy(where), timer);
    try {
      await reached(rows.#read.run(STATEMENTS.count, []));
      return rows;
    } catch (error) {
      rows.close();
      if (error instanceof JournalRefused && hasNoTable(error.cause)) return undefined;
      throw error;
    }
  }

  /** How many changes there ever were. */
  async count(): Promise<number> {
    const [row = []] = await ask(this.#write, this.#waits, STATEMENTS.count, []);
    return whole(row[0]);
  }

  /** Adds them in order, all or none: none where anything came behind number `seen`, or a place is taken. */
  async addAll(seen: number, rows: readonly NewPrivateRow[]): Promise<boolean> {
    const tagged = rows.map((row, at) => {
      return { ...row, at: at + 1, tag: randomBytes(16).toString('hex'), place: row.place };
    });
    const values = [seen, JSON.stringify(tagged), rows.length];
    const said = await insist(this.#write, this.#waits, STATEMENTS.addAll, values);
    if (said === 'taken') return false;
    if (said.count > 0) return true;
    const ours = await ask(this.#write, this.#waits, STATEMENTS.tagged, [tagged[0]?.tag ?? '']);
    return ours.length > 0;
  }

  /** Its number once it is durable; undefined where its place is taken. */
  add(row: NewPrivateRow): Promise<number | undefined> {
    return this.#insert(STATEMENTS.add, row, newTag());
  }

  /** All of an owner's rows go, and this one says so to whoever had them. */
  async erase(owner: string, body: string): Promise<void> {
    await this.#insert(STATEMENTS.erase, { owner, body }, newTag());
  }

  /** One that was durable, and that the database has lost; once, whoever remembers it. */
  async keepAgain(row: PrivateRow & NewPrivateRow, erases: boolean): Promise<void> {
    await this.#insert(erases ? STATEMENTS.erase : STATEMENTS.add, row, row.tag);
  }

  /** Rows that nobody misses any more go. Numbers stay as they are. */
  async dropOver(before: number): Promise<void> {
    await insist(this.#write, this.#waits, STATEMENTS.drop, [before]);
  }

  /** Rows from `n` on in order, at most `limit`. One question: what does not answer is not asked again here. */
  async from(n: number, limit: number): Promise<readonly PrivateRow[]> {
    const { rows } = await this.#read.run(STATEMENTS.from, [n, limit]);
    return rows.map(([number, tag, place, owner, body]) => {
      return {
        n: whole(number),
        tag: text(tag),
        place: text(place),
        owner: text(owner),
        body: text(body),
      };
    });
  }

  close(): void {
    this.#write.close();
    this.#read.close();
  }

  async #insert(
    statement: string,
    { place = '', owner, body, expires = 0 }: NewPrivateRow,
    tag: string,
  ): Promise<number | undefined> {
    const said = await insist(this.#write, this.#waits, statement, [
      tag,
      place,
      owner,
      body,
      expires,
    ]);
    if (said !== 'taken') return whole(said.rows[0]?.[0]);
    const [ours] = await ask(this.#write, this.#waits, STATEMENTS.tagged, [tag]);
    return ours && whole(ours[0]);
  }
}

/** Where an answer was lost, it tells our row from another in the same place. */
const newTag = (): string => randomBytes(16).toString('hex');
