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
import { FairgroundForked } from './errors.js';

let tiny: TinyServer;
afterEach(() => tiny?.close());

const HEAD = { seq: 7, hash: ORDER.hash, journal: '0'.repeat(32) };
const BUY = { market: 'M1', outcome: 'YES', spend: points('10') };

async function clientOf(script: Script, extra: object = {}) {
  tiny = await tinyServer(script);
  const pauses: number[] = [];
  const alarms: string[] = [];
  const client = createClient({
    url: tiny.url,
    key: 'fg_k',
    platform: hasty(pauses, alarms),
    ...extra,
  });
  return { client, pauses, alarms, asked: tiny.asked };
}

const caught = (call: Promise<unknown>): Promise<unknown> =>
  call.then(
    () => 'nothing',
    (error: unknown) => error,
  );

test('[K13] a read is tried again, and at the end the server is out of reach', async () => {
  const { client, asked } = await clientOf([{ status: 0, cutAfter: '' }, busy(), done(HEAD)]);
  expect(await client.head()).toMatchObject({ seq: 7 });
  expect(asked).toHaveLength(3);
  await tiny.close();
  expect(await caught(client.head())).toMatchObject({ kind: 'not_now', code: 'unreachable' });
});

test('[K14] the newest head goes with every read and never goes back', async () => {
  const { client, asked } = await clientOf([
    done(HEAD, '7.9f2c0a11'),
    done(HEAD, '6.00000000'),
    done(HEAD, '8.11111111'),
  ]);
  await client.head();
  await client.head();
  await client.head();
  await client.head();
  const sent = asked.map((one) => one.headers['fairground-min-seq']);
  expect(sent).toEqual([undefined, '7.9f2c0a11', '7.9f2c0a11', '8.11111111']);
  expect(client.lastHead).toEqual({ seq: 8, hash: '11111111' });
});

test('[K15] another history is said aloud once and stays an error until forgotten', async () => {
  const forked = refusal(409, 'forked', false);
  const { client, alarms } = await clientOf([done(HEAD), forked, done(HEAD, '2.22222222')]);
  await client.head();
  expect(await caught(client.head())).toBeInstanceOf(FairgroundForked);
  expect(await caught(client.head())).toMatchObject({
    kind: 'forked',
    seen: { seq: 7, hash: '9f2c0a11' },
  });
  expect(alarms).toHaveLength(1);
  client.forgetHead();
  await client.head();
  expect(client.lastHead?.seq).toBe(2);
});

test('[K15] a known seq with another hash is a fork, whatever the status', async () => {
  const told: FairgroundForked[] = [];
  const onForked = (error: FairgroundForked) => void told.push(error);
  const { client } = await clientOf([done(HEAD), done(HEAD, '7.00000000')], { onForked });
  await client.head();
  expect(await caught(client.head())).toMatchObject({ kind: 'forked' });
  expect(told).toHaveLength(1);
});

test('[K15] what a write did is told even then', async () => {
  const { client, alarms } = await clientOf([done(HEAD), done(ORDER, '7.00000000'), done(HEAD)]);
  await client.head();
  expect(await client.buy(BUY)).toMatchObject({ id: 'ord_7' });
  expect(alarms).toHaveLength(1);
  expect(await caught(client.head())).toMatchObject({ kind: 'forked' });
});

test('[K16] an answer that is not as promised is a fault that names the field', async () => {
  const { client } = await clientOf([
    done({ ...HEAD, seq: '7' }),
    done({ items: [{ id: 'M1' }] }),
    done({ ...ORDER, pays: 10 }),
    done({ market: 'R1', outcome: 'lost' }),
  ]);
  expect(await caught(client.head())).toMatchObject({
    kind: 'fault',
    message: expect.stringContaining('seq'),
  });
  expect(await caught(client.markets.list())).toMatchObject({
    kind: 'fault',
    message: expect.stringContaining('number'),
  });
  expect(await caught(client.order('ord_7'))).toMatchObject({
    kind: 'fault',
    message: expect.stringContaining('pays'),
  });
  expect(await caught(client.rallyReceipt('R1'))).toMatchObject({
    kind: 'fault',
    message: expect.stringContaining('lost'),
  });
});
