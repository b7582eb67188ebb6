/** What is told to a collector: one order is one trace, wherever it goes, and nothing that was said stands in it. */
import { mkdtemp, readFile, readdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { openFileJournalReader } from '@fairground/journal';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { hasPostgres, Server } from '../../../scripts/postgres.js';
import { fair, freshKey, stage } from './bench.js';
import { type Collector, collector, type Told } from './collector.js';
import { fairOf, member, until } from './nodes.js';

let to: Collector;
beforeEach(async () => {
  to = await collector();
});
afterEach(() => to.close());

const TRACE = 'c0ffee00'.repeat(4);
const parent = (flags: string): string => `00-${TRACE}-00f067aa0ba902b7-${flags}`;
const order = { market: 'M1', side: 'buy', outcome: 'YES', spend: '1' };

const ofTrace = (traceId = TRACE): Told[] => to.spans.filter((span) => span.traceId === traceId);
const namesOf = (spans: readonly Told[]): string[] => spans.map(({ name }) => name).sort();

/** Each lies within its parent, but for what goes on after the answer. */
function hangTogether(spans: readonly Told[], root: string): void {
  const byId = new Map(spans.map((span) => [span.spanId, span]));
  for (const span of spans) {
    expect(span.to, span.name).toBeGreaterThanOrEqual(span.from);
    const above = byId.get(span.parentSpanId);
    if (!above) {
      expect(span.parentSpanId).toBe(root);
      continue;
    }
    expect(span.from, `${span.name} in ${above.name}`).toBeGreaterThanOrEqual(above.from);
  }
}

const STEPS = ['appending', 'deciding', 'gathering', 'sequencer', 'waiting'];

test('[H50] an order is one trace: request, queue, decision, append, and its way into the tables', async () => {
  const env = { OTEL_EXPORTER_OTLP_ENDPOINT: to.url, FAIRGROUND_READ_MODEL: '1' };
  const at = await fair({ env: { ...env, FAIRGROUND_TRACE_SAMPLE: '0' } });
  const ask = { key: at.bob.key, body: order };
  const done = await at.must('POST', '/v1/orders', {
    ...ask,
    headers: { traceparent: parent('01') },
  });
  await until(() => ofTrace().some(({ name }) => name === 'projecting'));
  await until(() => ofTrace().length >= 7);
  const spans = ofTrace();
  expect(namesOf(spans)).toEqual(['POST /v1/orders', ...STEPS, 'projecting'].sort());
  hangTogether(spans, '00f067aa0ba902b7');
  const request = spans.find(({ name }) => name === 'POST /v1/orders')!;
  expect(request.facts).toMatchObject({
    'http.request.method': 'POST',
    'http.route': '/v1/orders',
    'http.response.status_code': 201,
  });
  const seq = Number(String(done.headers['fairground-seq']).split('.')[0]);
  for (const name of ['POST /v1/orders', 'sequencer'])
    expect(spans.find((span) => span.name === name)?.facts['fairground.seq']).toBe(seq);
  const inside = spans.find(({ name }) => name === 'sequencer')!;
  expect(inside.parentSpanId).toBe(request.spanId);
  for (const { name, parentSpanId } of spans)
    if (STEPS.includes(name) && name !== 'sequencer') expect(parentSpanId).toBe(inside.spanId);
  // What is not recorded elsewhere is not here, and of its own accord nothing is: the part is 0.
  await at.must('POST', '/v1/orders', { ...ask, headers: { traceparent: parent('00') } });
  await at.must('POST', '/v1/orders', ask);
  for (const bad of ['', 'x', `${parent('01')}-more`, parent('01').replace('00-', 'ff-')])
    await at.must('POST', '/v1/orders', { ...ask, headers: { traceparent: bad } });
  await at.node.close();
  expect(to.spans).toHaveLength(7);
  // The journal's lines know nothing of it.
  const files = await readdir(join(at.dir, 'journal'));
  const kept = await Promise.all(
    files.map((file) => readFile(join(at.dir, 'journal', file), 'latin1')),
  );
  expect(kept.join('').split(TRACE)).toHaveLength(2);
  const reader = await openFileJournalReader(join(at.dir, 'journal'));
  const group = await reader.groupOf(seq);
  expect(group?.meta).toBe(`00-${TRACE}-${request.spanId}-01`);
  expect(group?.lines).not.toContain(TRACE);
  await reader.close();
}, 30_000);

test('[H50] without a context of its own so many are recorded as the operator says; a no has its code', async () => {
  const at = await fair({ env: { FAIRGROUND_TRACES: to.url, FAIRGROUND_TRACE_SAMPLE: '1' } });
  const body = { ...order, spend: '1000000' };
  const no = await at.call('POST', '/v1/orders', { key: at.bob.key, body });
  expect(no.json.error.code).toBe('insufficient_points');
  await at.call('GET', '/v1/markets/nowhere');
  await at.must('GET', '/v1/markets/M1');
  await at.node.close();
  const refused = to.spans.find(({ facts }) => facts['error.type'] === 'insufficient_points')!;
  // Nothing was written, so nothing is appended or carried on.
  expect(namesOf(ofTrace(refused.traceId))).toEqual(
    ['POST /v1/orders', 'deciding', 'sequencer', 'waiting'].sort(),
  );
  expect(refused.facts['fairground.request_id']).toBe(no.json.error.request_id);
  const reads = to.spans.filter(({ name }) => name === 'GET /v1/markets/:id');
  expect(reads.map(({ facts }) => facts['error.type'])).toEqual(['market_unknown', undefined]);
  expect(new Set(to.spans.map(({ service }) => service))).toEqual(new Set(['fairground']));
});

test('[H51] no span holds a key, an address, a query, a handle, an id of anybody or a word of a body', async () => {
  const at = await fair({ env: { FAIRGROUND_TRACES: to.url, FAIRGROUND_TRACE_SAMPLE: '1' } });
  const mail = 'carla@secret.example';
  const password = 'a long and secret password';
  const calls: [string, string, object?][] = [
    ['POST', '/v1/auth/sign-up', { body: { handle: 'carla', email: mail, password } }],
    ['POST', '/v1/auth/sign-in', { body: { email: mail, password } }],
    ['POST', '/v1/orders', { key: at.bob.key, body: order, once: 'a-secret-key-of-mine' }],
    ['POST', '/v1/orders', { key: at.bob.key, body: { ...order, outcome: 'HUSH' } }],
    ['GET', '/v1/players/bob'],
    ['GET', '/v1/markets?search=whisper'],
    ['GET', '/nowhere/whisper?token=whisper'],
    ['GET', '/v1/receipts/a-secret-key-of-mine', { key: at.bob.key }],
    [
      'GET',
      '/v1/me',
      { headers: { cookie: 'fairground=whisper-whisper-whisper', baggage: 'a=whisper' } },
    ],
    ['GET', '/v1/me', { headers: { authorization: 'Bearer fg_whisperwhisperwhisper' } }],
  ];
  for (const [method, path, ask] of calls) await at.call(method, path, ask);
  await at.node.close();
  expect(to.spans.length).toBeGreaterThan(calls.length);
  const said = to.texts.join('\n');
  const secrets = [
    at.bob.key,
    at.ana.key,
    at.token,
    at.bob.account,
    at.ana.account,
    mail,
    password,
  ];
  const words = [
    'carla',
    'bob',
    'ana"',
    'HUSH',
    'whisper',
    'a-secret-key-of-mine',
    'fg_',
    'fgs_',
    at.dir,
  ];
  expect([...secrets, ...words].filter((word) => said.includes(word))).toEqual([]);
});

test('[N30] a collector that is away is told of once, and delays nobody; without one nothing is recorded', async () => {
  const alarms: string[] = [];
  await to.close();
  const at = await fair({
    env: { FAIRGROUND_TRACES: to.url, FAIRGROUND_TRACE_SAMPLE: '1' },
    onAlarm: (reason) => alarms.push(reason),
  });
  const said = (): string[] => alarms.filter((reason) => reason.includes('collector'));
  await until(() => said().length > 0);
  for (let n = 0; n < 3; n++) await at.must('GET', '/v1/markets');
  await at.node.close();
  expect(said()).toHaveLength(1);
  to = await collector();
  const dir = await mkdtemp(join(tmpdir(), 'fairground-traces-'));
  const off = await stage({
    dir,
    env: { FAIRGROUND_TRACES: 'off', OTEL_EXPORTER_OTLP_ENDPOINT: to.url },
  });
  await off.must('GET', '/v1/markets', { headers: { traceparent: parent('01') } });
  await off.node.signUp({ handle: 'ana' });
  await off.node.close();
  expect(to.texts).toEqual([]);
}, 30_000);

describe.runIf(hasPostgres())('traces over nodes', () => {
  let server: Server;
  beforeAll(async () => {
    server = await Server.start();
  });
  afterAll(() => server.end());

  test('[H50] an order that a follower forwards is one trace over both nodes', async () => {
    const database = server.url(await server.database());
    const env = (name: string) => ({
      FAIRGROUND_TRACES: to.url,
      FAIRGROUND_TRACE_SAMPLE: '0',
      OTEL_SERVICE_NAME: name,
      FAIRGROUND_READ_MODEL: '1',
    });
    const first = await member(database, { env: env('leader') });
    const at = await fairOf(first);
    const second = await member(database, { env: env('follower') });
    await second.must('POST', '/v1/orders', {
      key: at.ana.key,
      body: order,
      once: freshKey(),
      headers: { traceparent: parent('01') },
    });
    await until(() => ofTrace().some(({ name }) => name === 'projecting'));
    await until(() => ofTrace().length >= 8);
    await second.node.close();
    await first.node.close();
    const by = (service: string): string[] =>
      namesOf(ofTrace().filter((span) => span.service === service));
    expect(by('follower')).toEqual(['POST /v1/orders', 'forwarding']);
    expect(by('leader')).toEqual([...STEPS, 'projecting'].sort());
    hangTogether(ofTrace(), '00f067aa0ba902b7');
    const [whole, way] = ['sequencer', 'forwarding'].map((name) =>
      ofTrace().find((span) => span.name === name),
    );
    expect(whole?.parentSpanId).toBe(way?.spanId);
  }, 60_000);
});
