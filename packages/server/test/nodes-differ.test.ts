/** Nodes whose worlds differ find out, and who holds what the journal does not make stands aside. */
import { micro, type World } from '@fairground/engine';
import { decodeManifest, encodeManifest, openPostgresJournal, sha256Of } from '@fairground/journal';
import { SnapshotReader } from '@fairground/engine';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hasPostgres, Server } from '../../../scripts/postgres.js';
import { isOutvoted } from '../src/node/witness.js';
import { buy, type Stage } from './bench.js';
import { fairOf, member, until } from './nodes.js';

describe('who is out until the journal has spoken', () => {
  const own = { seq: 7, digest: 'a' };
  const said = (...words: string[]) =>
    words.map((digest, n) => ({ node: `${digest}${n}`, digest }));
  test.each([
    ['all say the same', ['a', 'a'], 'a0', false, false],
    ['the leader says otherwise', ['a', 'b'], 'b1', false, true],
    ['another says otherwise, and this one leads', ['a', 'b'], 'a0', false, false],
    ['another says otherwise, and nobody leads', ['a', 'b'], '', false, false],
    ['most say otherwise', ['a', 'b', 'b'], 'a0', false, true],
    ['most say the same, but not the leader', ['a', 'a', 'b'], 'b2', false, false],
    ['each says something else, and another leads', ['a', 'b', 'c'], 'c2', false, true],
    ['most say otherwise, and the journal says the same', ['a', 'b', 'b'], '', true, false],
    ['the journal says the same, but a leader who lives does not', ['a', 'b'], 'b1', true, true],
  ] as const)('[M14] %s', (_name, words, leader, isSound, due) => {
    expect(isOutvoted({ word: own, said: said(...words), leader, isSound })).toBe(due);
  });
});

describe.runIf(hasPostgres())('nodes that differ', () => {
  let server: Server;
  let nodes: Stage[] = [];
  beforeAll(async () => {
    server = await Server.start();
  });
  afterAll(() => server.end());
  afterEach(async () => {
    await Promise.all(nodes.map(({ node }) => node.close()));
    nodes = [];
  });

  const join = async (database: string, alarms: string[] = []): Promise<Stage> => {
    const onAlarm = (reason: string): void => void alarms.push(reason);
    const made = await member(server.url(database), { onAlarm, digestEvery: 5 });
    nodes.push(made);
    return made;
  };

  /** One balance is another in this node's memory alone. */
  const plant = ({ node }: Stage, account: string): void => {
    const { books } = node.sequencer.world as World;
    books.post({ from: 'mint', to: `player:${account}`, asset: 'points', amount: micro(1n) });
  };
  const statusOf = async (at: Stage): Promise<string> =>
    String((await at.call('GET', '/readyz')).json['status']);
  const tradeOn = async (at: Stage, key: string, count: number): Promise<void> => {
    for (let n = 0; n < count; n++)
      await at.must('POST', '/v1/orders', { key, body: buy('M1', '1') });
  };

  test('[M14] nodes that agree say so every so many entries, and old words go', async () => {
    const database = await server.database();
    const alarms: string[] = [];
    const one = await fairOf(await join(database, alarms));
    await join(database, alarms);
    await tradeOn(one, one.ana.key, 70);
    const seqs = async (): Promise<string[][]> =>
      server.sql(
        database,
        'select seq, count(*), count(distinct digest) from digest group by seq order by seq desc',
      );
    await until(async () => (await seqs())[0]?.join() === '75,2,1');
    const said = await seqs();
    expect(said.every(([, , words]) => words === '1')).toBe(true);
    expect(said.map(([seq]) => Number(seq))).not.toContain(20);
    expect(alarms).toEqual([]);
  }, 30_000);

  test('[M14] a follower that differs shows nothing, and leads nobody until it is started anew', async () => {
    const database = await server.database();
    const alarms: string[] = [];
    const one = await fairOf(await join(database));
    const two = await join(database, alarms);
    plant(two, one.ana.account);
    await tradeOn(one, one.ana.key, 6);
    await until(async () => (await statusOf(two)) === 'differs');
    for (const path of ['/v1/markets/M1', '/v1/markets', '/v1/markets/M1/trades']) {
      const { status, json } = await two.call('GET', path);
      expect([status, json.error.code], path).toEqual([503, 'rebuilding']);
    }
    await until(() => alarms.some((reason) => /not what the journal makes/.test(reason)));
    expect(alarms.join()).toMatch(/another world than/);
    expect([await statusOf(one), one.node.sequencer.status]).toEqual(['ok', 'leading']);
    const words =
      'select count(distinct digest) from digest group by seq having count(distinct digest) > 1';
    await until(async () => (await server.sql(database, words)).length === 0);
    // What is right is served by whoever is right; the other one leads nobody.
    await tradeOn(one, one.ana.key, 6);
    await one.node.close();
    nodes.splice(0, 1);
    await new Promise((resolve) => setTimeout(resolve, 1_000));
    expect(two.node.sequencer.status).toBe('differs');
    const three = await join(database);
    expect(three.node.sequencer.status).toBe('leading');
  }, 40_000);

  test('[M14] a leader that differs gives the lease back, and one that the journal agrees with leads', async () => {
    const database = await server.database();
    const one = await fairOf(await join(database));
    const two = await join(database);
    plant(one, one.ana.account);
    await tradeOn(one, one.ana.key, 6);
    await until(async () => (await statusOf(one)) === 'differs');
    await until(() => two.node.sequencer.status === 'leading');
    expect(await statusOf(two)).toBe('ok');
    await tradeOn(two, one.ana.key, 6);
    expect(await statusOf(one)).toBe('differs');
  }, 40_000);

  test('[M15] a node that began with a false snapshot finds out, stands aside, and the snapshot is gone', async () => {
    const database = await server.database();
    const one = await fairOf(await join(database));
    await tradeOn(one, one.ana.key, 2);
    const journal = await openPostgresJournal({ connect: server.url(database) });
    const { seq } = await journal.snapshotHere();
    const { snapshots } = journal;
    // Sound in every hash, and of a world in which somebody owns too much.
    const manifest = decodeManifest((await snapshots.get(seq, 0))!)!;
    const text = (await snapshots.get(seq, 1))!;
    const changed = text.replace(
      /("account":"player:[^"]+","assets":\[[^\]]*\],"amounts":\["\d)/,
      '$19',
    );
    expect(changed).not.toBe(text);
    const reader = new SnapshotReader();
    for (const line of changed.trimEnd().split('\n')) reader.add(line);
    const { hash: state } = reader.finish();
    await snapshots.put(seq, 1, changed);
    await snapshots.put(seq, 0, encodeManifest({ ...manifest, parts: [sha256Of(changed)], state }));
    const alarms: string[] = [];
    const two = await join(database, alarms);
    await until(async () => (await statusOf(two)) === 'differs');
    expect(alarms.join()).toContain(`The snapshot of entry ${seq} is not what the entries make`);
    await until(async () => (await snapshots.list()).length === 0);
    const three = await join(database);
    expect(await statusOf(three)).toBe('ok');
    await journal.close();
  }, 40_000);
});
