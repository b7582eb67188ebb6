/** What rests on the tables, asked of a whole node on a directory. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buy, type Fair, fair, type Json, type Stage, stage } from './bench.js';

const env = { FAIRGROUND_READ_MODEL: '1' };
const ORDERS = 260;
let at: Fair;
let early: number;
let newest: string;

/** Until the tables hold what was told last. */
async function caughtUp({ call }: Stage): Promise<void> {
  for (let n = 0; n < 400; n++) {
    const { status } = await call('GET', '/v1/leaderboard', {
      headers: { 'fairground-min-seq': newest },
    });
    if (status === 200) return;
    await new Promise((wait) => setTimeout(wait, 50));
  }
  throw new Error('the tables do not catch up');
}

beforeAll(async () => {
  at = await fair({ env });
  early = (await at.call('GET', '/v1/leaderboard')).status;
  for (let n = 0; n < ORDERS; n++)
    await at.must('POST', '/v1/orders', { key: at.bob.key, body: buy('M1', `0.${1 + (n % 7)}`) });
  const last = await at.must('POST', '/v1/orders', {
    key: at.ana.key,
    once: 'mine',
    body: buy('M1', '5'),
  });
  newest = String(last.headers['fairground-seq']);
  await caughtUp(at);
}, 60_000);
afterAll(() => at.node.close());

async function allOf(path: string, key?: string): Promise<Json[]> {
  const items: Json[] = [];
  for (let cursor = ''; ; ) {
    const mark = path.includes('?') ? '&' : '?';
    const page = await at.must('GET', `${path}${mark}limit=100${cursor}`, key ? { key } : {});
    items.push(...page.json.items);
    if (page.json.cursor === undefined) return items;
    cursor = `&cursor=${page.json.cursor}`;
  }
}

test('[P4] before there are tables a node trades, and what rests on them is 503 rebuilding', () => {
  expect(early).toBe(503);
});

test('[P5] what is read from the tables names their checkpoint, and waits for what the reader has seen', async () => {
  const headers = { 'fairground-min-seq': newest };
  const reply = await at.must('GET', '/v1/leaderboard', { headers });
  expect(reply.headers['fairground-seq']).toBe(newest);
  const seq = Number(newest.split('.')[0]) + 5;
  const ahead = await at.call('GET', '/v1/leaderboard', {
    headers: { 'fairground-min-seq': `${seq}` },
  });
  expect([ahead.status, ahead.json.error.code]).toEqual([503, 'behind']);
});

test('[P6] every leg of my ledger can be read back to the first, and sums to what I have', async () => {
  const legs = await allOf('/v1/me/ledger', at.bob.key);
  const places = legs.map(({ seq, leg }) => Number(seq) * 1_000 + Number(leg));
  expect(places).toEqual([...new Set(places)].sort((a, b) => b - a));
  const points = legs.filter(({ asset }) => asset === 'points');
  const sum = points.reduce((total, { change }) => total + Math.round(Number(change) * 1e6), 0);
  const { json } = await at.must('GET', '/v1/me', { key: at.bob.key });
  expect(sum).toBe(Math.round(Number(json.points) * 1e6));
});

test('[P7] tapes go on beyond what memory keeps, to the very first order, each once', async () => {
  const tape = await allOf('/v1/markets/M1/trades');
  expect(tape).toHaveLength(ORDERS + 1);
  const mine = await allOf('/v1/me/trades', at.bob.key);
  expect(mine).toHaveLength(ORDERS);
  const first = mine.at(-1)!;
  expect((await at.must('GET', `/v1/orders/${first.id}`)).json).toEqual(first);
  const seqs = tape.map(({ seq }) => Number(seq));
  expect(seqs).toEqual([...new Set(seqs)].sort((a, b) => b - a));
});

test('[P8] the board ranks all accounts by what they gained beyond what they were given', async () => {
  const board = await allOf('/v1/leaderboard?by=profit&window=all');
  expect(board.map(({ rank }) => rank)).toEqual([1, 2]);
  const profits = board.map(({ profit }) => Number(profit));
  expect(profits).toEqual([...profits].sort((a, b) => b - a));
  for (const { account, profit } of board) {
    const key = account === at.bob.account ? at.bob.key : at.ana.key;
    const { json } = await at.must('GET', '/v1/me/positions', { key });
    const shown = json.items.reduce((sum: number, one: Json) => sum + Number(one.profit), 0);
    expect(Number(profit)).toBeCloseTo(shown, 6);
  }
  for (const query of ['by=return&window=day', 'by=profit&window=week'])
    expect(await allOf(`/v1/leaderboard?${query}`)).toHaveLength(2);
});

test('[P9] a player is found by handle or id; his worth is his Points and shares at the newest prices', async () => {
  const byHandle = await at.must('GET', '/v1/players/bob');
  expect(byHandle.json).toEqual((await at.must('GET', `/v1/players/${at.bob.account}`)).json);
  expect(byHandle.json).toMatchObject({ account: at.bob.account, handle: 'bob' });
  expect(byHandle.json.positions.length).toBeGreaterThan(0);
  const { json } = await at.must('GET', '/v1/me/portfolio/history', { key: at.bob.key });
  expect(json.now.equity).toBe(byHandle.json.equity);
  expect((await at.call('GET', '/v1/players/nobody')).status).toBe(404);
});

test('[P10] the proof shows the SQL that anyone can run, and that it finds nothing', async () => {
  const { json } = await at.must('GET', '/v1/proof');
  expect(json.tables.checks.map(({ holds }: Json) => holds)).toEqual(Array(5).fill(true));
  for (const { sql } of json.tables.checks) expect(sql).toMatch(/^select .* from /);
});

test('[P11] tables are filled anew beside those that are read, and take their place', async () => {
  const before = await allOf('/v1/me/ledger', at.bob.key);
  expect((await at.call('POST', '/v1/admin/rebuild', { key: at.ana.key })).status).toBe(403);
  expect((await at.must('POST', '/v1/admin/rebuild', { key: at.token })).status).toBe(202);
  for (let n = 0; ; n++) {
    expect(await allOf('/v1/me/ledger', at.bob.key)).toEqual(before);
    const { json } = await at.must('GET', '/v1/admin/node', { key: at.token });
    if (json.tables.rebuilding === undefined) break;
    expect(n).toBeLessThan(2_000);
  }
  const more = await at.must('POST', '/v1/orders', { key: at.bob.key, body: buy('M1', '2') });
  newest = String(more.headers['fairground-seq']);
  await caughtUp(at);
  expect((await allOf('/v1/me/ledger', at.bob.key)).length).toBeGreaterThan(before.length);
});

test('[P19] how far the tables are behind, and what was written, stands in the metrics', async () => {
  const figure = async (name: string): Promise<number> => {
    const { text } = await at.must('GET', '/metrics', { key: at.token });
    return Number(new RegExp(`^fairground_${name} (\\d+)$`, 'm').exec(text)?.[1] ?? Number.NaN);
  };
  expect([await figure('tables_lag_seqs'), await figure('tables_lag_ms')]).toEqual([0, 0]);
  expect(await figure('tables_rows')).toBeGreaterThan(ORDERS);
  const { json } = await at.must('GET', '/v1/admin/node', { key: at.token });
  expect(json.tables).toMatchObject({ state: 'following', lag: 0, lag_ms: 0, rebuilds: 1 });
});

test('[P12] whoever throws the tables away, or closes in the middle, finds them again as they were', async () => {
  const before = await allOf('/v1/me/ledger', at.bob.key);
  const { dir, bob, ana } = at;
  await at.node.close();
  at = { ...(await stage({ dir, env })), bob, ana };
  await caughtUp(at);
  expect(await allOf('/v1/me/ledger', at.bob.key)).toEqual(before);
  await at.node.close();
  await rm(join(dir, 'read'), { recursive: true });
  at = { ...(await stage({ dir, env })), bob, ana };
  await caughtUp(at);
  expect(await allOf('/v1/me/ledger', at.bob.key)).toEqual(before);
  const { json } = await at.must('GET', '/v1/receipts/mine', { key: ana.key });
  expect(json.state).toBe('done');
}, 60_000);
