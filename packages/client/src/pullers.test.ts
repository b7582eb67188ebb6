import { afterEach, expect, test } from 'vitest';
import { hasty, type TinyServer, tinyServer } from '../test/tiny-server.js';
import { createClient } from './client.js';

let tiny: TinyServer;
afterEach(() => tiny?.close());

const NOON = '2026-06-11T12:00:00.000Z';
const SHOWN = {
  id: 'pul_1',
  name: 'Cup',
  url: 'https://feed.invalid/',
  every_s: 15,
  source: 'acc_1',
  by: 'acc_2',
  on: true,
  headers: ['X-Key'],
  mapping: {},
  created: NOON,
  pulled_at: NOON,
  error: null,
  items: 1,
  rejected: [{ at: NOON, item: null, reason: 'no id', times: 2 }],
};
const TRIED = {
  items: [
    {
      item: '1',
      names: ['H', 'A'],
      status: 'live',
      minute: null,
      counts: [{ count: 'home', value: 2, market: 'P', kind: 'goal', records: 2, takes_back: 1 }],
      markets: [{ market: 'W', pauses: true, resolves: false }],
      ends: [{ market: 'W', outcome: 'YES' }],
    },
  ],
  refused: [{ item: null, reason: 'no id' }],
  error: null,
};

test('[K39] pullers and what is tried out are read field by field; what changes one is sent once', async () => {
  tiny = await tinyServer([
    { status: 200, body: { items: [SHOWN] } },
    { status: 200, body: { ...SHOWN, on: false } },
    { status: 200, body: TRIED },
    { status: 200, body: { ...TRIED, items: [], error: 'answered 500' } },
    { status: 200, body: { ...TRIED, items: [{ ...TRIED.items[0], names: 'H' }] } },
    { status: 200, cutAfter: '{' },
  ]);
  const { pullers } = createClient({ url: tiny.url, key: 'fg_k', platform: hasty() });
  const at = Date.parse(NOON);
  expect(await pullers.list()).toMatchObject([
    {
      id: 'pul_1',
      everyS: 15,
      pulledAt: at,
      error: undefined,
      rejected: [{ at, item: undefined }],
    },
  ]);
  expect(await pullers.change('pul_1', { on: false })).toMatchObject({ on: false });
  const trial = { source: 'acc_1', mapping: {}, answer: '[]' };
  const { takes_back: takesBack, ...count } = TRIED.items[0]!.counts[0]!;
  expect(await pullers.tryOut(trial)).toEqual({
    items: [{ ...TRIED.items[0], minute: undefined, counts: [{ ...count, takesBack }] }],
    refused: [{ item: undefined, reason: 'no id' }],
    error: undefined,
  });
  expect(await pullers.tryOut(trial)).toMatchObject({ items: [], error: 'answered 500' });
  await expect(pullers.tryOut(trial)).rejects.toMatchObject({ kind: 'fault' });
  await expect(pullers.change('pul_1', {})).rejects.toMatchObject({ kind: 'unknown', attempts: 1 });
  expect(
    tiny.asked.map(({ method, path, body }) => [`${method} ${path}`, body]).slice(1, 3),
  ).toEqual([
    ['PATCH /v1/admin/pullers/pul_1', { on: false }],
    ['POST /v1/admin/pullers/try', trial],
  ]);
  expect(tiny.asked).toHaveLength(6);
  await expect(pullers.change('../x', {})).rejects.toMatchObject({ field: 'puller' });
});
