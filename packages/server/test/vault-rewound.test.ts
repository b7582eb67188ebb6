/** A shared vault whose database went back to an older state. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasPostgres, Server } from '../../../scripts/postgres.js';
import { Vault } from '../src/vault/vault.js';
import { until } from './nodes.js';

const SCOPES = ['read', 'trade'] as const;

describe.runIf(hasPostgres())('a vault that went back', () => {
  let server: Server;
  beforeAll(async () => {
    server = await Server.start();
  });
  afterAll(() => server.end());

  async function opened(database: string) {
    const alarms: string[] = [];
    const vault = await Vault.openShared({
      url: server.url(database),
      steady: () => performance.now(),
      onAlarm: (reason) => alarms.push(reason),
    });
    return { vault, alarms };
  }

  const user = (account: string) => ({ account, handle: account, created: 1, admin: false });
  const newKey = (vault: Vault, account: string) =>
    vault.addKey({ account, name: 'first', scopes: SCOPES, created: 1 });

  /** What is kept meanwhile is lost: the tables are as they were. */
  async function rewindOver(database: string, work: () => Promise<void>): Promise<void> {
    const tables = ['vault', 'vault_count'];
    await server.sql(database, ...tables.map((name) => `create table ${name}_ as table ${name}`));
    await work();
    const back = tables.flatMap((name) => [
      `delete from ${name}`,
      `insert into ${name} select * from ${name}_`,
    ]);
    await server.sql(database, 'begin', ...back, 'commit');
  }

  test('[M28] is healed by those who remember: keys, what was revoked, who was erased', async () => {
    const database = await server.database();
    const [one, two] = [await opened(database), await opened(database)];
    for (const name of ['ana', 'zoe']) expect(await one.vault.addUser(user(name))).toBe(true);
    const old = await newKey(one.vault, 'ana');
    const zoes = await newKey(one.vault, 'zoe');
    let lost = { id: '', key: '' };
    await rewindOver(database, async () => {
      lost = await newKey(one.vault, 'ana');
      expect(await one.vault.addUser(user('bob'))).toBe(true);
      await one.vault.revokeKey(old.id);
      await one.vault.erase('zoe');
      await one.vault.putText({ command: 'c1', by: 'bob', text: 'a title' });
      await until(() => two.vault.handleOf('bob') === 'bob');
    });
    // Somebody who knows of nothing writes on from there, under numbers that were used.
    const three = await opened(database);
    const made: { id: string; key: string }[] = [];
    for (let n = 0; n < 3; n++) made.push(await newKey(three.vault, 'ana'));
    for (const { vault } of [one, two, three]) {
      await until(() => made.every(({ key }) => vault.keyOf(key) !== undefined));
      await until(() => vault.keyOf(lost.key) !== undefined && vault.handleOf('bob') === 'bob');
      await until(() => vault.keyOf(old.key) === undefined);
      await until(() => vault.handleOf('zoe') === undefined);
      expect(vault.keyOf(zoes.key)).toBeUndefined();
    }
    const titles = await server.sql(
      database,
      "select count(*) from vault where body like '%a title%'",
    );
    expect(titles).toEqual([['1']]);
    expect(
      await server.sql(database, "select body from vault where body like '%zoe%' order by n"),
    ).toEqual([[JSON.stringify({ type: 'erased', account: 'zoe' })]]);
    expect([...one.alarms, ...two.alarms].join()).toMatch(/went back: \d+ rows are kept again/);
    await Promise.all([one, two, three].map(({ vault }) => vault.close()));
  });

  test('[M28] an owner who is erased, and whose row was the newest, makes nobody go back', async () => {
    const database = await server.database();
    const [one, two] = [await opened(database), await opened(database)];
    expect(await one.vault.addUser(user('ana'))).toBe(true);
    const { key } = await newKey(one.vault, 'ana');
    await until(() => two.vault.keyOf(key) !== undefined);
    await one.vault.erase('ana');
    await until(() => two.vault.handleOf('ana') === undefined);
    expect(await two.vault.addUser(user('bob'))).toBe(true);
    await until(() => one.vault.handleOf('bob') === 'bob');
    expect([...one.alarms, ...two.alarms]).toEqual([]);
    expect((await server.sql(database, 'select count(*) from vault'))[0]).toEqual(['2']);
    await Promise.all([one.vault.close(), two.vault.close()]);
  });
});
