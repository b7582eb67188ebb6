/** A whole node in a temporary directory, and hands to use it with. */
import { mkdtemp, readFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { hashZero, type Wish } from '@fairground/engine';
import { commandIdOf, type MemoryJournal, MemoryStore } from '@fairground/journal';
import WebSocket from 'ws';
import { layTables } from '../../../scripts/tables.js';
import { type Json, parse } from './json.js';
import { type Node, type NodeParts, readConfig, startNode, TOKEN_FILE } from '../src/index.js';

export const NO_LIMITS = {
  FAIRGROUND_RATE_PUBLIC: '0',
  FAIRGROUND_RATE_TRADES: '0',
  FAIRGROUND_RATE_ADMIN: '0',
  FAIRGROUND_RATE_SIGN_IN: '0',
  FAIRGROUND_RATE_JOURNAL_BYTES: '0',
  FAIRGROUND_READ_MODEL: '0',
};

export { type Json, parse };

export const seqsOf = (items: readonly Json[]): readonly number[] => items.map(({ seq }) => seq);

export interface Reply {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  readonly text: string;
  /** Tests look into it freely: what is not there fails them. */
  readonly json: Json;
}

export interface Ask {
  readonly key?: string;
  readonly body?: unknown;
  readonly headers?: Record<string, string>;
  /** False: without an Idempotency-Key; a text: with this one. */
  readonly once?: string | false;
}

let count = 0;
/** A key that no other call has used. */
export const freshKey = (): string => `k${++count}`;

export interface Stage {
  readonly node: Node;
  readonly dir: string;
  readonly token: string;
  call(method: string, path: string, ask?: Ask): Promise<Reply>;
  /** A done write, or the test fails. */
  must(method: string, path: string, ask?: Ask): Promise<Reply>;
}

export function memoryJournal(): MemoryJournal {
  const id = '00112233445566778899aabbccddeeff';
  return new MemoryStore({ id, hash0: hashZero(id) }).open();
}

export interface StageOptions extends NodeParts {
  readonly dir?: string;
  readonly env?: Readonly<Record<string, string>>;
}

export async function stage({ dir, env, ...parts }: StageOptions = {}): Promise<Stage> {
  const where = dir ?? (await mkdtemp(join(tmpdir(), 'fairground-server-')));
  const config = readConfig({
    ...NO_LIMITS,
    FAIRGROUND_DATA: where,
    PORT: '0',
    FAIRGROUND_LOG: process.env['FAIRGROUND_LOG'] ?? 'silent',
    ...env,
  });
  if (config.readModel && config.journalUrl === undefined) await layTables(where);
  const node = await startNode(config, parts);
  const token = (await readFile(join(where, TOKEN_FILE), 'utf8')).trim();
  const call = async (
    method: string,
    path: string,
    { key, body, headers, once }: Ask = {},
  ): Promise<Reply> => {
    const isWrite = method !== 'GET';
    const {
      statusCode,
      headers: got,
      payload,
    } = await node.app.inject({
      method: method as 'GET',
      url: path,
      headers: {
        ...(key !== undefined && { authorization: `Bearer ${key}` }),
        ...(isWrite && once !== false && { 'idempotency-key': once ?? freshKey() }),
        ...(body !== undefined && { 'content-type': 'application/json' }),
        ...headers,
      },
      ...(body !== undefined && {
        payload: typeof body === 'string' ? body : JSON.stringify(body),
      }),
    });
    const isJson = String(got['content-type']).startsWith('application/json');
    return {
      status: statusCode,
      headers: got,
      text: payload,
      json: parse(isJson ? payload : '{}'),
    };
  };
  const must: Stage['must'] = async (method, path, ask) => {
    const reply = await call(method, path, ask);
    if (reply.status >= 300) throw new Error(`${method} ${path}: ${reply.status} ${reply.text}`);
    return reply;
  };
  return { node, dir: where, token, call, must };
}

/** An exchange with a little of everything: ana (an admin), bob (a player), a treasury, an open market. */
export interface Fair extends Stage {
  readonly ana: { readonly account: string; readonly key: string };
  readonly bob: { readonly account: string; readonly key: string };
}

export async function fair(options: StageOptions = {}): Promise<Fair> {
  const made = await stage(options);
  const ana = await made.node.signUp({ handle: 'ana', admin: true });
  const bob = await made.node.signUp({ handle: 'bob' });
  await made.must('POST', '/v1/admin/grants', {
    key: made.token,
    body: { to: 'treasury', amount: '50000', reason: 'a start' },
  });
  await openMarket({ ...made, ana }, 'M1');
  return { ...made, ana, bob };
}

export async function draftMarket(
  at: Stage & Pick<Fair, 'ana'>,
  id: string,
  more: object = {},
): Promise<void> {
  const body = { id, title: `Market ${id}`, mechanism: 'cpmm', deposit: '1000', ...more };
  await at.must('POST', '/v1/markets', { key: at.ana.key, body });
}

export async function openMarket(
  at: Stage & Pick<Fair, 'ana'>,
  id: string,
  more: object = {},
): Promise<void> {
  await draftMarket(at, id, more);
  await at.must('POST', `/v1/markets/${id}/open`, { key: at.ana.key });
}

/** The body of a rally: the third unit brings the price to 80, the fifth to 60; with the tenth it is over. */
const IN_A_MONTH = new Date(Date.now() + 30 * 86_400_000).toISOString();

export const rallyBody = (seller: string, more: object = {}): object => ({
  title: 'Jerseys',
  category: 'rallies',
  mechanism: 'rally',
  tiers: [
    { units: 0, price: '100' },
    { units: 3, price: '80' },
    { units: 5, price: '60' },
  ],
  maximum: 10,
  seller,
  // The same in every call of a run, so that a body sent again is the same.
  closes_at: IN_A_MONTH,
  ...more,
});

export const buy = (market: string, spend: string, outcome = 'YES'): object => ({
  market,
  side: 'buy',
  outcome,
  spend,
});

/** Straight to the sequencer, past HTTP. */
export async function submit(node: Node, by: string, wish: Wish): Promise<void> {
  const id = commandIdOf(by, freshKey());
  await node.sequencer.submit({ by, id, validUntil: node.clock.now() + 60_000, wish });
}

/** One client of the live feed: what it has heard so far, and how to wait for more. */
export class Watch {
  readonly raw: string[] = [];
  readonly socket: WebSocket;
  closed: { code: number; reason: string } | undefined;
  readonly #waiting = new Set<() => void>();

  constructor(
    url: string,
    options: { headers?: Record<string, string>; protocols?: string[] } = {},
  ) {
    this.socket = new WebSocket(`${url.replace('http', 'ws')}/v1/stream`, options.protocols ?? [], {
      headers: options.headers ?? {},
    });
    this.socket.on('message', (data) => {
      if (Buffer.isBuffer(data)) this.raw.push(data.toString('utf8'));
      for (const look of this.#waiting) look();
    });
    this.socket.on('close', (code, reason) => {
      this.closed = { code, reason: reason.toString() };
      for (const look of this.#waiting) look();
    });
    this.socket.on('error', () => undefined);
  }

  get heard(): Json[] {
    return this.raw.map(parse);
  }

  async say(message: object | string): Promise<void> {
    if (this.socket.readyState !== WebSocket.OPEN)
      await new Promise((open) => this.socket.once('open', open));
    this.socket.send(typeof message === 'string' ? message : JSON.stringify(message));
  }

  /** Until something holds, or the test fails. */
  async until(holds: () => boolean, ms = 4_000): Promise<void> {
    if (holds()) return;
    await new Promise<void>((done, failed) => {
      const timer = setTimeout(
        () =>
          failed(
            new Error(
              `it never came; heard last:\n${this.raw.slice(-6).join('\n').slice(0, 3_000)}`,
            ),
          ),
        ms,
      );
      const look = (): void => {
        if (!holds()) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        done();
      };
      this.#waiting.add(look);
    });
  }

  async watch(topics: readonly string[], after?: string): Promise<void> {
    await this.say({ id: 1, cmd: 'subscribe', topics, ...(after !== undefined && { after }) });
    await this.until(() => this.heard.some(({ type }) => type === 'subscribed'));
  }

  /** Until the state of a topic is at least this new. */
  state(topic: string, seq: number): Promise<void> {
    return this.until(() =>
      this.heard.some(
        (frame) => frame.type === 'state' && frame.topic === topic && frame.seq >= seq,
      ),
    );
  }

  frames(type: 'state' | 'event', topic: string): readonly string[] {
    return this.raw.filter((text) => text.startsWith(`{"type":"${type}","topic":"${topic}"`));
  }

  close(): void {
    this.socket.terminate();
  }
}
