/**
 * People are told what others did to them: listed, mailed, called, once each. On a directory.
 * Long because one exchange with its tables serves all of it.
 */
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { nameOfSaid } from '../src/index.js';
import { buy, openMarket, rallyBody, Watch } from './bench.js';
import {
  bought,
  Ear,
  ended,
  granted,
  hooked,
  noticesOf,
  tablesThere,
  type Told,
  told,
} from './effects-bench.js';
import { EventWatch } from './event-watch.js';
import { until } from './nodes.js';
import { emailOf } from './people-bench.js';

let at: Told;
let ear: Ear;
/** Somebody new for each test, so that nobody else's notices are his. */
let cid: { account: string; key: string };
let count = 0;
beforeAll(async () => {
  at = await told();
  ear = await Ear.open();
  await tablesThere(at);
}, 60_000);
afterAll(async () => {
  await at.node.close();
  await ear.close();
});
beforeEach(async () => {
  cid = await at.node.signUp({ handle: `cid${++count}` });
  ear.calls.length = 0;
  ear.answer = () => 204;
});

const mine = (): ReturnType<typeof noticesOf> => noticesOf(at, cid.key);
const kinds = async (): Promise<string[]> => (await mine()).map(({ kind }) => String(kind));
const join = (key: string, market: string, units: number) =>
  at.must('POST', `/v1/rallies/${market}/join`, { key, body: { units } });

async function openRally(id: string, more: object = {}): Promise<void> {
  const body = { ...rallyBody(at.ana.account, more), id };
  await at.must('POST', '/v1/markets', { key: at.ana.key, body });
  await at.must('POST', `/v1/markets/${id}/open`, { key: at.ana.key });
}

describe('a notice', () => {
  test('[E1] whoever stood in a market hears what its end brought him; of his own orders nobody is told', async () => {
    await openMarket(at, 'E1');
    await bought(at, cid.key, 'E1', 'NO');
    await bought(at, at.bob.key, 'E1');
    expect(await kinds()).toEqual([]);
    await ended(at, 'E1');
    expect(await kinds()).toEqual(['lost']);
    const bobs = (await noticesOf(at, at.bob.key)).filter(({ market }) => market === 'E1');
    expect(bobs).toMatchObject([{ kind: 'paid', market: 'E1' }]);
    expect(Number(bobs[0]?.data.amount)).toBeGreaterThan(10);
    await openMarket(at, 'E2');
    await bought(at, cid.key, 'E2');
    await at.must('POST', '/v1/markets/E2/cancel', { key: at.ana.key, body: { reason: 'no' } });
    await until(async () => (await kinds()).length === 2);
    expect((await mine())[1]).toMatchObject({ kind: 'refunded', data: { amount: '10' } });
    await granted(at, cid.account, '7');
    expect((await mine())[2]).toMatchObject({ kind: 'granted', data: { amount: '7' } });
  });

  test('[E2] members of a rally hear that its price fell, but not who made it fall, and what they paid in the end', async () => {
    await openRally('R1', { maximum: 5 });
    await join(cid.key, 'R1', 2);
    expect(await kinds()).toEqual([]);
    await join(at.bob.key, 'R1', 1);
    const fell = { kind: 'rally_tier', market: 'R1', data: { price: '80', units: 3 } };
    expect(await mine()).toMatchObject([fell]);
    expect(await noticesOf(at, at.bob.key)).not.toContainEqual(expect.objectContaining(fell));
    await join(at.bob.key, 'R1', 3);
    await until(async () => (await kinds()).includes('rally_ended'));
    const end = (await mine()).at(-1);
    expect(end?.data).toEqual({ amount: '80', price: '60', units: 5 });
  });

  test('[E3] a price that somebody waits for is told once, with the first that is there', async () => {
    await openMarket(at, 'E3');
    const post = (body: object) => at.call('POST', '/v1/me/alerts', { key: cid.key, body });
    expect((await post({ market: 'E3', outcome: 'YES' })).status).toBe(400);
    expect((await post({ market: 'E3', above: '0.6' })).status).toBe(400);
    expect((await post({ market: 'gone', outcome: 'YES', above: '0.6' })).status).toBe(404);
    const up = await post({ market: 'E3', outcome: 'YES', above: '0.6' });
    const far = await post({ market: 'E3', outcome: 'NO', below: '0.01' });
    expect([up.status, far.status]).toEqual([201, 201]);
    await bought(at, at.bob.key, 'E3');
    expect(await mine()).toEqual([]);
    await at.must('POST', '/v1/orders', { key: at.bob.key, body: buy('E3', '400') });
    const [alert] = await mine();
    expect(alert).toMatchObject({
      kind: 'price_alert',
      market: 'E3',
      data: { outcome: 'YES', when: 'above', wanted: '0.6' },
    });
    expect(Number(alert?.data.price)).toBeGreaterThanOrEqual(0.6);
    const left = async () =>
      (await at.must('GET', '/v1/me/alerts', { key: cid.key })).json.items.map(({ id }) => id);
    await until(async () => (await left()).length === 1);
    await at.must('POST', '/v1/orders', { key: at.bob.key, body: buy('E3', '50') });
    expect(await mine()).toHaveLength(1);
    expect(await left()).toEqual([far.json.id]);
    const drop = (key: string) => at.call('DELETE', `/v1/me/alerts/${far.json.id}`, { key });
    expect((await drop(at.bob.key)).json.error.code).toBe('alert_unknown');
    expect((await drop(cid.key)).status).toBe(200);
    expect(await left()).toEqual([]);
  });

  test('[E4] they come in pages, newest first; what was read is counted off and never comes back', async () => {
    for (const amount of ['1', '2', '3', '4', '5']) await granted(at, cid.account, amount);
    const page = (cursor = '') =>
      at.must('GET', `/v1/me/notifications?limit=2&fresh=1${cursor}`, { key: cid.key });
    const pages = [await page()];
    for (let last = pages[0]!; last.json.cursor !== undefined; pages.push(last))
      last = await page(`&cursor=${last.json.cursor}`);
    const items = pages.flatMap(({ json }) => json.items);
    expect(items.map(({ data }) => data.amount)).toEqual(['5', '4', '3', '2', '1']);
    expect(pages[0]?.json.unread).toBe(5);
    const read = (up_to: unknown) =>
      at.must('POST', '/v1/me/notifications/read', { key: cid.key, body: { up_to } });
    await read(items[1]?.place);
    expect((await page()).json.unread).toBe(1);
    const told = await read(items[4]?.place);
    expect(told.json.read_to).toBe(items[1]?.place);
    expect((await page()).json).toMatchObject({ unread: 1, read_to: items[1]?.place });
    // Nobody else's.
    expect((await noticesOf(at, at.bob.key)).map(({ id }) => id)).not.toContain(items[0]?.id);
  });

  test('[E5] the topic notifications tells each once, on both ways, and resumes after its own place', async () => {
    const headers = { authorization: `Bearer ${cid.key}` };
    const stranger = new Watch(at.node.url);
    await stranger.say({ id: 1, cmd: 'subscribe', topics: ['notifications'] });
    await stranger.until(() => stranger.heard.some(({ code }) => code === 'unauthorized'));
    stranger.close();
    const socket = new Watch(at.node.url, { headers });
    await socket.watch(['me', 'notifications']);
    const stream = new EventWatch(at.node.url, { topics: ['notifications'], headers });
    await stream.until(() => stream.heard.some(({ type }) => type === 'subscribed'));
    // Where a line begins is looked up: what comes before that is in the list.
    await new Promise((wait) => setTimeout(wait, 300));
    for (const amount of ['1', '2', '3']) await granted(at, cid.account, amount);
    const heard = (watch: { heard: typeof socket.heard }) =>
      watch.heard.filter(({ type }) => type === 'notification');
    await socket.until(() => heard(socket).length === 3);
    await stream.until(() => heard(stream).length === 3);
    expect(heard(socket)).toEqual(heard(stream));
    expect(heard(socket).map(({ data }) => data)).toEqual(await mine());
    for (const said of heard(socket)) expect(nameOfSaid(said)).toBe('notification');
    socket.close();
    stream.close();
    const again = new Watch(at.node.url, { headers });
    const notices_after = heard(socket)[0]?.data.place;
    await again.say({ id: 2, cmd: 'subscribe', topics: ['notifications'], notices_after });
    await again.until(() => heard(again).length === 2);
    expect(heard(again)).toEqual(heard(socket).slice(1));
    again.close();
  });
});

describe('a letter', () => {
  test('[E6] nothing is mailed to whoever did not ask for it, and to others the kinds they asked for', async () => {
    const account = cid.account;
    await at.node.vault.logins.addEmail(account, emailOf('cid'));
    const settings = () => at.must('GET', '/v1/me/settings', { key: cid.key });
    expect((await settings()).json).toEqual({ mail: [] });
    await granted(at, account, '1');
    await mine();
    const body = { mail: ['granted', 'lost'] };
    await at.must('PUT', '/v1/me/settings', { key: cid.key, body });
    expect((await settings()).json).toEqual({ mail: ['lost', 'granted'] });
    await until(async () => {
      await granted(at, account, '2');
      return at.letters.length > 0;
    });
    expect(at.letters.every(({ to }) => to === emailOf('cid'))).toBe(true);
    expect(at.letters[0]?.subject).toBe('You were granted 2 Points');
    expect(at.letters[0]?.text).toContain('/settings');
  });
});

describe('a webhook', () => {
  test('[E7] is called with what its owner is told, signed with the secret he was shown once', async () => {
    const { id, secret } = await hooked(at, cid.key, ear.url, ['granted']);
    const list = await at.must('GET', '/v1/me/webhooks', { key: cid.key });
    expect(list.text).not.toContain(secret);
    await granted(at, cid.account, '3');
    await until(() => ear.calls.length === 1);
    const [call] = ear.calls;
    expect(ear.verified(call!, secret)).toMatchObject({ type: 'granted', data: { amount: '3' } });
    expect(() => ear.verified(call!, `whsec_${btoa('another')}`)).toThrow('No matching signature');
    expect(call?.body.data).toMatchObject({ id: (await mine())[0]?.id });
    const log = () => at.must('GET', `/v1/me/webhooks/${id}/deliveries`, { key: cid.key });
    await until(async () => (await log()).json.items[0]?.status === 'delivered');
    expect((await log()).json.items).toMatchObject([
      { id: call?.id, kind: 'granted', attempts: 1 },
    ]);
    const foreign = await at.call('GET', `/v1/me/webhooks/${id}/deliveries`, { key: at.bob.key });
    expect(foreign.json.error.code).toBe('webhook_unknown');
    await at.must('DELETE', `/v1/me/webhooks/${id}`, { key: cid.key });
    expect(
      (await at.call('GET', `/v1/me/webhooks/${id}/deliveries`, { key: cid.key })).status,
    ).toBe(404);
  });

  test('[E8] what fails is tried again under the same id, then given up and said; it can be sent once more', async () => {
    const { id, secret } = await hooked(at, cid.key, ear.url, ['granted']);
    const log = async () =>
      (await at.must('GET', `/v1/me/webhooks/${id}/deliveries`, { key: cid.key })).json.items;
    // A redirect leads nowhere.
    const said = [500, 302, 404];
    ear.answer = () => said.shift() ?? 404;
    await granted(at, cid.account, '4');
    await until(async () => (await log())[0]?.status === 'failed');
    ear.answer = () => 204;
    expect(await log()).toMatchObject([{ attempts: 3, error: 'answered 404' }]);
    const jobs = await at.must('GET', '/v1/admin/jobs', { key: at.ana.key });
    const failed = jobs.json.failed.find(({ id }) => id === ear.calls[0]?.id);
    expect(failed).toMatchObject({ queue: 'webhook', attempts: 3, reason: 'answered 404' });
    const replay = (key: string, delivery: unknown) =>
      at.call('POST', `/v1/me/webhooks/${id}/deliveries/${delivery}/replay`, { key });
    expect((await replay(at.bob.key, ear.calls[0]?.id)).status).toBe(404);
    expect((await replay(cid.key, crypto.randomUUID())).json.error.code).toBe('delivery_unknown');
    expect((await replay(cid.key, ear.calls[0]?.id)).status).toBe(202);
    await until(async () => (await log())[0]?.status === 'delivered');
    expect(new Set(ear.calls.map((call) => call.id)).size).toBe(1);
    expect(new Set(ear.calls.map((call) => call.text)).size).toBe(1);
    for (const call of ear.calls) ear.verified(call, secret);
  });

  test('[E16] whose node ended with its last attempt is said to have failed, and can be sent once more', async () => {
    const { id } = await hooked(at, cid.key, ear.url, ['granted']);
    ear.answer = () => 404;
    await granted(at, cid.account, '4');
    const log = async () =>
      (await at.must('GET', `/v1/me/webhooks/${id}/deliveries`, { key: cid.key })).json.items[0];
    const delivery = (): string => ear.calls[0]?.id ?? '';
    const isGivenUp = async (): Promise<boolean> => {
      const { failed } = (await at.must('GET', '/v1/admin/jobs', { key: at.ana.key })).json;
      return failed.some((job) => job.id === delivery());
    };
    await until(isGivenUp);
    // As it is left where the node is gone before it has said so.
    const left = `update effects.deliveries set status = 'pending', ended_at = null`;
    await at.rows(`${left} where id = '${delivery()}'`);
    expect(await log()).toMatchObject({ status: 'pending' });
    await at.node.shell.effects?.doNow('sweep');
    expect(await log()).toMatchObject({ status: 'failed', error: 'its node ended' });
    ear.answer = () => 204;
    await at.must('POST', `/v1/me/webhooks/${id}/deliveries/${delivery()}/replay`, {
      key: cid.key,
    });
    await until(async () => (await log())?.status === 'delivered');
  });

  test('[E9] one that fails for good again and again is turned off, and its owner is told', async () => {
    const pace = { retryLimit: 0, lookMs: 100, failuresMax: 3, settleMs: 500 };
    const off = await told({ pace });
    await tablesThere(off);
    ear.answer = () => 500;
    // Two changes at once: also what the second asks for counts from its answer on.
    await hooked(off, off.bob.key, ear.url, ['lost']);
    const { id } = await hooked(off, off.bob.key, ear.url, ['granted']);
    for (let n = 1; n <= 3; n++) {
      await granted(off, off.bob.account, `${n}`);
      await until(() => ear.calls.length === n);
    }
    await until(async () => (await noticesOf(off, off.bob.key)).length === 4);
    const told_ = (await noticesOf(off, off.bob.key)).at(-1);
    expect(told_).toMatchObject({ kind: 'webhook_disabled', data: { webhook: id, url: ear.url } });
    await granted(off, off.bob.account, '9');
    await noticesOf(off, off.bob.key);
    const hooks = await off.must('GET', '/v1/me/webhooks', { key: off.bob.key });
    expect(hooks.json.items.find((hook) => hook.id === id)?.disabled).toMatch(/^2/);
    await off.node.close();
    expect(ear.calls).toHaveLength(3);
  }, 120_000);
});

test('[E10] admins see what is to be done, what failed and what comes when, and try a failed job again', async () => {
  const jobs = (key?: string) => at.call('GET', '/v1/admin/jobs', key === undefined ? {} : { key });
  expect((await jobs()).status).toBe(401);
  expect((await jobs(cid.key)).json.error.code).toBe('scope_missing');
  await hooked(at, cid.key, ear.url, ['granted']);
  ear.answer = () => 500;
  await granted(at, cid.account, '4');
  const id = (): string => ear.calls[0]?.id ?? '';
  const isFailed = async () => (await jobs(at.ana.key)).json.failed.some((job) => job.id === id());
  await until(async () => ear.calls.length === 3 && (await isFailed()));
  const { json } = await jobs(at.ana.key);
  expect(json.delivers).toBe(true);
  expect(json.queues).toContainEqual({ queue: 'webhook', state: 'failed', count: 1 });
  expect(json.schedule.map(({ task }) => task)).toEqual(['reconcile', 'sweep', 'remind']);
  await until(async () => {
    const { schedule } = (await jobs(at.ana.key)).json;
    return schedule.every(({ last }: { last: unknown }) => last !== null);
  });
  for (const { next } of json.schedule)
    expect(Date.parse(String(next))).toBeGreaterThan(Date.now());
  ear.answer = () => 204;
  const retry = (job: string, key: string) =>
    at.call('POST', `/v1/admin/jobs/${job}/retry`, { key });
  expect((await retry(id(), cid.key)).status).toBe(403);
  expect((await retry(crypto.randomUUID(), at.ana.key)).json.error.code).toBe('job_unknown');
  expect((await retry(id(), at.ana.key)).status).toBe(202);
  await until(() => ear.calls.length === 4);
  expect(ear.calls[3]?.id).toBe(id());
  await until(async () => !(await isFailed()));
});

test('[E11] who is erased is told nothing more, and nothing of what he was told is left', async () => {
  await hooked(at, cid.key, ear.url, ['granted']);
  await granted(at, cid.account, '4');
  await until(() => ear.calls.length === 1);
  await at.node.vault.erase(cid.account);
  await granted(at, cid.account, '5');
  await until(async () => {
    const rows = await at.rows(`select id from effects.notifications
      where account = '${cid.account}' and data not like '%"5"%'`);
    return rows.length === 0;
  });
  expect(
    await at.rows(`select id from effects.deliveries where account = '${cid.account}'`),
  ).toEqual([]);
  expect(ear.calls).toHaveLength(1);
});

test('[E12] admins are reminded once of a market that is closed since a day and has no result', async () => {
  await openMarket(at, 'E12', { closes_at: new Date(Date.now() + 60_000).toISOString() });
  const reminded = async () =>
    (await noticesOf(at, at.ana.key)).filter(({ kind }) => kind === 'market_unresolved');
  await at.remind();
  expect(await reminded()).toEqual([]);
  await at.remind(Date.now() + 2 * 86_400_000);
  await at.remind(Date.now() + 3 * 86_400_000);
  expect((await reminded()).map(({ market }) => market)).toEqual(['E12']);
  expect(await kinds()).toEqual([]);
});
