/**
 * The live feed over real sockets.
 * Long because every test needs the same sockets on the same exchange.
 */
import { hashZero } from '@fairground/engine';
import { MemoryStore } from '@fairground/journal';
import { afterAll, beforeAll, expect, test, vi } from 'vitest';
import { CLOSE } from '../src/index.js';
import {
  buy,
  type Fair,
  fair,
  memoryJournal,
  openMarket,
  type Reply,
  stage,
  Watch,
  parse,
} from './bench.js';

let at: Fair;
const open: Watch[] = [];
beforeAll(async () => {
  at = await fair();
});
afterAll(async () => {
  for (const watch of open) watch.close();
  await at.node.close();
});

function watcher(options: { headers?: Record<string, string>; protocols?: string[] } = {}): Watch {
  const watch = new Watch(at.node.url, options);
  open.push(watch);
  return watch;
}

async function order(
  spend = '1',
  market = 'M1',
  outcome = 'YES',
): Promise<{ seq: number; cursor: string }> {
  const reply = await at.must('POST', '/v1/orders', {
    key: at.bob.key,
    body: buy(market, spend, outcome),
  });
  return { seq: reply.json.seq, cursor: String(reply.headers['fairground-seq']) };
}

test('[W1][W2] two watchers get the same bytes, every event once, each with the seq before it', async () => {
  const [one, two] = [watcher(), watcher()];
  await one.watch(['market/M1']);
  const seqs: number[] = [];
  for (let n = 0; n < 5; n++) seqs.push((await order()).seq);
  await two.watch(['global', 'market/M1']);
  for (let n = 0; n < 30; n++) seqs.push((await order(n % 2 ? '1' : '2')).seq);
  const last = seqs.at(-1) ?? 0;
  await Promise.all([one.state('market/M1', last), two.state('market/M1', last)]);
  const events = one.frames('event', 'market/M1');
  expect(events.map((text) => parse(text).seq)).toEqual(seqs);
  expect(events.slice(1).map((text) => parse(text).prev)).toEqual(seqs.slice(0, -1));
  const bySeq = new Map(
    [...one.frames('event', 'market/M1'), ...one.frames('state', 'market/M1')].map((text) => [
      keyOf(text),
      text,
    ]),
  );
  let shared = 0;
  for (const text of [...two.frames('event', 'market/M1'), ...two.frames('state', 'market/M1')]) {
    const other = bySeq.get(keyOf(text));
    if (other === undefined) continue;
    expect(text).toBe(other);
    shared++;
  }
  expect(shared).toBeGreaterThan(30);
});

const keyOf = (text: string): string => {
  const { type, seq } = parse(text);
  return `${type} ${seq}`;
};

test('[W1] the states of two nodes on the same journal have the same bytes', async () => {
  const lines = (await at.must('GET', '/v1/journal?limit=10000')).text;
  const entries = lines.trimEnd().split('\n');
  const hash = parse(entries.at(-1) ?? '').hash;
  // Another journal id would chain differently: this copy takes the id along.
  const head = (await at.must('GET', '/v1/head')).json;
  const copy = new MemoryStore({ id: head.journal, hash0: hashZero(head.journal) }).open();
  const prev = await copy.take();
  const group = {
    grp: prev.grp + 1,
    term: prev.term,
    firstSeq: 1,
    lastSeq: entries.length,
    hash,
    lines,
  };
  await copy.append(group, { term: prev.term, lastSeq: 0, hash: prev.hash });
  const other = await stage({ journal: copy });
  const [here, there] = [watcher(), new Watch(other.node.url)];
  for (const watch of [here, there]) {
    await watch.watch(['market/M1', 'global']);
    await watch.until(() => watch.frames('state', 'global').length > 0);
  }
  expect(there.frames('state', 'market/M1')[0]).toBe(here.frames('state', 'market/M1')[0]);
  expect(there.frames('state', 'global')[0]).toBe(here.frames('state', 'global')[0]);
  there.close();
  await other.node.close();
});

test('[W2] several events of one entry count down what is still to come', async () => {
  await openMarket(at, 'empty', { deposit: '10' });
  await at.must('POST', '/v1/markets/empty/close', { key: at.ana.key });
  const watch = watcher();
  await watch.watch(['market/empty', 'global']);
  const { json } = await at.must('POST', '/v1/markets/empty/resolve', {
    key: at.ana.key,
    body: { outcome: 'NO', reason: 'why' },
  });
  await watch.state('market/empty', json.seq);
  const [first, second] = watch.frames('event', 'market/empty').map((text) => parse(text));
  expect([first?.data.type, first?.more, (first?.prev ?? 0) < json.seq]).toEqual([
    'market_resolved',
    1,
    true,
  ]);
  expect([second?.data.type, second?.more, second?.prev]).toEqual([
    'market_settled',
    undefined,
    json.seq,
  ]);
});

test('[W3] what was missed comes first, without a gap and without a repeat', async () => {
  const before = watcher();
  await before.watch(['market/M1', 'global']);
  const { seq, cursor } = await order();
  await before.state('market/M1', seq);
  before.close();
  const missed = [(await order()).seq, (await order()).seq, (await order()).seq];
  const after = watcher();
  await after.watch(['market/M1', 'global'], cursor);
  await after.state('market/M1', missed[2] ?? 0);
  const { heard } = after;
  expect(heard[0]?.type).toBe('subscribed');
  const topic = heard.filter((frame) => frame.topic === 'market/M1');
  expect(topic.slice(0, 4).map((frame) => [frame.type, frame.seq])).toEqual([
    ...missed.map((one) => ['event', one]),
    ['state', missed[2]],
  ]);
  expect(topic[0]?.prev).toBe(seq);
  expect(heard.some(({ type }) => type === 'start_over')).toBe(false);
});

test('[W4] another history and a time too long ago start over', async () => {
  const forked = watcher();
  const { seq } = await order();
  await forked.watch(['market/M1'], `${seq}.00000000`);
  await forked.state('market/M1', seq);
  expect(forked.heard.slice(0, 3).map(({ type, reason }) => [type, reason])).toEqual([
    ['subscribed', undefined],
    ['start_over', 'forked'],
    ['state', undefined],
  ]);
  // What a node has only read from its journal it cannot tell again: the ring begins at its start.
  const restarted = await fair();
  const first = (await restarted.must('GET', '/v1/head?seq=1')).json;
  const cursor = `1.${first.hash.slice(0, 8)}`;
  await restarted.node.close();
  const again = await stage({ dir: restarted.dir });
  const old = new Watch(again.node.url);
  await old.watch(['market/M1'], cursor);
  await old.until(() => old.heard.some(({ type }) => type === 'state'));
  expect(old.heard[1]).toEqual({ type: 'start_over', reason: 'too_old' });
  old.close();
  await again.node.close();
});

test('[W5][H10] nothing is told, fed or read before it is durable', async () => {
  const journal = memoryJournal();
  const held = await fair({ journal });
  const watch = new Watch(held.node.url);
  await watch.watch(['market/M1', 'global']);
  await watch.until(() => watch.frames('state', 'global').length > 0);
  const hang = journal.hangNext('before');
  const settled = { order: false, read: false };
  const order = held
    .call('POST', '/v1/orders', { key: held.bob.key, body: buy('M1', '10') })
    .finally(() => (settled.order = true));
  await hang.reached;
  const heard = watch.raw.length;
  const read = held.call('GET', '/v1/markets/M1').finally(() => (settled.read = true));
  const tape = await held.must('GET', '/v1/markets/M1/trades');
  const late = new Watch(held.node.url);
  await late.watch(['market/M1']);
  await new Promise((wait) => setTimeout(wait, 200));
  expect([settled, watch.raw.length, late.raw.length, tape.json.items]).toEqual([
    { order: false, read: false },
    heard,
    1,
    [],
  ]);
  hang.release();
  const { seq } = (await order).json;
  expect((await read).headers['fairground-seq']).toMatch(new RegExp(`^${seq}\\.`));
  await Promise.all([watch.state('market/M1', seq), late.state('market/M1', seq)]);
  expect(watch.frames('event', 'market/M1')).toHaveLength(1);
  for (const each of [watch, late]) each.close();
  await held.node.close();
});

test('[W6][W7] states are few and newest, events before them, and seq never goes back', async () => {
  const watch = watcher();
  await watch.watch(['market/M1', 'global']);
  const started = performance.now();
  const seqs = await Promise.all(Array.from({ length: 400 }, () => order()));
  const last = Math.max(...seqs.map(({ seq }) => seq));
  await watch.state('market/M1', last);
  const ms = performance.now() - started;
  const states = watch.frames('state', 'market/M1').length;
  expect(states).toBeLessThan(3 + ms / 45);
  for (const topic of ['market/M1', 'global']) {
    let newest = 0;
    let event = 0;
    for (const frame of watch.heard.filter((one) => one.topic === topic)) {
      expect(frame.seq).toBeGreaterThanOrEqual(newest);
      if (frame.type === 'event' && topic === 'market/M1') {
        if (event > 0) expect(frame.prev).toBe(event);
        event = frame.seq;
      }
      newest = frame.seq;
    }
  }
  expect(parse(watch.frames('state', 'market/M1').at(-1) ?? '').data.trades).toBeGreaterThan(400);
});

test('[W8] a client that does not read is cut off, and the others are not held up', async () => {
  const limits = { trades_per_minute: 1_000_000 };
  await at.must('POST', '/v1/admin/limits', { key: at.ana.key, body: { limits } });
  const slow = watcher({ headers: { authorization: `Bearer ${at.bob.key}` } });
  const brisk = watcher();
  await slow.watch(['market/M1', 'me']);
  await brisk.watch(['market/M1']);
  slow.socket.pause();
  const lines = async (): Promise<number> =>
    (await at.must('GET', '/v1/admin/node', { key: at.token })).json.sockets;
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
  await brisk.until(() => brisk.raw.length > count, 10_000);
  await brisk.until(() => brisk.frames('event', 'market/M1').length === count);
  slow.socket.resume();
  await slow.until(() => slow.closed !== undefined, 10_000);
  expect([CLOSE.slow, 1006]).toContain(slow.closed?.code);
  expect(slow.frames('event', 'market/M1').length).toBeLessThan(count);
  expect(brisk.closed).toBeUndefined();
}, 60_000);

test('[W9] me needs a key: by header, by protocol, or by auth; and the socket ends with the key', async () => {
  const nobody = watcher();
  await nobody.say({ id: 7, cmd: 'subscribe', topics: ['me'] });
  await nobody.until(() => nobody.heard.length > 0);
  expect(nobody.heard[0]).toMatchObject({ id: 7, type: 'error', code: 'unauthorized' });
  const made = await at.must('POST', '/v1/me/keys', {
    key: at.bob.key,
    body: { name: 'feed', scopes: ['read'] },
  });
  const { id, key } = made.json;
  const byHeader = watcher({ headers: { authorization: `Bearer ${key}` } });
  const byProtocol = watcher({ protocols: ['fairground', key] });
  await nobody.say({ id: 8, cmd: 'auth', key: 'fg_0123456789abcdef0123' });
  await nobody.say({ id: 9, cmd: 'auth', key });
  await nobody.until(() => nobody.heard.length > 2);
  expect(nobody.heard.slice(1)).toMatchObject([
    { id: 8, code: 'key_unknown' },
    { id: 9, type: 'authenticated', account: at.bob.account },
  ]);
  for (const watch of [nobody, byHeader, byProtocol]) await watch.watch(['me']);
  const { seq } = await order('3');
  for (const watch of [nobody, byHeader, byProtocol]) {
    await watch.state('me', seq);
    const [event] = watch.frames('event', 'me').slice(-1);
    expect(parse(event ?? '')).toMatchObject({
      seq,
      data: { type: 'traded', pays: '3', points: '-3' },
    });
  }
  await at.must('DELETE', `/v1/me/keys/${id}`, { key: at.bob.key });
  for (const watch of [nobody, byHeader, byProtocol]) {
    await watch.until(() => watch.closed !== undefined);
    expect(watch.closed).toEqual({ code: CLOSE.revoked, reason: 'revoked' });
  }
});

test('[W9] grants, freezes and payouts are told to whom they touch', async () => {
  const watch = watcher({ headers: { authorization: `Bearer ${at.bob.key}` } });
  await watch.watch(['me']);
  await at.must('POST', '/v1/admin/grants', {
    key: at.ana.key,
    body: { to: at.bob.account, amount: '7', reason: 'why' },
  });
  await openMarket(at, 'paid', { deposit: '10' });
  await order('5', 'paid');
  await at.must('POST', '/v1/markets/paid/close', { key: at.ana.key });
  await at.must('POST', '/v1/markets/paid/resolve', {
    key: at.ana.key,
    body: { outcome: 'YES', reason: 'why' },
  });
  await watch.until(() => watch.frames('event', 'me').some((text) => text.includes('"paid_out"')));
  const told = watch.frames('event', 'me').map((text) => parse(text).data);
  expect(told.map(({ type }) => type)).toEqual(['granted', 'traded', 'paid_out']);
  expect(told[0]?.points).toBe('7');
  expect(Number(told[2]?.points)).toBeGreaterThan(5);
});

test('[W10] bad messages are answered and close nothing; topics are bounded', async () => {
  const watch = watcher();
  const bad: (object | string)[] = [
    'nonsense',
    '[]',
    { cmd: 'dance' },
    { cmd: 'subscribe', topics: [] },
    { cmd: 'ping', x: 1 },
    { cmd: 'subscribe', topics: ['global'], after: 'x' },
  ];
  for (const message of bad) await watch.say(message);
  await watch.say({ id: 1, cmd: 'subscribe', topics: ['market/nowhere'] });
  await watch.say({ id: 2, cmd: 'subscribe', topics: ['market/../x'] });
  await watch.say({ id: 'p', cmd: 'ping' });
  await watch.until(() => watch.heard.some(({ type }) => type === 'pong'));
  expect(watch.heard.map(({ type, code }) => code ?? type)).toEqual([
    ...bad.map(() => 'bad_request'),
    'topic_unknown',
    'topic_unknown',
    'pong',
  ]);
  expect(watch.heard.at(-1)).toEqual({ id: 'p', type: 'pong' });
  await watch.say({
    cmd: 'subscribe',
    topics: Array.from({ length: 51 }, (_, n) => `market/m${n}`),
  });
  await watch.say({ cmd: 'unsubscribe', topics: ['global'] });
  await watch.until(() => watch.heard.at(-1)?.type === 'unsubscribed');
  expect(watch.closed).toBeUndefined();
  const large = watcher();
  await large.say('x'.repeat(70 * 1024));
  await large.until(() => large.closed !== undefined);
  expect(large.closed?.code).toBe(1009);
});

test('[W10][H13] a page of a foreign origin opens no socket', async () => {
  const foreign = watcher({ headers: { origin: 'https://evil.example' } });
  await foreign.until(() => foreign.closed !== undefined);
  expect(foreign.heard).toEqual([]);
  const own = watcher({ headers: { origin: at.node.url } });
  await own.watch(['global']);
});

test('[W7] unsubscribed is quiet', async () => {
  const watch = watcher();
  await watch.watch(['market/M1']);
  await watch.say({ cmd: 'unsubscribe', topics: ['market/M1'] });
  await watch.until(() => watch.heard.at(-1)?.type === 'unsubscribed');
  const heard = watch.raw.length;
  await order();
  await new Promise((wait) => setTimeout(wait, 150));
  expect(watch.raw.length).toBe(heard);
});

test('[W11] a node that stops says so, to everybody', async () => {
  const own = await fair();
  const watch = new Watch(own.node.url);
  await watch.watch(['global']);
  await own.node.close();
  await watch.until(() => watch.closed !== undefined);
  expect(watch.closed).toEqual({ code: CLOSE.draining, reason: 'draining' });
  const said = watch.heard.find(({ type }) => type === 'draining');
  expect(said?.reconnect_ms).toBeLessThan(5_000);
});

test('[W12][W24] a cursor from beyond is not answered with an older state', async () => {
  const watch = watcher();
  await watch.say({ cmd: 'subscribe', topics: ['global'], after: '999999.00000000' });
  await watch.until(() => watch.closed !== undefined);
  expect(watch.closed).toEqual({ code: CLOSE.draining, reason: 'behind' });
  expect(watch.heard).toEqual([{ type: 'draining', reconnect_ms: expect.any(Number) }]);
});

test('[W13] a heartbeat names the cursor', async () => {
  vi.useFakeTimers({ toFake: ['setInterval', 'clearInterval'] });
  const own = await fair();
  const watch = new Watch(own.node.url);
  await watch.say({ cmd: 'ping' });
  await watch.until(() => watch.heard.length > 0);
  vi.advanceTimersByTime(15_000);
  vi.useRealTimers();
  await watch.until(() => watch.heard.some(({ type }) => type === 'heartbeat'));
  const { seq, hash } = own.node.sequencer.durable;
  const cursor = `${seq}.${hash.slice(0, 8)}`;
  expect(watch.heard.at(-1)).toEqual({ type: 'heartbeat', seq: cursor, head: cursor });
  watch.close();
  await own.node.close();
});
