import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { appendAll, readAll } from '../test/groups.js';
import { hasPostgres, Server } from '../../../scripts/postgres.js';
import { openPostgresJournal } from './postgres.js';
import { openPostgresReader } from './postgres-reader.js';

describe.runIf(hasPostgres())('a reader beside the nodes', () => {
  let server: Server;
  beforeAll(async () => {
    server = await Server.start();
  });
  afterAll(() => server.end());

  test('[Q20] reads with the right to select alone, up to the head, while others write', async () => {
    const database = await server.database();
    const journal = await openPostgresJournal({ connect: server.url(database) });
    const head = await appendAll(journal, await journal.take(), [[1], [2], [3, 4]]);
    await server.sql(
      database,
      'create role watcher login',
      'grant select on journal, lease to watcher',
    );
    const connect = server.url(database).replace('postgres@', 'watcher@');
    const reader = await openPostgresReader({ connect });
    expect(reader.id).toBe(journal.id);
    expect(await reader.head()).toEqual(head);
    expect(await readAll(reader)).toEqual(await readAll(journal));
    expect(await reader.groupOf(2)).toEqual(await journal.groupOf(2));
    expect(await reader.groupOf(head.lastSeq + 1)).toBeUndefined();
    expect(await reader.lease()).toEqual(await journal.lease());
    const { at = 0 } = await journal.beat();
    expect(await reader.clock()).toBeGreaterThanOrEqual(at);
    const further = await appendAll(journal, head, [[5]]);
    expect(await reader.head()).toEqual(further);
    await Promise.all([reader.close(), journal.close()]);
  });

  test('[Q20] where there is no journal it says so, and makes none', async () => {
    const database = await server.database();
    const opened = openPostgresReader({ connect: server.url(database) });
    await expect(opened).rejects.toMatchObject({ code: 'format' });
    await expect(opened).rejects.toThrow('There is no journal in this database.');
    expect(
      await server.sql(
        database,
        'select tablename from pg_tables where schemaname = current_schema()',
      ),
    ).toEqual([]);
    await (await openPostgresJournal({ connect: server.url(database), shard: 1 })).close();
    await expect(openPostgresReader({ connect: server.url(database) })).rejects.toThrow(
      /no journal/,
    );
    const nowhere = openPostgresReader({ connect: 'postgres://me:secret@127.0.0.1:1/none' });
    await expect(nowhere).rejects.toMatchObject({ code: 'unreachable' });
    await expect(nowhere).rejects.not.toThrow(/secret/);
  });
});
