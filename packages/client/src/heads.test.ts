import { afterEach, expect, test } from 'vitest';
import {
  done,
  hasty,
  ORDER,
  refusal,
  type Script,
  type TinyServer,
  tinyServer,
} from '../test/tiny-server.js';
import { points } from './amounts.js';
import { createClient } from './client.js';
import type { Cursor, HeadStore } from './cursor.js';

let tiny: TinyServer;
afterEach(() => tiny?.close());

const BUY = { market: 'M1', outcome: 'YES', spend: points('10') };
const OLD: Cursor = { seq: 5, hash: '55555555' };
const HEAD = { seq: 7, hash: ORDER.hash, journal: '0'.repeat(32) };
const forked = refusal(409, 'forked', false);

class Drawer implements HeadStore {
  readonly kept: Cursor[] = [];
  readonly load: () => Cursor | undefined;

  constructor(before?: Cursor) {
    this.load = () => before;
  }

  save = (head: Cursor) => void this.kept.push(head);
}

async function clientOf(script: Script, heads: HeadStore) {
  tiny = await tinyServer(script);
  const alarms: string[] = [];
  const client = createClient({ url: tiny.url, heads, platform: hasty([], alarms) });
  const sent = () =>
    tiny.asked.map(({ method, path, headers }) => [
      method,
      path,
      headers['fairground-min-seq'] ?? '',
    ]);
  return { client, alarms, sent };
}

test('[K30] an order waits until the server has shown that it has the head of an earlier life', async () => {
  const drawer = new Drawer(OLD);
  const { client, sent } = await clientOf([done(HEAD), done()], drawer);
  await client.buy(BUY);
  await client.buy(BUY);
  expect(sent()).toEqual([
    ['GET', '/v1/head', '5.55555555'],
    ['POST', '/v1/orders', ''],
    ['POST', '/v1/orders', ''],
  ]);
  expect(drawer.kept).toEqual([{ seq: 7, hash: '9f2c0a11' }]);
});

test('[K30] a history that was rewound and has grown past that head again is noticed', async () => {
  const drawer = new Drawer(OLD);
  const { client, alarms } = await clientOf([forked, done()], drawer);
  // What an order did stays done, and is said; nothing is read as if nothing were.
  expect(await client.buy(BUY)).toMatchObject({ seq: 7 });
  expect(alarms).toEqual([expect.stringContaining('entry 5 had the hash 55555555')]);
  await expect(client.head()).rejects.toMatchObject({ kind: 'forked', seen: OLD });
  expect(drawer.kept).toEqual([]);
  client.forgetHead();
  await client.buy(BUY);
  expect(drawer.kept).toEqual([{ seq: 7, hash: '9f2c0a11' }]);
});

test('[K30] the entry that is gone is named, and of the other history nothing is kept', async () => {
  const drawer = new Drawer();
  const elsewhere = { ...forked, headers: { 'fairground-seq': '9.99999999' } };
  const { client } = await clientOf([done(HEAD), elsewhere], drawer);
  await client.head();
  const seen = { seq: 7, hash: '9f2c0a11' };
  await expect(client.head()).rejects.toMatchObject({ kind: 'forked', seen });
  expect(client.lastHead).toEqual(seen);
  expect(drawer.kept).toEqual([seen]);
});

test('[K30] a read carries it itself; while the server is out of reach nothing is proved', async () => {
  const drawer = new Drawer(OLD);
  const away = { status: 0, cutAfter: '' };
  const { client, sent } = await clientOf([away, done(HEAD), done(HEAD)], drawer);
  await client.head();
  await client.head();
  expect(sent().map(([, , seen]) => seen)).toEqual(['5.55555555', '5.55555555', '7.9f2c0a11']);
});

test('[K30] the feed asks for it too, before its frames take its place', async () => {
  const drawer = new Drawer(OLD);
  const { client, alarms } = await clientOf([forked], drawer);
  const data = {};
  tiny.onSocket = (socket, { cmd }) => {
    if (cmd !== 'subscribe') return;
    for (const message of [
      { type: 'subscribed', seq: '9.99999999' },
      { type: 'state', topic: 'global', seq: 9, hash: '99999999', data },
    ])
      socket.send(JSON.stringify(message));
  };
  await new Promise<void>((seen) => {
    client.live(['global'], () => seen());
  });
  await expect.poll(() => alarms).toEqual([expect.stringContaining('entry 5 had the hash')]);
  expect(drawer.kept).toEqual([]);
});

test('[K31] every newer head is kept, none twice, and a store that fails fails no call', async () => {
  const drawer = new Drawer();
  const { client, alarms } = await clientOf(
    [done(HEAD, '3.33333333'), done(HEAD, '2.22222222'), done(HEAD)],
    drawer,
  );
  for (let n = 0; n < 4; n += 1) await client.head();
  expect(drawer.kept).toEqual([
    { seq: 3, hash: '33333333' },
    { seq: 7, hash: '9f2c0a11' },
  ]);
  expect(alarms).toEqual([]);
  await tiny.close();
  const full: HeadStore = {
    load: () => undefined,
    save() {
      throw new Error('no room');
    },
  };
  const other = await clientOf([done()], full);
  expect(await other.client.buy(BUY)).toMatchObject({ id: 'ord_7' });
  expect(other.alarms).toEqual([expect.stringContaining('no room')]);
});
