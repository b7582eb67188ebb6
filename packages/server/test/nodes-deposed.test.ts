/** Nodes that lose their place, and nodes whose history is no more. */
import { type Entry, micro, ONE, SYSTEM } from '@fairground/engine';
import {
  commandIdOf,
  openPostgresJournal,
  type PostgresJournal,
  Sequencer,
} from '@fairground/journal';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hasPostgres, Server } from '../../../scripts/postgres.js';
import { buy, type Stage, Watch } from './bench.js';
import { fairOf, member, until } from './nodes.js';

describe.runIf(hasPostgres())('nodes that lose their place', () => {
  let server: Server;
  let nodes: Stage[] = [];
  const journals: PostgresJournal[] = [];
  beforeAll(async () => {
    server = await Server.start();
  });
  afterAll(() => server.end());
  afterEach(async () => {
    await Promise.all(nodes.map(({ node }) => node.close()));
    await Promise.all(journals.splice(0).map((journal) => journal.close()));
    nodes = [];
  });

  const join = async (database: string, alarms: string[] = []): Promise<Stage> => {
    const onAlarm = (reason: string): void => void alarms.push(reason);
    const made = await member(server.url(database), { onAlarm });
    nodes.push(made);
    return made;
  };

  const opened = async (database: string): Promise<PostgresJournal> => {
    const journal = await openPostgresJournal({ connect: server.url(database), name: 'other' });
    journals.push(journal);
    return journal;
  };

  const isFollowing = ({ node }: Stage): boolean => node.sequencer.status === 'following';
  const hashesOf = async (at: Stage): Promise<string[]> => {
    const { text } = await at.must('GET', '/v1/journal?limit=10000');
    return text
      .trimEnd()
      .split('\n')
      .map((line) => line.slice(-66, -2));
  };

  /** What a watcher behind the bow hears: each durable entry's hash at its seq. */
  function listen({ node: { sequencer } }: Stage): Map<number, string[]> {
    const told = new Map<number, string[]>();
    let folded: Entry[] = [];
    const settle = (seq: number): void => {
      for (const entry of folded.filter((one) => one.seq <= seq))
        told.set(entry.seq, [...(told.get(entry.seq) ?? []), entry.hash]);
      folded = folded.filter((one) => one.seq > seq);
    };
    sequencer.onFolded((entry) => folded.push(entry));
    sequencer.onDurable(settle);
    sequencer.onReset((seq) => {
      settle(seq);
      folded = [];
    });
    return told;
  }

  test('[M8] a deposed leader follows, and leads again: each entry is told once, and none that vanished', async () => {
    const database = await server.database();
    const one = await fairOf(await join(database));
    const first = one.node.sequencer.head.seq + 1;
    const told = listen(one);
    const order = () => one.call('POST', '/v1/orders', { key: one.ana.key, body: buy('M1', '1') });
    const orders = [];
    for (let n = 0; n < 30; n++) orders.push(order());
    // Another one takes the term while they are on their way, and is never heard of again.
    const other = await opened(database);
    await other.take();
    for (let n = 0; n < 30; n++) orders.push(order());
    await until(() => isFollowing(one));
    await until(() => one.node.sequencer.status === 'leading');
    orders.push(order());
    const replies = await Promise.all(orders);
    for (const { status, json } of replies)
      expect(['undefined', 'no_leader', 'outcome_unknown'], String(status)).toContain(
        String(json.error?.code),
      );
    expect(replies.at(-1)?.status).toBe(201);
    const hashes = await hashesOf(one);
    const due = hashes.slice(first - 1).map((hash, n) => [first + n, [hash]]);
    expect([...told]).toEqual(due);
    for (const { json } of replies.filter(({ status }) => status === 201))
      expect(hashes[json.seq - 1]).toBe(json.hash);
    const { items } = (await one.must('GET', '/v1/markets/M1/trades?limit=100')).json;
    expect(items).toHaveLength(due.length);
  });

  test('[M9] where the store holds another history all is made anew: reads, sockets, cursors', async () => {
    const database = await server.database();
    const one = await fairOf(await join(database));
    const alarms: string[] = [];
    const two = await join(database, alarms);
    const [[kept = ''] = []] = await server.sql(database, 'select max(grp) from journal');
    const orders = [];
    for (let n = 0; n < 3; n++) {
      const body = buy('M1', String(n + 1));
      orders.push(await one.must('POST', '/v1/orders', { key: one.ana.key, body }));
    }
    const seen = String(orders.at(-1)?.headers['fairground-seq']);
    const socket = new Watch(two.node.url);
    await socket.watch(['market/M1'], seen);
    await until(() => two.node.sequencer.head.seq === one.node.sequencer.head.seq);
    // Nobody leads any more, and the store goes back; whoever writes next knows nothing of what was there.
    await server.sql(database, "update lease set holder = 'gone', url = '', term = term + 1");
    await until(() => isFollowing(one));
    await server.sql(database, `delete from journal where grp > ${kept}`);
    const other = await opened(database);
    const taken = await other.take();
    const sequencer = await Sequencer.start({
      journal: other,
      taken,
      clock: one.node.clock.now,
    });
    for (let n = 0; n < 12; n++) {
      const id = commandIdOf(SYSTEM, `other ${n}`);
      const reason = '0'.repeat(64);
      const wish = { type: 'grant', to: 'treasury', amount: micro(ONE), reason } as const;
      const validUntil = one.node.clock.now() + 60_000;
      const answer = await sequencer.submit({ by: SYSTEM, id, validUntil, wish });
      expect(answer.kind).toBe('done');
    }
    await socket.until(() => socket.closed?.code === 4503);
    const { hash } = sequencer.durable;
    for (const at of [one, two]) {
      await until(async () => (await at.call('GET', '/v1/head')).json.hash === hash);
      expect((await at.must('GET', '/v1/markets/M1/trades')).json.items).toEqual([]);
      const min = { 'fairground-min-seq': seen };
      const reply = await at.call('GET', '/v1/markets/M1', { headers: min });
      expect([reply.status, reply.json.error.code]).toEqual([409, 'forked']);
    }
    expect(alarms.join()).toMatch(/another history/);
    await sequencer.drain();
    await other.close();
    journals.length = 0;
    // One of them leads on from there.
    await until(() => [one, two].some(({ node }) => node.sequencer.status === 'leading'));
    const body = buy('M1', '7');
    const made = await two.must('POST', '/v1/orders', { key: one.ana.key, body });
    expect(made.json.seq).toBe(sequencer.head.seq + 1);
  }, 30_000);
});
