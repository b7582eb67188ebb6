import { setImmediate } from 'node:timers/promises';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { openLoad } from './open-load.js';
import { asSent, dueRequests, dueTicks, latencyOf, ticksIn, type Wish } from './traffic.js';

const WISH: Wish = { rate: 100, symbols: 3, seconds: 10, burst: 4, drift: 0, batch: 1, seed: 7 };

const wishes: fc.Arbitrary<Wish> = fc.record({
  rate: fc.integer({ min: 1, max: 60 }),
  symbols: fc.integer({ min: 1, max: 9 }),
  seconds: fc.integer({ min: 1, max: 12 }),
  burst: fc.integer({ min: 1, max: 5 }),
  drift: fc.integer({ min: -1_000, max: 1_000 }),
  batch: fc.integer({ min: 1, max: 50 }),
  seed: fc.nat(),
});

test('[C69] as many ticks as were wished for, in order of time, each once in a request', () => {
  fc.assert(
    fc.property(wishes, (wish) => {
      const ticks = [...dueTicks(wish)];
      expect(ticks).toHaveLength(ticksIn(wish));
      const dues = ticks.map(({ dueMicros }) => dueMicros);
      expect(dues).toEqual([...dues].sort((a, b) => a - b));
      expect(dues.at(-1)).toBeLessThan(wish.seconds * 1_000_000);
      for (const { price } of ticks) expect(Number(price)).toBeGreaterThan(0);
      const requests = [...dueRequests(wish)];
      expect(requests.flatMap((request) => request.ticks)).toEqual(ticks);
      for (const { dueMicros, ticks: some } of requests) {
        expect(some.length).toBeLessThanOrEqual(wish.batch);
        expect(dueMicros).toBe(some.at(-1)?.dueMicros);
      }
      expect([...dueTicks(wish)]).toEqual(ticks);
    }),
    { seed: 11, numRuns: 60 },
  );
});

test('[C69] another seed makes other prices, drift moves them, and every fifth second has its gust', () => {
  const pricesOf = (more: Partial<Wish>) => [...dueTicks({ ...WISH, ...more })];
  expect(pricesOf({ seed: 8 })).not.toEqual(pricesOf({}));
  const last = (drift: number): number => Number(pricesOf({ symbols: 1, drift }).at(-1)?.price);
  expect(last(100) / last(0)).toBeCloseTo(1.1, 1);
  expect(last(-100) / last(0)).toBeCloseTo(0.9, 1);
  const within = (second: number): number =>
    pricesOf({}).filter(({ dueMicros }) => Math.floor(dueMicros / 1_000_000) === second).length;
  expect([3, 4, 5, 9].map(within)).toEqual([100, 400, 100, 400]);
});

test('[C69] in another life the same ticks are others', () => {
  const [tick] = dueTicks(WISH);
  if (!tick) throw new Error('one');
  expect(asSent(tick, 5, 1)).toMatchObject({ time: 5, id: '5-1', source: 'traffic' });
  expect(asSent(tick, 6, 1).id).not.toBe(asSent(tick, 5, 1).id);
});

test('[C70] those who wait behind one slow answer are counted from when they were due', async () => {
  let now = 0;
  const pace = {
    now: () => now,
    async sleep(ms: number): Promise<void> {
      await setImmediate();
      now += ms;
    },
  };
  let count = 0;
  const send = async (): Promise<boolean> => {
    // The hundredth answer takes a second, every other one a millisecond; the last is no answer.
    now += ++count === 100 ? 1_000 : 1;
    return count < 300;
  };
  const requests = Array.from({ length: 300 }, (_, n) => ({ dueMicros: n * 10_000 }));
  const { signal } = new AbortController();
  const load = { requests, send, lines: 1, pace, signal };
  const patient = await openLoad({ ...load, lateMsMax: 30_000 });
  expect(patient.unsent).toBe(0);
  expect(patient.fromDueMs).toHaveLength(299);
  expect(patient.fromSentMs.filter((ms) => ms > 1)).toEqual([1_000]);
  // A second's worth of requests, and what they delayed: nine milliseconds are made good by each.
  expect(patient.fromDueMs.filter((ms) => ms > 1).length).toBeGreaterThan(100);
  expect(latencyOf(patient.fromDueMs)?.p90Ms).toBeGreaterThan(500);
  expect(latencyOf(patient.fromSentMs)?.p99Ms).toBe(1);
  [now, count] = [0, 0];
  const hasty = await openLoad({ ...load, lateMsMax: 500 });
  expect(hasty.unsent).toBeGreaterThan(40);
  expect(Math.max(...hasty.fromDueMs)).toBe(1_000);
});

test('[C70] percentiles are nearest ranks, and nothing has none', () => {
  const ms = Array.from({ length: 1_000 }, (_, n) => n + 1);
  expect(latencyOf(ms)).toEqual({ p50Ms: 500, p90Ms: 900, p99Ms: 990, p999Ms: 999, maxMs: 1_000 });
  expect(latencyOf([2])).toMatchObject({ p50Ms: 2, maxMs: 2 });
  expect(latencyOf([])).toBeUndefined();
});
