/** Which key opens which door: every write route of markets and rallies, for everybody who may come. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buy, type Fair, fair, rallyBody } from './bench.js';

let at: Fair;
const keys: Record<string, string | undefined> = {};
const ids: Record<string, string> = {};

const WHO = ['nobody', 'reader', 'player', 'seller', 'admin', 'system'] as const;
type Said = 'unauthorized' | 'scope_missing' | 'not_allowed' | 'done';

/** What each of them is told, in the order of WHO; `market_unknown` is past the door. */
const row = (...said: readonly (Said | 'market_unknown' | 'not_supported')[]) => said;
const HOUSE = row(
  'unauthorized',
  'scope_missing',
  'scope_missing',
  'scope_missing',
  'done',
  'done',
);
/** The engine asks for the role before it looks for the market. */
const JUDGED = HOUSE.map((said) => (said === 'done' ? 'market_unknown' : said));
const TRADE = row(
  'unauthorized',
  'scope_missing',
  'market_unknown',
  'market_unknown',
  'market_unknown',
  'not_allowed',
);
const CPMM = { title: 'A question', mechanism: 'cpmm', deposit: '1' };
const LMSR = { title: 'Many', mechanism: 'lmsr', liquidity: '1', outcomes: ['A', 'B', 'C'] };
const WHY = { reason: 'why' };

const RULES: readonly (readonly [string, string, () => object, readonly string[]])[] = [
  ['POST', '/v1/markets', () => CPMM, HOUSE],
  ['POST', '/v1/markets', () => LMSR, HOUSE],
  [
    'POST',
    '/v1/markets',
    () => rallyBody(ids['seller'] ?? ''),
    row('unauthorized', 'scope_missing', 'scope_missing', 'done', 'done', 'done'),
  ],
  ['POST', '/v1/markets', () => rallyBody(ids['other'] ?? ''), HOUSE],
  ['PATCH', '/v1/markets/gone', () => CPMM, JUDGED],
  ...['open', 'pause', 'resume', 'close'].map(
    (verb) => ['POST', `/v1/markets/gone/${verb}`, () => ({}), JUDGED] as const,
  ),
  ['POST', '/v1/markets/gone/cancel', () => WHY, JUDGED],
  ['POST', '/v1/rallies/gone/join', () => ({ units: 1 }), TRADE],
  ['POST', '/v1/orders', () => buy('gone', '1'), TRADE],
  ['POST', '/v1/markets/gone/mint', () => ({ amount: '1' }), TRADE],
];

beforeAll(async () => {
  at = await fair();
  for (const handle of ['seller', 'other']) {
    const { account, key } = await at.node.signUp({ handle });
    const role = { account, role: 'seller' };
    await at.must('POST', '/v1/admin/roles', { key: at.ana.key, body: role });
    [ids[handle], keys[handle]] = [account, key];
  }
  const reads = { name: 'reads', scopes: ['read'] };
  const made = await at.must('POST', '/v1/me/keys', { key: at.bob.key, body: reads });
  Object.assign(keys, {
    reader: made.json.key,
    player: at.bob.key,
    admin: at.ana.key,
    system: at.token,
  });
});
afterAll(() => at.node.close());

describe('[H12] [H26] who is let through', () => {
  test.each(RULES)('%s %s %#', async (method, path, body, expected) => {
    const told: string[] = [];
    for (const who of WHO) {
      const key = keys[who];
      const reply = await at.call(method, path, { ...(key && { key }), body: body() });
      told.push(reply.status < 300 ? 'done' : (reply.json.error.code ?? ''));
    }
    expect(told).toEqual(expected);
  });

  test('a receipt is everybody’s to read', async () => {
    for (const who of WHO) {
      const key = keys[who];
      const reply = await at.call('GET', '/v1/rallies/gone/receipt', { ...(key && { key }) });
      expect(reply.json.error.code).toBe('market_unknown');
    }
  });
});
