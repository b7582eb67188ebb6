import { afterEach, expect, test, vi } from 'vitest';
import { hasty, type TinyServer, tinyServer } from '../test/tiny-server.js';
import { createClient } from './client.js';
import type { Live, LiveOptions } from './notices.js';

let tiny: TinyServer;
let live: Live | undefined;
afterEach(async () => {
  live?.close();
  await tiny.close();
});

const TIME = '2026-06-11T12:00:00.000001Z';
const tick = (n: number, price = '1.50', symbol = 'A/B') => {
  const data = { symbol, n, ticks: n, time: TIME, source: 's', price, size: '2', side: null };
  return { type: 'state', topic: `ticks/${symbol}`, n, data: { ...data, id: null } };
};
const MATCH = {
  puller: 'pul_1',
  source: 'Cup',
  item: '1',
  names: ['H', 'A'],
  status: 'live',
  minute: '67',
  counts: [{ count: 'home', value: 2, market: null }],
  markets: [{ market: 'W', pauses: true, resolves: true }],
  ends: [],
  resolves_at: null,
  verdict: null,
  updated_at: '2026-06-11T12:00:00.000Z',
  seq: 7,
};
const letters = (n: number, open: number) => {
  const newest = '2026-06-11T12:00:00.000Z';
  return { type: 'state', topic: 'dead-letters', n, data: { open, newest } };
};
const subscribed = { id: 1, type: 'subscribed', topics: [], seq: '5.00000005' };
const TOPICS = ['ticks/A/B', 'matches', 'dead-letters'];

/** The n-th connection is told `turns[n]` once it subscribes. */
async function follow(turns: readonly (readonly object[])[], how: LiveOptions = {}) {
  tiny = await tinyServer([]);
  tiny.onSocket = (socket, { cmd }) => {
    if (cmd !== 'subscribe') return;
    for (const message of turns[tiny.sockets.length - 1] ?? [])
      socket.send(JSON.stringify(message));
  };
  const told: unknown[] = [];
  const frames: unknown[] = [];
  const client = createClient({
    url: tiny.url,
    key: 'fg_k',
    platform: hasty([], told as string[]),
  });
  live = client.live(TOPICS, (frame) => frames.push(frame), {
    onTick: ({ n, price }, after) => told.push(['tick', n, price, after]),
    onMatches: (matches) => told.push(['matches', ...matches]),
    onLetters: (now) => told.push(['letters', now]),
    ...how,
  });
  return { told, frames, live };
}
const soon = (check: () => void) => vi.waitFor(check, { timeout: 5_000, interval: 5 });

test('[K40] ticks, matches and dead letters are heard typed, each at its own number, and move no cursor', async () => {
  const {
    told,
    frames,
    live: feed,
  } = await follow([
    [
      subscribed,
      tick(3),
      tick(9, '1.75'),
      tick(8, '9'),
      letters(4, 2),
      letters(4, 1),
      letters(3, 9),
    ],
  ]);
  await soon(() => expect(told).toHaveLength(4));
  const newest = Date.parse('2026-06-11T12:00:00.000Z');
  expect(told).toEqual([
    ['tick', 3, '1.50', undefined],
    ['tick', 9, '1.75', 3],
    ['letters', { n: 4, open: 2, newest }],
    ['letters', { n: 4, open: 1, newest }],
  ]);
  tiny.sockets[0]?.send(
    JSON.stringify({ type: 'matches', topic: 'matches', data: { items: [MATCH] } }),
  );
  await soon(() => expect(told).toHaveLength(5));
  const { resolves_at: _, updated_at: __, ...same } = MATCH;
  expect(told[4]).toEqual([
    'matches',
    {
      ...same,
      counts: [{ count: 'home', value: 2, market: undefined }],
      resolvesAt: undefined,
      verdict: undefined,
      updatedAt: newest,
    },
  ]);
  expect(frames).toEqual([]);
  expect(feed.cursor).toBeUndefined();
});

test('[K40] after a cut the newest comes once, with the number that was told before it', async () => {
  const { told } = await follow([
    [subscribed, tick(3)],
    [subscribed, tick(3)],
    [subscribed, tick(3), tick(7, '2')],
  ]);
  await soon(() => expect(told).toHaveLength(1));
  for (const at of [0, 1]) {
    tiny.sockets[at]?.close();
    await soon(() => expect(tiny.sockets).toHaveLength(at + 2));
  }
  await soon(() => expect(told).toHaveLength(2));
  expect(told[1]).toEqual(['tick', 7, '2', 3]);
});

test('[K40] whoever follows one and hears it nowhere is told so, and a figure that is none is a fault', async () => {
  tiny = await tinyServer([]);
  const client = createClient({ url: tiny.url, platform: hasty() });
  for (const topic of TOPICS)
    expect(() => client.live([topic], () => undefined)).toThrow('hand it in');
  await tiny.close();
  const { data, ...frame } = tick(3);
  const { told } = await follow([[subscribed, { ...frame, data: { ...data, price: 1.5 } }]]);
  await soon(() => expect(JSON.stringify(told)).toContain('price'));
});

test('[K40] the matches there are now are read field by field', async () => {
  tiny = await tinyServer([{ status: 200, body: { items: [MATCH] } }]);
  const client = createClient({ url: tiny.url, platform: hasty() });
  expect(await client.matches.list({ status: 'live' })).toMatchObject([
    { item: '1', names: ['H', 'A'], seq: 7 },
  ]);
  expect(tiny.asked[0]?.path).toBe('/v1/matches?status=live');
});
