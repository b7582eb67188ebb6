import { afterEach, expect, test } from 'vitest';
import { busy, hasty, type TinyServer, tinyServer } from '../test/tiny-server.js';
import { createClient } from './client.js';

let tiny: TinyServer;
afterEach(() => tiny?.close());

async function clientOf(...bodies: readonly unknown[]) {
  tiny = await tinyServer(bodies.map((body) => ({ status: 200, body })));
  return createClient({ url: tiny.url, key: 'fg_k', platform: hasty() });
}
const asked = () => tiny.asked.map(({ method, path, body }) => [`${method} ${path}`, body]);
const NOON = '2026-06-11T12:00:00.000Z';
const TIME = '2026-06-11T12:00:00.000001Z';
const TICK = { source: 's', symbol: 'A', time: TIME, price: '1.50', size: '2', id: '7' };
const KEPT = { ...TICK, n: 3, side: null, late: true };
const TOLD = {
  taken: 1,
  repeated: 1,
  late: 1,
  dead: 1,
  items: [
    { index: 1, became: 'repeated' },
    { index: 2, became: 'dead', reason: 'ahead', message: 'Too far.', letter: 'dl_1' },
  ],
};

test('[K38] ticks go out under one key through every try, and what became of them is read', async () => {
  const client = await clientOf();
  tiny.script = [busy('1'), { status: 200, body: TOLD }];
  const told = await client.ticks.ingest([TICK]);
  expect(told).toEqual({
    ...TOLD,
    items: [
      { index: 1, became: 'repeated', reason: undefined, message: undefined, letter: undefined },
      TOLD.items[1],
    ],
    key: tiny.asked[0]!.headers['idempotency-key'],
    attempts: 2,
  });
  expect(tiny.asked.map(({ headers }) => headers['idempotency-key'])).toEqual([told.key, told.key]);
  expect(asked()[1]).toEqual(['POST /v1/ingest', [TICK]]);
});

test('[K38] lines go out as they are, and nothing is not sent', async () => {
  const client = await clientOf(TOLD);
  await client.ticks.ingest(`${JSON.stringify(TICK)}\n`, { key: 'mine' });
  expect(tiny.asked[0]).toMatchObject({
    headers: { 'content-type': 'application/x-ndjson', 'idempotency-key': 'mine' },
    body: TICK,
  });
  for (const nothing of [[], ''])
    await expect(client.ticks.ingest(nothing)).rejects.toMatchObject({ field: 'ticks' });
  expect(tiny.asked).toHaveLength(1);
});

test('[K38] ticks, candles and symbols keep their digits, and a figure that is none is a fault', async () => {
  const { late: _, ...seen } = KEPT;
  const latest = { ...seen, ticks: 4 };
  const box = { time: TIME, open: '1', high: '2', low: '0.5', close: '1.50', volume: '3' };
  const candle = { ...box, ticks: 2, late: 0, gap: 1 };
  const client = await clientOf(
    { items: [KEPT], cursor: 'c' },
    { items: [latest] },
    { items: [candle] },
    { items: [latest], cursor: 'd' },
    { items: [{ ...KEPT, price: 1.5 }] },
  );
  const { list, latest: newest, candles, symbols } = client.ticks;
  const item = { ...KEPT, side: undefined };
  expect(await list({ symbol: 'A/B', after: 2 })).toEqual({ items: [item], cursor: 'c' });
  expect(await newest(['A', 'B'])).toEqual([{ ...latest, side: undefined }]);
  expect(await candles({ symbol: 'A', interval: '5m' })).toEqual([candle]);
  expect(await symbols({ prefix: 'A' })).toMatchObject({ items: [{ ticks: 4 }], cursor: 'd' });
  await expect(list({ symbol: 'A' })).rejects.toMatchObject({ kind: 'fault' });
  expect(asked().slice(0, 4)).toEqual([
    ['GET /v1/ticks?symbol=A%2FB&after=2', undefined],
    ['GET /v1/ticks/latest?symbols=A%2CB', undefined],
    ['GET /v1/ticks/candles?symbol=A&interval=5m', undefined],
    ['GET /v1/ticks/symbols?prefix=A', undefined],
  ]);
});

test('[K38] dead letters are read field by field; what changes them is sent once', async () => {
  const letter = { id: 'dl_1', at: NOON, reason: 'ahead', message: 'Too far.', payload: '{}' };
  const shown = { ...letter, source: 's', symbol: null, state: 'open', changed: NOON };
  const client = await clientOf(
    { items: [shown], open: 9 },
    { replayed: 'dl_1', repeated: true },
    { replayed: 2, repeated: 1, refused: [{ id: 'dl_2', message: 'No.' }], cursor: 'c' },
    { dropped: 'dl_1' },
  );
  const { list, replay, replayMany, drop } = client.deadLetters;
  const at = Date.parse(NOON);
  expect(await list({ reason: 'ahead' })).toEqual({
    items: [{ ...shown, at, changed: at, symbol: undefined }],
    open: 9,
    cursor: undefined,
  });
  expect(await replay('dl_1', { payload: TICK })).toBe(true);
  expect(await replayMany({ source: 's', limit: 2 })).toEqual({
    replayed: 2,
    repeated: 1,
    refused: [{ id: 'dl_2', message: 'No.' }],
    cursor: 'c',
  });
  await drop('dl_1');
  expect(asked()).toEqual([
    ['GET /v1/dead-letters?reason=ahead', undefined],
    ['POST /v1/dead-letters/dl_1/replay', { payload: TICK }],
    ['POST /v1/dead-letters/replay', { source: 's', limit: 2 }],
    ['POST /v1/dead-letters/dl_1/drop', {}],
  ]);
  tiny.script = [{ status: 200, cutAfter: '{' }];
  await expect(drop('dl_1')).rejects.toMatchObject({ kind: 'unknown', attempts: 1 });
  expect(tiny.asked).toHaveLength(5);
  await expect(replay('../x')).rejects.toMatchObject({ field: 'letter' });
});
