import { afterEach, expect, test } from 'vitest';
import { hasty, ORDER, type TinyServer, tinyServer } from '../test/tiny-server.js';
import { createClient } from './client.js';

let tiny: TinyServer;
afterEach(() => tiny?.close());

async function clientOf(body: unknown) {
  tiny = await tinyServer([{ status: 200, body }]);
  return createClient({ url: tiny.url, key: 'fg_k', platform: hasty() });
}
const paths = () => tiny.asked.map(({ method, path }) => `${method} ${path}`);
const NOON = '2026-06-11T12:00:00.000Z';
const AT = Date.parse(NOON);
const WORTH = { at: NOON, points: '900', equity: '1010.5', profit: '-10.5' };
const SHOWN = { at: AT, points: 900_000_000n, equity: 1_010_500_000n, profit: -10_500_000n };

test('[K36] candles are asked for by the time, and read', async () => {
  const prices = { open: '0.5', high: '0.6', low: '0.4', close: '0.55', volume: '12' };
  const client = await clientOf({ items: [{ time: NOON, ...prices }] });
  const query = { interval: '5m', outcome: 'NO', from: AT } as const;
  expect(await client.markets.candles('M1', query)).toEqual([
    {
      time: AT,
      open: 500_000n,
      high: 600_000n,
      low: 400_000n,
      close: 550_000n,
      volume: 12_000_000n,
    },
  ]);
  await client.markets.candles('M1');
  expect(paths()).toEqual([
    `GET /v1/markets/M1/candles?interval=5m&outcome=NO&from=${encodeURIComponent(NOON)}`,
    'GET /v1/markets/M1/candles',
  ]);
});

test('[K36] my trades and my ledger come in pages', async () => {
  let client = await clientOf({ items: [ORDER], cursor: 'c' });
  expect(await client.trades({ limit: 1 })).toMatchObject({
    items: [{ id: 'ord_7' }],
    cursor: 'c',
  });
  expect(paths()).toEqual(['GET /v1/me/trades?limit=1']);
  await tiny.close();
  const leg = {
    seq: 7,
    leg: 1,
    at: NOON,
    event: 'traded',
    asset: 'points',
    change: '-10',
    with: 'x',
  };
  client = await clientOf({ items: [leg] });
  expect(await client.ledger({ cursor: 'c' })).toEqual({
    items: [{ ...leg, at: AT, change: -10_000_000n, market: undefined }],
    cursor: undefined,
  });
  expect(paths()).toEqual(['GET /v1/me/ledger?cursor=c']);
});

test('[K36] what somebody is worth and where he stands is read', async () => {
  let client = await clientOf({ now: WORTH, items: [WORTH] });
  expect(await client.portfolio()).toEqual({ now: SHOWN, items: [SHOWN], cursor: undefined });
  await tiny.close();
  const place = { rank: 1, account: 'acc_1', handle: 'ana', profit: '-1', return: '-0.001' };
  client = await clientOf({ by: 'return', window: 'day', items: [place] });
  expect(await client.leaderboard({ by: 'return', window: 'day' })).toMatchObject({
    by: 'return',
    items: [{ rank: 1, handle: 'ana', profit: -1_000_000n, return: -1_000n }],
  });
  expect(paths()).toEqual(['GET /v1/leaderboard?by=return&window=day']);
  await tiny.close();
  const held = { market: 'M1', asset: 'M1/YES', shares: '2', price: '0.5' };
  client = await clientOf({ account: 'acc_1', handle: 'ana', ...WORTH, positions: [held] });
  expect(await client.player('a na')).toMatchObject({
    account: 'acc_1',
    profit: -10_500_000n,
    positions: [{ shares: 2_000_000n, price: 500_000n }],
  });
  expect(paths()).toEqual(['GET /v1/players/a%20na']);
});

test('[K36] keys are listed, made once and revoked', async () => {
  const own = {
    id: 'key_1',
    name: 'bot',
    scopes: ['read'],
    last4: 'abcd',
    created: NOON,
    used: null,
  };
  let client = await clientOf({ items: [own] });
  expect(await client.keys.list()).toEqual([{ ...own, created: AT, used: undefined }]);
  await tiny.close();
  client = await clientOf({ id: 'key_2', key: 'fg_x', name: 'bot', scopes: ['read'] });
  expect(await client.keys.create({ name: 'bot', scopes: ['read'] })).toMatchObject({
    key: 'fg_x',
  });
  await client.keys.revoke('key_2');
  expect(paths()).toEqual(['POST /v1/me/keys', 'DELETE /v1/me/keys/key_2']);
  await expect(client.keys.revoke('../x')).rejects.toMatchObject({ kind: 'invalid' });
  expect(tiny.asked[0]?.headers['idempotency-key']).toBeUndefined();
});
