/** The document: it knows every route, real answers are as it says, and people can read it. */
import { createHash } from 'node:crypto';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { NOTES } from '../src/api/notes.js';
import { type Ask, buy, type Fair, fair, freshKey, rallyBody, type Reply } from './bench.js';
import { conforms, type Operation, operationsOf } from './conform.js';
import { answerTold } from './effects-answers.js';
import { until } from './nodes.js';
import { answerPulls } from './pull-answers.js';
import { cookieOf, emailOf, PASSWORD, town } from './people-bench.js';
import { answerTicks } from './ticks-answers.js';

let at: Fair;
let operations: readonly Operation[];
beforeAll(async () => {
  at = await fair({ env: { FAIRGROUND_READ_MODEL: '1' } });
  operations = await operationsOf(at);
});
afterAll(() => at.node.close());

const nameOf = ({ method, path }: Pick<Operation, 'method' | 'path'>): string =>
  `${method} ${path.replaceAll(/\{(\w+)\}/g, ':$1')}`;

test('[H40] every route has its line, and every line its route', () => {
  expect(operations.map(nameOf).sort()).toEqual(Object.keys(NOTES).sort());
  for (const { method, path, summary, responses } of operations) {
    expect(summary, `${method} ${path}`).toMatch(/^[A-Z]/);
    expect(responses['400']?.['x-codes'], path).toContain('bad_request');
  }
});

test('[H40] what a route demands stands there: key, scope, pattern, limits', () => {
  const order = operations.find((one) => nameOf(one) === 'POST /v1/orders')!;
  const key = order.parameters.find(({ name }) => name === 'Idempotency-Key');
  expect(key).toMatchObject({ in: 'header', required: true });
  expect(order.scope).toBe('trade');
  expect(order.body?.properties?.['spend']?.pattern).toBe(String.raw`^\d{1,13}(\.\d{1,6})?$`);
  expect(order.responses['422']?.['x-codes']).toContain('insufficient_points');
});

/** Calls an operation and holds its answer against the document. */
async function call(name: string, path: string, ask: Ask = {}): Promise<Reply> {
  const operation = operations.find((one) => nameOf(one) === name)!;
  const reply = await at.call(operation.method, path, ask);
  conforms(operation, reply);
  done.set(name, reply.status < 300 || done.get(name) === true);
  return reply;
}
const done = new Map<string, boolean>();

test('[H41] each route is answered once, as the document says', async () => {
  const [ana, bob, root] = [{ key: at.ana.key }, { key: at.bob.key }, { key: at.token }];
  const post = (path: string, who: Ask, body: object, at = path): Promise<Reply> =>
    call(`POST ${at}`, path, { ...who, body });
  const verb = (id: string, name: string, body: object = {}, who: Ask = ana): Promise<Reply> =>
    post(`/v1/markets/${id}/${name}`, who, body, `/v1/markets/:id/${name}`);
  const get = (path: string, as = path, who: Ask = {}): Promise<Reply> =>
    call(`GET ${as}`, path, who);

  const made = await post('/v1/admin/users', root, { handle: 'sam' });
  const sam = { key: made.json.key };
  const cleo = await at.node.signUp({ handle: 'cleo', admin: true });
  await post('/v1/admin/keys', root, { handle: 'sam' });
  await post('/v1/admin/grants', ana, { to: 'treasury', amount: '50', reason: 'more' });
  for (const role of ['seller', 'source'])
    await post('/v1/admin/roles', ana, { account: made.json.account, role });
  await post('/v1/admin/limits', ana, { limits: { welcome: '10' } });
  for (const act of ['freeze', 'unfreeze'])
    await post(`/v1/admin/${act}`, ana, { account: at.bob.account, reason: 'a test' });

  const body = { id: 'A', title: 'A', mechanism: 'cpmm', deposit: '50', two_person: true };
  await post('/v1/markets', ana, { ...body, closes_at: '2030-01-01T00:00:00Z' });
  const { id: _, ...edited } = { ...body, closes_at: '2030-01-02T00:00:00Z' };
  await call('PATCH /v1/markets/:id', '/v1/markets/A', { ...ana, body: edited });
  for (const name of ['open', 'pause', 'resume']) await verb('A', name);
  await verb('A', 'extend', { closes_at: '2031-01-01T00:00:00Z' });
  await verb('A', 'fund', { amount: '1' });
  await verb('A', 'quote', { side: 'buy', outcome: 'YES', spend: '3' }, bob);
  const key = freshKey();
  const order = await call('POST /v1/orders', '/v1/orders', {
    ...bob,
    body: buy('A', '3'),
    once: key,
  });
  await post('/v1/orders/batch', bob, { orders: [buy('A', '1'), buy('gone', '1')] });
  await verb('A', 'mint', { amount: '2' }, bob);
  await verb('A', 'merge', { amount: '1' }, bob);
  await get(`/v1/orders/${order.json.id}`, '/v1/orders/:id');
  await get(`/v1/receipts/${key}`, '/v1/receipts/:key', bob);
  await get('/v1/receipts/none', '/v1/receipts/:key', bob);
  await get('/v1/markets/A/trades', '/v1/markets/:id/trades');
  await get('/v1/markets/A/candles', '/v1/markets/:id/candles');
  await verb('A', 'close');
  const proposed = await verb('A', 'resolve', { outcome: 'YES', reason: 'seen' });
  await get('/v1/markets/A', '/v1/markets/:id');
  const { reason_hash } = proposed.json.proposal;
  const confirm = { act: 'resolve', outcome: 'YES', reason_hash };
  await verb('A', 'confirm', confirm, { key: cleo.key });
  await post('/v1/admin/sweep-fees', ana, {});

  const rally = { ...rallyBody(made.json.account, { maximum: 5 }), id: 'R' };
  await post('/v1/markets', ana, rally);
  await verb('R', 'open');
  await post('/v1/rallies/R/join', bob, { units: 5 }, '/v1/rallies/:id/join');
  await get('/v1/rallies/R/receipt', '/v1/rallies/:id/receipt');
  const terms = { mechanism: 'curve', fundamental: '10', slope: '0.02' };
  const rules = [{ kind: 'goal', add: '0.5' }];
  const stock = { id: 'S', title: 'S', ...terms, source: made.json.account, fact_rules: rules };
  await post('/v1/markets', ana, stock);
  await verb('S', 'open');
  const fact = { market: 'S', fact: 'g1', kind: 'goal', happened_at: '2026-06-11T19:00:00Z' };
  await post('/v1/facts', sam, fact);
  await post('/v1/facts/undo', sam, { market: 'S', fact: 'u1', undoes: 'g1' });
  await verb('S', 'cancel', { reason: 'over' });
  const lmsr = { mechanism: 'lmsr', liquidity: '5', outcomes: ['X', 'Y', 'Z'] };
  await post('/v1/markets', ana, { id: 'L', title: 'L', ...lmsr });
  for (const id of ['R', 'S', 'L']) await get(`/v1/markets/${id}`, '/v1/markets/:id');
  await get('/v1/markets?limit=2', '/v1/markets');
  await get('/v1/facts?market=S', '/v1/facts');
  const another = await post('/v1/me/keys', bob, { name: 'b', scopes: ['read'] });
  // The tables trail the journal.
  await until(async () => (await at.call('GET', '/v1/players/bob')).status === 200);
  await get('/v1/leaderboard?by=return', '/v1/leaderboard');
  await get('/v1/players/bob', '/v1/players/:handle');
  for (const part of [
    '',
    '/positions',
    '/trades',
    '/keys',
    '/ledger?limit=2',
    '/portfolio/history',
  ]) {
    await get(`/v1/me${part}`, `/v1/me${part.split('?')[0]}`, bob);
  }
  await call('DELETE /v1/me/keys/:id', `/v1/me/keys/${another.json.id}`, bob);
  for (const path of [
    '/v1/fees',
    '/v1/head',
    '/v1/proof',
    '/v1/openapi.json',
    '/v1/asyncapi.json',
    '/healthz',
    '/readyz',
    '/metrics',
  ])
    await get(path);
  await get('/v1/journal?limit=3', '/v1/journal');
  await get('/v1/admin/audit', '/v1/admin/audit', ana);
  for (const path of ['/v1/admin/house', '/v1/admin/accounts', '/v1/admin/quarantine'])
    await get(path, path, ana);
  await get('/v1/admin/accounts/bob', '/v1/admin/accounts/:handle', ana);
  await get('/v1/admin/node', '/v1/admin/node', root);
  await get('/v1/stream');
  const person = '/v1/admin/users/:handle';
  await get('/v1/admin/users/sam', person, root);
  await call(`DELETE ${person}`, '/v1/admin/users/sam', root);
  await post('/v1/admin/rebuild', root, {});
  await post('/v1/admin/adopt-rules', ana, {});
  await post('/v1/admin/seal', root, {});

  await answerPeople();
  for (const name of await answerTold(operations)) done.set(name, true);
  for (const name of await answerTicks(operations)) done.set(name, true);
  for (const name of await answerPulls(operations)) done.set(name, true);
  // A socket or a stream is no answer to a request, and the rules are the newest already.
  const undone = operations.map(nameOf).filter((name) => done.get(name) !== true);
  expect(undone.sort()).toEqual([
    'GET /v1/stream',
    'GET /v1/stream/sse',
    'POST /v1/admin/adopt-rules',
  ]);
}, 120_000);

/** What people with passwords ask, from their sign-up to their end. */
async function answerPeople(): Promise<void> {
  const place = await town();
  let cookie: string | undefined;
  const ask = async (name: string, body: object = {}, path = name.split(' ')[1] ?? '') => {
    const operation = operations.find((one) => nameOf(one) === name)!;
    const { method } = operation;
    const reply = await place.page(method, path, { cookie, ...(method !== 'GET' && { body }) });
    conforms(operation, reply);
    done.set(name, reply.status < 300 || done.get(name) === true);
    return reply;
  };
  const email = emailOf('mia');
  await ask('POST /v1/auth/sign-up', { handle: 'mia', email, password: PASSWORD });
  const token = place.mail.token(email);
  cookie = cookieOf(await ask('POST /v1/auth/confirm', { token }));
  await ask('POST /v1/auth/confirm', { token });
  await ask('POST /v1/auth/sign-in', { email, password: 'another one' });
  const other = await ask('POST /v1/auth/sign-in', { email, password: PASSWORD });
  const sessions = await ask('GET /v1/me/sessions');
  const there = sessions.json.items.find(({ is_this }) => is_this === false);
  await ask('DELETE /v1/me/sessions/:id', {}, `/v1/me/sessions/${there?.id}`);
  await ask('DELETE /v1/me/sessions');
  expect(other.status).toBe(200);
  const changed = { current: PASSWORD, password: `${PASSWORD} 2` };
  cookie = cookieOf(await ask('POST /v1/me/password', changed));
  await ask('POST /v1/auth/forgot', { email });
  await until(() => place.mail.token(email) !== token);
  await ask('POST /v1/auth/reset', { token: place.mail.token(email), password: PASSWORD });
  cookie = undefined;
  cookie = cookieOf(await ask('POST /v1/auth/sign-in', { email, password: PASSWORD }));
  await ask('DELETE /v1/me', { handle: 'mia', password: PASSWORD });
  cookie = undefined;
  await ask('POST /v1/auth/sign-out');
  await place.node.close();
}

test('[H42] the reference page loads nothing from elsewhere and runs its one script', async () => {
  const { headers, text } = await at.must('GET', '/docs/', { headers: { accept: 'text/html' } });
  const policy = String(headers['content-security-policy']);
  const script = /<script type="text\/javascript">([\s\S]*?)<\/script>/.exec(text)?.[1] ?? '';
  const hash = createHash('sha256').update(script).digest('base64');
  expect(policy).toContain(`script-src 'self' 'sha256-${hash}';`);
  expect(policy).toContain("default-src 'none'");
  expect(`${policy} ${text}`).not.toMatch(/https?:\/\//);
  expect(text).toContain('"/v1/openapi.json"');
  const bundle = await at.must('GET', '/docs/js/scalar.js');
  expect(String(bundle.headers['content-type'])).toContain('javascript');
  // The pages beside it keep their own, stricter one.
  const page = await at.call('GET', '/', { headers: { accept: 'text/html' } });
  expect(String(page.headers['content-security-policy'])).not.toContain('unsafe');
}, 120_000);
