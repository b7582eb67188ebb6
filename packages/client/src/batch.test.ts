import { afterEach, expect, test } from 'vitest';
import { hasty, ORDER, type Script, type TinyServer, tinyServer } from '../test/tiny-server.js';
import { points } from './amounts.js';
import { createClient } from './client.js';

let tiny: TinyServer;
afterEach(() => tiny?.close());

const BUY = { market: 'M1', outcome: 'YES', spend: points('10') };

async function clientOf(script: Script, extra: object = {}) {
  tiny = await tinyServer(script);
  const platform = hasty([], []);
  const client = createClient({ url: tiny.url, key: 'fg_k', platform, ...extra });
  return { client, asked: tiny.asked };
}

test('[K45] a batch is one key with an answer for each, and is asked again while one of them is open', async () => {
  const item = { status: 201, order: ORDER };
  const no = {
    status: 422,
    error: { code: 'insufficient_points', message: 'Too little.', final: true },
  };
  const open = {
    status: 503,
    error: { code: 'outcome_unknown', message: 'Nobody knows.', final: false },
  };
  const late = { status: 503, error: { code: 'busy', message: 'Later.', final: false } };
  const said = (...items: object[]) => ({ status: 200, body: { items } });
  const orders = [
    { side: 'buy', ...BUY },
    { side: 'sell', market: 'M1', outcome: 'YES', shares: points('1') },
  ] as const;
  const { client, asked } = await clientOf([
    said(open, no),
    said(item, late),
    said(item),
    said(item, no),
  ]);
  const placed = await client.batch(orders);
  expect(placed).toMatchObject({
    items: [{ order: { id: 'ord_7' } }, { error: { refusal: 'insufficient_points', final: true } }],
    attempts: 4,
  });
  expect(asked.map((one) => one.headers['fairground-attempt'])).toEqual([undefined, '2', '3', '4']);
  expect(new Set(asked.map((one) => one.headers['idempotency-key']))).toEqual(
    new Set([placed.key]),
  );
  expect(asked[0]?.body).toEqual({
    orders: [
      { market: 'M1', side: 'buy', outcome: 'YES', spend: '10' },
      { market: 'M1', side: 'sell', outcome: 'YES', shares: '1' },
    ],
  });
  for (const some of [[], Array.from({ length: 101 }, () => orders[0])])
    await expect(client.batch(some)).rejects.toMatchObject({ kind: 'invalid', field: 'orders' });
  await tiny.close();
  const { client: other } = await clientOf([said(item, open)], { attemptsMax: 2 });
  await expect(other.batch(orders)).rejects.toMatchObject({ kind: 'unknown', attempts: 2 });
});
