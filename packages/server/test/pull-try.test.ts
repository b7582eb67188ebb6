/** A mapping that is tried out: what it would come to is what it comes to, and till then nothing has happened. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { ANSWERS } from '../src/api/answers.js';
import { type Fair, fair } from './bench.js';
import { MatchServer } from './match-server.js';
import { until } from './nodes.js';
import { feedOf, listed, mapping } from './pull-bench.js';

let at: Fair;
let server: MatchServer;
let feed: string;
beforeAll(async () => {
  at = await fair({ env: { FAIRGROUND_WEBHOOKS_LOCAL: '1' }, onAlarm: () => {} });
  server = await MatchServer.open();
  feed = await feedOf(at);
  await listed(at, feed, ['1', '2']);
});
afterAll(async () => {
  await at.node.close();
  await server.close();
});

const ask = (more: object) =>
  at.call('POST', '/v1/admin/pullers/try', {
    key: at.ana.key,
    body: { url: server.url, source: feed, mapping: mapping(), ...more },
  });
const tried = async (more: object = {}) => ANSWERS.tried.parse((await ask(more)).json);
const facts = async (id: string) => (await at.must('GET', `/v1/markets/${id}`)).json;
const seq = async () => (await at.must('GET', '/v1/head')).json.seq;

test('[L14] what an answer would come to is told, and nothing is kept or done', async () => {
  server.set('1', { goals: [2, 0], status: '1H', minute: 12 });
  server.set('2', { goals: [0, 1], status: 'FT', winner: 'away' });
  server.set('3', { status: 'unheard of' });
  const before = [await seq(), JSON.stringify(await facts('P-H1'))];
  const told = await tried();
  expect(told.error).toBeNull();
  expect(told.items).toMatchObject([
    {
      item: '1',
      names: ['H1', 'A1'],
      status: 'live',
      minute: '12',
      counts: [
        { count: 'home', value: 2, market: 'P-H1', kind: 'goal', records: 2, takes_back: 0 },
        { count: 'away', value: 0, records: 0 },
      ],
      markets: [
        { market: 'P-H1', pauses: true, resolves: false },
        { market: 'W-1', pauses: true, resolves: true },
      ],
      ends: [],
    },
    { item: '2', counts: [{}, { records: 1 }], ends: [{ market: 'W-2', outcome: 'AWAY' }] },
  ]);
  expect(told.refused).toEqual([{ item: '3', reason: 'an unknown status at "status"' }]);
  // The same of an answer that is handed in: nobody is asked for it.
  const calls = server.calls.length;
  const answer = JSON.stringify({
    data: { matches: [...server.matches].map(([id, one]) => ({ id, ...one })) },
  });
  expect(await tried({ url: undefined, answer })).toEqual(told);
  expect(server.calls.length).toBe(calls);
  expect([await seq(), JSON.stringify(await facts('P-H1'))]).toEqual(before);
  expect((await at.must('GET', '/v1/matches')).json.items).toEqual([]);
});

test('[L14] what would be refused is said, in the words of the list', async () => {
  server.matches.delete('3');
  const reasons = async (more: object) => (await tried(more)).refused.map(({ reason }) => reason);
  expect(await reasons({ source: at.bob.account })).toEqual([
    'a fact for P-H1: not_allowed',
    'a fact for P-A2: not_allowed',
  ]);
  const resolves = { path: 'winner', is: { away: 'NOBODY' } };
  const markets = [
    { market: 'W-{id}', resolves },
    { market: 'Q-{id}', pauses: true },
  ];
  const counts = [
    { count: 'home', path: 'goals.0', market: 'X-{home}', kind: 'goal' },
    { count: 'away', path: 'goals.1', market: 'P-{away}', kind: 'card' },
    { count: 'all', path: 'goals.0', rise_max: 1 },
  ];
  expect(await reasons({ mapping: mapping({ markets, counts: counts.slice(0, 2) }) })).toEqual([
    'there is no market X-H1',
    'there is no market Q-1',
    'a fact for P-A2: kind_unknown',
    'the result of W-2: it has no outcome NOBODY',
  ]);
  expect(await reasons({ mapping: mapping({ counts: counts.slice(2) }) })).toEqual([
    'all rose by 2 at once',
  ]);
  server.mood = 'error';
  expect(await tried()).toEqual({ items: [], refused: [], error: 'answered 500' });
  server.mood = 'well';
  expect((await tried({ url: undefined, answer: 'no' })).error).toBe('the body is not JSON');
  for (const [more, path] of [
    [{ url: 'ftp://x' }, 'url'],
    [{ answer: '[]' }, 'url'],
    [{ url: undefined }, 'url'],
    [{ mapping: mapping({ items: 'a..b' }) }, 'mapping.items'],
  ] as const) {
    const { status, json } = await ask(more);
    expect([status, json.error.details[0]]).toMatchObject([400, { path }]);
  }
});

test('[L14] of a puller that is there only what is new would be done, and a fall waits', async () => {
  const headers = [{ name: 'X-Key', value: 'hush' }];
  const body = { name: 'Cup', url: server.url, every_s: 3_600, source: feed, mapping: mapping() };
  const made = await at.must('POST', '/v1/admin/pullers', {
    key: at.ana.key,
    body: { ...body, headers },
  });
  const puller = made.json.id;
  const matches = async () => (await at.must('GET', '/v1/matches')).json.items;
  await until(async () => (await matches()).filter((one) => Number(one['seq']) > 0).length === 2);
  // It came to what was told before.
  const { items } = (await at.must('GET', '/v1/facts?market=P-H1')).json;
  expect(items).toHaveLength(2);
  const records = async (more: object = {}) =>
    (await tried({ puller, ...more })).items.map(({ counts }) => counts.map((one) => one.records));
  expect(await records()).toEqual([
    [0, 0],
    [0, 0],
  ]);
  server.set('1', { goals: [3, 1] });
  expect((await records())[0]).toEqual([1, 1]);
  server.set('1', { goals: [1, 0] });
  const { refused, items: shown } = await tried({ puller });
  expect(shown.map(({ item }) => item)).toEqual(['2']);
  expect(refused).toEqual([
    { item: '1', reason: 'it goes back: believed once 2 answers in a row say so' },
  ]);
  const once = await tried({ puller, mapping: mapping({ falls_after: 1 }) });
  expect(once.items[0]?.counts[0]).toMatchObject({ value: 1, records: 0, takes_back: 1 });
  // What it sends along goes to its own address alone.
  const sent = () => server.calls.at(-1)?.['x-key'];
  expect(sent()).toBe('hush');
  await tried({ puller, url: `${server.url}?elsewhere` });
  expect(sent()).toBeUndefined();
  await tried({ puller, headers: [{ name: 'X-Key', value: 'other' }] });
  expect(sent()).toBe('other');
});
