/** Markets of many outcomes over HTTP. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buy, type Fair, fair, type Json, openMarket } from './bench.js';

const TEAMS = ['ARG', 'BRA', 'FRA', 'ESP', 'NOR'];

let at: Fair;
beforeAll(async () => {
  at = await fair();
  const terms = { mechanism: 'lmsr', deposit: undefined, liquidity: '100', outcomes: TEAMS };
  await openMarket(at, 'CUP', { ...terms, title: 'Champions' });
});
afterAll(() => at.node.close());

const read = async (path: string): Promise<Json> => (await at.must('GET', path)).json;
const priceSum = ({ outcomes }: Json): number =>
  outcomes.reduce((sum, { price }) => sum + Math.round(Number(price) * 1e6), 0);

test('[H27] each outcome has a price, a quote and a trade', async () => {
  expect(await read('/v1/markets/CUP')).toMatchObject({
    mechanism: 'lmsr@1',
    fee_bps: 0,
    outcomes: TEAMS.map((outcome) => ({ outcome, price: '0.2', held: '0' })),
    terms: { mechanism: 'lmsr', liquidity: '100', outcomes: TEAMS },
  });
  const quoted = await at.must('POST', '/v1/markets/CUP/quote', {
    body: { side: 'buy', outcome: 'NOR', spend: '10' },
  });
  expect(quoted.json).toMatchObject({ outcome: 'NOR', pays: '10', fee: '0' });
  const bought = await at.must('POST', '/v1/orders', {
    key: at.bob.key,
    body: { ...buy('CUP', '10', 'NOR'), gets_min: quoted.json.gets },
  });
  expect(bought.json).toMatchObject({ outcome: 'NOR', gets: quoted.json.gets });
  const after = await read('/v1/markets/CUP');
  expect(priceSum(after)).toBe(1_000_000);
  expect(Number(after.outcomes[4]?.price)).toBeGreaterThan(0.2);
  expect((await read('/v1/markets?mechanism=lmsr')).items).toMatchObject([{ id: 'CUP' }]);
  const wrong = { side: 'buy', outcome: 'GER', spend: '10' };
  expect((await at.call('POST', '/v1/markets/CUP/quote', { body: wrong })).status).toBe(404);
});

test('[H27] candles of one outcome are its own, and those of two are each other turned around', async () => {
  await at.must('POST', '/v1/orders', { key: at.bob.key, body: buy('CUP', '25', 'ARG') });
  const now = await read('/v1/markets/CUP');
  const closes = await Promise.all(
    TEAMS.map(async (outcome) => {
      const { items } = await read(`/v1/markets/CUP/candles?interval=1d&outcome=${outcome}`);
      return items.at(-1)?.close;
    }),
  );
  expect(closes).toEqual(now.outcomes.map(({ price }) => price));
  const [candle] = (await read('/v1/markets/CUP/candles?interval=1d&outcome=BRA')).items;
  expect(candle).toMatchObject({ open: '0.2', high: '0.2', low: candle?.close });
  await at.must('POST', '/v1/orders', { key: at.bob.key, body: buy('M1', '10', 'YES') });
  const [yes, no] = await Promise.all(
    ['YES', 'NO'].map(async (of) =>
      (await read(`/v1/markets/M1/candles?outcome=${of}`)).items.at(-1),
    ),
  );
  expect(Number(yes?.close) + Number(no?.close)).toBe(1);
  expect(Number(yes?.close)).toBeGreaterThan(Number(yes?.open));
});

test('[H27] [H4] two to 64 outcomes, each once', async () => {
  const create = (outcomes: readonly string[]): Promise<{ status: number; json: Json }> =>
    at.call('POST', '/v1/markets', {
      key: at.ana.key,
      body: { title: 'Many', mechanism: 'lmsr', liquidity: '10', outcomes },
    });
  const names = Array.from({ length: 65 }, (_, n) => `T${n}`);
  expect((await create(names.slice(0, 64))).status).toBe(201);
  expect((await create(names)).json.error.code).toBe('bad_request');
  expect((await create(['ONE'])).json.error.code).toBe('bad_request');
  expect((await create(['ONE', 'ONE'])).json.error.code).toBe('malformed');
});

test('[H27] a draft of many outcomes is edited whole, and one of them wins', async () => {
  const body = { title: 'Small', mechanism: 'lmsr', liquidity: '5', outcomes: ['A', 'B', 'C'] };
  await at.must('POST', '/v1/markets', { key: at.ana.key, body: { ...body, id: 'ABC' } });
  const edited = { ...body, outcomes: ['A', 'B', 'C', 'D'], fee_bps: 50 };
  await at.must('PATCH', '/v1/markets/ABC', { key: at.ana.key, body: edited });
  for (const verb of ['open', 'close'])
    await at.must('POST', `/v1/markets/ABC/${verb}`, { key: at.ana.key });
  const end = { outcome: 'D', reason: 'it won' };
  await at.must('POST', '/v1/markets/ABC/resolve', { key: at.ana.key, body: end });
  const over = await read('/v1/markets/ABC');
  expect(over.outcomes.map(({ price }) => price)).toEqual(['0', '0', '0', '1']);
});
