import { afterEach, expect, test } from 'vitest';
import {
  busy,
  done,
  hasty,
  ORDER,
  refusal,
  type Script,
  type TinyServer,
  tinyServer,
} from '../test/tiny-server.js';
import { createClient } from './client.js';
import { points } from './amounts.js';
import {
  FairgroundFault,
  FairgroundInvalid,
  FairgroundNotNow,
  FairgroundRefusal,
  FairgroundUnknown,
} from './errors.js';

let tiny: TinyServer;
afterEach(() => tiny?.close());

const HEAD = { seq: 7, hash: ORDER.hash, journal: '0'.repeat(32) };
const BUY = { market: 'M1', outcome: 'YES', spend: points('10') };

async function clientOf(script: Script, extra: object = {}) {
  tiny = await tinyServer(script);
  const pauses: number[] = [];
  const alarms: string[] = [];
  const client = createClient({
    url: tiny.url,
    key: 'fg_k',
    platform: hasty(pauses, alarms),
    ...extra,
  });
  return { client, pauses, alarms, asked: tiny.asked };
}

const caught = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'nothing',
    (error: unknown) => error,
  );

test('[K1] an amount is a bigint of millionths, and nothing else passes', () => {
  expect(points('12.5')).toBe(12_500_000n);
  expect(points('0.000001')).toBe(1n);
  for (const text of ['', '-1', '1e3', '1.0000001', ' 1', '1,5', '9'.repeat(14)]) {
    expect(() => points(text)).toThrow(FairgroundInvalid);
  }
});

test('[K2] what cannot be right rejects with its field and is not sent', async () => {
  const { client, asked } = await clientOf([done()]);
  const wrong: [Promise<unknown>, string][] = [
    [client.buy({ ...BUY, market: '../admin' }), 'market'],
    [client.buy({ ...BUY, outcome: 'yes please' }), 'outcome'],
    [client.buy({ ...BUY, spend: 0n }), 'spend'],
    [client.buy({ ...BUY, spend: -5n }), 'spend'],
    [client.buy({ ...BUY, spend: 10n ** 19n }), 'spend'],
    [client.buy({ ...BUY, shares: 5n }), 'spend'],
    [client.buy({ market: 'M1' }), 'spend'],
    [client.buy({ ...BUY, paysMax: 5n }), 'paysMax'],
    [client.buy({ market: 'M1', shares: 5n, getsMin: 5n }), 'getsMin'],
    [client.sell({ market: 'M1', shares: 5n, getsMin: -1n }), 'getsMin'],
    [client.quote({ market: 'M1', side: 'sell', spend: 5n }), 'shares'],
    [client.mint('M1', 0n), 'amount'],
    [client.markets.get('a/b'), 'market'],
    [client.receipt(''), 'key'],
  ];
  for (const [call, field] of wrong)
    expect(await caught(call)).toMatchObject({ kind: 'invalid', field });
  expect(() => createClient({ url: 'ftp://x' })).toThrow(FairgroundInvalid);
  expect(asked).toEqual([]);
});

test('[K3] [K4] retries keep key and body; only those of an unknown outcome count', async () => {
  const cut = { status: 0, cutAfter: '' };
  const { client, asked } = await clientOf([
    busy(),
    cut,
    refusal(503, 'outcome_unknown', false),
    busy(),
    done(),
  ]);
  const order = await client.buy({ ...BUY, getsMin: points('19') });
  expect(order).toMatchObject({ id: 'ord_7', gets: 19_090_909n, attempts: 5, replayed: false });
  expect(new Set(asked.map((one) => one.headers['idempotency-key']))).toEqual(new Set([order.key]));
  expect(order.key).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
  expect(asked.map((one) => one.headers['fairground-attempt'])).toEqual([
    undefined,
    undefined,
    '3',
    '4',
    '5',
  ]);
  const body = { market: 'M1', side: 'buy', outcome: 'YES', spend: '10', gets_min: '19' };
  for (const one of asked) expect(one).toMatchObject({ method: 'POST', path: '/v1/orders', body });
  expect(asked[0]?.headers['authorization']).toBe('Bearer fg_k');
});

test('[K3] two orders never share a key', async () => {
  const { client } = await clientOf([done()]);
  expect((await client.buy(BUY)).key).not.toBe((await client.buy(BUY)).key);
});

test('[K5] not now is tried again, no sooner than the server asks', async () => {
  const { client, pauses } = await clientOf([busy('3'), refusal(429, 'too_many', false), done()]);
  await client.sell({ market: 'M1', shares: 5n });
  expect(pauses).toEqual([3_000, 400]);
});

test('[K6] tries are bounded; the end says whether anything can have happened', async () => {
  const never = await clientOf([busy('1')]);
  expect(await caught(never.client.buy(BUY))).toMatchObject({
    kind: 'not_now',
    code: 'busy',
    retryAfterMs: 1_000,
  });
  expect(never.asked).toHaveLength(6);
  await tiny.close();
  const open = await clientOf([refusal(503, 'outcome_unknown', false), busy()]);
  const error = await caught(open.client.buy(BUY, { key: 'mine' }));
  expect(error).toBeInstanceOf(FairgroundUnknown);
  expect(error).toMatchObject({ key: 'mine', attempts: 6, cause: expect.any(FairgroundNotNow) });
  await tiny.close();
  const long = await clientOf([busy('3600')]);
  expect(await caught(long.client.buy(BUY))).toMatchObject({ kind: 'not_now' });
  expect(long.asked).toHaveLength(1);
});

test('[K7] a final refusal settles a doubt, a refusal at the edge does not', async () => {
  const unknown = refusal(503, 'outcome_unknown', false);
  const settled = await clientOf([unknown, refusal(422, 'price_moved', true)]);
  const error = await caught(settled.client.buy(BUY));
  expect(error).toBeInstanceOf(FairgroundRefusal);
  expect(error).toMatchObject({ code: 'price_moved', final: true, status: 422, requestId: 'r1' });
  await tiny.close();
  const open = await clientOf([unknown, refusal(401, 'unauthorized', false)]);
  expect(await caught(open.client.buy(BUY))).toMatchObject({
    kind: 'unknown',
    attempts: 2,
    cause: { code: 'unauthorized' },
  });
  await tiny.close();
  const plain = await clientOf([refusal(401, 'unauthorized', false)]);
  expect(await caught(plain.client.buy(BUY))).toMatchObject({ kind: 'refused', final: false });
});

test('[K8] a fault is not tried again', async () => {
  const { client, asked } = await clientOf([refusal(500, 'fault', false)]);
  expect(await caught(client.buy(BUY))).toBeInstanceOf(FairgroundFault);
  expect(asked).toHaveLength(1);
});

test.each([
  ['a cut line', { status: 0, cutAfter: '' }],
  ['an answer cut in its middle', { status: 201, cutAfter: '{"id":"ord' }],
  ['a proxy’s 502', { status: 502, body: '<html>' }],
  ['a page of some hotel', { status: 200, body: '<html>' }],
  ['the server’s own word', refusal(503, 'outcome_unknown', false)],
])('[K9] %s is unknown', async (_, answer) => {
  const { client, asked } = await clientOf([answer, done()]);
  expect((await client.buy(BUY)).attempts).toBe(2);
  expect(asked[1]?.headers['fairground-attempt']).toBe('2');
});

test('[K9] silence is unknown, and a missing outcome is a refusal', async () => {
  const { client } = await clientOf([refusal(404, 'outcome_unknown', true)]);
  expect(await caught(client.buy(BUY))).toMatchObject({ kind: 'refused', code: 'outcome_unknown' });
  let calls = 0;
  const deaf = createClient({
    url: tiny.url,
    platform: { ...hasty(), after: (_, call) => (queueMicrotask(call), () => undefined) },
    fetch: (_url, { signal }) => {
      calls += 1;
      return new Promise((_resolve, reject) =>
        signal.addEventListener('abort', () => reject(new Error('aborted'))),
      );
    },
  });
  expect(await caught(deaf.buy(BUY))).toMatchObject({
    kind: 'unknown',
    message: expect.stringContaining('no answer within 10 s'),
  });
  expect(calls).toBe(6);
});

test('[K9] [K13] where nobody listens nothing was sent', async () => {
  const { client } = await clientOf([done()]);
  await tiny.close();
  expect(await caught(client.buy(BUY))).toMatchObject({ kind: 'not_now', code: 'unreachable' });
});

test('[K10] a key handed in again goes on counting', async () => {
  const replay = {
    ...done(),
    headers: { 'fairground-seq': '7.9f2c0a11', 'idempotency-replayed': 'true' },
  };
  const { client, asked } = await clientOf([replay]);
  const order = await client.buy(BUY, { key: 'mine', attemptsBefore: 6 });
  expect(order).toMatchObject({ key: 'mine', attempts: 7, replayed: true });
  expect(asked[0]?.headers).toMatchObject({ 'idempotency-key': 'mine', 'fairground-attempt': '7' });
});

test('[K11] an order is good for a minute by the server’s clock', async () => {
  const date = { date: 'Thu, 11 Jun 2026 12:00:00 GMT' };
  const { client, asked } = await clientOf(
    [{ ...done(HEAD), status: 200, headers: date }, busy(), done()],
    {},
  );
  await client.head();
  await client.buy(BUY);
  const until = asked.slice(1).map((one) => String(one.headers['fairground-valid-until']));
  expect(Date.parse(until[0]!) - Date.parse('2026-06-11T12:01:00Z')).toBeLessThan(5_000);
  expect(until[1]).toBe(until[0]);
  expect(asked[0]?.headers['fairground-valid-until']).toBeUndefined();
});

test('[K12] giving a call up tells whether it may have happened', async () => {
  const gone = new AbortController();
  gone.abort(new Error('enough'));
  const { client, asked } = await clientOf([busy('2')]);
  expect(await caught(client.buy(BUY, { signal: gone.signal }))).toMatchObject({
    message: 'enough',
  });
  expect(asked).toEqual([]);
  const going = new AbortController();
  tiny.script = [() => (going.abort(), { status: 201, cutAfter: '' })];
  expect(await caught(client.buy(BUY, { signal: going.signal }))).toMatchObject({
    kind: 'unknown',
    attempts: 1,
  });
});

test('[K25] what has no key is sent once', async () => {
  const made = { account: 'acc_1', handle: 'ana', key: 'fg_x', key_id: 'key_1', scopes: ['read'] };
  const { client, asked } = await clientOf([
    { status: 201, body: made },
    { status: 0, cutAfter: '' },
    refusal(409, 'handle_taken', false),
  ]);
  expect(await client.createUser({ handle: 'ana' })).toMatchObject({
    handle: 'ana',
    key: 'fg_x',
    keyId: 'key_1',
  });
  expect(asked[0]).toMatchObject({
    path: '/v1/admin/users',
    body: { handle: 'ana', admin: false },
  });
  expect(await caught(client.createUser({ handle: 'ana' }))).toMatchObject({
    kind: 'unknown',
    key: '',
    attempts: 1,
  });
  expect(await caught(client.createUser({ handle: 'ana' }))).toMatchObject({
    kind: 'refused',
    code: 'handle_taken',
  });
  expect(asked).toHaveLength(3);
});
