/** The feed's document against what is really said. */
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { asyncApi, FEED, nameOfSaid } from '../src/index.js';
import { buy, type Fair, fair, openMarket, parse, rallyBody, Watch } from './bench.js';
import { EventWatch } from './event-watch.js';

let at: Fair;
beforeAll(async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  at = await fair();
});
afterAll(async () => {
  vi.useRealTimers();
  await at.node.close();
});

test('[W25] whatever is said is a message of the document, and each kind of it is said', async () => {
  const headers = { authorization: `Bearer ${at.bob.key}` };
  await openMarket(at, 'ends', { deposit: '10' });
  const body = { ...rallyBody(at.ana.account), id: 'R1' };
  await at.must('POST', '/v1/markets', { key: at.ana.key, body });
  await at.must('POST', '/v1/markets/R1/open', { key: at.ana.key });
  const topics = ['market/M1', 'market/ends', 'rally/R1', 'global', 'leaderboard', 'me'];
  const socket = new Watch(at.node.url);
  await socket.say({ id: 1, cmd: 'auth', key: at.bob.key });
  await socket.watch(topics, '1.00000000');
  const stream = new EventWatch(at.node.url, { topics, headers });
  await stream.until(() => stream.frames('state', 'rally/R1').length > 0);
  const order = { key: at.bob.key, body: buy('M1', '5') };
  await at.must('POST', '/v1/orders', order);
  await at.must('POST', '/v1/rallies/R1/join', { key: at.bob.key, body: { units: 2 } });
  await at.must('POST', '/v1/markets/ends/close', { key: at.ana.key });
  const end = { outcome: 'NO', reason: 'why' };
  const { seq } = (
    await at.must('POST', '/v1/markets/ends/resolve', { key: at.ana.key, body: end })
  ).json;
  await stream.state('market/ends', seq);
  await stream.state('leaderboard', 0);
  await socket.say({ id: 'p', cmd: 'ping' });
  await socket.say('nonsense');
  await socket.say({ id: 2, cmd: 'unsubscribe', topics: ['global'] });
  vi.advanceTimersByTime(FEED.heartbeatMs);
  await stream.until(() => stream.heard.some(({ type }) => type === 'heartbeat'));
  await socket.until(() => socket.heard.some(({ type }) => type === 'unsubscribed'));
  const behind = new EventWatch(at.node.url, { topics: ['global'], after: '999999.00000000' });
  await behind.until(() => behind.isClosed);
  const names = new Set<string>();
  for (const said of [...socket.heard, ...stream.heard, ...behind.heard]) {
    const name = nameOfSaid(said);
    expect(name, JSON.stringify(said)).toBeDefined();
    names.add(name ?? '');
  }
  const { components } = asyncApi() as { components: { messages: object } };
  const commands = ['subscribe', 'unsubscribe', 'auth', 'ping'];
  // What rests on tables or on pullers is held to its message in effects, ticks and pull-routes.test.ts.
  const elsewhere = ['notification', 'ticks_state', 'letters_state', 'matches'];
  expect([...commands, ...names, ...elsewhere].sort()).toEqual(
    Object.keys(components.messages).sort(),
  );
  for (const watch of [socket, stream]) watch.close();
});

test('[W25] the document is served, and its references lead somewhere', async () => {
  const { text, headers } = await at.must('GET', '/v1/asyncapi.json');
  expect(String(headers['content-type'])).toContain('application/json');
  expect(parse(text)).toEqual(asyncApi());
  for (const [, path = ''] of text.matchAll(/"\$ref":"#\/([^"]+)"/g)) {
    let found: unknown = parse(text);
    for (const step of path.split('/')) found = Reflect.get(found as object, step);
    expect(found, path).toBeDefined();
  }
});
