/** Group purchases over HTTP: putting one up, joining, watching, and what everybody paid. */
import { readFile } from 'node:fs/promises';
import { join as joined } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Fair, fair, freshKey, type Json, rallyBody, type Reply, Watch } from './bench.js';

let at: Fair;
let sam: { account: string; key: string };
beforeAll(async () => {
  at = await fair();
  sam = await at.node.signUp({ handle: 'sam' });
  const role = { account: sam.account, role: 'seller' };
  await at.must('POST', '/v1/admin/roles', { key: at.ana.key, body: role });
});
afterAll(() => at.node.close());

/** A rally of sam's that is open. */
async function opened(id: string, more: object = {}): Promise<void> {
  const body = { ...rallyBody(sam.account, more), id };
  await at.must('POST', '/v1/markets', { key: at.ana.key, body });
  await at.must('POST', `/v1/markets/${id}/open`, { key: at.ana.key });
}

const join = (id: string, units: unknown, key = at.bob.key, once?: string): Promise<Reply> =>
  at.call('POST', `/v1/rallies/${id}/join`, { key, body: { units }, ...(once && { once }) });
const read = async (path: string): Promise<Json> => (await at.must('GET', path)).json;
const codeOf = ({ status, json }: Reply): unknown[] => [status, json.error.code, json.error.final];

test('[H28] a join names the total that is wanted, and asked again it is the first answer', async () => {
  await opened('R1');
  const first = await join('R1', 2);
  expect([first.status, first.json]).toMatchObject([
    201,
    { type: 'join', market: 'R1', pays: '200', gets: '2', fee: '0', units: 2 },
  ]);
  const head = at.node.sequencer.head.seq;
  const again = await join('R1', 2);
  expect([again.text, again.headers['idempotency-replayed']]).toEqual([first.text, 'true']);
  expect(at.node.sequencer.head.seq).toBe(head);
  expect((await join('R1', 5)).json).toMatchObject({ pays: '180', gets: '3', units: 5 });
  expect(codeOf(await join('R1', 1))).toEqual([409, 'pledge_is_binding', true]);
  expect(codeOf(await join('M1', 1))).toEqual([409, 'not_supported', true]);
  expect(codeOf(await join('nowhere', 1))).toEqual([404, 'market_unknown', true]);
  for (const units of [0, -1, 1.5, '2', 1e10, null]) {
    expect(codeOf(await join('R1', units))).toEqual([400, 'bad_request', false]);
  }
});

test('[H28] a join is an order: on the tape, under its id and in the receipt of its key', async () => {
  await opened('R2');
  const key = freshKey();
  const made = await join('R2', 3, at.bob.key, key);
  expect((await at.call('GET', `/v1/orders/${made.json.id}`)).text).toBe(made.text);
  expect((await read('/v1/markets/R2/trades')).items).toEqual([made.json]);
  const mine = await at.must('GET', '/v1/me/trades?limit=1', { key: at.bob.key });
  expect(mine.json.items).toEqual([made.json]);
  const receipt = await at.must('GET', `/v1/receipts/${key}`, { key: at.bob.key });
  expect(receipt.json).toMatchObject({ state: 'done', entry: { seq: made.json.seq } });
  const [candle] = (await read('/v1/markets/R2/candles?interval=1d')).items;
  expect(candle).toMatchObject({ open: '100', close: '80', volume: '240' });
});

test('[H28] whoever looks sees units, price and the next tier', async () => {
  await opened('R3');
  await join('R3', 2);
  await join('R3', 1, at.ana.key);
  const rally = {
    units: 3,
    minimum: 1,
    maximum: 10,
    per_person: 10,
    next: { units: 5, price: '60' },
  };
  const seen = await read('/v1/markets/R3');
  expect(seen).toMatchObject({
    mechanism: 'rally@1',
    price: '80',
    sponsor: sam.account,
    fee_bps: 250,
    rally,
    terms: { mechanism: 'rally', tiers: [{ units: 0, price: '100' }, {}, {}] },
  });
  const listed = (await read('/v1/markets?mechanism=rally&search=R3')).items;
  expect(listed).toMatchObject([{ id: 'R3', price: '80', rally }]);
  const [position] = (
    await at.must('GET', '/v1/me/positions', { key: at.bob.key })
  ).json.items.filter(({ market }) => market === 'R3');
  expect(position).toMatchObject({
    shares: [{ shares: '2', price: '80', value: '160' }],
    value: '200',
    net: '200',
    profit: '0',
  });
});

test('[H25] the receipt comes with the end: one price for all', async () => {
  await opened('R4', { fee_bps: 100 });
  expect(codeOf(await at.call('GET', '/v1/rallies/R4/receipt'))).toEqual([409, 'not_over', false]);
  await join('R4', 2);
  await join('R4', 7, at.ana.key);
  expect(codeOf(await join('R4', 4))).toEqual([409, 'sold_out', true]);
  await join('R4', 3);
  const told = await read('/v1/rallies/R4/receipt');
  expect(told).toMatchObject({
    market: 'R4',
    outcome: 'sold',
    units: 10,
    price: '60',
    sum: '600',
    fee: '6',
    seller: sam.account,
    seller_gets: '594',
    members: [
      { account: at.bob.account, units: 3, held: '260', pays: '180', back: '80' },
      { account: at.ana.account, units: 7, held: '420', pays: '420', back: '0' },
    ],
  });
  const page = await read('/v1/rallies/R4/receipt?limit=1');
  const rest = await read(`/v1/rallies/R4/receipt?limit=1&cursor=${page.cursor}`);
  expect([...page.members, ...rest.members]).toEqual(told.members);
  expect([typeof page.cursor, rest.cursor]).toEqual(['string', undefined]);
  const hers = await read(`/v1/rallies/R4/receipt?account=${at.ana.account}`);
  expect(hers.members).toEqual([told.members[1]]);
  expect(codeOf(await at.call('GET', '/v1/rallies/R4/receipt?cursor=x'))[1]).toBe('bad_request');
  expect(codeOf(await at.call('GET', '/v1/rallies/M1/receipt'))).toEqual([
    409,
    'not_supported',
    false,
  ]);
  expect(codeOf(await at.call('GET', '/v1/rallies/nowhere/receipt'))[1]).toBe('market_unknown');
});

test('[H26] a seller puts up his own rally, and takes it back below its minimum', async () => {
  await opened('R5', { minimum: 2 });
  await join('R5', 1);
  const cancel = { key: sam.key, body: { reason: 'a mistake' } };
  expect((await at.call('POST', '/v1/markets/R5/cancel', cancel)).status).toBe(200);
  expect(await read('/v1/rallies/R5/receipt')).toMatchObject({
    outcome: 'refunded',
    members: [{ held: '100', pays: '0', back: '100' }],
  });
  await opened('R6', { minimum: 2 });
  await join('R6', 2);
  expect(codeOf(await at.call('POST', '/v1/markets/R6/cancel', cancel))).toEqual([
    403,
    'not_allowed',
    true,
  ]);
});

test('[H26] a seller’s own rally opens by itself; its name, fee and second person are not his to choose', async () => {
  const create = (more: object, once?: string): Promise<Reply> =>
    at.call('POST', '/v1/markets', {
      key: sam.key,
      body: rallyBody(sam.account, more),
      ...(once && { once }),
    });
  expect(codeOf(await create({ id: 'GROUP-A' }))).toEqual([403, 'scope_missing', false]);
  for (const more of [{ fee_bps: 0 }, { two_person: true }, { refund_cap: '1' }]) {
    expect(codeOf(await create(more))).toEqual([403, 'not_allowed', true]);
  }
  const opensAt = new Date(Date.now() + 60_000).toISOString();
  const made = await create({ opens_at: opensAt }, 'mine');
  expect(made.status).toBe(201);
  await at.must('POST', '/v1/admin/roles', {
    key: at.ana.key,
    body: { account: sam.account, role: 'seller', act: 'revoke' },
  });
  // What was done is answered, also when he may no more.
  expect((await create({ opens_at: opensAt }, 'mine')).json).toEqual(made.json);
  expect(codeOf(await create({}))).toEqual([403, 'scope_missing', false]);
  await at.must('POST', '/v1/admin/roles', {
    key: at.ana.key,
    body: { account: sam.account, role: 'seller' },
  });
});

test('[H26] a key that only trades acts for nobody’s office: not for the treasury, not for an admin who sells', async () => {
  const addKey = (account: string): Promise<{ readonly key: string }> =>
    at.node.vault.addKey({ account, name: 'trades', scopes: ['read', 'trade'], created: 0 });
  const { key } = await addKey(at.ana.account);
  const edge = [403, 'scope_missing', false];
  const fund = { body: { amount: '1' } };
  expect(codeOf(await at.call('POST', '/v1/markets/M1/fund', { key, ...fund }))).toEqual(edge);
  await at.must('POST', '/v1/markets/M1/fund', { key: at.ana.key, ...fund });
  await opened('R9', { minimum: 2 });
  const role = { account: sam.account, role: 'admin' };
  await at.must('POST', '/v1/admin/roles', { key: at.ana.key, body: role });
  const sams = (await addKey(sam.account)).key;
  const cancel = { key: sams, body: { reason: 'mine' } };
  expect(codeOf(await at.call('POST', '/v1/markets/R9/cancel', cancel))).toEqual(edge);
  await at.must('POST', '/v1/admin/roles', { key: at.ana.key, body: { ...role, act: 'revoke' } });
  expect((await at.call('POST', '/v1/markets/R9/cancel', cancel)).status).toBe(200);
});

test('[H26] whoever may not put it up is stopped at the door, and leaves no text', async () => {
  const create = (key: string, body: object): Promise<Reply> =>
    at.call('POST', '/v1/markets', { key, body });
  const edge = [403, 'scope_missing', false];
  expect(
    codeOf(await create(at.bob.key, rallyBody(at.bob.account, { title: 'Not to be kept' }))),
  ).toEqual(edge);
  expect(codeOf(await create(sam.key, rallyBody(at.bob.account)))).toEqual(edge);
  const cpmm = { title: 'Not to be kept', mechanism: 'cpmm', deposit: '1' };
  expect(codeOf(await create(sam.key, cpmm))).toEqual(edge);
  const cancel = { key: sam.key, body: { reason: 'Nor is this' } };
  expect(codeOf(await at.call('POST', '/v1/markets/M1/cancel', cancel))).toEqual(edge);
  const kept = await readFile(joined(at.dir, 'vault.ndjson'), 'utf8');
  expect(kept).toContain('Jerseys');
  expect(kept).not.toMatch(/Not to be kept|Nor is this/);
  expect((await create(at.ana.key, rallyBody(sam.account))).status).toBe(201);
});

test('[H26] [H6] the terms of a rally', async () => {
  const create = (more: object): Promise<Reply> =>
    at.call('POST', '/v1/markets', { key: sam.key, body: rallyBody(sam.account, more) });
  const none = { closes_at: undefined };
  for (const more of [none, { tiers: [] }, { maximum: '10' }, { sponsor: 'treasury' }]) {
    expect(codeOf(await create(more))).toEqual([400, 'bad_request', false]);
  }
  const rising = {
    tiers: [
      { units: 0, price: '1' },
      { units: 2, price: '2' },
    ],
  };
  for (const more of [rising, { per_person: 11 }, { closing: { mode: 'manual' } }]) {
    expect(codeOf(await create(more))).toEqual([422, 'malformed', true]);
  }
  const unknown = await at.call('POST', '/v1/markets', {
    key: at.ana.key,
    body: { title: 'What', mechanism: 'lottery' },
  });
  for (const name of ['cpmm', 'lmsr', 'curve', 'rally']) {
    expect(unknown.json.error.details[0]?.message).toContain(`"${name}"`);
  }
});

test('[W14] [W2] [W3] a rally has a topic of its own, which tells joins and the end', async () => {
  await opened('R7', { maximum: 5 });
  const watch = new Watch(at.node.url);
  await watch.watch(['rally/R7', 'market/R7']);
  const first = await join('R7', 3);
  await watch.state('rally/R7', first.json.seq);
  const states = (): Json[] => watch.frames('state', 'rally/R7').map((raw) => JSON.parse(raw).data);
  expect(states().at(-1)).toMatchObject({
    id: 'R7',
    status: 'open',
    units: 3,
    price: '80',
    next: { units: 5, price: '60' },
    members: 1,
  });
  const last = await join('R7', 2, at.ana.key);
  await watch.until(() => watch.frames('event', 'rally/R7').length >= 3);
  const events = watch.frames('event', 'rally/R7');
  expect(events.slice(0, 3).map((raw) => JSON.parse(raw).data.type)).toEqual([
    'joined',
    'joined',
    'market_resolved',
  ]);
  await watch.until(() => states().at(-1)?.status === 'settled');
  expect(states().at(-1)).toMatchObject({ units: 5, price: '60', members: 2 });
  // The same entries as its market's, under another name.
  const renamed = watch.frames('event', 'market/R7').map((raw) => raw.replace('market/', 'rally/'));
  expect(watch.frames('event', 'rally/R7')).toEqual(renamed);
  watch.close();
  const late = new Watch(at.node.url);
  await late.watch(['rally/R7'], `${first.json.seq}.${first.json.hash.slice(0, 8)}`);
  await late.state('rally/R7', last.json.seq);
  expect(late.frames('event', 'rally/R7')).toEqual(watch.frames('event', 'rally/R7').slice(1));
  await late.say({ id: 9, cmd: 'subscribe', topics: ['rally/M1'] });
  await late.until(() => late.heard.some(({ code }) => code === 'topic_unknown'));
  late.close();
});
