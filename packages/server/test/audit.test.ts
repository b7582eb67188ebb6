/** The audit log: every act of those who may do more, from the journal, and nobody else's business. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buy, type Fair, fair, type Json, openMarket } from './bench.js';

let at: Fair;
beforeAll(async () => {
  at = await fair();
});
afterAll(() => at.node.close());

const read = async (query = ''): Promise<Json> =>
  (await at.must('GET', `/v1/admin/audit${query}`, { key: at.ana.key })).json;

test('[H45] who did what to whom, when and why; trades are not in it', async () => {
  await at.must('POST', '/v1/orders', { key: at.bob.key, body: buy('M1', '3') });
  const body = { account: at.bob.account, reason: 'He asked for it, "twice".' };
  await at.must('POST', '/v1/admin/freeze', { key: at.ana.key, body });
  const { items } = await read();
  expect(items[0]).toMatchObject({
    seq: at.node.sequencer.head.seq,
    by: at.ana.account,
    handle: 'ana',
    act: 'freeze_account',
    target: at.bob.account,
    reason: body.reason,
    command: { type: 'freeze_account', account: at.bob.account },
  });
  expect(items[0]).toHaveProperty('at', expect.stringMatching(/^\d{4}-.*Z$/));
  const acts = items.map((one) => Reflect.get(one, 'act'));
  expect(acts).toEqual(expect.arrayContaining(['grant', 'create_market', 'open', 'open_account']));
  expect(acts).not.toContain('trade');
  expect(items.find((one) => Reflect.get(one, 'act') === 'grant')).toMatchObject({
    by: 'system',
    target: 'treasury',
    reason: 'a start',
  });
  await at.must('POST', '/v1/admin/unfreeze', { key: at.ana.key, body });
});

test('[H45] pages neither repeat nor skip', async () => {
  for (const id of ['p1', 'p2', 'p3']) await openMarket(at, id, { deposit: '10' });
  const all = (await read('?limit=100')).items.map(({ seq }) => seq);
  const seen: number[] = [];
  let cursor: string | undefined;
  do {
    const page = await read(`?limit=4${cursor === undefined ? '' : `&cursor=${cursor}`}`);
    seen.push(...page.items.map(({ seq }) => seq));
    cursor = page.cursor;
  } while (cursor !== undefined);
  expect(seen).toEqual(all);
  expect(seen).toEqual([...new Set(seen)].sort((a, b) => b - a));
});

test('[H45] as a table: quotes are doubled, and nothing becomes a formula', async () => {
  const body = { to: at.bob.account, amount: '1', reason: '=1+1 "now"' };
  await at.must('POST', '/v1/admin/grants', { key: at.ana.key, body });
  const { text, headers } = await at.must('GET', '/v1/admin/audit?format=csv&limit=1', {
    key: at.ana.key,
  });
  expect(String(headers['content-type'])).toContain('text/csv');
  expect(String(headers['link'])).toMatch(/cursor=[\w-]+>; rel="next"$/);
  const [head, row] = text.split('\r\n');
  expect(head).toBe('"seq","at","by","handle","act","target","refused","reason","command"');
  expect(row).toContain(`"'=1+1 ""now"""`);
});

test('[H45] a key keeps its scope when its owner loses the role, and reads nothing', async () => {
  const eve = await at.node.signUp({ handle: 'eve', admin: true });
  expect((await at.call('GET', '/v1/admin/audit', { key: eve.key })).status).toBe(200);
  const body = { account: eve.account, role: 'admin', act: 'revoke' };
  await at.must('POST', '/v1/admin/roles', { key: at.ana.key, body });
  for (const key of [eve.key, at.bob.key]) {
    const reply = await at.call('GET', '/v1/admin/audit', { key });
    expect([reply.status, reply.json.error.code]).toEqual([403, 'scope_missing']);
  }
  expect((await at.call('GET', '/v1/admin/audit', { key: at.token })).status).toBe(200);
});
