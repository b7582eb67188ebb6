/** What both stores of ticks promise, and what the log under the embedded one survives. */
import { appendFile, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasPostgres, Server } from '../../../scripts/postgres.js';
import { memoryPglite } from '../src/readmodel/sql-pglite.js';
import type { SqlStore } from '../src/readmodel/sql-store.js';
import { EmbeddedTicks } from '../src/ticks/embedded-store.js';
import { Ingest, type Incoming } from '../src/ticks/ingest.js';
import { TickLog } from '../src/ticks/log.js';
import { PostgresTicks } from '../src/ticks/postgres-store.js';
import { candlesLook, latestLook, ticksLook } from '../src/ticks/questions.js';
import { DAY } from '../src/ticks/statements.js';
import { NeverTaken, type TickStore } from '../src/ticks/store.js';
import type { KeyedTick } from '../src/ticks/tick.js';
import { AT, tablesOn, tick } from './ticks-bench.js';

const onAlarm = (): void => {};
const NOW = AT / 1_000 + 1_000;
const batch = (...ticks: KeyedTick[]) => ({ received: NOW, ticks, letters: [], marks: [] });
const ALL = { from: 0, to: Number.MAX_SAFE_INTEGER, limit: 10_000 } as const;
const askedOf = (symbol: string) => ({ symbol, source: '', order: 'asc', ...ALL }) as const;

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

describe('the log', () => {
  const texts = async (log: TickLog): Promise<string[]> => {
    const found: string[] = [];
    for await (const { text } of log.after(log.first - 1)) found.push(text);
    return found;
  };
  const filled = async (): Promise<string> => {
    const dir = join(await mkdtemp(join(tmpdir(), 'fairground-log-')), 'ticks');
    const log = await TickLog.open(dir, { onAlarm, segmentBytes: 80 });
    for (const text of ['one', 'two', 'three', 'four', 'five', 'six', 'seven', 'eight'])
      await log.append(text);
    await log.close();
    return dir;
  };
  const segments = async (dir: string): Promise<string[]> =>
    (await readdir(dir)).filter((name) => name.endsWith('.log')).sort();

  test('[I6] cut at every byte it holds each whole record, and goes on from there', async () => {
    const dir = await filled();
    const name = join(dir, (await segments(dir)).at(-1) ?? '');
    const whole = await readFile(name);
    for (let bytes = whole.length; bytes >= 0; bytes--) {
      await writeFile(name, whole);
      await truncate(name, bytes);
      const log = await TickLog.open(dir, { onAlarm, segmentBytes: 1_000 });
      const ends = [...whole.subarray(0, bytes)].filter((byte) => byte === 0x0a).length;
      const first = Number(/(\d{16})\.log$/.exec(name)?.[1]);
      expect(log.last).toBe(first - 1 + ends);
      expect(await log.append('next')).toBe(first + ends);
      expect((await texts(log)).at(-1)).toBe('next');
      await log.close();
    }
  });

  test('[I6] rot before a good record is refused, and so is a record that is missing', async () => {
    const dir = await filled();
    const names = await segments(dir);
    expect(names.length).toBeGreaterThan(2);
    const last = join(dir, names.at(-1) ?? '');
    const whole = await readFile(last);
    const rotten = Buffer.from(whole);
    rotten[20] = (rotten[20] ?? 0) ^ 1;
    await writeFile(last, rotten);
    await expect(TickLog.open(dir, { onAlarm })).rejects.toThrow('behind it is good');
    await writeFile(last, whole);
    await rm(join(dir, names[1] ?? ''));
    const log = await TickLog.open(dir, { onAlarm });
    await expect(texts(log)).rejects.toThrow('is missing');
    await log.close();
  });

  test('[I6] tables that are behind, lost or of another log are filled again from it', async () => {
    const dir = join(await mkdtemp(join(tmpdir(), 'fairground-log-')), 'ticks');
    const shown = async (store: TickStore): Promise<unknown> =>
      store.look(
        ticksLook(askedOf('A')),
        latestLook(['A']),
        candlesLook({ ...ALL, symbol: 'A', interval: '1s', isForward: true }),
      );
    let below = await memoryPglite();
    const open = (): EmbeddedTicks => new EmbeddedTicks({ dir, tables: tablesOn(below), onAlarm });
    let store = open();
    for (let n = 0; n < 5; n++) await store.write(batch(tick(n), tick(n + 50), tick(3)));
    const before = await shown(store);
    await store.close();
    // Written to the log, and to no table yet.
    const log = await TickLog.open(dir, { onAlarm });
    await log.append(JSON.stringify({ n: 15, ...batch(tick(70)) }));
    await log.close();
    store = open();
    const [rows = []] = await store.look(ticksLook(askedOf('A')));
    expect(rows.at(-1)?.[7]).toBe('70');
    expect((await store.write(batch(tick(70)))).taken.size).toBe(0);
    const after = await shown(store);
    await store.close();
    await below.close();
    below = await memoryPglite();
    store = open();
    expect(await shown(store)).toEqual(after);
    expect(after).not.toEqual(before);
    await store.close();
    await rm(dir, { recursive: true });
    store = open();
    expect((await store.look(latestLook(['A'])))[0]).toEqual([]);
    expect((await store.write(batch(tick(1)))).taken.size).toBe(1);
    await store.close();
    await below.close();
    await appendFile(join(dir, 'log.id'), 'x');
    await expect(open().look(latestLook(['A']))).rejects.toThrow('not what was written');
  }, 180_000);
});
