/** The live feed as a stream of events: the same frames as over a WebSocket, in another skin. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { CLOSE, FEED } from '../src/index.js';
import { Feed } from '../src/live/feed.js';
import { LastChanges } from '../src/live/topics.js';
import type { Place } from '../src/node/sequencing.js';
import { Wake } from '../src/wake.js';
import { buy, type Fair, fair, openMarket, parse, type Reply, Watch } from './bench.js';
import { EventWatch } from './event-watch.js';

let at: Fair;
const open: (EventWatch | Watch)[] = [];
beforeAll(async () => {
  at = await fair();
});
afterAll(async () => {
  for (const watch of open) watch.close();
  await at.node.close();
});

type Listening = ConstructorParameters<typeof EventWatch>[1];
function listener(listening: Listening, url = at.node.url): EventWatch {
  const watch = new EventWatch(url, listening);
  open.push(watch);
  return watch;
}

async function order(spend = '1', market = 'M1'): Promise<{ seq: number; cursor: string }> {
  const reply = await at.must('POST', '/v1/orders', {
    key: at.bob.key,
    body: buy(market, spend),
  });
  return { seq: reply.json.seq, cursor: String(reply.headers['fairground-seq']) };
}

const lines = async (): Promise<number> =>
  (await at.must('GET', '/v1/admin/node', { key: at.token })).json.sockets;

const keyOf = (text: string): string => {
  const { type, topic, seq, more } = parse(text);
  return `${type} ${topic} ${seq} ${more}`;
};

test('[W17] a stream of events has the bytes that a socket has, and names the kind of each', async () => {
  const socket = new Watch(at.node.url);
  open.push(socket);
  await socket.watch(['market/M1', 'global']);
  const events = listener({ topics: ['market/M1', 'global'] });
  await events.until(() => events.frames('state', 'market/M1').length > 0);
  let last = 0;
  for (let n = 0; n < 30; n++) last = (await order()).seq;
  await Promise.all([socket.state('market/M1', last), events.state('market/M1', last)]);
  const told = new Map(socket.raw.map((text) => [keyOf(text), text]));
  const shared = events.blocks.filter(
    ({ event, data }) => event !== 'subscribed' && told.has(keyOf(data)),
  );
  for (const { data } of shared) expect(data).toBe(told.get(keyOf(data)));
  expect(shared.length).toBeGreaterThan(30);
  for (const { event, data } of events.blocks) expect(event).toBe(parse(data).type);
  expect(events.headers).toMatchObject({
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-content-type-options': 'nosniff',
  });
  expect(events.headers['content-encoding']).toBeUndefined();
});

test('[W17] it is read by fetch, and ends when the reader goes', async () => {
  const before = await lines();
  const stop = new AbortController();
  const answer = await fetch(`${at.node.url}/v1/stream/sse?topics=global`, stop);
  const reader = answer.body!.getReader();
  const { value } = await reader.read();
  expect(Buffer.from(value!).toString()).toMatch(/^event: subscribed\ndata: \{/);
  expect(await lines()).toBe(before + 1);
  stop.abort();
  await vi.waitFor(async () => expect(await lines()).toBe(before), { timeout: 4_000 });
});

test('[W18] whoever resumes at an id misses nothing and hears nothing twice, wherever he was cut', async () => {
  await openMarket(at, 'ends', { deposit: '10' });
  await at.must('POST', '/v1/markets/ends/close', { key: at.ana.key });
  const topics = ['global', 'market/M1', 'market/ends'];
  const whole = listener({ topics });
  await whole.until(() => whole.frames('state', 'market/ends').length > 0);
  const start = whole.lastId!;
  await order();
  // Several events of one entry, in two topics.
  const body = { outcome: 'NO', reason: 'why' };
  await at.must('POST', '/v1/markets/ends/resolve', { key: at.ana.key, body });
  const { seq } = await order();
  await whole.state('market/M1', seq);
  const events = (watch: EventWatch): string[] =>
    watch.blocks.filter(({ event }) => event === 'event').map(({ data }) => data);
  const all = events(whole);
  expect(all.some((text) => text.includes('"more":1'))).toBe(true);
  // Each place where an id stood, as if the line had been cut there or before the next one.
  const heard: string[] = [];
  const places = new Map([[start, 0]]);
  for (const { id, event, data } of whole.blocks) {
    if (event === 'event') heard.push(data);
    if (id !== undefined && !places.has(id) && Number.parseInt(id, 10) > Number.parseInt(start, 10))
      places.set(id, heard.length);
  }
  expect(places.size).toBeGreaterThan(3);
  for (const [id, count] of places) {
    const again = listener({ topics, after: '1.00000000', headers: { 'last-event-id': id } });
    await again.state('market/M1', seq);
    expect(again.heard.some(({ type }) => type === 'start_over')).toBe(false);
    expect(events(again)).toEqual(all.slice(count));
  }
});

test('[W18] an id never goes back, though an older state comes later', async () => {
  await openMarket(at, 'old', { deposit: '10' });
  const { seq } = await order();
  const events = listener({ topics: ['market/M1', 'market/old'] });
  await events.state('market/M1', seq);
  await order();
  await events.state('market/M1', seq + 1);
  const ids = events.blocks.flatMap(({ id }) =>
    id === undefined ? [] : [Number.parseInt(id, 10)],
  );
  expect(ids).toEqual([...ids].sort((a, b) => a - b));
  expect(ids[0]).toBeGreaterThanOrEqual(seq);
});

test('[W18] another history starts over, and then its own ids count', async () => {
  const { seq } = await order();
  const events = listener({ topics: ['market/M1'], after: `${seq}.00000000` });
  await events.state('market/M1', seq);
  expect(events.heard[1]).toEqual({ type: 'start_over', reason: 'forked' });
  expect(events.lastId).toBe(
    at.node.sequencer.durable.seq + '.' + at.node.sequencer.durable.hash.slice(0, 8),
  );
});

test('[W19] what is wrong with the request is an ordinary answer', async () => {
  const tries: [Listening, number, string][] = [
    [{ topics: [''] }, 400, 'bad_request'],
    [{ topics: ['global'], after: 'x' }, 400, 'bad_request'],
    [{ topics: ['global'], headers: { 'last-event-id': 'x' } }, 400, 'bad_request'],
    [{ topics: Array.from({ length: 51 }, (_, n) => `market/m${n}`) }, 400, 'bad_request'],
    [{ topics: ['me'] }, 401, 'unauthorized'],
    [
      { topics: ['me'], headers: { authorization: 'Bearer fg_0123456789abcdef0123' } },
      401,
      'key_unknown',
    ],
    [{ topics: ['global'], headers: { origin: 'https://evil.example' } }, 403, 'origin_refused'],
    [{ topics: ['global', 'market/nowhere'] }, 404, 'topic_unknown'],
  ];
  for (const [listening, status, code] of tries) {
    const watch = listener(listening);
    await watch.until(() => watch.body.endsWith('}'));
    expect([watch.status, watch.json.error.code]).toEqual([status, code]);
  }
  const head = await fetch(`${at.node.url}/v1/stream/sse?topics=global`, { method: 'HEAD' });
  expect(head.status).toBe(404);
});

test('[W20] a revoked key is the last thing said', async () => {
  const body = { name: 'feed', scopes: ['read'] };
  const made = (await at.must('POST', '/v1/me/keys', { key: at.bob.key, body })).json;
  const events = listener({
    topics: ['me'],
    headers: { authorization: `Bearer ${made.key}` },
  });
  const { seq } = await order('3');
  await events.state('me', seq);
  await at.must('DELETE', `/v1/me/keys/${made.id}`, { key: at.bob.key });
  await events.until(() => events.isClosed);
  expect(events.heard.at(-1)).toEqual({ type: 'closing', code: CLOSE.revoked, reason: 'revoked' });
});

test('[W20][W24] a node that stops, or is behind, says so last, and when to come back', async () => {
  const own = await fair();
  const events = listener({ topics: ['global'] }, own.node.url);
  await events.until(() => events.frames('state', 'global').length > 0);
  const behind = listener({ topics: ['global'], after: '999999.00000000' }, own.node.url);
  await behind.until(() => behind.isClosed);
  await own.node.close();
  await events.until(() => events.isClosed);
  for (const [watch, reason] of [
    [behind, 'behind'],
    [events, 'draining'],
  ] as const) {
    const [said, last] = watch.blocks.slice(-2);
    expect(parse(last!.data)).toEqual({ type: 'closing', code: CLOSE.draining, reason });
    const hint = parse(said!.data).reconnect_ms;
    expect(said).toMatchObject({ event: 'draining', retry: hint });
    expect(hint).toBeGreaterThanOrEqual(0);
    expect(hint).toBeLessThan(5_000);
  }
  expect(behind.blocks).toHaveLength(2);
  expect(behind.lastId).toBeUndefined();
});

test('[W21] a listener that does not read is cut off, and the others are not held up', async () => {
  const limits = { trades_per_minute: 1_000_000 };
  await at.must('POST', '/v1/admin/limits', { key: at.ana.key, body: { limits } });
  const headers = { authorization: `Bearer ${at.bob.key}` };
  const topics = ['market/M1', 'me'];
  const slow = listener({ topics, headers });
  const brisk = listener({ topics: ['market/M1'] });
  for (const watch of [slow, brisk]) await watch.state('market/M1', 0);
  slow.pause();
  const before = await lines();
  const orders = Array.from({ length: 100 }, () => buy('M1', '0.001'));
  const batch = (): Promise<Reply> =>
    at.must('POST', '/v1/orders/batch', { key: at.bob.key, body: { orders } });
  let count = 0;
  // The machine's own buffers hold some megabytes first.
  while ((await lines()) === before && count < 100_000) {
    await Promise.all(Array.from({ length: 10 }, batch));
    count += 1_000;
  }
  expect(await lines()).toBe(before - 1);
  await brisk.until(() => brisk.blocks.length > count, 10_000);
  await brisk.until(() => brisk.frames('event', 'market/M1').length === count);
  slow.resume();
  await slow.until(() => slow.isClosed, 10_000);
  expect(slow.frames('event', 'market/M1').length).toBeLessThan(count);
  // Where it was cut, also in the middle of an entry, it goes on: and it is not cut for having missed much.
  const again = listener({ topics, headers: { ...headers, 'last-event-id': slow.lastId! } });
  await again.state('market/M1', at.node.sequencer.durable.seq);
  const seqs = (watch: EventWatch): number[] =>
    watch.frames('event', 'market/M1').map((text) => Number(parse(text).seq));
  const known = new Set(seqs(slow));
  expect(again.heard.some(({ type }) => type === 'start_over')).toBe(false);
  expect([...known, ...seqs(again).filter((seq) => !known.has(seq))]).toEqual(seqs(brisk));
}, 60_000);

test('[W23] the leaderboard is made of the world, once a second at most, and the same for all', async () => {
  const [one, two] = [listener({ topics: ['leaderboard'] }), new Watch(at.node.url)];
  open.push(two);
  await two.watch(['leaderboard']);
  await Promise.all([one.state('leaderboard', 0), two.state('leaderboard', 0)]);
  const before = one.frames('state', 'leaderboard').length;
  const started = performance.now();
  let last = 0;
  while (performance.now() - started < 1_500) last = (await order('0.01')).seq;
  await Promise.all([one.state('leaderboard', last), two.state('leaderboard', last)]);
  const took = performance.now() - started;
  const states = one.frames('state', 'leaderboard');
  expect(states.length - before).toBeLessThanOrEqual(1 + took / FEED.costlyEveryMs);
  expect(two.frames('state', 'leaderboard').at(-1)).toBe(states.at(-1));
  const { data } = parse(states.at(-1)!);
  const positions = (await at.must('GET', '/v1/me/positions', { key: at.bob.key })).json.items;
  const micro = (text: string): bigint => BigInt(Math.round(Number(text) * 1e6));
  let profit = 0n;
  for (const position of positions) profit += micro(position.profit);
  const { players } = data;
  expect(players.map(({ account }) => account)).toContain(at.bob.account);
  expect(micro(players.find(({ account }) => account === at.bob.account)!.profit)).toBe(profit);
  // Whoever comes while nothing happens is told at once what the others were.
  const late = listener({ topics: ['leaderboard'] });
  await late.state('leaderboard', last);
  expect(late.frames('state', 'leaderboard')).toEqual([states.at(-1)]);
});

test('[W22] a heartbeat names where the node is and the newest entry it knows of', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const own = await fair();
  const events = listener({ topics: ['global'] }, own.node.url);
  await events.until(() => events.frames('state', 'global').length > 0);
  vi.advanceTimersByTime(FEED.heartbeatMs);
  vi.useRealTimers();
  await events.until(() => events.heard.some(({ type }) => type === 'heartbeat'));
  const { seq, hash } = own.node.sequencer.durable;
  const cursor = `${seq}.${hash.slice(0, 8)}`;
  expect(events.blocks.at(-1)).toMatchObject({ event: 'heartbeat', id: cursor });
  expect(events.heard.at(-1)).toEqual({ type: 'heartbeat', seq: cursor, head: cursor });
  await own.node.close();
});

test('[W22] a node that is behind says so: the newest entry it knows of, or knew of when it last could ask', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const { sequencer, clock } = at.node;
  const answers = [{ seq: 999_999, hash: '9f2c0a11'.repeat(8) }];
  const newest = async (): Promise<Place> => {
    const [place] = answers.splice(0, 1);
    if (!place) throw new Error('the database is away');
    return place;
  };
  const feed = new Feed({ sequencer, steady: clock.steady, last: new LastChanges(), newest });
  const wake = await Wake.start(sequencer, [feed]);
  feed.follow(wake);
  const heard: string[] = [];
  feed.join({ send: (frame) => void heard.push(frame.payload.toString()), rewound: () => {} });
  for (const count of [1, 2]) {
    vi.advanceTimersByTime(FEED.heartbeatMs);
    await vi.waitFor(() => expect(heard).toHaveLength(count));
  }
  vi.useRealTimers();
  const heartbeat = { type: 'heartbeat', seq: wake.cursor, head: '999999.9f2c0a11' };
  expect(heard.map((text) => parse(text))).toEqual([heartbeat, heartbeat]);
  feed.stop();
  wake.stop();
});
