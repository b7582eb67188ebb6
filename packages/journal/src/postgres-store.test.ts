import { randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import fc from 'fast-check';
import { hashZero } from '@fairground/engine';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MemoryDatabase } from './memory-database.js';
import { appendAll, groupAfter, readAll } from '../test/groups.js';
import { openAccount, Played } from '../test/played.js';
import { hasPostgres, Server } from '../../../scripts/postgres.js';
import { openFileJournal } from './file.js';
import { MemoryStore } from './memory.js';
import { openPostgresJournal, postgresSettings } from './postgres.js';
import { type Connect, NothingDone, type Rows, type Value } from './postgres-connection.js';
import { connectTo } from './postgres-driver.js';
import { SQL } from './postgres-sql.js';
import { exportChunks, importLines } from './transport.js';
import type { Journal } from './journal.js';

async function exported(journal: Journal): Promise<string> {
  let text = '';
  for await (const chunk of exportChunks(journal)) text += chunk;
  return text;
}

async function* linesIn(text: string): AsyncGenerator<string> {
  for (const line of text.trimEnd().split('\n')) if (!line.startsWith('#')) yield line;
}

describe.runIf(hasPostgres())('the store in PostgreSQL', () => {
  let server: Server;
  beforeAll(async () => {
    server = await Server.start();
  });
  afterAll(() => server.end());

  const fresh = async (options = ''): Promise<string> => server.url(await server.database(options));

  /** A way to the server that notes what is sent, and may refuse it. */
  const watched =
    (url: string, seen: string[], refuse: (statement: string) => void = () => {}): Connect =>
    async () => {
      const connection = await connectTo(url)();
      const run = (statement: string, values: readonly Value[]): Promise<Rows> => {
        seen.push(statement);
        refuse(statement);
        return connection.run(statement, values);
      };
      return { run, close: () => connection.close() };
    };

  test('[Q1] an append is one statement, outside any transaction', async () => {
    const seen: string[] = [];
    const journal = await openPostgresJournal({ connect: watched(await fresh(), seen) });
    const head = await journal.take();
    seen.length = 0;
    await appendAll(journal, head, [[1], [2], [3]]);
    expect(seen).toEqual([SQL.append, SQL.append, SQL.append]);
    await journal.close();
  });

  test('[Q5] conflicts are tried again until they pass, and do what they would have done', async () => {
    let storm = 0;
    const journal = await openPostgresJournal({
      connect: watched(await fresh(), [], (statement) => {
        if (statement !== SQL.append || storm-- <= 0) return;
        throw new NothingDone(storm % 2 === 0 ? '40001' : '40P01', 'told to conflict');
      }),
    });
    const head = await journal.take();
    storm = 7;
    await appendAll(journal, head, [[1]]);
    expect(storm).toBeLessThanOrEqual(0);
    await journal.close();
  });

  test.each([
    ['53100', 'storage_full'],
    ['53200', 'busy'],
    ['53300', 'busy'],
    ['25006', 'busy'],
  ])('[Q5] %s is a definite %s', async (code, kind) => {
    let refuses = false;
    const url = await fresh();
    const journal = await openPostgresJournal({
      connect: watched(url, [], (statement) => {
        if (refuses && statement === SQL.append) throw new NothingDone(code, 'told to fail');
      }),
    });
    const head = await journal.take();
    refuses = true;
    const group = groupAfter(head);
    await expect(journal.append(group, head)).rejects.toMatchObject({ code: kind });
    expect(await journal.head()).toEqual(head);
    refuses = false;
    expect(await journal.append(group, head)).toBe('done');
    await journal.close();
  });

  test('[Q8] a server that does not keep its commits is refused, by name', async () => {
    const url = await fresh();
    const named = (await postgresSettings(url)).map(({ name, verdict }) => [name, verdict]);
    const refused = named.filter(([, verdict]) => verdict === 'refused');
    expect(refused).toEqual([]);
    expect(named.map(([name]) => name)).toContain('fsync');
    await (await openPostgresJournal({ connect: url })).close();
    await server.down();
    await server.up('fsync=off', 'full_page_writes=off', 'default_transaction_read_only=off');
    const opened = openPostgresJournal({ connect: url });
    await expect(opened).rejects.toMatchObject({ code: 'settings' });
    await expect(opened).rejects.toThrow(/fsync is off: set fsync = on; full_page_writes is off/);
    await server.down();
    await server.up();
    await (await openPostgresJournal({ connect: url })).close();
  });

  test('[Q8] another encoding and a read-only database are refused', async () => {
    const other = await fresh("encoding 'LATIN1' template template0");
    await expect(openPostgresJournal({ connect: other })).rejects.toThrow(/encoding is LATIN1/);
    const name = await server.database();
    await (await openPostgresJournal({ connect: server.url(name) })).close();
    await server.sql('postgres', `alter database ${name} set default_transaction_read_only = on`);
    await expect(openPostgresJournal({ connect: server.url(name) })).rejects.toThrow(
      /read_only is on: connect to the primary/,
    );
  });

  test('[Q8] each session waits for its commits, whatever the database says', async () => {
    const name = await server.database();
    await server.sql('postgres', `alter database ${name} set synchronous_commit = off`);
    await server.sql('postgres', `alter database ${name} set statement_timeout = 700`);
    const connection = await connectTo(server.url(name))();
    const asked = `select current_setting('synchronous_commit'), current_setting('statement_timeout')`;
    expect((await connection.run(asked, [])).rows).toEqual([['on', '0']]);
    connection.close();
  });

  test('[Q9] a pooler that deals out sessions by the statement is refused', async () => {
    const shared = await connectTo(await fresh())();
    const connect: Connect = async () => ({
      run: (statement, values) => shared.run(statement, values),
      close: () => {},
    });
    await expect(openPostgresJournal({ connect })).rejects.toThrow(/sessions is pooled/);
    shared.close();
  });

  test('[Q10] nodes that start together found one journal, and no other is taken for it', async () => {
    const connect = await fresh();
    const all = await Promise.all(
      Array.from({ length: 5 }, () => openPostgresJournal({ connect })),
    );
    expect(new Set(all.map(({ id }) => id)).size).toBe(1);
    expect(new Set(all.map(({ holder }) => holder)).size).toBe(5);
    await Promise.all(all.map((journal) => journal.close()));
    const id = 'ab'.repeat(16);
    await expect(openPostgresJournal({ connect, id })).rejects.toMatchObject({ code: 'format' });
    const made = await openPostgresJournal({ connect: await fresh(), id });
    expect(made.id).toBe(id);
    expect((await made.head()).hash).toBe(hashZero(id));
    await made.close();
  });

  test('[Q10] tables of a newer build are refused', async () => {
    const name = await server.database();
    await (await openPostgresJournal({ connect: server.url(name) })).close();
    await server.sql(name, 'insert into journal_schema values (99)');
    const opened = openPostgresJournal({ connect: server.url(name) });
    await expect(opened).rejects.toThrow('The tables have version 99');
  });

  test('[Q11] shards of one database know nothing of each other', async () => {
    const connect = await fresh();
    const one = await openPostgresJournal({ connect });
    const two = await openPostgresJournal({ connect, shard: 7 });
    expect(one.id).not.toBe(two.id);
    const head = await appendAll(one, await one.take(), [[1], [2]]);
    expect(await two.take()).toMatchObject({ grp: 1, term: 1 });
    expect(await readAll(two)).toHaveLength(1);
    expect(await two.groupOf(1)).toBeUndefined();
    expect(await one.head()).toEqual(head);
    expect(await one.beat()).toMatchObject({ leads: true });
    await Promise.all([one.close(), two.close()]);
  });

  test('[E2] from a directory into PostgreSQL and back, byte for byte', async () => {
    const id = randomBytes(16).toString('hex');
    const played = new Played(new MemoryStore({ id, hash0: hashZero(id) }));
    await played.restart();
    await Promise.all(
      Array.from({ length: 1_500 }, (_, n) => played.submit({ wish: openAccount(`p${n}`) })),
    );
    const text = await exported(played.store.open());
    const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'fairground-transport-'));
    const [one, two] = [path.join(dir, 'one'), path.join(dir, 'two')];
    const file = await openFileJournal({ dir: one, id, segmentBytes: 1024 * 1024 });
    await importLines(linesIn(text), file);
    const store = await openPostgresJournal({ connect: await fresh(), id });
    expect(await importLines(linesIn(await exported(file)), store)).toEqual({
      known: 0,
      added: 1_500,
    });
    expect(await exported(store)).toBe(text);
    const back = await openFileJournal({ dir: two, id, segmentBytes: 1024 * 1024 });
    await importLines(linesIn(await exported(store)), back);
    expect(await exported(back)).toBe(text);
    expect(await importLines(linesIn(text), store)).toEqual({ known: 1_500, added: 0 });
    await Promise.all([file.close(), back.close(), store.close()]);
    fs.rmSync(dir, { recursive: true });
  });

  test('[Q13] the database of the simulations says to any run of statements what a real one says', async () => {
    const url = await fresh();
    await (await openPostgresJournal({ connect: url })).close();
    const real = await connectTo(url)();
    let shard = 100;
    const small = fc.integer({ min: 0, max: 4 });
    const hash = fc.constantFrom('aa'.repeat(32), 'bb'.repeat(32), 'cc'.repeat(32));
    const holder = fc.constantFrom('one', 'two');
    const statement: fc.Arbitrary<[string, Value[]]> = fc.oneof(
      fc
        .tuple(small, small, small, small, hash, fc.constantFrom('a\n', 'bb\n'), hash)
        .map((values): [string, Value[]] => [SQL.append, values]),
      fc
        .tuple(small, small, hash, holder)
        .map((values): [string, Value[]] => [SQL.termRow, values]),
      fc
        .tuple(holder, fc.constant('url'), small, fc.integer({ min: 1, max: 2 }), small, small)
        .map((values): [string, Value[]] => [SQL.takeLease, values]),
      fc
        .tuple(holder, small, small, hash, hash)
        .map((values): [string, Value[]] => [SQL.beat, values]),
      holder.map((values): [string, Value[]] => [SQL.release, [values]]),
      fc.constant<[string, Value[]]>([SQL.confirm, []]),
    );
    const outcome = async (run: () => Promise<Rows> | Rows, isBeat: boolean): Promise<unknown> => {
      try {
        const { count, rows } = await run();
        return isBeat ? count : { count, rows };
      } catch (error) {
        return error instanceof NothingDone ? error.code : error;
      }
    };
    const QUESTIONS: readonly [string, Value[]][] = [
      [SQL.head, []],
      [SQL.newest, []],
      [SQL.rowAt, [2]],
      [SQL.read, [1, 3]],
      [SQL.groupOf, [1]],
      [SQL.groupOf, [2]],
      [SQL.lease, []],
      [SQL.identity, []],
    ];
    let landed = 0;
    const property = fc.asyncProperty(fc.array(statement, { maxLength: 24 }), async (all) => {
      shard++;
      const fake = new MemoryDatabase(() => 0);
      const found: [string, Value[]] = [SQL.found, ['aa'.repeat(32), 'whose']];
      for (const [sql, values] of [[SQL.makeLease, []] as [string, Value[]], found, ...all]) {
        const isBeat = sql === SQL.beat;
        const said = await outcome(() => real.run(sql, [shard, ...values]), isBeat);
        expect(await outcome(() => fake.run(sql, [shard, ...values]), isBeat)).toEqual(said);
        if (sql === SQL.append && JSON.stringify(said).includes('"count":1')) landed++;
      }
      for (const [sql, values] of QUESTIONS) {
        const said = await outcome(() => real.run(sql, [shard, ...values]), false);
        expect(await outcome(() => fake.run(sql, [shard, ...values]), false)).toEqual(said);
      }
    });
    await fc.assert(property, { seed: 20_261_121, numRuns: 120 });
    real.close();
    expect(landed).toBeGreaterThan(0);
  });
});
