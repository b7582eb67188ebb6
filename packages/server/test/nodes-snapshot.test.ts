/** Nodes on one database that begin with a snapshot are the nodes that folded everything. */
import { stateHash } from '@fairground/engine';
import { openPostgresJournal, type PostgresJournal } from '@fairground/journal';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hasPostgres, Server } from '../../../scripts/postgres.js';
import { buy, type Stage, type StageOptions } from './bench.js';
import { fairOf, member, until } from './nodes.js';

describe.runIf(hasPostgres())('nodes and snapshots', () => {
  let server: Server;
  let nodes: Stage[] = [];
  let journals: PostgresJournal[] = [];
  beforeAll(async () => {
    server = await Server.start();
  });
  afterAll(() => server.end());
  afterEach(async () => {
    await Promise.all(nodes.map(({ node }) => node.close()));
    await Promise.all(journals.map((journal) => journal.close()));
    [nodes, journals] = [[], []];
  });

  const join = async (database: string, options: StageOptions = {}): Promise<Stage> => {
    const made = await member(server.url(database), options);
    nodes.push(made);
    return made;
  };

  const opened = async (database: string): Promise<PostgresJournal> => {
    const journal = await openPostgresJournal({ connect: server.url(database), name: 'other' });
    journals.push(journal);
    return journal;
  };

  const trade = (at: Awaited<ReturnType<typeof fairOf>>, spend: string) =>
    at.must('POST', '/v1/orders', { key: at.ana.key, body: buy('M1', spend) });

  const PAST = ['/v1/markets/M1/trades', '/v1/markets/M1/candles', '/v1/facts'];
  const NOW = ['/v1/markets/M1', '/v1/markets', '/v1/head', '/v1/journal'];
  const answers = async (at: Stage): Promise<string[]> => {
    const all = [];
    for (const path of [...PAST, ...NOW]) all.push((await at.must('GET', path)).text);
    return all;
  };
  const remembers = async (at: Stage): Promise<boolean> =>
    (await at.call('GET', '/v1/facts')).status === 200;
  const worldOf = ({ node }: Stage): string => stateHash(node.sequencer.world);
  const isAt = (at: Stage, one: Stage) => () =>
    at.node.sequencer.durable.seq === one.node.sequencer.durable.seq;

  test('[M11] cut anywhere, a node that begins with the snapshot is the one that folded everything', async () => {
    const database = await server.database();
    const one = await fairOf(await join(database));
    const journal = await opened(database);
    for (let cut = 0; cut < 5; cut++) {
      await trade(one, String(cut + 1));
      const { seq } = await journal.snapshotHere();
      expect(seq).toBe(one.node.sequencer.durable.seq);
      const progress: number[] = [];
      const onProgress = (done: number): void => void progress.push(done);
      const at = await join(database, { onProgress });
      // It had nothing to fold.
      expect(progress).toEqual([]);
      expect(worldOf(at)).toBe(worldOf(one));
      await trade(one, '0.5');
      await until(isAt(at, one));
      expect(worldOf(at)).toBe(worldOf(one));
      await until(() => remembers(at));
      expect(await answers(at)).toEqual(await answers(one));
      await at.node.close();
      nodes.pop();
    }
  });

  test('[M12] one of several nodes makes each snapshot, a follower where there is one', async () => {
    const database = await server.database();
    const alarms: string[] = [];
    const onAlarm = (reason: string): void => void alarms.push(reason);
    const options = { onAlarm, snapshotEvery: 5 };
    const one = await fairOf(await join(database, options));
    const two = await join(database, options);
    const seqs = async (): Promise<string[]> =>
      (await server.sql(database, 'select seq from snapshot where part = 0')).map(
        ([seq = '']) => seq,
      );
    await until(async () => (await seqs()).length > 0);
    for (let n = 0; n < 6; n++) await trade(one, '1');
    await until(async () => (await seqs()).length > 1);
    const three = await join(database);
    await until(isAt(three, one));
    expect(worldOf(three)).toBe(worldOf(one));
    expect(worldOf(two)).toBe(worldOf(one));
    expect(alarms).toEqual([]);
  }, 40_000);

  test('[M13] a deposed leader makes its world from the newest snapshot of what it told, and tells each entry once', async () => {
    const database = await server.database();
    const one = await fairOf(await join(database));
    const journal = await opened(database);
    for (let n = 0; n < 3; n++) await trade(one, '1');
    await journal.snapshotHere();
    await trade(one, '2');
    const told: number[] = [];
    one.node.sequencer.onFolded(({ seq }) => told.push(seq));
    // It could not fold everything anew: what lies below the snapshot cannot be read any more.
    const [[below = ''] = []] = await server.sql(
      database,
      'select grp from journal where last_seq = (select max(seq) from snapshot) order by grp limit 1',
    );
    await server.sql(database, `update journal set lines = 'x' where grp > 0 and grp < ${below}`);
    await journal.take();
    await until(() => one.node.sequencer.status === 'following');
    await until(() => one.node.sequencer.status === 'leading');
    const { json } = await trade(one, '3');
    expect(one.node.sequencer.durable.seq).toBe(json.seq);
    expect(told).toEqual([json.seq]);
    const two = await join(database);
    expect(worldOf(two)).toBe(worldOf(one));
  }, 30_000);

  test('[M11] a journal that ends before its snapshots starts nothing unless the loss is accepted', async () => {
    const database = await server.database();
    const one = await fairOf(await join(database));
    await trade(one, '1');
    const journal = await opened(database);
    const { seq } = await journal.snapshotHere();
    await one.node.close();
    nodes = [];
    await server.sql(database, `delete from journal where last_seq >= ${seq}`);
    await expect(join(database)).rejects.toThrow(`a snapshot of entry ${seq}`);
    const alarms: string[] = [];
    const again = await join(database, {
      env: { FAIRGROUND_ACCEPT_LOSS: '1' },
      onAlarm: (reason) => void alarms.push(reason),
    });
    expect(alarms.join()).toContain(`there is a snapshot of entry ${seq}; that snapshot is gone`);
    expect(again.node.sequencer.durable.seq).toBe(seq - 1);
  });
});
