/** Thousands of watchers on two nodes of one database, cut, sent away and coming back, while people trade. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasPostgres, Server } from '../../../scripts/postgres.js';
import { buy, freshKey } from './bench.js';
import { type Json, parse } from './json.js';
import { type Crowd, LightWatch } from './light-watch.js';
import { freeUrl, until } from './nodes.js';
import { endAll, run, type Running } from './processes.js';

/** More by hand, where a machine has sockets for them. */
const WATCHERS = Number(process.env['FAIRGROUND_WATCHERS'] ?? 2_000);
const STORM = Number(process.env['FAIRGROUND_STORM'] ?? 500);
const OPENING_MAX = 100;
const MARKETS = ['A', 'B', 'C', 'D'];

describe.runIf(hasPostgres())('watchers of two nodes', () => {
  let server: Server;
  const watchers: LightWatch[] = [];
  beforeAll(async () => {
    server = await Server.start();
  });
  afterAll(async () => {
    for (const watcher of watchers) watcher.end();
    await endAll();
    await server.end();
  });

  const post = async (url: string, path: string, key: string, body: object): Promise<Json> => {
    const answer = await fetch(`${url}${path}`, {
      method: 'POST',
      headers: {
        authorization: `Bearer ${key}`,
        'content-type': 'application/json',
        'idempotency-key': freshKey(),
      },
      body: JSON.stringify(body),
    });
    const text = await answer.text();
    if (!answer.ok) throw new Error(`${path}: ${answer.status} ${text}`);
    return parse(text);
  };

  const openMarkets = async ({ url, token }: Running): Promise<string> => {
    const { key } = await post(url, '/v1/admin/users', token, { handle: 'ana', admin: true });
    const grant = { to: 'treasury', amount: '50000', reason: 'a start' };
    await post(url, '/v1/admin/grants', token, grant);
    const limits = { trades_per_minute: 1_000_000 };
    await post(url, '/v1/admin/limits', key, { limits });
    for (const id of MARKETS) {
      const body = { id, title: `Market ${id}`, mechanism: 'cpmm', deposit: '1000' };
      await post(url, '/v1/markets', key, body);
      await post(url, `/v1/markets/${id}/open`, key, {});
    }
    return key;
  };

  test('[W26][W27] none misses an event, hears one twice or sees an older state, and all see the same bytes', async () => {
    const database = server.url(await server.database());
    const one = await run(database, await freeUrl());
    let two: Running | undefined = await run(database, await freeUrl());
    const key = await openMarkets(one);
    let dice = 7;
    const random = (): number => (dice = (dice * 48_271) % 2_147_483_647) / 2_147_483_647;
    const urls = (): readonly string[] => (two ? [one.url, two.url] : [one.url]);
    const count = { frames: 0, reconnects: 0, startOvers: 0 };
    const crowd: Crowd = { urls, random, told: new Map(), wrong: [], count };
    for (let n = 0; n < WATCHERS; n++) {
      const market = `market/${MARKETS[n % MARKETS.length]}`;
      const topics = n % 20 < 2 ? [market, 'global'] : [market];
      watchers.push(new LightWatch(crowd, n % 2 ? 'stream' : 'socket', topics));
      if (n % OPENING_MAX === OPENING_MAX - 1)
        await Promise.all(watchers.slice(-OPENING_MAX).map(({ ready }) => ready));
    }
    let trades = 0;
    const trade = async (): Promise<void> => {
      const url = urls()[Math.floor(random() * urls().length)]!;
      const market = MARKETS[Math.floor(random() * MARKETS.length)]!;
      // A node that is told to stop refuses, or is gone.
      const done = await post(url, '/v1/orders', key, buy(market, '0.1')).catch(() => undefined);
      if (done) trades++;
    };
    const tradeFor = async (ms: number): Promise<void> => {
      const end = performance.now() + ms;
      while (performance.now() < end) {
        await trade();
        for (const watcher of watchers) if (random() < 0.002) watcher.cut();
        await sleep(60);
      }
    };
    const allSee = async (): Promise<void> => {
      const last = new Map<string, number>();
      for (const id of MARKETS) {
        const text = await (await fetch(`${one.url}/v1/markets/${id}?fresh=1`)).text();
        last.set(`market/${id}`, parse(text).seq);
      }
      await until(() =>
        watchers.every((of) => of.seqOf(of.topics[0]!) === last.get(of.topics[0]!)),
      );
    };
    await tradeFor(3_000);
    const old = two;
    two = undefined;
    await Promise.all([old.kill('SIGTERM'), tradeFor(1_500)]);
    const restarted = run(database, await freeUrl()).then((made) => (two = made));
    await tradeFor(3_000);
    await restarted;
    await tradeFor(2_000);
    await allSee();
    expect(crowd.wrong).toEqual([]);
    expect(trades).toBeGreaterThan(20);
    expect(count.reconnects).toBeGreaterThan(WATCHERS / 4);
    // All at once, and while they are away something happens.
    await until(() => watchers.every(({ isThere }) => isThere));
    const before = count.reconnects;
    for (const watcher of watchers.slice(0, STORM)) watcher.cut();
    for (let n = 0; n < 10; n++) await trade();
    await allSee();
    expect(count.reconnects - before).toBeGreaterThanOrEqual(STORM);
    expect(crowd.wrong).toEqual([]);
  }, 120_000);
});
