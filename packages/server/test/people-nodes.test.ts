/** People on several nodes, and passwords beside trading. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasPostgres, Server } from '../../../scripts/postgres.js';
import { buy, Watch } from './bench.js';
import { CLUSTER_SECRET, freeUrl, until } from './nodes.js';
import {
  cookieOf,
  emailOf,
  market,
  PASSWORD,
  SITE,
  signIn,
  town,
  type Town,
} from './people-bench.js';

describe.runIf(hasPostgres())('people on several nodes', () => {
  let server: Server;
  beforeAll(async () => {
    server = await Server.start();
  });
  afterAll(() => server.end());

  const alarms: string[] = [];
  const node = async (database: string): Promise<Town> =>
    town({
      onAlarm: (reason) => void alarms.push(reason),
      env: {
        DATABASE_URL: server.url(database),
        FAIRGROUND_NODE_URL: await freeUrl(),
        FAIRGROUND_CLUSTER_SECRET: CLUSTER_SECRET,
      },
    });

  test('[U6][U9][U12] a session made on one node is one on the other, and so is its end', async () => {
    const database = await server.database();
    const one = await node(database);
    const two = await node(database);
    const cookie = await one.join('mia');
    // The session at once: what is unknown is looked for. Its account as soon as this node has come so far.
    const me = () => two.page('GET', '/v1/me', { cookie });
    expect((await me()).status).not.toBe(401);
    await until(async () => (await me()).json.handle === 'mia');
    const watch = new Watch(two.node.url, { headers: { cookie, origin: SITE } });
    await new Promise((resolve) => watch.socket.on('open', resolve));
    await one.page('POST', '/v1/auth/sign-out', { cookie, body: {} });
    await until(() => watch.closed?.code === 4401);
    expect((await two.page('GET', '/v1/me', { cookie })).status).toBe(401);

    // A new password on one ends what was made on the other; its link works once, wherever it is followed.
    const again = cookieOf(await signIn(two, 'mia'));
    await two.page('POST', '/v1/auth/forgot', { body: { email: emailOf('mia') } });
    await until(() => two.mail.token(emailOf('mia')) !== '');
    const body = { token: two.mail.token(emailOf('mia')), password: 'another password' };
    const both = await Promise.all(
      [one, two].map((at) => at.page('POST', '/v1/auth/reset', { body })),
    );
    expect(both.map(({ status }) => status).sort()).toEqual([200, 404]);
    await until(async () => (await two.page('GET', '/v1/me', { cookie: again })).status === 401);
    expect((await signIn(one, 'mia')).status).toBe(401);
    const last = cookieOf(await signIn(one, 'mia', 'another password'));

    // What is over goes out of the table, and nobody takes that for a vault that went back.
    const count = async (what: string): Promise<string | undefined> =>
      (await server.sql(database, `select count(*) from vault where ${what}`))[0]?.[0];
    const now = one.node.clock.now();
    const never = {
      account: 'never',
      handle: 'never',
      email: emailOf('never'),
      password: PASSWORD,
    };
    await one.node.vault.logins.addSignup(never, now - 2 * 86_400_000);
    await two.node.vault.refresh();
    expect(await count("body like '%never@%'")).toBe('1');
    await one.node.vault.sweep(now);
    await Promise.all([one, two].map((at) => at.node.vault.refresh()));
    expect(await count("body like '%never@%'")).toBe('0');
    expect(alarms.filter((reason) => reason.includes('went back'))).toEqual([]);
    await until(async () => (await two.page('GET', '/v1/me', { cookie: last })).status === 200);

    const erased = { handle: 'mia', password: 'another password' };
    expect((await two.page('DELETE', '/v1/me', { cookie: last, body: erased })).status).toBe(200);
    await until(async () => (await one.page('GET', '/v1/me', { cookie: last })).status === 401);
    expect(await count("body like '%mia%'")).toBe('0');
    await two.node.close();
    await one.node.close();
  });
});

const p99 = (times: readonly number[]): number =>
  [...times].sort((a, b) => a - b)[Math.floor(times.length * 0.99)] ?? 0;

test('[U7] fifty who sign in at once do not hold up the orders of others', async () => {
  const at = await town({ passwords: {}, env: { FAIRGROUND_RATE_SIGN_IN: '0' } });
  await market(at);
  const cookie = await at.join('mia');
  const order = async (): Promise<number> => {
    const start = performance.now();
    await at.page('POST', '/v1/orders', { cookie, body: buy('M1', '0.1') }).then(({ status }) => {
      expect(status).toBe(201);
    });
    const took = performance.now() - start;
    await new Promise((resolve) => setTimeout(resolve, 5));
    return took;
  };
  for (let n = 0; n < 50; n++) await order();
  const round = async (): Promise<number> => {
    const quiet: number[] = [];
    for (let n = 0; n < 200; n++) quiet.push(await order());
    const storm = Promise.all(Array.from({ length: 50 }, () => signIn(at, 'mia')));
    let isOver = false;
    void storm.then(() => (isOver = true));
    const beside: number[] = [];
    while (!isOver) beside.push(await order());
    const said = (await storm).map(({ status }) => status);
    expect(new Set(said)).toEqual(new Set([200, 503]));
    expect(said.filter((status) => status === 200).length).toBeLessThanOrEqual(34);
    expect(beside.length).toBeGreaterThan(100);
    // A floor under the quiet one: where an order takes a fraction of a millisecond, three of them say nothing.
    return p99(beside) / Math.max(p99(quiet), 5);
  };
  // Whoever else works on this machine does not do so in every round; hashing that holds orders up does.
  const ratios = [await round()];
  while (Math.min(...ratios) >= 3 && ratios.length < 4) ratios.push(await round());
  expect(Math.min(...ratios)).toBeLessThan(3);
  await at.node.close();
}, 120_000);
