/** Everything a node writes while people come and go, at its most talkative: not one secret. */
import { once } from 'node:events';
import { createServer } from 'node:net';
import type { AddressInfo } from 'node:net';
import { Writable } from 'node:stream';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasPostgres, Server } from '../../../scripts/postgres.js';
import { withoutSecrets } from '../src/edge/log.js';
import type { StageOptions } from './bench.js';
import { CLUSTER_SECRET, freeUrl, until } from './nodes.js';
import { emailOf, market, PASSWORD, signIn, SITE, type Town, town } from './people-bench.js';

const NEW_PASSWORD = 'another-Secret-Password-77';

interface Heard {
  readonly lines: () => Record<string, unknown>[];
  readonly text: () => string;
  readonly options: StageOptions;
}

/** All that goes to the log, and to whoever is told of alarms. */
function hearing(): Heard {
  const parts: string[] = [];
  const log = new Writable({
    write(part, _encoding, done) {
      parts.push(String(part));
      done();
    },
  });
  return {
    text: () => parts.join(''),
    lines: () =>
      parts
        .join('')
        .split('\n')
        .filter((line) => line.startsWith('{'))
        .map((line) => JSON.parse(line) as Record<string, unknown>),
    options: { log, env: { FAIRGROUND_LOG: 'trace' } },
  };
}

/** A whole life with mistakes; returns what must be nowhere. */
async function live(at: Town): Promise<string[]> {
  await market(at);
  const cookie = await at.join('mia');
  const confirmed = at.mail.token(emailOf('mia'));
  await signIn(at, 'mia', 'a wrong Password 99');
  await at.page('POST', '/v1/auth/sign-in', {
    body: '{"email":"mia@mail.example","password":"hal',
  });
  await at.page('POST', '/v1/auth/sign-in', { body: { password: { deep: PASSWORD } } });
  const wish = { name: 'bot', scopes: ['read', 'trade'] };
  const { key } = (await at.page('POST', '/v1/me/keys', { cookie, body: wish })).json;
  const order = { market: 'M1', side: 'buy', outcome: 'YES', spend: '1' };
  const webhook = {
    'webhook-id': 'msg_1',
    'webhook-signature': 'v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN',
    'x-api-key': key,
  };
  await at.call('POST', '/v1/orders', { key, body: order, headers: webhook });
  await at.call('POST', '/v1/orders', { key, body: { ...order, note: PASSWORD } });
  await at.call('POST', '/v1/orders', { key: `${key}x`, body: order });
  await at.call('POST', '/v1/orders', { key, body: `{"__proto__":"${PASSWORD}"` });
  await at.call('GET', `/v1/me?key=${key}`, { key });
  await at.call('GET', `/v1/${confirmed}`);
  await at.call('GET', '/v1/admin/users/mia', { key: at.token });
  await at.page('POST', '/v1/auth/forgot', { body: { email: emailOf('mia') } });
  await until(() => at.mail.token(emailOf('mia')) !== confirmed);
  const token = at.mail.token(emailOf('mia'));
  await at.page('POST', '/v1/auth/reset', { body: { token, password: NEW_PASSWORD } });
  await at.page('POST', '/v1/auth/reset', { body: { token, password: NEW_PASSWORD } });
  await signIn(at, 'mia', NEW_PASSWORD);
  const secrets = [key, cookie.split('=')[1] ?? '', confirmed, token, at.token, NEW_PASSWORD];
  const said = ['a wrong Password 99', PASSWORD, 'K5oZfzN95Z9', 'mail.example', '"mia'];
  return [...secrets, ...said];
}

/** In words, and as the bytes that a dumped buffer is. */
function expectNone(text: string, secrets: readonly string[]): void {
  expect(secrets.every((secret) => secret.length > 3)).toBe(true);
  const forms = secrets.flatMap((secret) => [secret, [...Buffer.from(secret)].join(',')]);
  expect(forms.filter((form) => text.includes(form))).toEqual([]);
}

test('[H52] a fault is in the log under the id its caller is told, and no request says a secret there', async () => {
  const heard = hearing();
  const at = await town(heard.options);
  const secrets = await live(at);
  const boss = await at.node.signUp({ handle: 'other', admin: true });
  // A bug that says all it knows, as libraries do.
  const words = `cannot: ${boss.key} of mia@mail.example by smtp://me:hush-hush@mail.example`;
  const error = Object.assign(new Error(words), {
    detail: PASSWORD,
    rawPacket: Buffer.from(PASSWORD),
  });
  Object.defineProperty(at.node.vault, 'keysOf', {
    value: () => {
      throw error;
    },
  });
  const reply = await at.call('GET', '/v1/me/keys', { key: boss.key });
  expect([reply.status, reply.json.error.code]).toEqual([500, 'fault']);
  const id = reply.json.error.request_id;
  const told = heard.lines().filter(({ level }) => Number(level) >= 50);
  expect(told).toMatchObject([
    {
      reqId: id,
      method: 'GET',
      route: '/v1/me/keys',
      err: { message: 'cannot: fg_… of …@… by smtp://…@mail.example' },
    },
  ]);
  // Each line of a request has its id, and each request its line.
  const answered = heard.lines().filter(({ msg }) => msg === 'answered');
  expect(answered.length).toBeGreaterThan(20);
  expect(new Set(answered.map(({ reqId }) => reqId)).size).toBe(answered.length);
  for (const line of answered) expect(line).toMatchObject({ status: expect.any(Number) });
  expect(answered.some(({ code }) => code === 'sign_in_wrong')).toBe(true);
  // Bytes that are no HTTP end up in a library's error.
  const { port } = new URL(at.node.url);
  const { connect } = await import('node:net');
  const line = connect(Number(port), '127.0.0.1');
  line.end(`GET /v1/me HTTP/1.1\r\nAuthorization: Bearer ${boss.key}\r\nbroken\r\n\r\n`);
  line.resume();
  await once(line, 'close');
  await at.node.close();
  expectNone(heard.text().replaceAll('://…@mail.example', ''), [...secrets, boss.key, 'hush-hush']);
});

test('[H52] nor does a mail server that cannot be reached, or says whom it will not serve', async () => {
  const heard = hearing();
  const words = 'hush-of-SMTP-1';
  // It speaks no further than its first word of refusal, which quotes what it was told.
  const server = createServer((socket) => {
    socket.on('error', () => undefined);
    socket.write('220 mail.example\r\n');
    socket.on('data', (bytes) =>
      socket.write(`550 no: ${String(bytes).trim()} of mia@mail.example\r\n`),
    );
  });
  server.listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  const env = {
    ...heard.options.env,
    FAIRGROUND_SMTP: `smtp://postman:${words}@127.0.0.1:${port}`,
  };
  const { stage } = await import('./bench.js');
  const at = await stage({
    ...heard.options,
    passwords: { log2N: 10 },
    env: { ...env, FAIRGROUND_ORIGINS: SITE },
  });
  const body = { handle: 'mia', email: emailOf('mia'), password: PASSWORD };
  const reply = await at.call('POST', '/v1/auth/sign-up', { body, headers: { origin: SITE } });
  expect(reply.status).toBe(202);
  await until(() => heard.text().includes('could not be mailed'));
  await at.node.close();
  server.close();
  expectNone(heard.text(), [words, 'postman', 'mail.example', PASSWORD, '"mia']);
}, 20_000);

describe.runIf(hasPostgres())('on a database', () => {
  let server: Server;
  beforeAll(async () => {
    server = await Server.start();
  });
  afterAll(() => server.end());

  test('[H52][P4] nor does a node whose database goes away, of what it knows that by', async () => {
    const heard = hearing();
    const words = 'hush-of-Database-1';
    const url = new URL(server.url(await server.database()));
    url.password = words;
    const at = await town({
      ...heard.options,
      env: {
        ...heard.options.env,
        DATABASE_URL: url.href,
        FAIRGROUND_NODE_URL: await freeUrl(),
        FAIRGROUND_CLUSTER_SECRET: CLUSTER_SECRET,
        FAIRGROUND_READ_MODEL: '1',
      },
    });
    const secrets = await live(at);
    await server.down('SIGKILL');
    await until(async () => (await signIn(at, 'mia', NEW_PASSWORD)).status === 503);
    const said = new Set<number>();
    const board = async (): Promise<number> => (await at.call('GET', '/v1/leaderboard')).status;
    const hasSaid = async (status: number): Promise<boolean> => said.add(await board()).has(status);
    await until(() => hasSaid(503));
    await server.up();
    await until(async () => (await signIn(at, 'mia', NEW_PASSWORD)).status === 200);
    said.delete(200);
    await until(() => hasSaid(200));
    expect([...said].sort()).toEqual([200, 503]);
    await at.node.close();
    expect(heard.lines().length).toBeGreaterThan(20);
    expectNone(heard.text(), [...secrets, words, CLUSTER_SECRET]);
  }, 60_000);
});

test('[H52] what looks like a secret is left out of what libraries say; what is none stays', () => {
  const plain = [
    'Group 17 was durable: 00000000000000000001.journal, line 12',
    'acc_018f3c1e-7f7a-4a8e-9c69-bb2b8c6ad1c0 at seq 12.9f2c0a11',
    'The node at http://10.0.0.5:4100 does not answer (ECONNREFUSED).',
    'ab'.repeat(32),
  ];
  expect(plain.map(withoutSecrets)).toEqual(plain);
  expect(withoutSecrets('postgres://me:hush@db:5432/fair?x=1 fgs_abcdefgh12345678')).toBe(
    'postgres://…@db:5432/fair?x=1 fg_…',
  );
});
