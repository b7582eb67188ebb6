/** Several nodes on one PostgreSQL: what is written anywhere is read everywhere, and one of them leads. */
import net from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hasPostgres, Server } from '../../../scripts/postgres.js';
import { buy, type Stage, Watch } from './bench.js';
import { fairOf, freeUrl, member, until } from './nodes.js';

describe.runIf(hasPostgres())('nodes on one database', () => {
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

  const join = async (database: string, env: Record<string, string> = {}): Promise<Stage> => {
    const made = await member(server.url(database), { env });
    nodes.push(made);
    return made;
  };

  test('[M1] a lone node leads at once, and starts again where it was', async () => {
    const database = await server.database();
    const first = await join(database);
    expect(first.node.sequencer.status).toBe('leading');
    const { ana } = await fairOf(first);
    const made = await first.must('POST', '/v1/orders', { key: ana.key, body: buy('M1', '10') });
    const head = (await first.must('GET', '/v1/head')).text;
    await first.node.close();
    nodes = [];
    const again = await member(server.url(database), { dir: first.dir });
    nodes.push(again);
    expect(again.node.sequencer.status).toBe('leading');
    expect((await again.must('GET', '/v1/head')).text).toBe(head);
    expect((await again.must('GET', `/v1/orders/${made.json.id}`)).text).toBe(made.text);
    expect((await again.must('GET', '/v1/markets/M1/trades')).text).toContain(made.json.id);
  });

  test('[M2][M4] what is written on a follower is done once by the leader and read on every node', async () => {
    const database = await server.database();
    const one = await fairOf(await join(database));
    const two = await join(database);
    const three = await join(database);
    expect([one, two, three].map(({ node }) => node.sequencer.status)).toEqual([
      'leading',
      'following',
      'following',
    ]);
    for (const at of [two, three]) expect((await at.call('GET', '/readyz')).status).toBe(200);
    const by = await two.node.signUp({ handle: 'bob' });
    const ask = { key: by.key, body: buy('M1', '10'), once: 'one-key' };
    const made = await two.must('POST', '/v1/orders', ask);
    const again = await two.must('POST', '/v1/orders', ask);
    expect([again.text, again.headers['idempotency-replayed']]).toEqual([made.text, 'true']);
    const refused = await two.call('POST', '/v1/orders', {
      key: by.key,
      body: buy('nothing', '1'),
    });
    expect([refused.status, refused.json.error.code]).toEqual([404, 'market_unknown']);
    const seq = String(made.headers['fairground-seq']);
    const titled = async (at: Stage): Promise<boolean> =>
      (await at.must('GET', '/v1/markets/M1')).json.title === 'Market M1';
    for (const at of [two, three]) await until(() => titled(at));
    const pages = await Promise.all(
      [one, two, three].map(async (at) => [
        (await at.must('GET', '/v1/markets/M1', { headers: { 'fairground-min-seq': seq } })).text,
        (await at.must('GET', '/v1/markets/M1/trades')).text,
        (await at.must('GET', '/v1/markets/M1/candles')).text,
        (await at.must('GET', '/v1/journal')).text,
      ]),
    );
    expect(pages[1]).toEqual(pages[0]);
    expect(pages[2]).toEqual(pages[0]);
  });

  test('[M4] a node that joins under load misses nothing of the tape', async () => {
    const database = await server.database();
    const one = await fairOf(await join(database));
    let isOver = false;
    const trade = async (): Promise<void> => {
      while (!isOver)
        await one.must('POST', '/v1/orders', { key: one.ana.key, body: buy('M1', '0.01') });
    };
    const trading = [trade(), trade()];
    const joined = [await join(database), await join(database)];
    isOver = true;
    await Promise.all(trading);
    const tape = async (at: Stage): Promise<string> =>
      (await at.must('GET', '/v1/markets/M1/trades?limit=100&fresh=1')).text;
    const due = await tape(one);
    for (const at of joined) expect(await tape(at)).toBe(due);
  });

  test('[W4] what a node folded on its way up it cannot tell again, and says so', async () => {
    const database = await server.database();
    const one = await fairOf(await join(database));
    const seen = String((await one.must('GET', '/v1/head?fresh=1')).headers['fairground-seq']);
    await one.must('POST', '/v1/orders', { key: one.ana.key, body: buy('M1', '1') });
    const two = await join(database);
    const watch = new Watch(two.node.url);
    await watch.watch(['market/M1'], seen);
    await watch.until(() => watch.heard.some(({ type }) => type === 'state'));
    expect(watch.heard[1]).toEqual({ type: 'start_over', reason: 'too_old' });
    watch.close();
  });

  test('[M1] a private address that is taken is named, and nothing is left running', async () => {
    const database = await server.database();
    const one = await join(database);
    const [[url = ''] = []] = await server.sql(database, 'select url from lease');
    await expect(join(database, { FAIRGROUND_NODE_URL: url })).rejects.toThrow(/private address/);
    expect(one.node.sequencer.status).toBe('leading');
  });

  test('[M16] a node tells its operator what it is doing, and nobody else; also while the database is away', async () => {
    const database = await server.database();
    const one = await fairOf(await join(database));
    const two = await join(database);
    const told = async (at: Stage) =>
      (await at.must('GET', '/v1/admin/node', { key: at.token })).json;
    await until(async () => (await told(two)).seq === one.node.sequencer.durable.seq);
    const leader = await told(one);
    const follower = await told(two);
    expect(leader).toMatchObject({
      state: 'leading',
      status: 'ok',
      term: 1,
      lag_ms: 0,
      sockets: 0,
    });
    expect(follower).toMatchObject({ state: 'following', status: 'ok', term: 1 });
    expect([follower.seq, follower.hash]).toEqual([leader.seq, leader.hash]);
    expect([leader.holder, follower.holder]).toEqual([leader.holder, leader.holder]);
    expect(leader.holder).toContain(leader.node);
    expect((await two.call('GET', '/v1/admin/node', { key: one.ana.key })).status).toBe(403);
    expect((await two.call('GET', '/v1/admin/node')).status).toBe(401);
    await server.down();
    try {
      await until(async () => (await told(two)).lag_ms > 300);
      expect(await told(two)).toMatchObject({ state: 'following', seq: leader.seq });
    } finally {
      await server.up();
    }
  });

  test('[M17] a node may listen elsewhere than where the others find it', async () => {
    const database = await server.database();
    const [known, own] = [await freeUrl(), await freeUrl()];
    const names: string[] = [];
    const between = net.createServer((from) => {
      const to = net.connect(Number(new URL(own).port), '127.0.0.1');
      from.once('data', (bytes) =>
        names.push(/user-agent: (.*)\r/i.exec(String(bytes))?.[1] ?? ''),
      );
      from.pipe(to).pipe(from);
      for (const socket of [from, to]) socket.on('error', () => {});
    });
    await new Promise<void>((listens) =>
      between.listen(Number(new URL(known).port), '127.0.0.1', listens),
    );
    try {
      const env = { FAIRGROUND_NODE_URL: known, FAIRGROUND_NODE_LISTEN: own };
      await fairOf(await join(database, env));
      const two = await join(database);
      const by = await two.node.signUp({ handle: 'bob' });
      await two.must('POST', '/v1/orders', { key: by.key, body: buy('M1', '1') });
      const [name] = new Set(names);
      const { node } = (await two.must('GET', '/v1/admin/node', { key: two.token })).json;
      expect(name).toBe(`fairground-node ${node}`);
    } finally {
      between.close();
    }
  });

  test('[M5] a fresh read on a follower holds whatever was answered before it, wherever', async () => {
    const database = await server.database();
    const one = await fairOf(await join(database));
    const two = await join(database);
    for (let n = 0; n < 20; n++) {
      const body = buy('M1', '1');
      const made = await one.must('POST', '/v1/orders', { key: one.ana.key, body });
      const fresh = await two.must('GET', '/v1/markets/M1?fresh=1');
      expect(fresh.json.seq).toBeGreaterThanOrEqual(made.json.seq);
    }
    expect((await two.call('GET', '/v1/markets/M1?fresh=2')).status).toBe(200);
    const far = { 'fairground-min-seq': '999999' };
    expect((await two.call('GET', '/v1/markets/M1', { headers: far })).json.error.code).toBe(
      'behind',
    );
    const forked = { 'fairground-min-seq': '3.00000000' };
    const other = await two.call('GET', '/v1/markets/M1', { headers: forked });
    expect([other.status, other.json.error.code]).toEqual([409, 'forked']);
  });

  test('[M6] a leader that is told to stop hands over at once: writes through another node go on', async () => {
    const database = await server.database();
    const one = await fairOf(await join(database));
    const two = await join(database);
    const by = await two.node.signUp({ handle: 'bob' });
    const orders: Promise<number>[] = [];
    const order = async (): Promise<number> =>
      (await two.call('POST', '/v1/orders', { key: by.key, body: buy('M1', '1') })).status;
    for (let n = 0; n < 40; n++) orders.push(order());
    await one.node.close();
    nodes = [two];
    for (let n = 0; n < 40; n++) orders.push(order());
    expect(new Set(await Promise.all(orders))).toEqual(new Set([201]));
    await until(() => two.node.sequencer.status === 'leading');
    const { items } = (await two.must('GET', '/v1/markets/M1/trades?limit=100')).json;
    expect(items).toHaveLength(80);
  });

  test('[M3] without a leader that can be reached a write is 503 no_leader, and nothing was done', async () => {
    const database = await server.database();
    // It says no address, so nobody can forward to it.
    await join(database, { FAIRGROUND_NODE_URL: '', FAIRGROUND_CLUSTER_SECRET: '' });
    const two = await join(database);
    const body = { to: 'treasury', amount: '1', reason: 'none' };
    const reply = await two.call('POST', '/v1/admin/grants', { key: two.token, body });
    expect([reply.status, reply.json.error.code, reply.headers['retry-after']]).toEqual([
      503,
      'no_leader',
      '1',
    ]);
    expect((await two.call('GET', '/v1/markets?fresh=1')).json.error.code).toBe('no_leader');
  });

  test('[N4] a database that cannot be reached is named before anything starts', async () => {
    const { host } = new URL(await freeUrl());
    const url = `postgres://nobody@${host}/none`;
    await expect(member(url)).rejects.toThrow('The database cannot be reached.');
  });

  test('[K9] a key made on one node works on all, and revoked on one it is useless on all within 3 s', async () => {
    const database = await server.database();
    const one = await fairOf(await join(database));
    const two = await join(database);
    const bob = await two.node.signUp({ handle: 'bob' });
    const me = async (at: Stage, key: string): Promise<number> =>
      (await at.call('GET', '/v1/me', { key })).status;
    await until(async () => (await me(one, bob.key)) === 200);
    await expect(one.node.signUp({ handle: 'BOB' })).rejects.toThrow(/taken/);
    const both = [one, two].map(({ node }) => node.signUp({ handle: 'cyn' }));
    const made = (await Promise.allSettled(both)).flatMap((one) =>
      one.status === 'fulfilled' ? [one.value.account] : [],
    );
    expect(new Set(made).size).toBe(1);
    let told = 0;
    one.node.vault.onRevoked(() => told++);
    const began = performance.now();
    const path = `/v1/me/keys/${bob.key_id}`;
    await two.must('DELETE', path, { key: bob.key });
    expect(await me(two, bob.key)).toBe(401);
    await until(async () => (await me(one, bob.key)) === 401);
    expect(performance.now() - began).toBeLessThan(3_000);
    expect(told).toBe(1);
  });

  test('[K5][K9] a person who is erased on one node is gone from the table and from every node', async () => {
    const database = await server.database();
    const one = await fairOf(await join(database));
    const two = await join(database);
    await one.node.signUp({ handle: 'zoe' });
    const { account } = one.node.vault.userOf('zoe') ?? { account: '' };
    await until(() => two.node.vault.handleOf(account) === 'zoe');
    await one.node.vault.erase(account);
    await until(() => two.node.vault.handleOf(account) === undefined);
    const rows = await server.sql(database, "select body from vault where body like '%zoe%'");
    expect(rows).toEqual([]);
  });

  test('[K10] a node that cannot look into the vault for 3 s takes no writes until it can', async () => {
    const database = await server.database();
    const one = await fairOf(await join(database));
    const body = buy('M1', '1');
    await one.must('POST', '/v1/orders', { key: one.ana.key, body });
    await server.sql(database, 'alter table vault rename to gone');
    const order = () => one.call('POST', '/v1/orders', { key: one.ana.key, body });
    await until(async () => (await order()).json.error?.code === 'behind');
    expect((await one.call('GET', '/v1/me', { key: one.ana.key })).status).toBe(200);
    await server.sql(database, 'alter table gone rename to vault');
    await until(async () => (await order()).status === 201);
  });
});
