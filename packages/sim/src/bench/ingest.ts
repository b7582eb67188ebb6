/** `POST /v1/ingest`, single ticks and lines of many, against an echo and against COPY of the same rows. */
import { fork } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { readConfig, startNode } from '@fairground/server';
import fastify from 'fastify';
import { type Database, DATABASE_SETTINGS, startDatabase } from './database.js';
import { type IngestResult, type IngestShot, tickOf } from './ingest-rows.js';
import { NO_LIMITS } from './node-process.js';
import { machine, median, type RateRow, type Report, type Row, type Size } from './report.js';

const SECONDS: Readonly<Record<Size, number>> = { short: 2, full: 4 };
const TICKS: Readonly<Record<Size, number>> = { short: 20_000, full: 80_000 };
const ROUNDS = 3;
const CONNECTIONS = 64;
const BATCH = 4_000;
const UNDER_WAY = 2;

export async function benchIngest(size: Size): Promise<Report> {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'fairground-bench-'));
  const echo = fastify();
  echo.post('/echo', (request, reply) => reply.send(request.body));
  const echoUrl = await echo.listen({ host: '127.0.0.1', port: 0 });
  const server = await startDatabase();
  const loader = new Loader();
  try {
    const copied = server ? await copyRates(server, TICKS[size]) : [];
    const bare = { loader, echoUrl, copied, size };
    const rows: Row[] = [];
    if (server) {
      const url = server.url(await server.database());
      const where = { FAIRGROUND_DATA: path.join(dir, 'node'), DATABASE_URL: url };
      rows.push(...(await measure('PostgreSQL', where, () => bytesIn(server.data), bare)));
    }
    const data = path.join(dir, 'alone');
    const where = { FAIRGROUND_DATA: data };
    rows.push(...(await measure('embedded', where, () => bytesIn(data), bare)));
    const conditions = [
      machine(),
      `single ticks: ${CONNECTIONS} connections, ${SECONDS[size]} s a round (autocannon); lines: ${TICKS[size]} ticks, ${BATCH} in a body, ${UNDER_WAY} under way; median of ${ROUNDS}`,
      'the load comes from a second process on the same cores; each tick has an id, and is kept with its candles and its key',
      server
        ? DATABASE_SETTINGS
        : 'no PostgreSQL for this machine was found: its rows are missing, and COPY with them',
      'COPY: the same rows from a file that the server reads by itself, into a table with the columns and indexes of ticks, without keys and candles',
      'CPU: of the node and its threads, PostgreSQL’s own not counted; bytes: what the directory of the database grew by, write-ahead log included, over all rounds',
    ];
    return { name: 'ingest', conditions, rows };
  } finally {
    loader.end();
    await echo.close();
    await server?.end();
    fs.rmSync(dir, { recursive: true, force: true });
  }
}

/** Rows a second, of each round. */
async function copyRates(server: Database, ticks: number): Promise<readonly number[]> {
  const database = await server.database();
  const file = path.join(server.dir, 'ticks.csv');
  const lines = Array.from({ length: ticks }, (_, n) => {
    const { time, source, symbol, price, size, side, id } = tickOf('copy', n);
    return `${[n, time, source, symbol, price, size, side, id, false, time].join()}\n`;
  });
  fs.writeFileSync(file, lines.join(''), { mode: 0o644 });
  const rates: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    await server.sql(
      database,
      'drop table if exists like_ticks',
      `create table like_ticks (n bigint, at bigint, source text, symbol text, price numeric, size numeric, side text,
        id text, late boolean, received bigint)`,
      'create index on like_ticks (symbol, at, n)',
      'create index on like_ticks (symbol, n)',
    );
    const begun = performance.now();
    await server.sql(database, `copy like_ticks from '${file}' with (format csv)`);
    rates.push((ticks * 1_000) / (performance.now() - begun));
  }
  return rates;
}

interface Bare {
  readonly loader: Loader;
  readonly echoUrl: string;
  readonly copied: readonly number[];
  readonly size: Size;
}

async function measure(
  home: string,
  where: Readonly<Record<string, string>>,
  bytes: () => number,
  { loader, echoUrl, copied, size }: Bare,
): Promise<readonly Row[]> {
  const config = readConfig({ ...where, PORT: '0', FAIRGROUND_LOG: 'silent', ...NO_LIMITS });
  const node = await startNode(config);
  try {
    const { key } = await node.signUp({ handle: 'feed', admin: false, scopes: ['ingest'] });
    await opened(node.url);
    const seconds = SECONDS[size];
    const posts = { key, connections: CONNECTIONS, seconds };
    const singles: IngestResult[] = [];
    const echoed: number[] = [];
    for (let round = 0; round < ROUNDS; round++) {
      const run = `single${round}`;
      echoed.push((await loader.shoot({ ...posts, run, url: echoUrl, path: '/echo' })).rate);
      singles.push(await loader.shoot({ ...posts, run, url: node.url, path: '/v1/ingest' }));
    }
    const before = { bytes: bytes(), cpu: process.cpuUsage() };
    const many: IngestResult[] = [];
    const lines = { key, connections: UNDER_WAY, ticks: TICKS[size], batch: BATCH };
    for (let round = 0; round < ROUNDS; round++)
      many.push(
        await loader.shoot({ ...lines, run: `lines${round}`, url: node.url, path: '/v1/ingest' }),
      );
    const { user, system } = process.cpuUsage(before.cpu);
    const all = TICKS[size] * ROUNDS;
    const each = `${Math.round((bytes() - before.bytes) / all)} bytes and ${((user + system) / all).toFixed(0)} µs CPU a tick`;
    const rows: RateRow[] = [
      rowOf(`${home}, single posts`, singles, { baseline: 'echo route', rates: echoed }),
    ];
    if (copied.length > 0) {
      const row = rowOf(`${home}, lines`, many, { baseline: 'COPY', rates: copied });
      rows.push({ ...row, note: `${each}, ${row.note ?? ''}` });
    } else
      process.stderr.write(`${home}, lines: ${median(many.map(({ rate }) => rate))} /s, ${each}\n`);
    return rows;
  } finally {
    await node.close();
  }
}

function rowOf(
  what: string,
  reached: readonly IngestResult[],
  { baseline, rates }: { baseline: string; rates: readonly number[] },
): RateRow {
  const p99 = median(reached.map(({ p99Ms }) => p99Ms));
  const failed = reached.reduce((sum, { other }) => sum + other, 0);
  return {
    what,
    rate: median(reached.map(({ rate }) => rate)),
    baseline,
    baselineRate: median(rates),
    aim: 0.5,
    note: `p99 ${p99} ms, ${failed} not taken`,
  };
}

/** The tables of a node open after it serves. */
async function opened(url: string): Promise<void> {
  for (let n = 0; n < 600; n++) {
    if ((await fetch(`${url}/v1/ticks/symbols`)).status === 200) return;
    await sleep(100);
  }
  throw new Error('the tables of ticks did not open');
}

function bytesIn(dir: string): number {
  let sum = 0;
  for (const entry of fs.readdirSync(dir, { recursive: true, withFileTypes: true })) {
    if (!entry.isFile()) continue;
    sum +=
      fs.statSync(path.join(entry.parentPath, entry.name), { throwIfNoEntry: false })?.size ?? 0;
  }
  return sum;
}

/** In another process, so that it does not share our event loop. */
class Loader {
  readonly #child = fork(fileURLToPath(new URL('./ingest-load.ts', import.meta.url)), [], {
    execArgv: ['--import', 'tsx'],
  });

  async shoot(shot: IngestShot): Promise<IngestResult> {
    this.#child.send(shot);
    return new Promise((resolve, reject) => {
      const gone = (code: number | null): void =>
        reject(new Error(`the load generator ended with ${String(code)}`));
      this.#child.once('exit', gone);
      this.#child.once('message', (result: IngestResult) => {
        this.#child.off('exit', gone);
        resolve(result);
      });
    });
  }

  end(): void {
    this.#child.kill();
  }
}
