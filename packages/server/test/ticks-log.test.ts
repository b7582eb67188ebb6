/** The log under the embedded store of ticks: what it survives, and how the tables follow from it. */
import { appendFile, mkdtemp, readdir, readFile, rm, truncate, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { memoryPglite } from '../src/readmodel/sql-pglite.js';
import { EmbeddedTicks } from '../src/ticks/embedded-store.js';
import { TickLog } from '../src/ticks/log.js';
import { candlesLook, latestLook, ticksLook } from '../src/ticks/questions.js';
import { DAY } from '../src/ticks/statements.js';
import type { TickStore } from '../src/ticks/store.js';
import { ALL, askedOf, AT, batch, tablesOn, tick } from './ticks-bench.js';

const onAlarm = (): void => {};

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

  test('[I8] what is over is dropped by whole segments, and numbers go on all the same', async () => {
    const dir = join(await mkdtemp(join(tmpdir(), 'fairground-log-')), 'ticks');
    let below = await memoryPglite();
    const open = (): EmbeddedTicks =>
      new EmbeddedTicks({ dir, tables: tablesOn(below), onAlarm, segmentBytes: 1_000 });
    let store = open();
    const day = (n: number) => ({ at: AT + n * DAY, symbol: 'O' });
    for (let n = 0; n < 12; n++)
      await store.write({ ...batch(tick(n, day(n))), received: (AT + n * DAY) / 1_000 });
    const before = await segments(dir);
    await store.tend(AT + 12 * DAY, (Math.floor(AT / DAY) + 8) * DAY);
    const after = await segments(dir);
    expect(after.length).toBeLessThan(before.length);
    expect(before.slice(-after.length)).toEqual(after);
    await store.close();
    await below.close();
    below = await memoryPglite();
    store = open();
    const { taken } = await store.write(batch(tick(20, day(12))));
    expect(taken.get(0)?.n).toBe(13);
    const [rows = []] = await store.look(ticksLook({ ...askedOf('O'), from: AT + 8 * DAY }));
    expect(rows.map(([n]) => n)).toEqual(['9', '10', '11', '12', '13']);
    await store.close();
    await below.close();
  }, 180_000);

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
