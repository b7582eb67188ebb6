import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type ReadonlyMarket, SYSTEM, type Wish } from '@fairground/engine';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EngineExchange, expectTheEnd, type Mishap, offers, play } from './demo.contract.js';
import type { DemoOptions, DemoResult } from './demo.js';
import type { DemoStatus } from './status.js';

let dir = '';
beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'demo-'));
});
afterEach(() => rm(dir, { recursive: true }));

const [football] = offers;
const HOUR_MS = 3_600_000;

const rallyIn = (exchange: EngineExchange, id = football!.market): ReadonlyMarket =>
  exchange.world().markets.get(id)!;

/** Plays at a pace until something is seen, then stops it as Ctrl-C does. */
async function playUntil(
  exchange: EngineExchange,
  seen: (status: DemoStatus) => boolean,
  more: Partial<DemoOptions> = {},
): Promise<DemoResult> {
  const stop = new AbortController();
  const onStatus = (status: DemoStatus): void => {
    if (seen(status)) stop.abort();
  };
  return play(exchange, dir, {
    speed: 1,
    crowdPerSecond: 2,
    signal: stop.signal,
    onStatus,
    ...more,
  });
}

/** Kills the demo before or after the first wish of this kind about the rally. */
const killAt =
  (type: Wish['type'], mishap: Mishap) =>
  (_by: string, wish: Wish): Mishap =>
    wish.type === type && 'market' in wish && wish.market === football!.market ? mishap : 'none';

describe('a rally and its time', { timeout: 30_000 }, () => {
  test('[D34] its end is set when it opens, from the pace of then', async () => {
    for (const speed of [1, 10]) {
      const exchange = new EngineExchange();
      await playUntil(exchange, () => exchange.world().markets.has(football!.market), { speed });
      const { draft, openedAt } = rallyIn(exchange);
      const givenMs = draft.closesAt! - openedAt!;
      expect(Math.abs(givenMs - (football!.days * 60_000) / speed)).toBeLessThan(50);
      await rm(join(dir, 'demo.json'), { force: true });
    }
    const fast = new EngineExchange();
    await play(fast, dir, { crowdPerSecond: 0 });
    const { draft, openedAt } = rallyIn(fast);
    expect(Math.abs(draft.closesAt! - openedAt! - 2_000)).toBeLessThan(50);
  });

  test('[D34] [D19] stopped while it is on, it ends by its own clock, and the demo goes on where it stood', async () => {
    const exchange = new EngineExchange();
    const statuses: DemoStatus[] = [];
    const stopped = await playUntil(exchange, (status) => {
      statuses.push(status);
      return exchange.world().markets.has(football!.market) && rallyIn(exchange).holders.length > 5;
    });
    expect(statuses.at(-1)?.rally).toMatch(/^rally Football 1\d\.\d\d \(\d+ of 60\)$/);
    expect(statuses.at(-1)?.favourite).toMatch(/^champion \D+ \d %$/);
    expect(rallyIn(exchange).state).toBe('open');
    const pledged = rallyIn(exchange).holders.length;
    expect(pledged).toBeGreaterThan(0);
    const later = new EngineExchange(exchange.entries, { asleepMs: HOUR_MS });
    // As a node does, before anybody comes by.
    later.world();
    await later.submit(SYSTEM, 'node', { type: 'pay_out', market: football!.market, first: 1 });
    expect(['settled', 'refunded']).toContain(rallyIn(later).state);
    const resumed = await playUntil(later, () => true);
    expect(resumed.playMs).toBe(Math.floor(stopped.playMs));
    expect(rallyIn(later).holders).toHaveLength(pledged);
    const last = new EngineExchange(later.entries);
    expect((await play(last, dir)).finished).toBe(true);
    expectTheEnd(last);
  });

  test.each(['killed_before', 'killed_after'] as const)(
    '[D34] %s it was opened, and taken up when its time is over, it is drafted anew with a whole one',
    async (mishap) => {
      const exchange = new EngineExchange();
      exchange.mishap = killAt(mishap === 'killed_before' ? 'open' : 'create_market', mishap);
      await expect(play(exchange, dir)).rejects.toThrow('killed');
      expect(rallyIn(exchange).state).toBe('draft');
      const first = rallyIn(exchange).draft.closesAt!;
      const later = new EngineExchange(exchange.entries, { asleepMs: HOUR_MS });
      expect((await play(later, dir)).finished).toBe(true);
      expect(rallyIn(later).draft.closesAt!).toBeGreaterThan(first + HOUR_MS - 1);
      expect(rallyIn(later).holders.length).toBeGreaterThan(0);
      expectTheEnd(later);
    },
  );

  test('[D34] kept waiting by the exchange until its end has passed, it is asked again with another', async () => {
    const exchange = new EngineExchange();
    let busy = 0;
    exchange.mishap = (_by, wish) => {
      const isCreating = wish.type === 'create_market' && wish.market === football!.market;
      if (!isCreating || busy === 150) return 'none';
      busy += 1;
      return 'not_now';
    };
    expect((await play(exchange, dir)).finished).toBe(true);
    expect(busy).toBe(150);
    expectTheEnd(exchange);
  });

  test('[D34] played faster than it was opened, the end of all waits for it, and the crowd goes on', async () => {
    const exchange = new EngineExchange();
    await playUntil(exchange, () => exchange.world().markets.has(football!.market), {
      speed: 0.1,
    });
    const { closesAt } = rallyIn(exchange).draft;
    expect(closesAt! - exchange.now()).toBeGreaterThan(HOUR_MS / 4);
    const later = new EngineExchange(exchange.entries);
    expect((await play(later, dir)).finished).toBe(true);
    expect(rallyIn(later).resolution).toEqual({ units: 60 });
    expectTheEnd(later);
    // Nobody to fill it: the clock alone.
    const alone = new EngineExchange(exchange.entries);
    expect((await play(alone, dir, { crowdPerSecond: 0 })).finished).toBe(true);
    expect(rallyIn(alone).endedAt).toBeGreaterThanOrEqual(closesAt!);
    expectTheEnd(alone);
  });
});
