/** The captured trades through the API, on both stores: each once, late ones marked, candles as in the file. */
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { hasPostgres, Server } from '../../../scripts/postgres.js';
import { ANSWERS } from '../src/api/answers.js';
import { INTERVALS, MICROS } from '../src/ticks/statements.js';
import { formatMicros } from '../src/ticks/tick.js';
import { type Reply, type Stage, stage } from './bench.js';
import { member, until } from './nodes.js';
import { capture, type Captured, hasCapture } from './ticks-bench.js';

const LINES = { 'content-type': 'application/x-ndjson' };
/** How much of the capture comes in at the speed at which it came; with 651 it is all of it. */
const PACED_SECONDS = Number(process.env['FAIRGROUND_CAPTURE_SECONDS'] ?? 2);
const ALL_SECONDS = 651;
const UNIT = 10n ** 18n;
const scaled = (text: string): bigint => {
  const [whole = '', rest = ''] = text.split('.');
  return BigInt(whole) * UNIT + BigInt(rest.padEnd(18, '0'));
};

interface Box {
  opens: number;
  open: bigint;
  high: bigint;
  low: bigint;
  close: bigint;
  volume: bigint;
  ticks: number;
}

/** Straight from the file: within a symbol its order is that of time. */
function boxesOf(ticks: readonly Captured[], symbol: string, micros: number): readonly Box[] {
  const boxes = new Map<number, Box>();
  for (const { symbol: of, time, price, size } of ticks) {
    if (of !== symbol) continue;
    const opens = time - (time % micros);
    const at = scaled(price);
    const box = boxes.get(opens) ?? {
      opens,
      open: at,
      high: at,
      low: at,
      close: at,
      volume: 0n,
      ticks: 0,
    };
    if (at > box.high) box.high = at;
    if (at < box.low) box.low = at;
    box.close = at;
    box.volume += scaled(size);
    box.ticks++;
    boxes.set(opens, box);
  }
  return [...boxes.values()].sort((a, b) => a.opens - b.opens);
}

describe.each([
  { on: 'the embedded database', ready: () => hasCapture() },
  { on: 'PostgreSQL', ready: () => hasPostgres() && hasCapture() },
])('the capture on $on', ({ on, ready }) => {
  if (!ready()) return;
  const all = capture();
  const ticks = all.map(([, tick]) => tick);
  let server: Server | undefined;
  let at: Stage;
  let key: string;
  beforeAll(async () => {
    const env = { FAIRGROUND_READ_MODEL: '1' };
    if (on === 'PostgreSQL') {
      server = await Server.start();
      at = await member(server.url(await server.database()), { env });
    } else at = await stage({ env });
    key = (await at.node.signUp({ handle: 'feed', scopes: ['ingest'] })).key;
    await until(async () => (await at.call('GET', '/v1/ticks/symbols')).status === 200);
  }, 60_000);
  afterAll(async () => {
    await at.node.close();
    await server?.end();
  });

  const send = (some: readonly Captured[]): Promise<Reply> => {
    const body = some.map((tick) => `${JSON.stringify(tick)}\n`).join('');
    return at.must('POST', '/v1/ingest', { key, body, headers: LINES, once: false });
  };
  const sums = (replies: readonly Reply[]): Record<string, number> => {
    const sum: Record<string, number> = { taken: 0, repeated: 0, late: 0, dead: 0 };
    for (const { json } of replies)
      for (const name of Object.keys(sum)) sum[name]! += Number(Reflect.get(json, name));
    return sum;
  };

  test('[I7] [I11] at full speed each is kept once, 19,643 are late, and the candles are the file’s', async () => {
    const replies: Reply[] = [];
    const began = performance.now();
    for (let from = 0; from < ticks.length; from += 10_000)
      replies.push(await send(ticks.slice(from, from + 10_000)));
    const perSecond = Math.round(ticks.length / ((performance.now() - began) / 1_000));
    if (process.env['FAIRGROUND_SAY']) console.log(`${on}: ${perSecond} ticks a second`);
    expect(sums(replies)).toEqual({ taken: 78_638, repeated: 0, late: 19_643, dead: 0 });
    expect(sums([await send(ticks.slice(0, 20_000))])).toMatchObject({
      taken: 0,
      repeated: 20_000,
    });
    for (const symbol of new Set(ticks.map((tick) => tick.symbol))) {
      for (const interval of INTERVALS) {
        const path = `/v1/ticks/candles?symbol=${symbol}&interval=${interval}&from=0&limit=1000`;
        const { items } = (await at.must('GET', path)).json;
        const boxes = boxesOf(ticks, symbol, MICROS[interval]);
        const kept = ANSWERS.tick_candles.parse({ items }).items;
        const shown = kept.map(({ time, open, high, low, close, volume, ticks: count }) => {
          const prices = { open: scaled(open), high: scaled(high), low: scaled(low) };
          return { time, ...prices, close: scaled(close), volume: scaled(volume), ticks: count };
        });
        expect(shown).toEqual(
          boxes.map(({ opens, ...box }) => ({ ...box, time: formatMicros(opens) })),
        );
      }
    }
  }, 180_000);

  test('[I7] a file of them holds every one, in order of time, with its digits', async () => {
    const path = '/v1/ticks?symbol=ETH-USDT&order=asc&format=csv';
    const [head, ...lines] = (await at.must('GET', path)).text.trim().split('\n');
    expect(head).toBe('n,time,source,symbol,price,size,side,id,late');
    const rows = lines.map((line) => line.split(','));
    const eth = ticks.filter(({ symbol }) => symbol === 'ETH-USDT');
    expect(rows.map(([, , , , price, size, side, id]) => [price, size, side, id])).toEqual(
      eth.map(({ price, size, side, id }) => [price, size, side, id]),
    );
    const late = rows.filter(([, , , , , , , , isLate]) => isLate === 'true').length;
    expect(late).toBeGreaterThan(0);
    const ndjson = await at.must('GET', path.replace('csv', 'ndjson'));
    expect(ndjson.text.trim().split('\n')).toHaveLength(eth.length);
  }, 60_000);

  test(
    '[I11] at the speed at which they came they are kept as they come',
    async () => {
      // Request by request as they were received: all of it, or a part of where it is busiest.
      const from = ALL_SECONDS <= PACED_SECONDS ? 0 : 40_000;
      const first = all[from]![0];
      const until = first + PACED_SECONDS * 1_000_000;
      const some = all.slice(from).filter(([received]) => received < until);
      const began = performance.now();
      const sent: Promise<Reply>[] = [];
      for (let i = 0; i < some.length; ) {
        const [received] = some[i]!;
        const group: Captured[] = [];
        for (; i < some.length && some[i]![0] === received; i++)
          group.push({ ...some[i]![1], source: 'again' });
        const wait = (received - first) / 1_000 - (performance.now() - began);
        if (wait > 0) await sleep(wait);
        sent.push(send(group));
      }
      const told = sums(await Promise.all(sent));
      expect(told).toMatchObject({ taken: some.length, repeated: 0, dead: 0 });
      if (from === 0) expect(told).toMatchObject({ taken: 78_638, late: 19_643 });
    },
    60_000 + PACED_SECONDS * 2_000,
  );
});
