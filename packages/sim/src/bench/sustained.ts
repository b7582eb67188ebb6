/** Minutes of trades and reads mixed, over many markets, with the tables written beside: what a busy evening needs. */
import { fork } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { DATABASE_SETTINGS, startDatabase } from './database.js';
import { type Loaded, startMarkets } from './market-node.js';
import type { KindResult, OpenLoad, OpenLoadResult } from './open-load.js';
import { machine, type Report, type Row, type Size } from './report.js';

const SECONDS: Readonly<Record<Size, number>> = { short: 10, full: 300 };
const MARKETS = Array.from({ length: 200 }, (_, n) => `M${n}`);
const PLAYERS = 200;
const CONNECTIONS = 64;
const PER_SECOND = 2_000;
const AIM = { p99Ms: 50, lagMs: 2_000 } as const;
/** Lines, prepared plans and the optimiser are warm by then. */
const WARM_SECONDS = 5;

export async function benchSustained(size: Size, asked?: number): Promise<Report> {
  const seconds = asked ?? SECONDS[size];
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'fairground-bench-'));
  const server = await startDatabase();
  try {
    const rows = await sustained('file', { FAIRGROUND_DATA: path.join(dir, 'alone') }, seconds);
    if (server) {
      const DATABASE_URL = server.url(await server.database());
      const where = { FAIRGROUND_DATA: path.join(dir, 'node'), DATABASE_URL };
      rows.push(...(await sustained('PostgreSQL', where, seconds)));
    }
    const conditions = [
      machine(),
      `${seconds} s of ${PER_SECOND} trades and ${PER_SECOND} reads a second over ${MARKETS.length} cpmm markets, keys of ${PLAYERS} accounts, journal and tables in PostgreSQL, or in a file and PGlite in ${os.tmpdir()}`,
      server ? DATABASE_SETTINGS : 'no PostgreSQL for this machine was found: its rows are missing',
      'reads: seven of ten one market, else a list of 20 or who I am; one of a hundred is answered by SQL (ledger, board)',
      `open load over ${CONNECTIONS} lines from a second process on the same cores: each request has its time, and its latency counts from then; ${WARM_SECONDS} s before that are not counted`,
    ];
    return { name: 'sustained', conditions, rows };
  } finally {
    await server?.end();
    fs.rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function sustained(
  journal: string,
  where: Readonly<Record<string, string>>,
  seconds: number,
): Promise<Row[]> {
  const market = await startMarkets(where, { markets: MARKETS, players: PLAYERS });
  try {
    await untilFollowing(market);
    const { url, keys } = market;
    const load: OpenLoad = {
      url,
      keys,
      markets: MARKETS,
      seconds,
      tradesPerSecond: PER_SECOND,
      readsPerSecond: PER_SECOND,
      connections: CONNECTIONS,
    };
    await shoot({ ...load, seconds: WARM_SECONDS });
    const result = await shoot(load);
    const { lag, lag_ms } = await tablesOf(market);
    return [
      rowOf(`${journal}: trades, p99`, result.trades, seconds),
      rowOf(`${journal}: reads, p99`, result.reads, seconds),
      rowOf(`${journal}: reads by SQL, p99`, result['table reads'], seconds),
      {
        what: `${journal}: tables behind at the end`,
        ms: lag_ms,
        aimMs: AIM.lagMs,
        note: `${lag} entries`,
      },
    ];
  } finally {
    await market.close();
  }
}

function rowOf(
  what: string,
  { done, failed, p50Ms, p99Ms, maxMs, said }: KindResult,
  seconds: number,
): Row {
  const rate = (done / seconds).toFixed(0);
  const trouble = said === undefined ? '' : `: ${said}`;
  const note = `${rate} /s, ${failed} failed${trouble}, p50 ${p50Ms.toFixed(1)} ms, worst ${maxMs.toFixed(0)} ms`;
  return { what, ms: p99Ms, aimMs: AIM.p99Ms, note };
}

interface Tables {
  readonly state: string;
  readonly lag: number;
  readonly lag_ms: number;
}

async function tablesOf({ url, token }: Loaded): Promise<Tables> {
  const headers = { authorization: `Bearer ${token}` };
  const said: unknown = await (await fetch(`${url}/v1/admin/node`, { headers })).json();
  if (typeof said === 'object' && said !== null && 'tables' in said && isTables(said.tables))
    return said.tables;
  throw new Error('the node says nothing of its tables');
}

const isTables = (said: unknown): said is Tables =>
  typeof said === 'object' && said !== null && 'lag' in said && 'lag_ms' in said && 'state' in said;

async function untilFollowing(market: Loaded): Promise<void> {
  for (;;) {
    const { state, lag } = await tablesOf(market);
    if (state === 'following' && lag === 0) return;
    await new Promise((wait) => setTimeout(wait, 100));
  }
}

function shoot(load: OpenLoad): Promise<OpenLoadResult> {
  const file = fileURLToPath(new URL('./open-load.ts', import.meta.url));
  const child = fork(file, [], { execArgv: ['--import', 'tsx'] });
  child.send(load);
  return new Promise((resolve, reject) => {
    child.once('message', (result: OpenLoadResult) => resolve(result));
    child.once('exit', (code) =>
      reject(new Error(`the load generator ended with ${String(code)}`)),
    );
  });
}
