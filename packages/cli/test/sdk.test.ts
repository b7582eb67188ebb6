import { join } from 'node:path';
import {
  type Client,
  createClient,
  Fields,
  type Frame,
  type Notice,
  points,
  readRallyState,
} from '@fairground/client';
import { type Node, readConfig, startNode } from '@fairground/server';
import { afterAll, afterEach, describe, expect, test, vi } from 'vitest';
import { WebSocket } from 'ws';
import { cleanUp, folder } from './cli.js';

let node: Node | undefined;
afterEach(async () => {
  await node?.close();
  node = undefined;
});
afterAll(cleanUp);

async function open(data: string, port = '0'): Promise<Node> {
  node = await startNode(
    readConfig({ FAIRGROUND_DATA: data, PORT: port, FAIRGROUND_LOG: 'silent' }),
  );
  return node;
}

async function admin(url: string, key: string, path: string, body: object): Promise<void> {
  const headers = {
    authorization: `Bearer ${key}`,
    'content-type': 'application/json',
    'idempotency-key': path.replaceAll('/', '-'),
  };
  const response = await fetch(`${url}${path}`, {
    method: 'POST',
    headers,
    body: JSON.stringify(body),
  });
  expect(response.status, await response.text()).toBeLessThan(300);
}

/** A node with one open market, and a client of somebody who plays. */
async function fair(
  data: string,
): Promise<{ client: Client; url: string; key: string; alarms: string[] }> {
  const { url, signUp } = await open(data);
  const boss = await signUp({ handle: 'boss', admin: true });
  const { key } = await signUp({ handle: 'ana' });
  const market = {
    id: 'M1',
    title: 'Will it rain?',
    mechanism: 'cpmm',
    deposit: '100',
    sponsor: boss.account,
  };
  await admin(url, boss.key, '/v1/markets', market);
  await admin(url, boss.key, '/v1/markets/M1/open', {});
  const alarms: string[] = [];
  const client = createClient({
    url,
    key,
    webSocket: WebSocket,
    platform: { alarm: (text) => void alarms.push(text) },
  });
  return { client, url, key, alarms };
}

const soon = (check: () => void) => vi.waitFor(check, { timeout: 15_000, interval: 20 });

describe('the SDK and a real node', { timeout: 60_000 }, () => {
  test('[C22] every call is understood on both sides', async () => {
    const { client, alarms } = await fair(join(folder(), 'data'));
    const quote = await client.quote({
      market: 'M1',
      side: 'buy',
      outcome: 'YES',
      spend: points('10'),
    });
    const order = await client.buy({
      market: 'M1',
      outcome: 'YES',
      spend: points('10'),
      getsMin: quote.getsMin,
    });
    expect(order).toMatchObject({
      pays: quote.pays,
      gets: quote.gets,
      replayed: false,
      attempts: 1,
    });
    const again = { market: 'M1', outcome: 'YES', spend: points('10'), getsMin: quote.getsMin };
    expect(await client.buy(again, { key: order.key, attemptsBefore: 1 })).toMatchObject({
      id: order.id,
      replayed: true,
    });
    const asked = { market: 'M1', side: 'buy', outcome: 'NO', shares: points('2') } as const;
    const { paysMax } = await client.quote(asked);
    await client.buy({ market: 'M1', outcome: 'NO', shares: points('2'), paysMax });
    expect(await client.mint('M1', points('3'))).toMatchObject({ type: 'mint', pays: points('3') });
    expect(await client.merge('M1', points('1'))).toMatchObject({
      type: 'merge',
      gets: points('1'),
    });
    const sold = await client.sell({
      market: 'M1',
      outcome: 'YES',
      shares: points('4'),
      getsMin: 0n,
    });
    expect(await client.order(sold.id)).toMatchObject({ id: sold.id, side: 'sell' });
    expect((await client.markets.trades('M1', { limit: 2 })).items[0]?.id).toBe(sold.id);
    expect(await client.markets.get('M1')).toMatchObject({
      title: 'Will it rain?',
      status: 'open',
      text: { rules: '' },
    });
    expect((await client.markets.list({ search: 'RAIN', sort: 'volume' })).items).toHaveLength(1);
    expect(await client.me()).toMatchObject({ handle: 'ana', frozen: false });
    expect((await client.positions())[0]).toMatchObject({ market: 'M1', title: 'Will it rain?' });
    expect((await client.facts()).items).toEqual([]);
    expect(await client.receipt(order.key)).toMatchObject({
      state: 'done',
      entry: { seq: order.seq },
    });
    expect(await client.receipt('never')).toMatchObject({ state: 'not_seen' });
    const head = await client.head();
    const lines: string[] = [];
    for await (const line of client.journal({ from: 2 })) lines.push(line);
    expect(lines).toHaveLength(head.seq - 1);
    expect(lines.at(-1)).toContain(head.hash);
    await expect(client.buy({ ...again, getsMin: points('99') })).rejects.toMatchObject({
      code: 'price_moved',
      final: true,
    });
    // The rules are not a player's to raise; rules.test.ts lets an operator do it.
    await expect(client.adoptRules()).rejects.toMatchObject({ code: 'scope_missing' });
    await expect(client.markets.get('M9')).rejects.toMatchObject({
      code: 'market_unknown',
      final: false,
    });
    expect(alarms).toEqual([]);
  });

  test('[C22] markets of many outcomes and rallies, from their draft to their receipt', async () => {
    const { url, signUp } = await open(join(folder(), 'data'));
    const boss = await signUp({ handle: 'boss', admin: true });
    const ana = await signUp({ handle: 'ana' });
    const by = (key: string): Client => createClient({ url, key, webSocket: WebSocket });
    const [admin, player] = [by(boss.key), by(ana.key)];
    const outcomes = ['ARG', 'BRA', 'FRA'];
    const cup = await admin.markets.create({
      mechanism: 'lmsr',
      title: 'Champions',
      outcomes,
      liquidity: points('100'),
      sponsor: boss.account,
    });
    await admin.markets.open(cup.market);
    const asked = { market: cup.market, side: 'buy', outcome: 'BRA', spend: points('20') } as const;
    const { getsMin, gets } = await player.quote(asked);
    expect(
      await player.buy({ market: cup.market, outcome: 'BRA', spend: points('20'), getsMin }),
    ).toMatchObject({ outcome: 'BRA', gets });
    const shown = await player.markets.get(cup.market);
    expect(shown.outcomes.map(({ outcome }) => outcome)).toEqual(outcomes);
    expect(shown.outcomes.reduce((sum, { price }) => sum + price, 0n)).toBe(points('1'));
    const rally = await admin.markets.create({
      mechanism: 'rally',
      id: 'R1',
      title: 'Jerseys',
      tiers: [
        { units: 0, price: points('100') },
        { units: 3, price: points('80') },
      ],
      maximum: 4,
      seller: boss.account,
      closesAt: Date.parse('2100-01-01T00:00:00Z'),
    });
    expect(rally.market).toBe('R1');
    await admin.markets.open('R1');
    const frames: Frame[] = [];
    const live = player.live(['rally/R1'], (frame) => frames.push(frame));
    await soon(() => expect(frames).toHaveLength(1));
    const joined = await player.join('R1', 3);
    expect(joined).toMatchObject({ type: 'join', units: 3, pays: points('240'), replayed: false });
    expect(await player.join('R1', 3)).toMatchObject({ id: joined.id, replayed: true });
    expect(await player.markets.get('R1')).toMatchObject({
      price: points('80'),
      rally: { units: 3, maximum: 4, perPerson: 4, next: undefined },
    });
    await expect(player.rallyReceipt('R1')).rejects.toMatchObject({ code: 'not_over' });
    await expect(player.join('R1', 2)).rejects.toMatchObject({
      code: 'pledge_is_binding',
      final: true,
    });
    await player.join('R1', 4);
    expect(await player.rallyReceipt('R1')).toMatchObject({
      outcome: 'sold',
      price: points('80'),
      sellerGets: points('312'),
      members: [{ account: ana.account, units: 4, pays: points('320'), back: 0n }],
      cursor: undefined,
    });
    await soon(() => {
      const last = frames.filter(({ type }) => type === 'state').at(-1);
      expect(readRallyState(new Fields(last?.data, 'rally'))).toMatchObject({
        status: 'settled',
        units: 4,
        members: 1,
      });
    });
    live.close();
  });

  test('[C22] a feed lives through a restart, misses nothing, and says so when history is another one', async () => {
    const data = join(folder(), 'data');
    const { client, url, key, alarms } = await fair(data);
    const frames: Frame[] = [];
    const notices: Notice[] = [];
    const live = client.live(['market/M1', 'me', 'global'], (frame) => frames.push(frame), {
      onNotice: (one) => notices.push(one),
    });
    await soon(() => expect(new Set(frames.map(({ topic }) => topic)).size).toBe(3));
    const trades = () =>
      frames
        .filter(({ type, topic }) => type === 'event' && topic === 'market/M1')
        .map(({ seq }) => seq);
    const buy = () => client.buy({ market: 'M1', outcome: 'YES', spend: points('1') });
    const seqs = [(await buy()).seq, (await buy()).seq];
    await soon(() => expect(trades()).toEqual(seqs));
    await node?.close();
    await open(data, new URL(url).port);
    seqs.push((await buy()).seq);
    await soon(() => expect(trades()).toEqual(seqs));
    expect(notices.map(({ type }) => type)).not.toContain('gap');
    expect(alarms).toEqual([]);
    const cursor = live.cursor;
    live.close();
    await node?.close();
    const other = await open(join(folder(), 'data'), new URL(url).port);
    for (let n = 0; n < 12; n += 1) await other.signUp({ handle: `stranger${n}` });
    const told: string[] = [];
    const stranger = createClient({
      url,
      webSocket: WebSocket,
      platform: { alarm: (text) => void alarms.push(text) },
    });
    const second = stranger.live(['global'], () => undefined, {
      after: cursor,
      onNotice: ({ type }) => told.push(type),
    });
    await soon(() => expect(told).toEqual(['live', 'forked', 'start_over']));
    expect(alarms).toHaveLength(1);
    await expect(stranger.head()).rejects.toMatchObject({ kind: 'forked' });
    await expect(createClient({ url, key }).me()).rejects.toMatchObject({ code: 'key_unknown' });
    second.close();
  });
});
