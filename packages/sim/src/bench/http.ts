/** `POST /v1/orders` with an API key on one hot market, against the same kind of route that only echoes. */
import { fork } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import fastify from 'fastify';
import { type Database, DATABASE_SETTINGS, startDatabase, StoredFunction } from './database.js';
import { HOT } from './exchange.js';
import type { Shot, ShotResult } from './http-load.js';
import { type Loaded, startMarkets } from './market-node.js';
import { machine, median, type RateRow, type Report, type Row, type Size } from './report.js';

const CONNECTIONS = [64, 256] as const;
const SECONDS: Readonly<Record<Size, number>> = { short: 2, full: 4 };
const ROUNDS = 3;
/** How many ask the stored function at once. */
const CLIENTS = 64;
/** Each with a key of his own. */
const PLAYERS = 64;

export async function benchHttp(size: Size): Promise<Report> {
  const seconds = SECONDS[size];
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'fairground-bench-'));
  const echo = await startEcho();
  const server = await startDatabase();
  try {
    const rows: Row[] = [];
    if (server) rows.push(...(await inDatabase(server, path.join(dir, 'node'), echo.url, seconds)));
    const alone = (name: string) => ({ FAIRGROUND_DATA: path.join(dir, name) });
    rows.push(...(await shootAt('file', alone('alone'), echo.url, seconds)));
    rows.push(...(await withoutTables('file', alone('bare'), echo.url, seconds)));
    const conditions = [
      machine(),
      `one hot cpmm market, API keys of ${PLAYERS} accounts, tables written beside, journal in PostgreSQL or in a file in ${os.tmpdir()}, rate limits off`,
      server ? DATABASE_SETTINGS : 'no PostgreSQL for this machine was found: its rows are missing',
      `${seconds} s a round, median of ${ROUNDS}; load generator (autocannon) in a second process on the same cores`,
      'echo route: a bare Fastify route that parses the same body and sends it back',
      `stored function: the same trade in PL/pgSQL with the pool's row locked, pgbench -c ${CLIENTS} -j 2 on the same server`,
    ];
    return { name: 'http', conditions, rows };
  } finally {
    await echo.close();
    await server?.end();
    fs.rmSync(dir, { recursive: true, force: true });
  }
}

/** Against both baselines. The stored function has the server for itself while it runs. */
async function inDatabase(
  server: Database,
  dir: string,
  echoUrl: string,
  seconds: number,
): Promise<readonly Row[]> {
  const stored = await StoredFunction.make(server);
  const tps: number[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const reached = await stored.shoot(CLIENTS, seconds);
    if (reached !== undefined) tps.push(reached);
  }
  const where = async (name: string): Promise<Where> => {
    const url = server.url(await server.database());
    return { FAIRGROUND_DATA: path.join(dir, name), DATABASE_URL: url };
  };
  const rows = await shootAt('PostgreSQL', await where('tables'), echoUrl, seconds);
  const [first] = rows;
  const stands = { what: `PostgreSQL, ${CLIENTS} connections`, baseline: 'stored function' };
  if (first && 'rate' in first && tps.length > 0) {
    rows.push({ ...stands, rate: first.rate, baselineRate: median(tps), aim: 10 });
  } else {
    process.stderr.write(
      'pgbench is not installed (Debian: postgresql-contrib): its row is missing\n',
    );
  }
  return [...rows, ...(await withoutTables('PostgreSQL', await where('bare'), echoUrl, seconds))];
}

type Where = Readonly<Record<string, string>>;

async function shootAt(
  journal: string,
  where: Where,
  echoUrl: string,
  seconds: number,
): Promise<Row[]> {
  const market = await startMarkets(where, { markets: [HOT], players: PLAYERS });
  const rows: Row[] = [];
  for (const connections of CONNECTIONS) {
    const what = `${journal}, ${connections} connections`;
    rows.push(await compare({ what, connections, seconds }, market, echoUrl));
  }
  await market.close();
  return rows;
}

/** What the tables cost whoever trades. */
async function withoutTables(
  journal: string,
  where: Where,
  echoUrl: string,
  seconds: number,
): Promise<Row[]> {
  const bare = { ...where, FAIRGROUND_READ_MODEL: '0' };
  const market = await startMarkets(bare, { markets: [HOT], players: PLAYERS });
  const [connections] = CONNECTIONS;
  const what = `${journal}, ${connections} connections, no tables`;
  const { aim: _, ...row } = await compare({ what, connections, seconds }, market, echoUrl);
  await market.close();
  return [row];
}

interface Round {
  readonly what: string;
  readonly connections: number;
  readonly seconds: number;
}

async function compare(
  { what, connections, seconds }: Round,
  market: Loaded,
  echoUrl: string,
): Promise<RateRow> {
  const reached: ShotResult[] = [];
  const bare: ShotResult[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const shot = { connections, seconds, market: HOT, run: `${connections}-${round}` };
    bare.push(await shoot({ ...shot, url: echoUrl, keys: market.keys }));
    reached.push(await shoot({ ...shot, url: market.url, keys: market.keys }));
  }
  const failed = reached.reduce((sum, { other }) => sum + other, 0);
  const p99 = median(reached.map((result) => result.p99Ms));
  return {
    what,
    rate: median(reached.map(({ rate }) => rate)),
    baseline: 'echo route',
    baselineRate: median(bare.map(({ rate }) => rate)),
    aim: 0.6,
    note: `p99 ${p99} ms, ${failed} not done`,
  };
}

async function startEcho(): Promise<Omit<Loaded, 'keys' | 'token'>> {
  const app = fastify();
  app.post('/v1/orders', (request, reply) => reply.code(201).send(request.body));
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { url, close: () => app.close() };
}

/** Runs the load in another process, so that it does not share our event loop. */
function shoot(shot: Shot): Promise<ShotResult> {
  const file = fileURLToPath(new URL('./http-load.ts', import.meta.url));
  const { url, keys, market, run, connections, seconds } = shot;
  const told = [url, keys.join(), market, run, `${connections}`, `${seconds}`];
  const child = fork(file, told, { execArgv: ['--import', 'tsx'] });
  return new Promise((resolve, reject) => {
    child.once('message', (result: ShotResult) => resolve(result));
    child.once('exit', (code) =>
      reject(new Error(`the load generator ended with ${String(code)}`)),
    );
  });
}
