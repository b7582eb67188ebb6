/** Pullers over HTTP: who may, what is told of them, and what everybody may watch. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { nameOfSaid } from '../src/index.js';
import { PULLS } from '../src/pull/mapping.js';
import { type Fair, fair, Watch } from './bench.js';
import { EventWatch } from './event-watch.js';
import { MatchServer } from './match-server.js';
import { until } from './nodes.js';
import { feedOf, listed, mapping } from './pull-bench.js';

const SECRET = 'a-key-that-is-nobodys-business';

let at: Fair;
let server: MatchServer;
let feed: string;
beforeAll(async () => {
  at = await fair({ env: { FAIRGROUND_WEBHOOKS_LOCAL: '1' }, onAlarm: () => {} });
  server = await MatchServer.open();
  feed = await feedOf(at);
  await listed(at, feed, ['1']);
});
afterAll(async () => {
  await at.node.close();
  await server.close();
});

const body = (more: object = {}): object => ({
  name: 'Cup',
  url: server.url,
  every_s: 3_600,
  source: feed,
  mapping: mapping(),
  ...more,
});
const admin = (method: string, path: string, more?: object) =>
  at.call(method, `/v1/admin/pullers${path}`, { key: at.ana.key, ...(more && { body: more }) });

describe('[L12] who may', () => {
  const WHO = ['nobody', 'player', 'fallen', 'admin', 'system'] as const;
  const ROUTES: readonly (readonly [string, string, object | undefined, string])[] = [
    ['GET', '', undefined, 'done'],
    ['PATCH', '/gone', { on: false }, 'puller_unknown'],
    ['DELETE', '/gone', undefined, 'puller_unknown'],
    ['POST', '/gone/pull', {}, 'puller_unknown'],
    ['POST', '/gone/veto', { item: '1', reason: 'no' }, 'puller_unknown'],
    ['POST', '', { source: 'gone' }, 'account_unknown'],
    ['POST', '/try', { answer: '{}', source: 'gone', mapping: mapping() }, 'account_unknown'],
  ];
  let count = 0;
  test.each(ROUTES)('%s %s', async (method, path, more, said) => {
    // Who was an admin keeps a key that says so.
    const fallen = await at.node.signUp({ handle: `fallen${++count}`, admin: true });
    const gone = { account: fallen.account, role: 'admin', act: 'revoke' };
    await at.must('POST', '/v1/admin/roles', { key: at.token, body: gone });
    const keys = { player: at.bob.key, fallen: fallen.key, admin: at.ana.key, system: at.token };
    const told: string[] = [];
    for (const who of WHO) {
      const key = who === 'nobody' ? undefined : keys[who];
      const full = method === 'POST' && path === '' ? body(more) : more;
      const reply = await at.call(method, `/v1/admin/pullers${path}`, {
        ...(key !== undefined && { key }),
        ...(full && { body: full }),
      });
      told.push(reply.status < 300 ? 'done' : (reply.json.error.code ?? ''));
    }
    expect(told).toEqual(['unauthorized', 'scope_missing', 'scope_missing', said, said]);
  });
});

test('[L11] a puller calls nobody in our own networks, and what it sends along is told to nobody', async () => {
  const strict = await fair({ onAlarm: () => {} });
  const source = await feedOf(strict);
  for (const url of ['http://127.0.0.1:1/', 'http://localhost/', 'ftp://example.com/', 'no']) {
    const reply = await strict.call('POST', '/v1/admin/pullers', {
      key: strict.ana.key,
      body: body({ url, source }),
    });
    expect(reply.json.error.details).toMatchObject([{ path: 'url' }]);
  }
  await strict.node.close();
  for (const name of ['Host', 'content-length', 'a b', 'x\r\ny'])
    expect((await admin('POST', '', body({ headers: [{ name, value: 'x' }] }))).status).toBe(400);
  const headers = [{ name: 'X-Api-Key', value: SECRET }];
  const made = await admin('POST', '', body({ name: 'Secret', headers, on: false }));
  expect(made.status).toBe(201);
  const calls = server.calls.length;
  await admin('PATCH', `/${made.json.id}`, { on: true });
  await until(() => server.calls.length > calls);
  expect(server.calls.at(-1)?.['x-api-key']).toBe(SECRET);
  const list = await admin('GET', '');
  const texts = [made.text, list.text, (await at.must('GET', '/v1/matches')).text];
  expect(texts.filter((text) => text.includes(SECRET))).toEqual([]);
  expect(made.text).toContain('"headers":["X-Api-Key"]');
  await admin('DELETE', `/${made.json.id}`);
});

test('[L12] made, changed, asked, refused, dropped; a mapping that makes no sense is told where', async () => {
  const wrong: readonly (readonly [object, string])[] = [
    [mapping({ items: 'a..b' }), 'mapping.items'],
    [mapping({ counts: [{ count: 'a', path: 'b', market: 'M1' }] }), 'mapping.counts.0'],
    [mapping({ status: undefined }), 'mapping.markets'],
    [mapping({ hold_s: -1 }), 'mapping.hold_s'],
    [mapping({ surprise: 1 }), 'mapping'],
  ];
  for (const [bad, path] of wrong) {
    const reply = await admin('POST', '', body({ mapping: bad }));
    expect(reply.status).toBe(400);
    expect(reply.json.error.details[0]).toMatchObject({ path });
  }
  const made = await admin('POST', '', body({ on: false }));
  const path = `/${made.json.id}`;
  expect((await admin('POST', '', body())).json.error.code).toBe('puller_taken');
  expect((await admin('POST', `${path}/pull`)).status).toBe(400);
  expect((await admin('PATCH', path, {})).status).toBe(400);
  server.set('1', { goals: [1, 0], status: '1H', minute: 12 });
  expect((await admin('PATCH', path, { on: true, every_s: 900 })).text).toContain('"every_s":900');
  const matches = async () => (await at.must('GET', '/v1/matches')).json.items;
  await until(async () => (await matches()).length === 1);
  await until(async () => Number((await matches())[0]?.seq) > 0);
  expect(await matches()).toMatchObject([
    {
      source: 'Cup',
      item: '1',
      names: ['H1', 'A1'],
      status: 'live',
      minute: '12',
      counts: [
        { count: 'home', value: 1, market: 'P-H1' },
        { count: 'away', value: 0, market: 'P-A1' },
      ],
      verdict: null,
      resolves_at: null,
    },
  ]);
  expect((await at.must('GET', '/v1/matches?status=finished')).json.items).toEqual([]);
  // Asked now, and believed once.
  server.set('1', { goals: [9, 0] });
  const shown = async () => (await admin('GET', '')).text;
  await admin('POST', `${path}/pull`, {});
  await until(async () => (await shown()).includes('home rose by 8 at once'));
  expect((await admin('POST', `${path}/pull`, { accept_jumps: true })).status).toBe(202);
  await until(async () => (await at.must('GET', '/v1/matches')).text.includes('"value":9'));
  const veto = { item: '1', reason: 'no' };
  expect((await admin('POST', `${path}/veto`, { ...veto, item: '9' })).json.error.code).toBe(
    'match_unknown',
  );
  expect((await admin('POST', `${path}/veto`, veto)).text).toContain('"verdict":"veto"');
  expect((await at.must('GET', '/v1/matches')).text).toContain('"verdict":"veto"');
  // Of one that is off nothing is shown, and it asks no more.
  await admin('PATCH', path, { on: false });
  expect(await matches()).toEqual([]);
  expect((await admin('DELETE', path)).status).toBe(200);
  expect((await admin('GET', '')).json.items).toEqual([]);
});

test('[L12] there are only so many', async () => {
  const ids: string[] = [];
  for (let i = 0; i < PULLS.pullersMax; i++)
    ids.push((await admin('POST', '', body({ name: `n${i}`, on: false }))).json.id);
  const more = await admin('POST', '', body({ name: 'one more', on: false }));
  expect([more.status, more.json.error.code]).toEqual([400, 'bad_request']);
  for (const id of ids) await admin('DELETE', `/${id}`);
});

test('[L13] [W25] whoever watches hears all matches at once, then each change; his cursor stays', async () => {
  server.set('1', { goals: [0, 0], status: '1H', minute: 1 });
  const made = await admin('POST', '', body({ name: 'Live' }));
  const path = `/${made.json.id}`;
  const socket = new Watch(at.node.url);
  await socket.watch(['matches', 'global']);
  const stream = new EventWatch(at.node.url, { topics: ['matches'] });
  const heard = (watch: { heard: readonly { type?: string }[] }): object[] =>
    watch.heard.filter(({ type }) => type === 'matches');
  const isShown = (watch: { heard: readonly { type?: string }[] }, text: string) => () =>
    JSON.stringify(heard(watch).at(-1) ?? {}).includes(text);
  await socket.until(isShown(socket, '"minute":"1"'));
  await stream.until(isShown(stream, '"minute":"1"'));
  server.set('1', { goals: [1, 0], minute: 2 });
  await admin('POST', `${path}/pull`, {});
  await socket.until(isShown(socket, '"value":1'));
  await stream.until(isShown(stream, '"value":1'));
  for (const said of heard(socket)) {
    expect(nameOfSaid(said)).toBe('matches');
    expect(said).not.toHaveProperty('seq');
  }
  await socket.say({ id: 7, cmd: 'unsubscribe', topics: ['matches'] });
  await socket.until(() => socket.heard.some(({ type }) => type === 'unsubscribed'));
  const count = heard(socket).length;
  server.set('1', { minute: 3 });
  await admin('POST', `${path}/pull`, {});
  await stream.until(isShown(stream, '"minute":"3"'));
  expect(heard(socket).length).toBe(count);
  // Many changes are told as one.
  expect(heard(stream).length).toBeLessThanOrEqual(8);
  socket.close();
  stream.close();
  await admin('DELETE', path);
});
