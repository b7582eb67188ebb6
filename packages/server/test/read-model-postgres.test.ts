/** What only a database shared by several can meet with. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasPostgres, Server } from '../../../scripts/postgres.js';
import { checkpointOf, move } from '../src/readmodel/checkpoint.js';
import { Projector } from '../src/readmodel/projector.js';
import { rebuildTables } from '../src/readmodel/rebuild-tables.js';
import { openPostgres } from '../src/readmodel/sql-postgres.js';
import type { SqlStore } from '../src/readmodel/sql-store.js';
import { makeTables, TABLES } from '../src/readmodel/tables.js';
import { expectSame, Play, toTheEnd } from './read-model.bench.js';

const onProgress = (): void => {};
const steady = (): number => performance.now();
const onAlarm = (): void => {};

describe.runIf(hasPostgres())('the tables on PostgreSQL', () => {
  let store: SqlStore;
  let server: Server;
  beforeAll(async () => {
    server = await Server.start();
    store = openPostgres(server.url(await server.database()), onAlarm);
  }, 60_000);
  afterAll(async () => {
    await store.close();
    await server.end();
  });

  test('[P11] whoever fills them anew is in nobody’s way, and nobody in his', async () => {
    const play = await Play.begin();
    await play.play([]);
    const parts = { journal: play.journal, store, steady, onAlarm };
    const rebuild = () => rebuildTables({ ...parts, onProgress, isStopped: () => false });
    // Another node is making them, and then writes, while the new ones wait to take their place.
    const makes = store.transaction(async (run) => {
      await makeTables(run, 'read', play.journal.id);
      await sleep(500);
    });
    await sleep(50);
    await Promise.all([makes, rebuild()]);
    const writes = store.transaction(async (run) => {
      const from = await checkpointOf(run, 'read', play.journal.id);
      if (from) await move(run, 'read', { from, to: from });
      await sleep(500);
      for (const name of Object.keys(TABLES)) await run(`select * from read.${name} for update`);
    });
    await sleep(50);
    await Promise.all([writes, rebuild()]);
    await toTheEnd(new Projector(parts));
    await expectSame(store, play.world, play);
  }, 60_000);

  test('[M22] a line that is ended between two statements fails what ran on it, and nothing else', async () => {
    const work = store.transaction(async (run) => {
      const [[pid = ''] = []] = (await run('select pg_backend_pid()')).rows;
      await server.sql('postgres', `select pg_terminate_backend(${pid}, 10000)`);
      await run('select 1');
    });
    await expect(work).rejects.toThrow(/terminat|not queryable/i);
    expect((await store.look((run) => run('select 2'))).rows).toEqual([['2']]);
  });
});
