import { afterEach, expect, test } from 'vitest';
import {
  busy,
  done,
  hasty,
  ORDER,
  refusal,
  type Script,
  type TinyServer,
  tinyServer,
} from '../test/tiny-server.js';
import { createClient } from './client.js';
import { points } from './amounts.js';
import { FairgroundRefusal } from './errors.js';

let tiny: TinyServer;
afterEach(() => tiny?.close());

async function clientOf(script: Script) {
  tiny = await tinyServer(script);
  return { client: createClient({ url: tiny.url, platform: hasty() }), asked: tiny.asked };
}

const caught = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'nothing',
    (error: unknown) => error,
  );

const RALLY = {
  mechanism: 'rally',
  title: 'Jerseys',
  tiers: [
    { units: 0, price: points('100') },
    { units: 3, price: points('79.5') },
  ],
  maximum: 10,
  perPerson: 4,
  seller: 'acc_1',
  closesAt: Date.parse('2026-06-11T12:00:00Z'),
} as const;
const LMSR = {
  mechanism: 'lmsr',
  id: 'CUP',
  title: 'Champions',
  outcomes: ['ARG', 'BRA', 'FRA'],
  liquidity: points('100'),
  feeBps: 0,
} as const;
test('[K2] a market or a join that cannot be right is not sent', async () => {
  const { client, asked } = await clientOf([done()]);
  const wrong: [Promise<unknown>, string][] = [
    [client.join('R/1', 1), 'rally'],
    [client.join('R1', 0), 'units'],
    [client.join('R1', 1.5), 'units'],
    [client.join('R1', 2e9), 'units'],
    [client.rallyReceipt('a/b'), 'rally'],
    [client.markets.create({ ...RALLY, seller: 'a b' }), 'seller'],
    [client.markets.create({ ...RALLY, maximum: 0.5 }), 'maximum'],
    [client.markets.create({ ...RALLY, closesAt: Number.NaN }), 'closesAt'],
    [client.markets.create({ ...RALLY, tiers: [{ units: 0, price: -1n }] }), 'price'],
    [client.markets.create({ ...LMSR, outcomes: ['arg', 'BRA'] }), 'outcome'],
    [client.markets.open('a/b'), 'market'],
  ];
  for (const [call, field] of wrong)
    expect(await caught(call)).toMatchObject({ kind: 'invalid', field });
  expect(asked).toEqual([]);
});

test('[K3] a join is a write like any other, and names the total', async () => {
  const joined = { ...ORDER, type: 'join', gets: '2', units: 5, side: undefined };
  const { client, asked } = await clientOf([busy(), done(joined), refusal(409, 'sold_out', true)]);
  const order = await client.join('R1', 5);
  expect(order).toMatchObject({ type: 'join', units: 5, gets: points('2'), attempts: 2 });
  for (const one of asked)
    expect(one).toMatchObject({ path: '/v1/rallies/R1/join', body: { units: 5 } });
  expect(new Set(asked.map((one) => one.headers['idempotency-key']))).toEqual(new Set([order.key]));
  const error = await caught(client.join('R1', 6));
  expect(error).toBeInstanceOf(FairgroundRefusal);
  expect(error).toMatchObject({ code: 'sold_out', final: true });
});

test('[K3] [K1] a new market is said in the wire’s own words', async () => {
  const { client, asked } = await clientOf([done({ market: 'CUP', seq: 9 })]);
  expect(await client.markets.create(LMSR)).toMatchObject({ market: 'CUP', seq: 9, attempts: 1 });
  await client.markets.create(RALLY);
  await client.markets.create({
    mechanism: 'curve',
    title: 'A stock',
    fundamental: points('10'),
    slope: 25_000n,
    source: 'acc_2',
    factRules: [{ kind: 'red', add: -points('0.5') }],
  });
  await client.markets.open('CUP');
  const { feeBps: _, ...lmsr } = LMSR;
  expect(asked.map(({ path, body }) => [path, body])).toEqual([
    ['/v1/markets', { ...lmsr, liquidity: '100', fee_bps: 0 }],
    [
      '/v1/markets',
      {
        mechanism: 'rally',
        title: 'Jerseys',
        tiers: [
          { units: 0, price: '100' },
          { units: 3, price: '79.5' },
        ],
        maximum: 10,
        per_person: 4,
        seller: 'acc_1',
        closes_at: '2026-06-11T12:00:00.000Z',
      },
    ],
    [
      '/v1/markets',
      {
        mechanism: 'curve',
        title: 'A stock',
        fundamental: '10',
        slope: '0.025',
        source: 'acc_2',
        fact_rules: [{ kind: 'red', add: '-0.5' }],
      },
    ],
    ['/v1/markets/CUP/open', {}],
  ]);
});
