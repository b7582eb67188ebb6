/** What both stores of ticks promise, and the queue before them. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasPostgres, Server } from '../../../scripts/postgres.js';
import { memoryPglite } from '../src/readmodel/sql-pglite.js';
import type { SqlStore } from '../src/readmodel/sql-store.js';
import { EmbeddedTicks } from '../src/ticks/embedded-store.js';
import { Ingest, type Incoming } from '../src/ticks/ingest.js';
import { PostgresTicks } from '../src/ticks/postgres-store.js';
import { candlesLook, latestLook, ticksLook } from '../src/ticks/questions.js';
import { DAY } from '../src/ticks/statements.js';
import { NeverTaken, type TickStore } from '../src/ticks/store.js';
import type { KeyedTick } from '../src/ticks/tick.js';
import { ALL, askedOf, AT, batch, NOW, tablesOn, tick } from './ticks-bench.js';

const onAlarm = (): void => {};
describe.each([
  { on: 'the embedded database', skip: () => false },
  { on: 'PostgreSQL', skip: () => !hasPostgres() },
])('ticks on $on', ({ on, skip }) => {
  if (skip()) return;
  let server: Server | undefined;
  let below: SqlStore | undefined;
  let store: TickStore;
  beforeAll(async () => {
    if (on === 'PostgreSQL') {
      server = await Server.start();
      store = new PostgresTicks(server.url(await server.database()), onAlarm);
      return;
    }
    below = await memoryPglite();
    const dir = await mkdtemp(join(tmpdir(), 'fairground-ticks-'));
    store = new EmbeddedTicks({ dir: join(dir, 'ticks'), tables: tablesOn(below), onAlarm });
  }, 60_000);
  afterAll(async () => {
    await store.close();
    await below?.close();
    await server?.end();
  });

  test('[I2] a tick is kept once per source, symbol and id; two at one time are both kept', async () => {
    const same = [tick(1), tick(2, { at: AT + 1_000 })];
    expect((await store.write(batch(...same))).taken.size).toBe(2);
    const again = await store.write(batch(tick(3), ...same, tick(4)));
    expect([...again.taken.keys()]).toEqual([0, 3]);
    const [rows = []] = await store.look(ticksLook(askedOf('A')));
    expect(rows.map(([, , , , , , , id]) => id)).toEqual(['1', '2', '3', '4']);
  });

  test('[I4] late is whatever is before the newest its source has sent, of any symbol', async () => {
    const of = { source: 'late' };
    const { taken } = await store.write(
      batch(
        tick(10, { ...of, symbol: 'L1' }),
        tick(9, { ...of, symbol: 'L2' }),
        tick(10, { ...of, symbol: 'L2', id: 'x' }),
        tick(11, { ...of, symbol: 'L2' }),
        tick(5, { source: 'other', symbol: 'L1' }),
      ),
    );
    expect([...taken.values()].map(({ late }) => late)).toEqual([false, true, false, false, false]);
    const next = await store.write(batch(tick(8, { ...of, symbol: 'L1' })));
    expect(next.taken.get(0)?.late).toBe(true);
  });

  test('[I5] figures keep their digits, and candles fold in what comes late', async () => {
    const price = '123456789012345678.123456789012345678';
    const of = { source: 'c', symbol: 'C' };
    await store.write(batch(tick(500, { ...of, price, size: '0.000000000000000001' })));
    await store.write(
      batch(tick(100, { ...of, price: '7.10' }), tick(900, { ...of, price: '-3' })),
    );
    const [rows = []] = await store.look(ticksLook(askedOf('C')));
    expect(rows.map(([, , , , shown]) => shown)).toEqual(['7.10', price, '-3']);
    const look = { ...ALL, symbol: 'C', interval: '1d', isForward: true } as const;
    const [[day] = []] = await store.look(candlesLook(look));
    expect(day?.slice(1)).toEqual(['7.10', price, '-3', '-3', '4.000000000000000001', '3', '1']);
    const [[latest] = []] = await store.look(latestLook(['C']));
    expect(latest?.[5]).toBe('-3');
  });

  test('[I8] days that are over go whole, with their candles and keys', async () => {
    const of = { source: 'd', symbol: 'D' };
    const old = [tick(1, { ...of, at: AT - 9 * DAY }), tick(2, { ...of, at: AT - 2_000 * DAY })];
    await store.write(batch(...old, tick(3, of)));
    await store.tend(AT, Math.floor(AT / DAY - 1) * DAY);
    const [rows = []] = await store.look(ticksLook(askedOf('D')));
    expect(rows.map(([, , , , , , , id]) => id)).toEqual(['3']);
    const look = { ...ALL, symbol: 'D', interval: '1h', isForward: true } as const;
    expect((await store.look(candlesLook(look)))[0]).toHaveLength(1);
    expect((await store.write(batch(...old))).taken.size).toBe(2);
  });

  test('[I1] what is sent together from many sides is counted without a gap or a tear', async () => {
    const ingest = new Ingest({ store, now: () => NOW, limits: { batchTicks: 50 } });
    const incoming = (n: number): Incoming => ({
      tick: tick(n, { source: 'm', symbol: 'M' }),
      letter: `dl_${n}`,
      payload: '',
    });
    const sent = Array.from({ length: 40 }, (_, job) =>
      ingest.take(
        Array.from({ length: 20 }, (_, i) => incoming((job * 20 + i) % 500)),
        [],
        0,
      ),
    );
    const fates = (await Promise.all(sent)).flat();
    expect(fates).toHaveLength(800);
    expect(fates.filter(({ kind }) => kind === 'taken')).toHaveLength(500);
    expect(ingest.waiting).toEqual({ ticks: 0, bytes: 0 });
    const [rows = []] = await store.look(ticksLook(askedOf('M')));
    expect(rows).toHaveLength(500);
  });
});

describe('a bounded queue', () => {
  const incoming = (n: number): Incoming => ({
    tick: tick(n),
    letter: `dl_${n}`,
    payload: `p${n}`,
  });
  const many = (from: number, count: number): Incoming[] =>
    Array.from({ length: count }, (_, i) => incoming(from + i));

  test('[I3] above its bounds it takes nothing more, and goes on when there is room', async () => {
    let go = (): void => {};
    const wait = new Promise<void>((done) => (go = done));
    const store = {
      write: async ({ ticks }: { ticks: readonly KeyedTick[] }) => {
        await wait;
        return { taken: new Map(ticks.map((_, i) => [i, { n: i, late: false }])), letters: [] };
      },
    };
    const limits = { waitingTicks: 10, waitingBytes: 100 };
    const ingest = new Ingest({ store, now: () => NOW, limits });
    const first = ingest.take(many(0, 8), [], 60);
    expect(() => ingest.reserve(50)).toThrow(
      expect.objectContaining({ code: 'too_many_requests' }),
    );
    expect(() => ingest.take(many(8, 3), [], 0)).toThrow(
      expect.objectContaining({ retryAfterMs: 1_000 }),
    );
    go();
    await first;
    const release = ingest.reserve(100);
    release();
    release();
    expect(ingest.waiting).toEqual({ ticks: 0, bytes: 0 });
    expect(await ingest.take(many(8, 3), [], 0)).toHaveLength(3);
  });

  test('[I1] who was answered together is kept together again, and who comes alone waits for nobody', async () => {
    const sizes: number[] = [];
    const store: Pick<TickStore, 'write'> = {
      write: async ({ ticks }) => {
        sizes.push(ticks.length);
        return { taken: new Map(ticks.map((_, i) => [i, { n: i, late: false }])), letters: [] };
      },
    };
    const ingest = new Ingest({ store, now: () => NOW, limits: { gatherMs: 2_000 } });
    const sender = async (n: number): Promise<void> => {
      await ingest.take([incoming(n)], [], 0);
      await sleep(n * 3);
      await ingest.take([incoming(100 + n)], [], 0);
    };
    await Promise.all(Array.from({ length: 8 }, (_, n) => sender(n)));
    expect(sizes).toEqual([8, 8]);
    const alone = new Ingest({ store, now: () => NOW, limits: { gatherMs: 100_000 } });
    for (let n = 0; n < 3; n++) await alone.take([incoming(n)], [], 0);
    expect(sizes).toEqual([8, 8, 1, 1, 1]);
  });

  test('[I10] what the store will never take becomes a letter alone, and what is away is tried again', async () => {
    let away = 2;
    const kept = new Set<string>();
    const letters: string[] = [];
    const store: Pick<TickStore, 'write'> = {
      write: async (batch) => {
        if (away-- > 0) throw new Error('away');
        if (batch.ticks.some(({ id }) => id === '13')) throw new NeverTaken('no 13');
        for (const { key } of batch.ticks) kept.add(key);
        letters.push(...batch.letters.map(({ payload }) => payload));
        const taken = new Map(batch.ticks.map((_, i) => [i, { n: i, late: false }]));
        return { taken, letters: batch.letters.map(({ id }) => id) };
      },
    };
    const ingest = new Ingest({ store, now: () => NOW, limits: { againMs: 1 } });
    const fates = await ingest.take(many(0, 30), [], 0);
    expect(fates.filter(({ kind }) => kind === 'dead')).toMatchObject([
      { reason: 'failed', letter: 'dl_13' },
    ]);
    expect(kept.size).toBe(29);
    expect(letters).toEqual(['p13']);
    away = 99;
    await expect(ingest.take(many(50, 2), [], 0)).rejects.toThrow('away');
    away = 0;
    expect(await ingest.take(many(50, 2), [], 0)).toHaveLength(2);
  });
});
