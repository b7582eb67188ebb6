/**
 * A node from its start to its end, and what it refuses to start with.
 * Long because starting and stopping is one subject: what survives, what refuses, what is bounded.
 */
import { mkdtemp, readdir, readFile, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import {
  BadConfig,
  CLOCK,
  Clock,
  ClockRefused,
  EDGE,
  readConfig,
  startNode,
  Vault,
} from '../src/index.js';
import { tell } from '../src/edge/write.js';
import { buy, fair, memoryJournal, openMarket, stage, parse } from './bench.js';

test('[N1][K1] after a new start everything that was answered is there', async () => {
  const first = await fair();
  await openMarket(first, 'M2', { title: 'A title', category: 'weather' });
  const made = await first.must('POST', '/v1/orders', {
    key: first.bob.key,
    body: buy('M2', '10'),
  });
  const before = {
    market: (await first.must('GET', '/v1/markets/M2')).text,
    tape: (await first.must('GET', '/v1/markets/M2/trades')).text,
    candles: (await first.must('GET', '/v1/markets/M2/candles')).text,
    me: (await first.must('GET', '/v1/me', { key: first.bob.key })).text,
    head: (await first.must('GET', '/v1/head')).text,
  };
  await first.node.close();
  const again = await stage({ dir: first.dir });
  expect({
    market: (await again.must('GET', '/v1/markets/M2')).text,
    tape: (await again.must('GET', '/v1/markets/M2/trades')).text,
    candles: (await again.must('GET', '/v1/markets/M2/candles')).text,
    me: (await again.must('GET', '/v1/me', { key: first.bob.key })).text,
    head: (await again.must('GET', '/v1/head')).text,
  }).toEqual(before);
  expect(parse(before.market)).toMatchObject({
    title: 'A title',
    category: 'weather',
    seq: made.json.seq,
  });
  expect(again.token).not.toBe(first.token);
  await again.node.close();
});

test('[N1] deadlines that passed while the node was down are told like any other', async () => {
  let wall = Date.parse('2026-11-21T12:00:00Z');
  const time = { wall: () => wall, steady: () => 0 };
  const first = await fair({ time });
  await openMarket(first, 'soon', { closes_at: '2026-11-21T12:10:00Z' });
  await first.node.close();
  wall += 3_600_000;
  const again = await stage({ dir: first.dir, time });
  const { json, headers } = await again.must('GET', '/v1/markets/soon');
  expect(json.status).toBe('closed');
  expect(headers['fairground-seq']).toMatch(new RegExp(`^${json.seq}\\.`));
  await again.node.close();
});

test('[M25] a node that stops lets go of kept-alive lines once they have their answers', async () => {
  const { node } = await stage();
  const far = { 'fairground-min-seq': '999' };
  const waiting = fetch(`${node.url}/v1/head`, { headers: far });
  await sleep(200);
  await node.close();
  expect((await waiting).status).toBe(503);
});

test('[N2] a node that stops answers what it has taken, and takes no more', async () => {
  const journal = memoryJournal();
  const at = await fair({ journal });
  const hang = journal.hangNext('before');
  const taken = at.call('POST', '/v1/orders', { key: at.bob.key, body: buy('M1', '1') });
  await hang.reached;
  const closing = at.node.close();
  const late = await at
    .call('POST', '/v1/orders', { key: at.bob.key, body: buy('M1', '1') })
    .catch(() => undefined);
  if (late) expect(late.status).toBe(503);
  hang.release();
  expect((await taken).status).toBe(201);
  await closing;
});

test('[N3] a clock that cannot be right refuses to start', async () => {
  const start = Date.parse('2026-11-21T12:00:00Z');
  const at = (wall: number) => ({ time: { wall: () => wall, steady: () => 0 } });
  const first = await fair(at(start));
  await first.node.close();
  await expect(
    stage({ dir: first.dir, ...at(start - CLOCK.behindMsMax - 1_000) }),
  ).rejects.toBeInstanceOf(ClockRefused);
  const month = at(start + CLOCK.leapMs + 60_000);
  await expect(stage({ dir: first.dir, ...month })).rejects.toThrow('FAIRGROUND_ACCEPT_CLOCK=1');
  const behind = await stage({ dir: first.dir, ...at(start - 30_000) });
  await behind.node.close();
  const accepted = await stage({ dir: first.dir, ...month, env: { FAIRGROUND_ACCEPT_CLOCK: '1' } });
  await accepted.node.close();
});

test('[N3] while running only a step that lasts counts, and never backwards', () => {
  const source = {
    now: 1_000_000_000_000,
    steadyNow: 0,
    wall: () => source.now,
    steady: () => source.steadyNow,
  };
  const leaps: number[] = [];
  const clock = new Clock({ acceptClock: false, source, onLeap: (ms) => leaps.push(ms) });
  const pass = (ms: number): void => {
    source.now += ms;
    source.steadyNow += ms;
    clock.beat();
  };
  const start = clock.now();
  source.now -= 3_600_000;
  pass(1_000);
  expect(clock.now()).toBe(start + 1_000);
  source.now += 3_600_000 + 1_500;
  pass(1_000);
  expect(clock.now()).toBe(start + 3_500);
  source.now += 60_000;
  pass(1_000);
  pass(5_000);
  expect(clock.now()).toBe(start + 9_500);
  pass(6_000);
  expect(clock.now()).toBe(start + 75_500);
  source.now += 366 * 86_400_000;
  for (let n = 0; n < 30; n++) pass(1_000);
  expect(clock.now()).toBe(start + 105_500);
  expect(leaps).toHaveLength(1);
});

test('[N4] every wrong setting is named at once', () => {
  const wrong = {
    PORT: 'abc',
    FAIRGROUND_ORIGINS: 'evil',
    FAIRGROUND_LOG: 'loud',
    FAIRGROUND_RATE_PUBLIC: '-1',
    HOST: '',
  };
  expect(() => readConfig(wrong)).toThrow(BadConfig);
  try {
    readConfig(wrong);
  } catch (error) {
    const lines = String(error).split('\n').slice(1);
    expect(lines.map((line) => line.trim().split(' ')[0])).toEqual([
      'PORT',
      'FAIRGROUND_ORIGINS',
      'FAIRGROUND_LOG',
      'FAIRGROUND_RATE_PUBLIC',
    ]);
  }
  const url = 'postgres://me:hidden@db/fair';
  const broken = { DATABASE_URL: 'mysql://me:hidden@db/fair', FAIRGROUND_CLUSTER_SECRET: 'hidden' };
  expect(() => readConfig(broken)).toThrow(/DATABASE_URL = …: an address[^]*CLUSTER_SECRET = …/);
  expect(() => readConfig({ FAIRGROUND_NODE_URL: 'http://10.0.0.5:4100' })).toThrow(
    /FAIRGROUND_CLUSTER_SECRET is missing[^]*DATABASE_URL is missing/,
  );
  expect(() =>
    readConfig({ FAIRGROUND_TRACES: 'grpc://x:hidden@y', FAIRGROUND_TRACE_SAMPLE: '2' }),
  ).toThrow(/FAIRGROUND_TRACES = …: [^]*FAIRGROUND_TRACE_SAMPLE = "2": a part from 0 to 1/);
  const two = { DATABASE_URL: url, JOURNAL_URL: `${url}-journal` };
  expect(readConfig(two)).toMatchObject({ journalUrl: `${url}-journal`, vaultUrl: url });
  expect(readConfig({}).journalUrl).toBeUndefined();
  expect(readConfig({})).toMatchObject({
    host: '127.0.0.1',
    port: 4000,
    origins: [],
    acceptClock: false,
  });
});

test('[N5] the tape is bounded, newest first', async () => {
  const at = await fair();
  await Promise.all(
    Array.from({ length: 320 }, () =>
      at.must('POST', '/v1/orders', { key: at.bob.key, body: buy('M1', '0.01') }),
    ),
  );
  const seqs: number[] = [];
  let cursor = '';
  do {
    const { json } = await at.must('GET', `/v1/markets/M1/trades?limit=100${cursor}`);
    seqs.push(...json.items.map(({ seq }) => seq));
    cursor = json.cursor === undefined ? '' : `&cursor=${json.cursor}`;
  } while (cursor !== '');
  expect(seqs).toHaveLength(200);
  expect(seqs).toEqual([...seqs].sort((a, b) => b - a));
  await at.node.close();
});

test('[K2] a torn last line is healed; a changed one stops the start and is named', async () => {
  const first = await fair();
  await first.node.close();
  const path = join(first.dir, 'vault.ndjson');
  const { appendFile, writeFile } = await import('node:fs/promises');
  const whole = await readFile(path, 'utf8');
  await appendFile(path, '{"check":"0000');
  const healed = await stage({ dir: first.dir });
  await healed.must('GET', '/v1/me', { key: first.bob.key });
  await healed.node.close();
  expect(await readFile(path, 'utf8')).toBe(whole);
  await writeFile(path, whole.replace('"handle":"bob"', '"handle":"bab"'));
  await expect(stage({ dir: first.dir })).rejects.toThrow(
    /vault\.ndjson, line \d+: the check does not fit/,
  );
});

test('[K1][K3][K7] nobody but the owner reads the files, and in them stands no key', async () => {
  const at = await fair();
  for (const name of ['vault.ndjson', 'node.token']) {
    expect((await stat(join(at.dir, name))).mode & 0o777, name).toBe(0o600);
  }
  const text = await readFile(join(at.dir, 'vault.ndjson'), 'utf8');
  for (const { key } of [at.ana, at.bob]) expect(text).not.toContain(key);
  await at.node.close();
});

test('[K3] a key is known by its hash until it is revoked', async () => {
  const vault = await Vault.open(await mkdtemp(join(tmpdir(), 'fairground-vault-')));
  const { id, key } = await vault.addKey({
    account: 'acc',
    name: 'one',
    scopes: ['read'],
    created: 1,
  });
  expect(vault.keyOf(key)).toMatchObject({ account: 'acc', last4: key.slice(-4) });
  expect([await vault.revokeKey(id), await vault.revokeKey(id), vault.keyOf(key)]).toEqual([
    true,
    false,
    undefined,
  ]);
  await vault.close();
});

test('[K4] a text is on disk when it is told; the same command finds the same salt', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'fairground-vault-'));
  const vault = await Vault.open(dir);
  const text = { command: 'c1', by: 'ana', text: '{"title":"T"}', subject: 'mkt_1' };
  const [first, retry, other] = await Promise.all([
    vault.putText(text),
    vault.putText(text),
    vault.putText({ ...text, text: '{}' }),
  ]);
  expect(retry).toEqual(first);
  expect(other.hash).not.toBe(first.hash);
  expect(await readFile(join(dir, 'vault.ndjson'), 'utf8')).toContain(first.hash);
  await vault.close();
  const again = await Vault.open(dir);
  expect(await again.putText(text)).toEqual(first);
  expect(again.marketTextOf(first.hash)).toEqual({ title: 'T', rules: '', category: '' });
  await again.close();
});

test('[K5] erasing a person takes his bytes out of the file', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'fairground-vault-'));
  const vault = await Vault.open(dir);
  await vault.addUser({ account: 'acc_1', handle: 'Mallory', created: 1, admin: false });
  await vault.addUser({ account: 'acc_2', handle: 'Trent', created: 1, admin: false });
  const { key } = await vault.addKey({
    account: 'acc_1',
    name: 'one',
    scopes: ['read'],
    created: 1,
  });
  const { hash } = await vault.putText({ command: 'c', by: 'acc_1', text: '{"title":"Private"}' });
  expect(await vault.erase('acc_1')).toBe(true);
  const left = await readFile(join(dir, 'vault.ndjson'), 'utf8');
  for (const gone of ['Mallory', 'Private', hash]) expect(left).not.toContain(gone);
  expect([vault.keyOf(key), vault.userOf('mallory'), vault.textOf(hash)]).toEqual([
    undefined,
    undefined,
    undefined,
  ]);
  await vault.addUser({ account: 'acc_3', handle: 'mallory', created: 2, admin: false });
  await vault.close();
  const again = await Vault.open(dir);
  expect([again.handleOf('acc_2'), again.handleOf('acc_3')]).toEqual(['Trent', 'mallory']);
  expect(await readdir(dir)).toEqual(['vault.ndjson']);
  await again.close();
});

test('[K6] a sign-up that was cut off is finished at the next start, once', async () => {
  const first = await fair();
  await first.node.vault.addUser({ account: 'acc_cut', handle: 'cut', created: 1, admin: true });
  await first.node.close();
  for (let n = 0; n < 2; n++) {
    const again = await stage({ dir: first.dir });
    const account = again.node.sequencer.world.accounts.get('acc_cut');
    expect([account?.roles.has('admin'), again.node.vault.pendingUsers()]).toEqual([true, []]);
    await again.node.close();
  }
});

test('[H14] who asks too often is told when to come back', async () => {
  const env = {
    FAIRGROUND_RATE_PUBLIC: '5',
    FAIRGROUND_RATE_TRADES: '1',
    FAIRGROUND_RATE_TRADES_BURST: '10',
    FAIRGROUND_RATE_JOURNAL_BYTES: '10',
  };
  const at = await stage({ env });
  const bob = await at.node.signUp({ handle: 'bob' });
  const statuses: number[] = [];
  for (let n = 0; n < 8; n++) statuses.push((await at.call('GET', '/v1/markets')).status);
  expect(statuses).toEqual([200, 200, 200, 200, 200, 429, 429, 429]);
  const told = await at.call('GET', '/v1/markets');
  expect(told.json.error).toMatchObject({
    code: 'too_many_requests',
    retryable: true,
    final: false,
  });
  expect(Number(told.headers['retry-after'])).toBeGreaterThan(5);
  expect(told.headers).toMatchObject({ 'ratelimit-limit': '5', 'ratelimit-remaining': '0' });
  expect((await at.call('GET', '/healthz')).status).toBe(200);
  const orders = Array.from({ length: 8 }, () => buy('M1', '1'));
  const batch = { key: bob.key, body: { orders } };
  expect([
    (await at.call('POST', '/v1/orders/batch', batch)).status,
    (await at.call('POST', '/v1/orders/batch', batch)).status,
  ]).toEqual([200, 429]);
  await new Promise((wait) => setTimeout(wait, 2_500));
  // A page may be larger than the bucket; it is paid for by waiting.
  const bytes = async () => (await at.call('GET', '/v1/journal', { key: bob.key })).status;
  expect([await bytes(), await bytes()]).toEqual([200, 429]);
  expect((await at.call('GET', '/v1/journal', { key: at.token })).status).toBe(200);
  await at.node.close();
});

test('[H19] every answer of the sequencer has its class', () => {
  const done = { status: 201, view: () => ({}) } as const;
  const told = (answer: Parameters<typeof tell>[0]) => {
    const { status, problem, retryAfterMs } = tell(answer, done, 'req');
    return [status, problem?.error.code, retryAfterMs];
  };
  for (const code of ['busy', 'storage_full', 'no_leader'] as const) {
    expect(told({ kind: 'not_now', code, retryAfterMs: 500 })).toEqual([503, code, 500]);
    expect(EDGE[code].retryable).toBe(true);
  }
  expect(told({ kind: 'unknown' })).toEqual([503, 'outcome_unknown', 1_000]);
  expect(told({ kind: 'fault' })).toEqual([500, 'fault', undefined]);
});

test('[N1] the data directory is opened once', async () => {
  const at = await fair();
  const config = readConfig({ FAIRGROUND_DATA: at.dir, PORT: '0', FAIRGROUND_LOG: 'silent' });
  await expect(startNode(config)).rejects.toThrow(/lock|open/i);
  await at.node.close();
});
