/** What a monitor reads, and who may. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buy, type Fair, fair, stage } from './bench.js';

let at: Fair;
beforeAll(async () => {
  at = await fair();
});
afterAll(() => at.node.close());

/** As if it came from there; a proxy's word stands in a header. */
const from = async (remoteAddress: string, headers: Record<string, string> = {}) => {
  const { statusCode, payload } = await at.node.app.inject({
    method: 'GET',
    url: '/metrics',
    remoteAddress,
    headers,
  });
  return { status: statusCode, text: payload };
};

test('[H46] this machine and the token may read it; strangers, keys and unnamed proxies may not', async () => {
  expect((await from('127.0.0.1')).status).toBe(200);
  expect((await from('::1')).status).toBe(200);
  expect((await from('10.1.2.3')).status).toBe(401);
  expect((await from('10.1.2.3', { authorization: `Bearer ${at.ana.key}` })).status).toBe(403);
  expect((await from('10.1.2.3', { authorization: `Bearer ${at.token}` })).status).toBe(200);
  expect((await from('127.0.0.1', { 'x-forwarded-for': '10.1.2.3' })).status).toBe(401);
});

test('[H46] an operator may show it to everybody', async () => {
  const open = await stage({ env: { FAIRGROUND_METRICS: 'public' } });
  const { statusCode } = await open.node.app.inject({
    method: 'GET',
    url: '/metrics',
    remoteAddress: '10.1.2.3',
  });
  expect(statusCode).toBe(200);
  await open.node.close();
});

test('[H46] it counts what happened, nos by code too, and no scrape within a second costs again', async () => {
  const other = await fair();
  const body = { key: other.bob.key, body: buy('M1', '7') };
  await other.must('POST', '/v1/orders', body);
  await other.call('POST', '/v1/orders', { ...body, body: buy('gone', '1') });
  await other.call('POST', '/v1/orders', { body: buy('M1', '1') });
  await other.call('POST', '/v1/orders/batch', { ...body, body: { orders: [buy('gone', '1')] } });
  const { text } = await other.must('GET', '/metrics');
  for (const line of [
    'fairground_trades 1',
    'fairground_volume_points 7',
    'fairground_markets{state="open"} 1',
    'fairground_nos_total{code="market_unknown"} 2',
    'fairground_nos_total{code="unauthorized"} 1',
    'fairground_leading 1',
    'fairground_entries_pending 0',
  ])
    expect(text.split('\n')).toContain(line);
  expect(text).toMatch(/^fairground_pool_product\{market="M1"\} 1000\d{3}/m);
  expect(text).toMatch(/^fairground_group_entries_count [1-9]/m);
  expect(text).toMatch(/^fairground_append_seconds_count [1-9]/m);
  expect(text).not.toMatch(/fgs?_[A-Za-z0-9_-]{16}/);
  await other.must('POST', '/v1/orders', body);
  expect((await other.must('GET', '/metrics')).text).toBe(text);
  await other.node.close();
});
