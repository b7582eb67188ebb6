/** Keys that the world has forgotten, on nodes that remember few. */
import { commandIdOf, lawsRemembering, Sequencer } from '@fairground/journal';
import { afterEach, expect, test } from 'vitest';
import { hasPostgres, Server } from '../../../scripts/postgres.js';
import { Finder } from '../src/readmodel/finder.js';
import { KnownKeys } from '../src/edge/known-keys.js';
import { Problem } from '../src/errors.js';
import { buy, type Fair, fair, memoryJournal, type Stage } from './bench.js';
import { fairOf, member, until } from './nodes.js';

/** As in production, but eight ids in the place of a million. */
const ids = [8, 20] as const;
const env = { FAIRGROUND_READ_MODEL: '1' };
const closing: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closing.splice(0).reverse()) await close();
});

/** A time that its caller fixes. */
const within = ({ node }: Stage, ms: number) => ({
  'fairground-valid-until': new Date(node.clock.now() + ms).toISOString(),
});

type Key = { readonly key: string };

async function onTables(env: Record<string, string>, alarms: string[] = []): Promise<Fair> {
  const at = await fair({ env, ids, onAlarm: (reason) => alarms.push(reason) });
  closing.push(() => at.node.close());
  return at;
}

/** So many commands that whatever was done before is forgotten. */
async function forget(at: Stage, { key }: Key): Promise<void> {
  for (let n = 0; n < 30; n++) {
    const body = buy('M1', `0.${1 + (n % 7)}`);
    await at.must('POST', '/v1/orders', { key, body, headers: within(at, 9_000) });
  }
}

const tablesOf = async (at: Stage) =>
  (await at.must('GET', '/v1/admin/node', { key: at.token })).json.tables as unknown as {
    state: string;
    lag: number;
  };

const untilLag0 = (at: Stage) =>
  until(async () => {
    const { state, lag } = await tablesOf(at);
    return state === 'following' && lag === 0;
  });

const order = (at: Stage, { key }: Key, once: string, more: object = {}, headers = {}) =>
  at.call('POST', '/v1/orders', { key, once, body: { ...buy('M1', '5'), ...more }, headers });

test('[P13] a key that the world has forgotten gets its first answer again, by the tables', async () => {
  const at = await onTables(env);
  const orders = [buy('M1', '1'), buy('M1', '2')];
  const first = await order(at, at.bob, 'mine');
  const batch = await at.must('POST', '/v1/orders/batch', {
    key: at.bob.key,
    once: 'many',
    body: { orders },
  });
  expect(first.status).toBe(201);
  await forget(at, at.ana);
  await untilLag0(at);
  const { seq } = at.node.sequencer.head;
  expect(at.node.sequencer.world.ids.wholeFrom).toBeGreaterThan(30);
  const again = await order(at, at.bob, 'mine');
  expect([again.status, again.text]).toEqual([201, first.text]);
  expect(again.headers['fairground-seq']).toBe(first.headers['fairground-seq']);
  expect(again.headers['idempotency-replayed']).toBe('true');
  const other = await order(at, at.bob, 'mine', { spend: '6' });
  expect([other.status, other.json.error.code]).toEqual([409, 'command_id_reused']);
  const more = { orders: [...orders, buy('M1', '3')] };
  const repeated = await at.must('POST', '/v1/orders/batch', {
    key: at.bob.key,
    once: 'many',
    body: more,
  });
  expect(repeated.json.items.slice(0, 2)).toEqual(batch.json.items);
  // Only the order that was not in the first one is new.
  expect(repeated.json.items[2]!.order.seq).toBe(seq + 1);
  // What is another account's own key is another key.
  expect((await order(at, at.ana, 'mine')).headers['idempotency-replayed']).toBeUndefined();
}, 120_000);

test('[P14] whose time is over hears what became of it, and that it is over only where nothing did', async () => {
  const at = await onTables(env);
  const soon = within(at, 700);
  const first = await order(at, at.bob, 'timed', {}, soon);
  expect(first.status).toBe(201);
  await until(() => at.node.clock.now() > Date.parse(soon['fairground-valid-until']) + 5);
  await forget(at, at.ana);
  await untilLag0(at);
  const again = await order(at, at.bob, 'timed', {}, soon);
  expect([again.status, again.text]).toEqual([201, first.text]);
  expect(again.headers['idempotency-replayed']).toBe('true');
  const never = await order(at, at.bob, 'never', {}, soon);
  expect([never.status, never.json.error.code]).toEqual([409, 'command_expired']);
}, 120_000);

test('[P3] a key that is given a new time after it was forgotten is done twice: the tables raise one alarm, and go on', async () => {
  const alarms: string[] = [];
  const at = await onTables(env, alarms);
  expect((await order(at, at.bob, 'twice', {}, within(at, 500))).status).toBe(201);
  await new Promise((wait) => setTimeout(wait, 600));
  await forget(at, at.ana);
  await untilLag0(at);
  const again = await order(at, at.bob, 'twice', {}, within(at, 100_000));
  expect([again.status, again.headers['idempotency-replayed']]).toEqual([201, undefined]);
  await forget(at, at.ana);
  await untilLag0(at);
  expect(alarms.filter((one) => /occurs a second time/.test(one))).toHaveLength(1);
  // One who does so holds up nobody.
  expect((await order(at, at.bob, 'other')).status).toBe(201);
}, 120_000);

test('[P16] without tables a key is known for as long as the world remembers it', async () => {
  const at = await onTables({});
  const first = await order(at, at.bob, 'mine');
  expect((await order(at, at.bob, 'mine')).text).toBe(first.text);
  const { ids } = at.node.sequencer.world;
  expect(ids.wholeFrom).toBe(0);
  expect(ids.size).toBeLessThan(8);
});

test('[P16] before the tables are open only a node that has forgotten something asks for them', async () => {
  let now = 1_800_000_000_000;
  const laws = lawsRemembering(ids);
  const sequencer = await Sequencer.start({ journal: memoryJournal(), clock: () => now, laws });
  let asked = 0;
  const find = async (): Promise<never> => {
    asked++;
    throw new Problem('rebuilding');
  };
  const keys = new KnownKeys({ sequencer, tables: { find } });
  const open = (account: string, isTimed: boolean) => {
    const wish = { type: 'open_account', account } as const;
    const id = commandIdOf('system', account);
    now += 10;
    return keys.submit({ by: 'system', id, validUntil: now + 1, wish }, { isTimed, attempt: 1 });
  };
  for (let n = 0; n < 7; n++) expect(await open(`p${n}`, false)).toMatchObject({ kind: 'done' });
  expect(asked).toBe(0);
  for (let n = 7; n < 40; n++) expect(await open(`p${n}`, true)).toMatchObject({ kind: 'done' });
  expect(asked).toBe(0);
  expect(await open('p40', false)).toMatchObject({ code: 'rebuilding' });
  expect(await open('p39', false)).toMatchObject({ kind: 'done', repeated: true });
  expect(asked).toBe(1);
  await sequencer.drain();
});

test('[P17] ids are looked for together: while one question is under way the others wait for the next', async () => {
  const asked: (readonly string[])[] = [];
  let answer: () => void = () => {};
  const finder = new Finder((ids) => {
    asked.push(ids);
    return new Promise((resolve, reject) => {
      answer = () =>
        ids.includes('bad')
          ? reject(new Error('no'))
          : resolve({ to: 9, seqs: new Map([['b', 4]]) });
    });
  });
  const all = ['a', 'b', 'c'].map((id) => finder.find(id));
  expect(asked).toEqual([['a']]);
  answer();
  expect(await all[0]).toEqual({ to: 9, seq: undefined });
  expect(asked).toEqual([['a'], ['b', 'c']]);
  const bad = finder.find('bad');
  answer();
  expect(await Promise.all(all.slice(1))).toEqual([
    { to: 9, seq: 4 },
    { to: 9, seq: undefined },
  ]);
  answer();
  await expect(bad).rejects.toThrow('no');
  const more = finder.find('d');
  answer();
  expect(await more).toEqual({ to: 9, seq: undefined });
});

test.skipIf(!hasPostgres())(
  '[P15] a follower sends along how far it has looked, and is told where that is not far enough',
  async () => {
    const server = await Server.start();
    closing.push(() => server.end());
    const url = server.url(await server.database());
    const leader = await fairOf(await member(url, { env, ids }));
    closing.push(() => leader.node.close());
    const follower = await member(url, { env, ids });
    closing.push(() => follower.node.close());
    const { ana } = leader;
    const first = await order(leader, ana, 'mine');
    expect(first.status).toBe(201);
    await forget(leader, ana);
    await untilLag0(leader);
    await until(() => follower.node.sequencer.durable.seq === leader.node.sequencer.durable.seq);
    const again = await order(follower, ana, 'mine');
    expect([again.status, again.text]).toEqual([201, first.text]);
    // Asked straight of the leader, over the private line: he has forgotten what was done after that look.
    const { world } = leader.node.sequencer;
    const { seq } = leader.node.sequencer.head;
    const wish = { type: 'mint', market: 'M1', amount: 1_000_000n } as never;
    const ask = (unseenTo: number, id: string) =>
      follower.node.sequencer.submit(
        { by: ana.account, id, validUntil: leader.node.clock.now() + 60_000, wish },
        1,
        { unseenTo },
      );
    const old = world.ids.wholeFrom - 2;
    const behind = await ask(old, 'a'.repeat(32));
    expect(behind).toMatchObject({ kind: 'not_now', code: 'behind' });
    expect(leader.node.sequencer.head.seq).toBe(seq);
    expect(await ask(old + 1, 'a'.repeat(32))).toMatchObject({ kind: 'done', repeated: false });
    // What is remembered is answered however long ago somebody looked.
    expect(await ask(0, 'a'.repeat(32))).toMatchObject({ kind: 'done', repeated: true });
  },
  120_000,
);
