/** What every answer carries, and what nobody gets more of than is his. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Ask, buy, type Fair, fair, type Reply, stage } from './bench.js';
import { type Operation, operationsOf } from './conform.js';

let at: Fair;
let operations: readonly Operation[];
beforeAll(async () => {
  at = await fair();
  operations = await operationsOf(at);
});
afterAll(() => at.node.close());

const SEQ = /^\d+\.[0-9a-f]{8}$/;
const STREAMS = /^\/v1\/stream/;
const nameOf = ({ method, path }: Operation): string => `${method} ${path}`;
const known: Readonly<Record<string, string>> = { handle: 'bob', key: 'k', id: 'M1' };
const pathOf = (path: string): string =>
  path.replaceAll(/\{(\w+)\}/g, (_, name) => known[name] ?? 'x');

test('[H53] every answer names its state: what is done, what is read, and every no', async () => {
  const without: string[] = [];
  const look = (name: string, { headers, status }: Reply): void => {
    if (!SEQ.test(String(headers['fairground-seq']))) without.push(`${name} ${status}`);
  };
  for (const operation of operations.filter(({ path }) => !STREAMS.test(path))) {
    const { method, path } = operation;
    for (const key of [at.token, at.ana.key, at.bob.key, undefined]) {
      const ask = {
        ...(key !== undefined && { key }),
        ...(method !== 'GET' && { body: { no: 1 } }),
      };
      look(nameOf(operation), await at.call(method, pathOf(path), ask));
    }
  }
  const order = { key: at.bob.key, body: buy('M1', '1') };
  look('an order', await at.call('POST', '/v1/orders', order));
  look(
    'a key',
    await at.call('POST', '/v1/me/keys', {
      key: at.bob.key,
      body: { name: 'x', scopes: ['read'] },
    }),
  );
  look('nowhere', await at.call('GET', '/v1/nowhere'));
  look('no JSON', await at.call('POST', '/v1/orders', { ...order, body: '{' }));
  look('another method', await at.call('DELETE', '/v1/markets'));
  expect(without).toEqual([]);
});

test('[H54] every read waits for what its reader has seen, and knows when it is of another history', async () => {
  const reads = operations.filter(
    ({ method, parameters }) =>
      method === 'GET' && parameters.some(({ name }) => name === 'Fairground-Min-Seq'),
  );
  // But for what is the same for ever, is about this node alone, or is a stream with a cursor of its own.
  const others = operations
    .filter((one) => one.method === 'GET' && !reads.includes(one))
    .map(({ path }) => path);
  expect(others.sort()).toEqual(OWN_WAY);
  const now = ['/v1/openapi.json', '/v1/asyncapi.json', '/v1/stream/sse', '/v1/admin/node'];
  const cursor = String((await at.must('GET', '/v1/markets')).headers['fairground-seq']);
  const [seq = ''] = cursor.split('.');
  const ask = (path: string, min: string, query = ''): Promise<Reply> =>
    at.call('GET', `${pathOf(path)}${query}`, {
      key: at.token,
      headers: { 'fairground-min-seq': min },
    });
  const byThemselves: string[] = [];
  const wrong = async ({ path }: Operation): Promise<string[]> => {
    // What stands in no table, or needs an account, is answered with its own no.
    const key =
      path.startsWith('/v1/me') || path.startsWith('/v1/receipts') ? at.bob.key : at.token;
    const call = (min: string, query = ''): Promise<Reply> =>
      at.call('GET', `${pathOf(path)}${query}`, { key, headers: { 'fairground-min-seq': min } });
    const [other, early, same, fresh] = await Promise.all([
      call(`${seq}.00000000`),
      call(String(Number(seq) + 1_000)),
      call(cursor),
      call(cursor, '?fresh=1'),
    ]);
    const code = ({ json }: Reply): string => json.error?.code ?? '';
    const own = [
      'market_unknown',
      'order_unknown',
      'webhook_unknown',
      'not_supported',
      'route_unknown',
      'bad_request',
    ];
    const said = [code(other), code(early)];
    const passes = [code(same), code(fresh)].every((one) => one === '' || own.includes(one));
    if (said.every((one) => own.includes(one))) byThemselves.push(path);
    const isRight = said.join() === 'forked,behind' || byThemselves.includes(path);
    return isRight && passes ? [] : [`${path}: ${said.join()} ${code(same)} ${code(fresh)}`];
  };
  const found = (
    await Promise.all(reads.filter(({ path }) => !now.includes(path)).map(wrong))
  ).flat();
  expect(found).toEqual([]);
  // Without tables what rests on them is not there; with them rule P5 holds.
  expect(byThemselves.sort()).toEqual([
    '/v1/admin/jobs',
    '/v1/leaderboard',
    '/v1/me/ledger',
    '/v1/me/notifications',
    '/v1/me/portfolio/history',
    '/v1/me/webhooks/{id}/deliveries',
    '/v1/players/{handle}',
    '/v1/ticks',
    '/v1/ticks/candles',
    '/v1/ticks/latest',
    '/v1/ticks/symbols',
  ]);
  expect((await ask('/v1/markets', 'soon')).json.error.code).toBe('bad_request');
}, 20_000);

const OWN_WAY: readonly string[] = ['/healthz', '/metrics', '/readyz', '/v1/stream'];

describe('[H55] each class of askers has its limit, and is told when to come back', () => {
  const limits = {
    FAIRGROUND_RATE_PUBLIC: '5',
    FAIRGROUND_RATE_TRADES: '2',
    FAIRGROUND_RATE_TRADES_BURST: '6',
    FAIRGROUND_RATE_ADMIN: '7',
    FAIRGROUND_RATE_SIGN_IN: '4',
    FAIRGROUND_RATE_JOURNAL_BYTES: '100',
  };
  const body = { email: 'nobody@mail.example', password: 'not the right one' };
  const classes: [string, number, (bob: string, boss: string) => [string, string, Ask?]][] = [
    ['a stranger reads', 5, () => ['GET', '/v1/markets']],
    ['a wrong key is tried', 5, () => ['GET', '/v1/markets', { key: 'fg_wrongwrongwrongwrong' }]],
    ['an account reads', 6, (bob) => ['GET', '/v1/me', { key: bob }]],
    ['an account trades', 6, (bob) => ['POST', '/v1/orders', { key: bob, body: buy('M1', '1') }]],
    ['an account asks for what is fresh', 3, (bob) => ['GET', '/v1/markets?fresh=1', { key: bob }]],
    ['an admin', 7, (_, boss) => ['GET', '/v1/admin/audit', { key: boss }]],
    ['somebody signs in', 4, () => ['POST', '/v1/auth/sign-in', { body, once: false }]],
    ['the journal is read', 1, () => ['GET', '/v1/journal']],
  ];
  test.each(classes)('%s', async (_, most, request) => {
    const own = await stage({ env: limits, passwords: { log2N: 10 } });
    const bob = await own.node.signUp({ handle: 'bob' });
    const boss = await own.node.signUp({ handle: 'boss', admin: true });
    let passed = 0;
    let told: Reply | undefined;
    while (passed < 20 && !told) {
      const reply = await own.call(...request(bob.key, boss.key));
      if (reply.status === 429) told = reply;
      else passed++;
    }
    // A machine that is slow refills a bucket by one meanwhile.
    expect(passed).toBeGreaterThanOrEqual(most);
    expect(passed).toBeLessThanOrEqual(most + 2);
    const { headers, json } = told!;
    expect(json.error).toMatchObject({ code: 'too_many_requests', retryable: true, final: false });
    for (const name of ['retry-after', 'ratelimit-limit', 'ratelimit-remaining', 'ratelimit-reset'])
      expect(String(headers[name]), name).toMatch(/^\d+$/);
    expect(Number(headers['retry-after'])).toBeGreaterThanOrEqual(1);
    expect(headers['ratelimit-reset']).toBe(headers['retry-after']);
    // Whoever holds the data directory is never limited, nor is what monitoring asks.
    const [method, path, ask] = request(own.token, own.token);
    if (ask?.key !== undefined)
      expect((await own.call(method, path, { ...ask, key: own.token })).status).not.toBe(429);
    expect((await own.call('GET', '/readyz')).status).toBe(200);
    await own.node.close();
  });
});

test('[H59] a full page of the journal has a tag; who has it is not sent it, and is not charged for it', async () => {
  const own = await fair({ env: { FAIRGROUND_RATE_JOURNAL_BYTES: '100' } });
  const get = (path: string, tag?: string): Promise<Reply> =>
    own.call('GET', path, { ...(tag !== undefined && { headers: { 'if-none-match': tag } }) });
  const page = await get('/v1/journal?from=1&limit=2');
  const tag = String(page.headers['etag']);
  expect(page.headers['cache-control']).toContain('immutable');
  expect(page.text.trimEnd().split('\n')[1]).toContain(tag.slice(1, -1).split('-')[1]);
  for (let n = 0; n < 5; n++) {
    const again = await get('/v1/journal?from=1&limit=2', tag);
    expect([again.status, again.text, again.headers['etag']]).toEqual([304, '', tag]);
  }
  expect((await get('/v1/journal?from=2&limit=1', tag)).status).toBe(429);
  const rest = await own.call('GET', '/v1/journal?from=1&limit=1000', { key: own.token });
  expect([rest.headers['etag'], rest.headers['cache-control']]).toEqual([undefined, 'no-cache']);
  await own.node.close();
});
