/** One market that moves before thousands of sockets: from the trade to what each of them has read. */
import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { commandIdOf } from '@fairground/journal';
import { type Node, readConfig, startNode } from '@fairground/server';
import { WebSocket } from 'ws';
import { DATABASE_SETTINGS, startDatabase } from './database.js';
import { HOT, opening, playerName, tradeOf } from './exchange.js';
import { type Crowd, frameKey, type Heard, machineMs } from './fanout-frames.js';
import { endAll, freeUrl, memberSettings, NO_LIMITS, startNodeProcess } from './node-process.js';
import { machine, percentile, type Report, type Row, type Size } from './report.js';

const SOCKETS: Readonly<Record<Size, number>> = { short: 2_000, full: 9_000 };
const ROUNDS: Readonly<Record<Size, number>> = { short: 8, full: 30 };
/** From one to the next; a trade is two frames: what happened, and the state after it. */
const EVERY_MS = 700;
const SPLIT = 'SPLIT';
const LOOP = 'loop';

const helloTo = (market: string): string =>
  JSON.stringify({ id: 1, cmd: 'subscribe', topics: [`market/${market}`] });

export async function benchFanout(size: Size): Promise<Report> {
  const server = await startDatabase();
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'fairground-bench-'));
  const children: Child[] = [];
  try {
    const database = server?.url(await server.database());
    const shared = database
      ? memberSettings(database, await freeUrl())
      : { PORT: '0', ...NO_LIMITS };
    const data = { FAIRGROUND_DATA: path.join(dir, 'a') };
    const node = await startNode(readConfig({ ...shared, ...data }));
    const market = await Market.open(node);
    const loop = new Child('fanout-bare');
    children.push(loop);
    const loopAt = await loop.hears();
    const watch = async (servers: readonly string[], where: string, hello: string) => {
      const crowd = new Child('fanout-load');
      children.push(crowd);
      const wish: Crowd = { servers, sockets: SOCKETS[size], path: where, hello };
      crowd.tell(wish);
      await crowd.hears();
      return crowd;
    };
    const here = new URL(node.url).host;
    const one = await watch([here], '/v1/stream', helloTo(HOT));
    const bare = await watch([String(loopAt)], '/', helloTo(LOOP));
    const other = database
      ? await startNodeProcess(database, await freeUrl(), path.join(dir, 'b'))
      : undefined;
    const both = other && [here, new URL(other.url).host];
    const two = both && (await watch(both, '/v1/stream', helloTo(SPLIT)));
    const sentAt = new Map<string, number>();
    // In turn, so that a noisy second of the machine hits each of them alike.
    for (let round = 0; round < ROUNDS[size]; round++) {
      await market.trade(HOT);
      await sleep(EVERY_MS);
      const frames = market.frames();
      loop.tell(frames);
      sentAt.set(seqOf(frames[0] ?? ''), Number(await loop.hears()));
      await sleep(EVERY_MS);
      if (!two) continue;
      await market.trade(SPLIT);
      await sleep(EVERY_MS);
    }
    const counted = SOCKETS[size] * ROUNDS[size] * 2;
    const took = async (crowd: Child, from: ReadonlyMap<string, number>) => {
      crowd.tell('end');
      return latenciesOf(await crowd.hearsAll(), from, counted);
    };
    const onOne = await took(one, market.decidedAt);
    const onLoop = await took(bare, sentAt);
    const onTwo = two && (await took(two, market.decidedAt));
    market.close();
    await other?.end('SIGTERM');
    await node.close();
    return reportOf({ size, isShared: database !== undefined, onOne, onLoop, onTwo });
  } finally {
    for (const child of children) child.end();
    await endAll();
    await server?.end();
    fs.rmSync(dir, { recursive: true, force: true, maxRetries: 5 });
  }
}

/** Milliseconds of every frame to every socket of each crowd. */
interface Measured {
  readonly size: Size;
  readonly isShared: boolean;
  readonly onOne: readonly number[];
  readonly onLoop: readonly number[];
  readonly onTwo: readonly number[] | undefined;
}

function reportOf({ size, isShared, onOne, onLoop, onTwo }: Measured): Report {
  const [sockets, rounds] = [SOCKETS[size], ROUNDS[size]];
  const conditions = [
    machine(),
    `a cpmm market for each crowd, ${rounds} trades in each, in turn, one each ${EVERY_MS} ms; two frames a trade to every socket`,
    isShared
      ? DATABASE_SETTINGS
      : 'no PostgreSQL for this machine was found: file journal, one node',
    'from the decision of the trade (its append included) to the last byte of each frame at its socket; the watchers',
    'are processes on the same cores; bare ws loop: a server that sends the same bytes to as many sockets and does',
    'nothing else, from its first send on',
  ];
  const middle = (all: readonly number[]): string => `median ${percentile(all, 0.5).toFixed(0)} ms`;
  const one: Row = {
    what: `${sockets} sockets on one node, p99`,
    ms: percentile(onOne, 0.99),
    baseline: 'bare ws loop',
    baselineMs: percentile(onLoop, 0.99),
    aim: 1.3,
    note: `${middle(onOne)}; of the loop ${middle(onLoop)}`,
  };
  if (!onTwo) return { name: 'fanout', conditions, rows: [one] };
  const two: Row = {
    what: `${sockets} sockets on two nodes, p99`,
    ms: percentile(onTwo, 0.99),
    baseline: 'on one node',
    baselineMs: percentile(onOne, 0.99),
    aim: 1,
    note: middle(onTwo),
  };
  return { name: 'fanout', conditions, rows: [one, two] };
}

/** Trades one by one on a node that leads, and what is told of the hot one. */
class Market {
  /** When each entry was decided, by its seq. */
  readonly decidedAt = new Map<string, number>();
  readonly #node: Node;
  readonly #tape: WebSocket;
  readonly #forget: () => void;
  #frames: string[] = [];
  #count = 0;

  private constructor(node: Node, tape: WebSocket) {
    this.#node = node;
    this.#tape = tape;
    this.#forget = node.sequencer.onFolded(
      ({ seq }) => void this.decidedAt.set(`${seq}`, machineMs()),
    );
    tape.on('message', (data: Buffer) => {
      const text = data.toString('latin1');
      if (frameKey(text) !== undefined) this.#frames.push(text);
    });
  }

  static async open(node: Node): Promise<Market> {
    while (node.sequencer.status !== 'leading') await sleep(50);
    let count = 0;
    const submit = async (wish: Parameters<Node['sequencer']['submit']>[0]['wish']) => {
      const id = commandIdOf('system', `setup-${++count}`);
      const validUntil = node.clock.now() + 60_000;
      const answer = await node.sequencer.submit({ by: 'system', id, validUntil, wish });
      if (answer.kind !== 'done') throw new Error(`setup: ${JSON.stringify(answer)}`);
    };
    for (const wish of opening(1, 'cpmm')) await submit(wish);
    for (const wish of [...opening(0, 'cpmm', SPLIT)].slice(-4)) await submit(wish);
    const tape = new WebSocket(`${node.url.replace('http', 'ws')}/v1/stream`);
    await once(tape, 'open');
    tape.send(helloTo(HOT));
    // The state it starts with is not part of what is sent to all.
    await once(tape, 'message');
    await once(tape, 'message');
    return new Market(node, tape);
  }

  async trade(market: string): Promise<void> {
    const { sequencer, clock } = this.#node;
    const by = playerName(0);
    const id = commandIdOf(by, `fanout-${++this.#count}`);
    const wish = { ...tradeOf(this.#count, 'cpmm'), market };
    const validUntil = clock.now() + 60_000;
    const answer = await sequencer.submit({ by, id, validUntil, wish });
    if (answer.kind !== 'done') throw new Error(`trade: ${JSON.stringify(answer)}`);
  }

  /** What was told since this was asked for last. */
  frames(): readonly string[] {
    return this.#frames.splice(0);
  }

  close(): void {
    this.#tape.terminate();
    this.#forget();
  }
}

/** A process of the benchmark's own; one that ends before it has said what is waited for is a fault. */
class Child {
  readonly #process: ChildProcess;
  readonly #gone: Promise<never>;

  constructor(file: string) {
    const where = fileURLToPath(new URL(`./${file}.ts`, import.meta.url));
    this.#process = fork(where, { execArgv: ['--import', 'tsx'], serialization: 'advanced' });
    this.#gone = once(this.#process, 'exit').then(([code]) => {
      throw new Error(`a process of the benchmark ended with ${String(code)}`);
    });
    // Whoever waits hears of it; at the end nobody does.
    this.#gone.catch(() => undefined);
  }

  tell(message: string | Crowd | readonly string[]): void {
    this.#process.send(message);
  }

  hears(): Promise<unknown> {
    const said = new Promise<unknown>((resolve) => this.#process.once('message', resolve));
    return Promise.race([said, this.#gone]);
  }

  hearsAll(): Promise<readonly Heard[]> {
    const said = new Promise<readonly Heard[]>((resolve) => this.#process.once('message', resolve));
    return Promise.race([said, this.#gone]);
  }

  end(): void {
    this.#process.kill('SIGKILL');
  }
}

const seqOf = (frame: string): string => frameKey(frame)?.split(' ')[1] ?? '';

/** Milliseconds from each frame's origin to each socket; nothing may be missing. */
function latenciesOf(
  heard: readonly Heard[],
  from: ReadonlyMap<string, number>,
  counted: number,
): readonly number[] {
  const took = heard.flatMap(({ key, at }) => {
    const start = from.get(key.split(' ')[1] ?? '');
    return start === undefined ? [] : at.map((ms) => ms - start);
  });
  if (took.length !== counted) throw new Error(`${took.length} frames came, of ${counted}`);
  return took;
}
