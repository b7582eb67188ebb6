/** How long nothing can be written when the leader of three nodes is killed, and when it is told to stop. */
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type Database, DATABASE_SETTINGS, startDatabase } from './database.js';
import { endAll, freeUrl, type NodeProcess, startNodeProcess } from './node-process.js';
import { machine, median, type Report, type Row, type Size } from './report.js';

const ROUNDS: Readonly<Record<Size, number>> = { short: 3, full: 10 };
const NODES = 3;
const CALLERS = 8;
/** Between two tries of one caller. */
const AGAIN_MS = 25;
const QUIET_MS = 1_000;

export async function benchFailover(size: Size): Promise<Report> {
  const server = await startDatabase();
  const conditions = [
    machine(),
    `${NODES} nodes as processes; ${CALLERS} callers at all of them, asking again with the same key every ${AGAIN_MS} ms`,
    'time without writes: from the signal to the first order begun after it and acknowledged, by any node',
  ];
  if (!server) {
    return { name: 'failover', conditions: [...conditions, 'no PostgreSQL was found'], rows: [] };
  }
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'fairground-bench-'));
  try {
    const trial = await Trial.start(server, dir);
    const rows: Row[] = [];
    for (const [signal, what] of [
      ['SIGKILL', 'leader killed'],
      ['SIGTERM', 'leader told to stop'],
    ] as const) {
      const waits: number[] = [];
      for (let round = 0; round < ROUNDS[size]; round++) waits.push(await trial.lose(signal));
      const note = `min ${Math.min(...waits).toFixed(0)}, max ${Math.max(...waits).toFixed(0)} ms of ${waits.length}`;
      const aimMs = signal === 'SIGKILL' ? 8_000 : undefined;
      rows.push({ what: `${what}, median`, ms: median(waits), note, ...(aimMs && { aimMs }) });
    }
    const orders = await trial.end();
    return {
      name: 'failover',
      conditions: [...conditions, DATABASE_SETTINGS, `${orders} orders acknowledged in all`],
      rows,
    };
  } finally {
    await endAll();
    await server.end();
    fs.rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  }
}

class Trial {
  readonly #server: Database;
  readonly #database: string;
  readonly #dir: string;
  readonly #nodes: NodeProcess[] = [];
  #callers: Promise<unknown> = Promise.resolve();
  #isOver = false;
  #started = 0;
  #orders = 0;
  /** When the newest order that was acknowledged was begun. */
  #newestBegun = 0;

  private constructor(server: Database, database: string, dir: string) {
    this.#server = server;
    this.#database = database;
    this.#dir = dir;
  }

  static async start(server: Database, dir: string): Promise<Trial> {
    const trial = new Trial(server, await server.database(), dir);
    for (let n = 0; n < NODES; n++) trial.#nodes.push(await trial.#startNode(await freeUrl()));
    const key = await trial.#open();
    const callers = Array.from({ length: CALLERS }, (_, n) => trial.#call(n, key));
    trial.#callers = Promise.all(callers);
    return trial;
  }

  /** Milliseconds without a write; the node is started again afterwards. */
  async lose(signal: 'SIGKILL' | 'SIGTERM'): Promise<number> {
    await sleep(QUIET_MS);
    const leader = await this.#leader();
    const at = performance.now();
    const ended = leader.end(signal);
    // A caller that was refused for good ends the benchmark, not the wait for him.
    while (this.#newestBegun <= at) await Promise.race([sleep(5), this.#callers]);
    const waited = performance.now() - at;
    await ended;
    this.#nodes[this.#nodes.indexOf(leader)] = await this.#startNode(leader.nodeUrl);
    return waited;
  }

  async end(): Promise<number> {
    this.#isOver = true;
    await this.#callers;
    return this.#orders;
  }

  #startNode(nodeUrl: string): Promise<NodeProcess> {
    const dir = path.join(this.#dir, `node-${++this.#started}`);
    return startNodeProcess(this.#server.url(this.#database), nodeUrl, dir);
  }

  async #leader(): Promise<NodeProcess> {
    for (;;) {
      const [[url] = []] = await this.#server.sql(this.#database, 'select url from lease');
      const leader = this.#nodes.find(({ nodeUrl }) => nodeUrl === url);
      if (leader) return leader;
      await sleep(AGAIN_MS);
    }
  }

  /** A market, and the key of whoever trades on it. */
  async #open(): Promise<string> {
    const [node] = this.#nodes;
    if (!node) throw new Error('no node');
    const must = async (where: string, body: object, key: string): Promise<string> => {
      const reply = await post(node, where, body, key, {
        'idempotency-key': where.replaceAll('/', '-'),
      });
      if (reply.status >= 300) throw new Error(`${where}: ${reply.status} ${reply.text}`);
      return reply.text;
    };
    const made = await must('/v1/admin/users', { handle: 'ana', admin: true }, node.token);
    const key = /"key":"([^"]+)"/.exec(made)?.[1] ?? '';
    await must(
      '/v1/admin/grants',
      { to: 'treasury', amount: '50000', reason: 'a start' },
      node.token,
    );
    const draft = { id: 'M1', title: 'M1', mechanism: 'cpmm', deposit: '1000' };
    await must('/v1/admin/limits', { limits: { trades_per_minute: 1_000_000 } }, node.token);
    await must('/v1/markets', draft, key);
    await must('/v1/markets/M1/open', {}, key);
    return key;
  }

  async #call(name: number, key: string): Promise<void> {
    const body = { market: 'M1', side: 'buy', outcome: 'YES', spend: '0.01' };
    for (let n = 0; !this.#isOver; n++) {
      const begun = performance.now();
      for (let attempt = 1; !this.#isOver; attempt++) {
        const node = this.#nodes[(name + attempt) % NODES];
        const headers = {
          'idempotency-key': `order-${name}-${n}`,
          'fairground-attempt': `${attempt}`,
        };
        const reply = node && (await post(node, '/v1/orders', body, key, headers).catch(cut));
        if (reply?.status === 201) {
          this.#orders++;
          this.#newestBegun = Math.max(this.#newestBegun, begun);
          break;
        }
        if (reply && reply.status < 500 && reply.status !== 429)
          throw new Error(`an order: ${reply.text}`);
        await sleep(AGAIN_MS);
      }
    }
  }
}

/** A node that is gone or hangs says nothing: the next one is asked. */
const cut = (): undefined => undefined;

async function post(
  { url }: NodeProcess,
  where: string,
  body: object,
  key: string,
  headers: Readonly<Record<string, string>>,
): Promise<{ readonly status: number; readonly text: string }> {
  const reply = await fetch(`${url}${where}`, {
    method: 'POST',
    headers: { ...headers, authorization: `Bearer ${key}`, 'content-type': 'application/json' },
    body: JSON.stringify(body),
    signal: AbortSignal.timeout(7_000),
  });
  return { status: reply.status, text: await reply.text() };
}
