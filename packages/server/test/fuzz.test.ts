/** Whatever is sent to whichever route: never a 500, always the one shape, and the books balance. */
import fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Fair, fair, openMarket, rallyBody } from './bench.js';

let at: Fair;
beforeAll(async () => {
  at = await fair();
  const rally = { ...rallyBody(at.ana.account), id: 'R1' };
  await at.must('POST', '/v1/markets', { key: at.ana.key, body: rally });
  await at.must('POST', '/v1/markets/R1/open', { key: at.ana.key });
  await openMarket(at, 'L1', {
    mechanism: 'lmsr',
    deposit: undefined,
    liquidity: '50',
    outcomes: ['YES', 'NO', 'MAYBE'],
  });
});
afterAll(() => at.node.close());

const M = '/v1/markets';
const ROUTES = [
  ['GET', M],
  ['POST', M],
  ['GET', `${M}/:id`],
  ['PATCH', `${M}/:id`],
  ...[
    'open',
    'pause',
    'resume',
    'close',
    'extend',
    'resolve',
    'cancel',
    'confirm',
    'fund',
    'mint',
    'merge',
    'quote',
  ].map((verb) => ['POST', `${M}/:id/${verb}`]),
  ['GET', `${M}/:id/trades`],
  ['GET', `${M}/:id/candles`],
  ['POST', '/v1/rallies/:id/join'],
  ['GET', '/v1/rallies/:id/receipt'],
  ['POST', '/v1/orders'],
  ['POST', '/v1/orders/batch'],
  ['GET', '/v1/orders/:id'],
  ['GET', '/v1/facts'],
  ['POST', '/v1/facts'],
  ['POST', '/v1/facts/undo'],
  ...['', '/positions', '/trades', '/keys'].map((part) => ['GET', `/v1/me${part}`]),
  ['POST', '/v1/me/keys'],
  ['DELETE', '/v1/me/keys/:id'],
  ...['journal', 'head', 'proof', 'stream', 'receipts/:id'].map((part) => ['GET', `/v1/${part}`]),
  ...[
    'users',
    'keys',
    'grants',
    'roles',
    'freeze',
    'unfreeze',
    'limits',
    'sweep-fees',
    'adopt-rules',
  ].map((part) => ['POST', `/v1/admin/${part}`]),
] as const;

const FIELDS = [
  'id',
  'market',
  'side',
  'outcome',
  'spend',
  'shares',
  'gets_min',
  'pays_max',
  'amount',
  'title',
  'mechanism',
  'deposit',
  'probability',
  'outcomes',
  'closes_at',
  'closing',
  'fee_bps',
  'fundamental',
  'slope',
  'source',
  'fact_rules',
  'reason',
  'payout',
  'price',
  'act',
  'reason_hash',
  'fact',
  'kind',
  'happened_at',
  'undoes',
  'handle',
  'name',
  'scopes',
  'to',
  'account',
  'role',
  'limits',
  'orders',
  'sponsor',
  'liquidity',
  'tiers',
  'units',
  'maximum',
  'minimum',
  'per_person',
  'seller',
  'rules',
  'category',
];
const plausible = fc.constantFrom<unknown>(
  'M1',
  'YES',
  'NO',
  'buy',
  'sell',
  '1',
  '0.5',
  '1000000000000',
  '0',
  'cpmm',
  'curve',
  'lmsr',
  'rally',
  'R1',
  1,
  3,
  ['YES', 'NO', 'MAYBE'],
  [{ units: 0, price: '2' }],
  'treasury',
  'why',
  'resolve',
  'cancel',
  'admin',
  '2030-01-01T00:00:00Z',
  ['0.5', '0.5'],
  ['read'],
  200,
  true,
  { mode: 'auto' },
  [{ kind: 'goal', num: 1, den: 2 }],
);
const value = fc.oneof(
  { weight: 5, arbitrary: plausible },
  { weight: 2, arbitrary: fc.jsonValue({ maxDepth: 2 }) },
  fc.string({ unit: 'binary', maxLength: 80 }),
);
const body = fc.oneof(
  { weight: 8, arbitrary: fc.dictionary(fc.constantFrom(...FIELDS), value, { maxKeys: 8 }) },
  fc.jsonValue({ maxDepth: 3 }),
  fc.string({ unit: 'binary', maxLength: 200 }),
);
const id = fc.oneof(
  { weight: 3, arbitrary: fc.constantFrom('M1', 'R1', 'L1', 'ord_3', 'key_1', at0()) },
  fc.string({ unit: 'binary', maxLength: 90 }),
);
const query = fc.dictionary(
  fc.constantFrom(
    'limit',
    'cursor',
    'from',
    'to',
    'seq',
    'interval',
    'outcome',
    'market',
    'sort',
    'status',
    'search',
    'item',
    'account',
    'x',
  ),
  fc.oneof(
    fc.nat().map(String),
    fc.string({ unit: 'binary', maxLength: 20 }),
    fc.constantFrom('1m', 'newest', 'open'),
  ),
  { maxKeys: 3 },
);
const header = fc.dictionary(
  fc.constantFrom(
    'idempotency-key',
    'fairground-valid-until',
    'fairground-attempt',
    'content-type',
    'upgrade',
  ),
  fc.constantFrom(
    '1',
    'k',
    '2',
    'application/json',
    'text/html',
    '2030-01-01T00:00:00Z',
    'websocket',
    '',
  ),
  { maxKeys: 3 },
);

function at0(): string {
  return 'nowhere';
}

test('[H18] no input gives a 500', async () => {
  const sent = fc.record({
    route: fc.constantFrom(...ROUTES),
    who: fc.constantFrom('ana', 'bob', 'system', 'nobody'),
    id,
    body,
    query,
    header,
  });
  await fc.assert(
    fc.asyncProperty(sent, async (one) => {
      const [method = '', pattern = ''] = one.route;
      const params = new URLSearchParams(one.query).toString();
      const path = `${pattern.replace(':id', encodeURIComponent(one.id))}${params === '' ? '' : `?${params}`}`;
      const keys: Record<string, string> = { ana: at.ana.key, bob: at.bob.key, system: at.token };
      const key = keys[one.who];
      const reply = await at.call(method, path, {
        ...(key !== undefined && { key }),
        ...(method !== 'GET' && { body: one.body }),
        headers: one.header,
      });
      expect(reply.status, `${method} ${path} ${reply.text}`).not.toBe(500);
      if (reply.status >= 400) expect(Object.keys(reply.json.error)).toHaveLength(6);
    }),
    { numRuns: 1_500 },
  );
  const proof = await at.must('GET', '/v1/proof');
  expect(proof.json.invariants.filter(({ holds }) => !holds)).toEqual([]);
}, 60_000);
