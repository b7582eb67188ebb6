import { afterEach, expect, test } from 'vitest';
import { hasty, type Script, type TinyServer, tinyServer } from '../test/tiny-server.js';
import { points } from './amounts.js';
import { createClient } from './client.js';

let tiny: TinyServer;
afterEach(() => tiny?.close());

async function clientOf(script: Script) {
  tiny = await tinyServer(script);
  return { client: createClient({ url: tiny.url, platform: hasty() }), asked: tiny.asked };
}

const answered = (body: object) => ({ status: 200, body: { market: 'M1', ...body } });

test('[K26] calls of those who run the exchange are bodies as the wire wants them, under one key each', async () => {
  const { client, asked } = await clientOf([answered({ seq: 7 })]);
  await client.markets.close('M1', { key: 'a' });
  await client.markets.resolve('M1', { payout: [1_000_000, 0, 25], reason: 'so' });
  await client.markets.resolve('M1', { price: points('2.5'), reason: 'so' });
  await client.markets.cancel('M1', 'rain');
  await client.markets.pause('M1');
  await client.markets.resume('M1');
  await client.markets.extend('M1', 1_000);
  await client.markets.fund('M1', { amount: points('5'), priceMin: 0n, priceMax: points('0.6') });
  await client.markets.edit('M1', { mechanism: 'lmsr', title: 'T', outcomes: [], liquidity: 5n });
  expect(await client.grant({ to: 'treasury', amount: points('5'), reason: 'r' })).toEqual({
    seq: 7,
    replayed: false,
  });
  await client.grantRole('ana', 'admin');
  await client.recordFact({ market: 'M1', fact: 'f', kind: 'goal', happenedAt: 1_000 });
  expect(asked.map(({ method, path, body }) => [method, path, body])).toEqual([
    ['POST', '/v1/markets/M1/close', {}],
    ['POST', '/v1/markets/M1/resolve', { payout: ['1', '0.000000', '0.000025'], reason: 'so' }],
    ['POST', '/v1/markets/M1/resolve', { price: '2.5', reason: 'so' }],
    ['POST', '/v1/markets/M1/cancel', { reason: 'rain' }],
    ['POST', '/v1/markets/M1/pause', {}],
    ['POST', '/v1/markets/M1/resume', {}],
    ['POST', '/v1/markets/M1/extend', { closes_at: '1970-01-01T00:00:01.000Z' }],
    ['POST', '/v1/markets/M1/fund', { amount: '5', price_min: '0', price_max: '0.6' }],
    [
      'PATCH',
      '/v1/markets/M1',
      { mechanism: 'lmsr', title: 'T', outcomes: [], liquidity: '0.000005' },
    ],
    ['POST', '/v1/admin/grants', { to: 'treasury', amount: '5', reason: 'r' }],
    ['POST', '/v1/admin/roles', { account: 'ana', role: 'admin' }],
    [
      'POST',
      '/v1/facts',
      { market: 'M1', fact: 'f', kind: 'goal', happened_at: '1970-01-01T00:00:01.000Z' },
    ],
  ]);
  const wrong = client.markets.resolve('M1', { payout: [0.5], reason: 'so' });
  await expect(wrong).rejects.toMatchObject({ field: 'payout' });
});

test('[K26] a node is asked once, and what it says of itself is read field by field', async () => {
  const said = { state: 'leading', status: 'ok', term: 3, holder: 'h', seq: 9, hash: 'ab' };
  const rest = { lag_ms: 0, sockets: 2, uptime_ms: 5, now: '1970-01-01T00:00:01.000Z' };
  const { client, asked } = await clientOf([{ status: 200, body: { ...said, ...rest } }]);
  expect(await client.node()).toMatchObject({ state: 'leading', term: 3, sockets: 2, now: 1_000 });
  expect(asked.map(({ path }) => path)).toEqual(['/v1/admin/node']);
});
