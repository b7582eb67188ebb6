/** A node that is killed again and again while the capture comes in: stored is what was sent, and nothing twice. */
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { hasPostgres, Server } from '../../../scripts/postgres.js';
import { parse } from './json.js';
import { freeLease, freeUrl } from './nodes.js';
import { endAll, run, type Running } from './processes.js';
import { capture, type Captured, hasCapture } from './ticks-bench.js';

/** In all: half of them on either store. */
const KILLS = Number(process.env['FAIRGROUND_TICK_KILLS'] ?? 20);
const CHUNK = 400;
const LINES = { 'content-type': 'application/x-ndjson' };

describe.each([
  { on: 'the embedded database', ready: () => hasCapture() },
  { on: 'PostgreSQL', ready: () => hasPostgres() && hasCapture() },
])('killed on $on', ({ on, ready }) => {
  if (!ready()) return;
  let server: Server | undefined;
  let database: string | undefined;
  beforeAll(async () => {
    if (on !== 'PostgreSQL') return;
    server = await Server.start();
    database = await server.database();
  }, 60_000);
  afterEach(endAll);
  afterAll(() => server?.end());

  test('[I16] every tick that was acknowledged is kept, and none twice', async () => {
    const ticks = capture().map(([, tick]) => tick);
    const chunks: Captured[][] = [];
    for (let from = 0; from < ticks.length; from += CHUNK)
      chunks.push(ticks.slice(from, from + CHUNK));
    const dir = await mkdtemp(join(tmpdir(), 'fairground-killed-'));
    const nodeUrl = await freeUrl();
    const start = (): Promise<Running> =>
      run(database && server?.url(database), nodeUrl, { dir, env: { FAIRGROUND_READ_MODEL: '1' } });
    let node = await start();
    const acknowledged = new Set<number>();
    let repeated = 0;
    let tries = 0;
    /** Sends chunk after chunk, three at a time, until the node is gone or all are there. */
    const sendAll = async (): Promise<void> => {
      const open = [...chunks.keys()].filter((n) => !acknowledged.has(n));
      const work = async (): Promise<void> => {
        for (let n = open.shift(); n !== undefined; n = open.shift()) {
          const body = chunks[n]!.map((tick) => JSON.stringify(tick)).join('\n');
          tries++;
          // The token is a new one at every start.
          const headers = { authorization: `Bearer ${node.token}`, ...LINES };
          const reply = await fetch(`${node.url}/v1/ingest`, {
            method: 'POST',
            headers,
            body,
          }).then(
            async (got) => ({ status: got.status, json: parse(await got.text()) }),
            () => undefined,
          );
          if (!reply) return;
          if (reply.status !== 200) {
            expect([429, 503]).toContain(reply.status);
            // Not open yet: the same again.
            open.push(n);
            await sleep(20);
            continue;
          }
          acknowledged.add(n);
          repeated += Number(Reflect.get(reply.json, 'repeated'));
        }
      };
      await Promise.all([work(), work(), work()]);
    };
    let kills = 0;
    while (kills < KILLS / 2 && acknowledged.size < chunks.length) {
      const aim = acknowledged.size + 2 + ((kills * 7) % 11);
      const sending = sendAll();
      while (acknowledged.size < Math.min(aim, chunks.length - 1)) await sleep(1);
      await node.kill('SIGKILL');
      await sending;
      kills++;
      if (server && database !== undefined) await freeLease(server, database);
      node = await start();
    }
    await sendAll();
    expect(kills).toBeGreaterThanOrEqual(KILLS / 2);
    const symbols = new Map<string, string[]>();
    for (const { symbol, id } of ticks)
      (symbols.get(symbol) ?? symbols.set(symbol, []).get(symbol))?.push(id);
    for (const [symbol, ids] of symbols) {
      const path = `/v1/ticks?symbol=${symbol}&order=asc&format=csv`;
      const csv = await (await fetch(`${node.url}${path}`)).text();
      const kept = csv
        .trim()
        .split('\n')
        .slice(1)
        .map((line) => line.split(',')[7] ?? '');
      expect([...kept].sort()).toEqual([...ids].sort());
    }
    if (process.env['FAIRGROUND_SAY'])
      console.log(`${on}: ${kills} kills, ${tries} requests, ${repeated} ticks sent again`);
  }, 600_000);
});
