/** Who is sent away is away: streams of sessions and keys, roles in the middle of an act, on every node. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasPostgres, Server } from '../../../scripts/postgres.js';
import { CLOSE } from '../src/index.js';
import { buy, freshKey, type Reply, type Stage, Watch } from './bench.js';
import { EventWatch } from './event-watch.js';
import { CLUSTER_SECRET, fairOf, freeUrl, member, until } from './nodes.js';
import { emailOf, market, PASSWORD, signIn, SITE, type Town, town } from './people-bench.js';

const isSentAway = ({ isClosed, heard }: EventWatch): boolean =>
  isClosed && Number(heard.at(-1)?.code) === CLOSE.revoked;

interface Open {
  readonly stream: EventWatch;
  readonly socket: Watch;
}

/** Both skins of the feed, on the topic that is one's own. */
async function listen(at: Stage, headers: Record<string, string>): Promise<Open> {
  const stream = new EventWatch(at.node.url, { topics: ['me'], headers });
  const socket = new Watch(at.node.url, { headers: { origin: SITE, ...headers } });
  await new Promise((resolve) => socket.socket.on('open', resolve));
  await socket.watch(['me']);
  await stream.state('me', 0);
  return { stream, socket };
}

const areSentAway = ({ stream, socket }: Open): boolean =>
  isSentAway(stream) && socket.closed?.code === CLOSE.revoked;

test('[W30] a cookie opens streams of one’s own; they end with the session, however it ends, and with a key', async () => {
  const at = await town();
  await market(at);
  const ways: [string, (cookie: string) => Promise<unknown>][] = [
    ['signed out', (cookie) => at.page('POST', '/v1/auth/sign-out', { cookie, body: {} })],
    [
      'ended from elsewhere',
      async () => {
        const other = String((await signIn(at, 'mia')).headers['set-cookie']).split(';')[0];
        await at.page('DELETE', '/v1/me/sessions', { cookie: other });
      },
    ],
    [
      'a new password',
      async () => {
        const seen = at.mail.letters.length;
        await at.page('POST', '/v1/auth/forgot', { body: { email: emailOf('mia') } });
        await until(() => at.mail.letters.length > seen);
        const body = { token: at.mail.token(emailOf('mia')), password: PASSWORD };
        expect((await at.page('POST', '/v1/auth/reset', { body })).status).toBe(200);
      },
    ],
  ];
  await at.join('mia');
  for (const [name, end] of ways) {
    const cookie = String((await signIn(at, 'mia')).headers['set-cookie']).split(';')[0] ?? '';
    const open = await listen(at, { cookie });
    const { json } = await at.page('POST', '/v1/orders', { cookie, body: buy('M1', '1') });
    await open.stream.state('me', json.seq);
    await end(cookie);
    await until(() => areSentAway(open));
    expect(open.stream.frames('state', 'me').length, name).toBeGreaterThan(0);
    const again = new EventWatch(at.node.url, { topics: ['me'], headers: { cookie } });
    await again.until(() => again.status !== undefined);
    expect(again.status, name).toBe(401);
  }
  // Without a cookie, or with that of a foreign page, there is nothing of anybody's own.
  const cookie = String((await signIn(at, 'mia')).headers['set-cookie']).split(';')[0] ?? '';
  for (const [headers, status] of [
    [{}, 401],
    [{ cookie, origin: 'http://evil.example' }, 403],
  ] as const) {
    const none = new EventWatch(at.node.url, { topics: ['me'], headers });
    await none.until(() => none.status !== undefined);
    expect(none.status).toBe(status);
  }
  await at.node.close();
}, 30_000);

describe.runIf(hasPostgres())('on another node', () => {
  let server: Server;
  beforeAll(async () => {
    server = await Server.start();
  });
  afterAll(() => server.end());

  test('[W31] streams of a session or a key that ends on one node end on the other within 3 s', async () => {
    const database = await server.database();
    const node = async (): Promise<Town> =>
      town({
        onAlarm: () => {},
        env: {
          DATABASE_URL: server.url(database),
          FAIRGROUND_NODE_URL: await freeUrl(),
          FAIRGROUND_CLUSTER_SECRET: CLUSTER_SECRET,
        },
      });
    const [one, two] = [await node(), await node()];
    const cookie = await one.join('mia');
    await until(async () => (await two.page('GET', '/v1/me', { cookie })).status === 200);
    const wish = { name: 'feed', scopes: ['read'] };
    const { key, id } = (await one.page('POST', '/v1/me/keys', { cookie, body: wish })).json;
    const bearer = { authorization: `Bearer ${key}` };
    await until(async () => (await two.call('GET', '/v1/me', { key })).status === 200);
    const [here, there] = [await listen(one, bearer), await listen(two, bearer)];
    const mine = await listen(two, { cookie });
    let began = performance.now();
    await one.page('DELETE', `/v1/me/keys/${id}`, { cookie });
    await until(() => areSentAway(here) && areSentAway(there));
    expect(performance.now() - began).toBeLessThan(3_000);
    expect(mine.stream.isClosed).toBe(false);
    began = performance.now();
    await one.page('POST', '/v1/auth/sign-out', { cookie, body: {} });
    await until(() => areSentAway(mine));
    expect(performance.now() - began).toBeLessThan(3_000);
    await two.node.close();
    await one.node.close();
  }, 30_000);

  test('[N31] a role that is revoked on one node while acts of its holder are under way on another ends in order', async () => {
    const database = server.url(await server.database());
    const one = await fairOf(await member(database));
    const two = await member(database);
    const mal = await one.node.signUp({ handle: 'mal', admin: true });
    const act = (at: Stage, n: number): Promise<Reply> =>
      at.call('POST', '/v1/admin/grants', {
        key: mal.key,
        body: { to: 'treasury', amount: '1', reason: `act ${n}` },
        once: freshKey(),
      });
    await until(async () => (await act(two, 0)).status === 201);
    // Acts go on through both nodes, and in the middle of them the role is taken.
    const said: Reply[] = [];
    let isOver = false;
    const acting = [one, two].map(async (at) => {
      for (let n = 1; !isOver; n++) said.push(await act(at, n));
    });
    await until(() => said.length > 20);
    const taken = await one.must('POST', '/v1/admin/roles', {
      key: one.ana.key,
      body: { account: mal.account, role: 'admin', act: 'revoke' },
    });
    const many = said.length + 20;
    await until(() => said.length > many);
    isOver = true;
    await Promise.all(acting);
    const revoked = Number(String(taken.headers['fairground-seq']).split('.')[0]);
    const seqOf = ({ headers }: Reply): number =>
      Number(String(headers['fairground-seq']).split('.')[0]);
    const done = said.filter(({ status }) => status === 201);
    const refused = said.filter(({ status }) => status !== 201);
    expect(done.length).toBeGreaterThan(10);
    expect(refused.length).toBeGreaterThan(10);
    expect(Math.max(...done.map(seqOf))).toBeLessThan(revoked);
    for (const { json, status } of refused)
      expect([status, json.error.code, json.error.final]).toEqual([403, 'not_allowed', true]);
    expect(Math.min(...refused.map(seqOf))).toBeGreaterThanOrEqual(revoked);
    // And the journal has as many grants as were told to be done.
    const journal = await one.call('GET', '/v1/journal?limit=10000', { key: one.token });
    const grants = journal.text
      .split('\n')
      .filter((line) => line.includes(`"by":"${mal.account}"`));
    expect(grants.length).toBe(done.length + 1);
    await two.node.close();
    await one.node.close();
  }, 60_000);
});
