/** What the house looks at: its purse, its limits, what rests, what waits, who is here, and what is never decided. */
import { appendFileSync } from 'node:fs';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LIMITS } from '@fairground/engine';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buy, draftMarket, type Fair, fair, openMarket, rallyBody } from './bench.js';

let at: Fair;
beforeAll(async () => {
  at = await fair();
});
afterAll(() => at.node.close());

interface House {
  readonly limits: Readonly<Record<string, unknown>>;
  readonly halted: readonly unknown[];
  readonly proposals: readonly unknown[];
}

const house = async (): Promise<House> =>
  JSON.parse((await at.must('GET', '/v1/admin/house', { key: at.ana.key })).text) as House;

test('[H70] a list of markets can be of one sponsor', async () => {
  const sam = await at.node.signUp({ handle: 'sam' });
  const role = { account: sam.account, role: 'seller' };
  await at.must('POST', '/v1/admin/roles', { key: at.ana.key, body: role });
  const mine = await at.must('POST', '/v1/markets', {
    key: sam.key,
    body: rallyBody(sam.account),
  });
  const of = async (sponsor: string) =>
    (await at.must('GET', `/v1/markets?sponsor=${sponsor}`)).json.items.map(({ id }) => id);
  expect(await of(sam.account)).toEqual([mine.json.market]);
  expect(await of('treasury')).toEqual(['M1']);
  expect(await of('nobody')).toEqual([]);
});

test('[H71] the purse and the limits are told as they stand, limits as their route takes them', async () => {
  const before = await house();
  expect(before).toMatchObject({ treasury: '49000', fees: '0', granted_today: '0' });
  const { limits } = before;
  expect(Object.keys(limits).sort()).toEqual(Object.keys(LIMITS).sort());
  expect(limits).toMatchObject({ welcome: '10000', breaker_move: '0.2', breaker_halt_ms: 30_000 });
  await at.must('POST', '/v1/admin/limits', { key: at.ana.key, body: { limits } });
  expect((await house()).limits).toEqual(limits);
  const body = { to: 'treasury', amount: '12.5', reason: 'more' };
  await at.must('POST', '/v1/admin/grants', { key: at.ana.key, body });
  expect(await house()).toMatchObject({ treasury: '49012.5', granted_today: '12.5' });
});

test('[H71] what rests after a leap stands there until its time is over', async () => {
  await openMarket(at, 'leap', { deposit: '10', risk: { breaker_move: '0.05' } });
  await at.must('POST', '/v1/orders', { key: at.bob.key, body: buy('leap', '20') });
  const { text } = await at.must('GET', '/v1/markets/leap');
  const { halted_until } = JSON.parse(text) as { halted_until: string };
  expect((await house()).halted).toEqual([
    { market: 'leap', title: 'Market leap', until: halted_until },
  ]);
});

test('[H71] what waits for a second person says who proposed what, and why, until it is done', async () => {
  const eve = await at.node.signUp({ handle: 'eve', admin: true });
  await draftMarket(at, 'two', { two_person: true, deposit: '10' });
  for (const verb of ['open', 'close'])
    await at.must('POST', `/v1/markets/two/${verb}`, { key: at.ana.key });
  const body = { outcome: 'NO', reason: 'They lost.' };
  await at.must('POST', '/v1/markets/two/resolve', { key: at.ana.key, body });
  const [waiting] = (await house()).proposals;
  expect(waiting).toMatchObject({
    market: 'two',
    by: at.ana.account,
    handle: 'ana',
    act: 'resolve',
    resolution: { payout: ['0', '1'] },
    reason: 'They lost.',
  });
  const { reason_hash } = waiting as { reason_hash: string };
  const said = { act: 'resolve', payout: ['0', '1'], reason_hash };
  await at.must('POST', '/v1/markets/two/confirm', { key: eve.key, body: said });
  expect((await house()).proposals).toEqual([]);
});

test('[H74] the usual fees are everybody’s to read, and a draft tells all that it says', async () => {
  expect((await at.must('GET', '/v1/fees')).json).toEqual({
    cpmm: 200,
    lmsr: 0,
    curve: 200,
    rally: 250,
  });
  await at.must('POST', '/v1/admin/limits', {
    key: at.ana.key,
    body: { limits: { bps_rally: 300 } },
  });
  expect((await at.must('GET', '/v1/fees')).json).toMatchObject({ rally: 300 });
  const risk = { breaker_move: '0.1', breaker_halt_ms: 5_000, extreme_price: '0.9' };
  await draftMarket(at, 'risky', { deposit: '10', risk });
  expect((await at.must('GET', '/v1/markets/risky')).json).toMatchObject({ risk });
});

test('[H72] accounts are found by handle or id, and listed by role, newest first', async () => {
  const get = async (path: string) =>
    (await at.must('GET', `/v1/admin/accounts${path}`, { key: at.ana.key })).json;
  const bob = await get('/bob');
  expect(bob).toMatchObject({ account: at.bob.account, handle: 'bob', roles: [], frozen: false });
  expect(await get(`/${at.bob.account}`)).toEqual(bob);
  const missing = await at.call('GET', '/v1/admin/accounts/nobody', { key: at.ana.key });
  expect([missing.status, missing.json.error.code]).toEqual([404, 'account_unknown']);
  const namesIn = async (query: string) =>
    (await get(query)).items.map((one) => Reflect.get(one, 'handle'));
  expect(await namesIn('?role=admin')).toEqual(['eve', 'ana']);
  expect(await namesIn('?role=seller')).toEqual(['sam']);
  await at.must('POST', '/v1/admin/freeze', {
    key: at.ana.key,
    body: { account: at.bob.account, reason: 'a look' },
  });
  expect(await namesIn('?frozen=true')).toEqual(['bob']);
  const first = await get('?limit=2');
  const second = await get(`?limit=2&cursor=${first.cursor}`);
  const all = [...first.items, ...second.items].map((one) => Reflect.get(one, 'handle'));
  expect(all).toEqual(['eve', 'sam', 'bob', 'ana']);
  expect(second.cursor).toBeUndefined();
});

test('[H73] what is never decided again is listed, newest first, with what it broke', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'fairground-house-'));
  const lines = ['a', 'b'].map((one) => ({ hash: one.repeat(64), reason: `trade broke "${one}"` }));
  for (const line of lines)
    appendFileSync(join(dir, 'quarantine.ndjson'), `${JSON.stringify(line)}\n`);
  const other = await fair({ dir });
  const { json } = await other.must('GET', '/v1/admin/quarantine', { key: other.ana.key });
  expect(json).toEqual({ count: 2, items: [...lines].reverse() });
  await other.node.close();
});

test('[H71] [H72] [H73] only who is an admin now reads any of it', async () => {
  const max = await at.node.signUp({ handle: 'max', admin: true });
  const body = { account: max.account, role: 'admin', act: 'revoke' };
  await at.must('POST', '/v1/admin/roles', { key: at.ana.key, body });
  for (const path of ['house', 'accounts', 'accounts/bob', 'quarantine']) {
    for (const key of [max.key, at.bob.key]) {
      const reply = await at.call('GET', `/v1/admin/${path}`, { key });
      expect([path, reply.status, reply.json.error.code]).toEqual([path, 403, 'scope_missing']);
    }
  }
});
