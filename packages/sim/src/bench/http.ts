/** `POST /v1/orders` with an API key on one hot market, against the same kind of route that only echoes. */
import { fork } from 'node:child_process';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { whole } from '@fairground/engine';
import { readConfig, startNode } from '@fairground/server';
import { commandIdOf } from '@fairground/journal';
import fastify from 'fastify';
import { opening, HOT } from './exchange.js';
import type { Shot, ShotResult } from './http-load.js';
import { machine, median, type Report, type Row } from './report.js';

const CONNECTIONS = [64, 256] as const;
const SECONDS = 4;
const ROUNDS = 3;

export async function benchHttp(): Promise<Report> {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'fairground-bench-'));
  try {
    const market = await startMarket(dir);
    const echo = await startEcho();
    const rows: Row[] = [];
    for (const connections of CONNECTIONS) {
      rows.push(await compare(connections, market, echo.url));
    }
    await echo.close();
    await market.close();
    const conditions = [
      machine(),
      `one hot cpmm market, one API key, file journal in ${os.tmpdir()}, read model off, rate limits off`,
      `${SECONDS} s a round, median of ${ROUNDS}; load generator (autocannon) in a second process on the same cores`,
      'baseline: a bare Fastify route that parses the same body and sends it back',
    ];
    return { name: 'http', conditions, rows };
  } finally {
    fs.rmSync(dir, { recursive: true, force: true });
  }
}

interface Target {
  readonly url: string;
  readonly key: string;
  readonly close: () => Promise<void>;
}

async function compare(connections: number, market: Target, echoUrl: string): Promise<Row> {
  const reached: ShotResult[] = [];
  const bare: ShotResult[] = [];
  for (let round = 0; round < ROUNDS; round++) {
    const shot = { connections, seconds: SECONDS, market: HOT, run: `${connections}-${round}` };
    bare.push(await shoot({ ...shot, url: echoUrl, key: market.key }));
    reached.push(await shoot({ ...shot, url: market.url, key: market.key }));
  }
  const failed = reached.reduce((sum, { other }) => sum + other, 0);
  const p99 = median(reached.map((result) => result.p99Ms));
  return {
    what: `${connections} connections`,
    rate: median(reached.map(({ rate }) => rate)),
    baseline: 'echo route',
    baselineRate: median(bare.map(({ rate }) => rate)),
    aim: 0.6,
    note: `p99 ${p99} ms, ${failed} not done`,
  };
}

async function startMarket(dir: string): Promise<Target> {
  const config = readConfig({
    FAIRGROUND_DATA: dir,
    PORT: '0',
    FAIRGROUND_LOG: 'silent',
    FAIRGROUND_RATE_PUBLIC: '0',
    FAIRGROUND_RATE_TRADES: '0',
    FAIRGROUND_RATE_ADMIN: '0',
  });
  const node = await startNode(config);
  const { sequencer, clock } = node;
  const { account, key } = await node.signUp({
    handle: 'bench',
    admin: false,
    scopes: ['read', 'trade'],
  });
  let count = 0;
  const grants = Array.from({ length: 7 }, () => ({
    type: 'grant' as const,
    to: account,
    amount: whole(100_000),
    reason: '0'.repeat(64),
  }));
  for (const wish of [...opening(0, 'cpmm'), ...grants]) {
    const id = commandIdOf('system', `setup-${++count}`);
    const validUntil = clock.now() + 60_000;
    const answer = await sequencer.submit({ by: 'system', id, validUntil, wish });
    if (answer.kind !== 'done') throw new Error(`setup: ${wish.type} ${JSON.stringify(answer)}`);
  }
  return { url: node.url, key, close: () => node.close() };
}

async function startEcho(): Promise<Omit<Target, 'key'>> {
  const app = fastify();
  app.post('/v1/orders', (request, reply) => reply.code(201).send(request.body));
  const url = await app.listen({ host: '127.0.0.1', port: 0 });
  return { url, close: () => app.close() };
}

/** Runs the load in another process, so that it does not share our event loop. */
function shoot(shot: Shot): Promise<ShotResult> {
  const file = fileURLToPath(new URL('./http-load.ts', import.meta.url));
  const { url, key, market, run, connections, seconds } = shot;
  const told = [url, key, market, run, `${connections}`, `${seconds}`];
  const child = fork(file, told, { execArgv: ['--import', 'tsx'] });
  return new Promise((resolve, reject) => {
    child.once('message', (result: ShotResult) => resolve(result));
    child.once('exit', (code) =>
      reject(new Error(`the load generator ended with ${String(code)}`)),
    );
  });
}
