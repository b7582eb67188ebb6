/** An exchange whose people are told what happens: markets that end, and somebody who listens to webhooks. */
import { once } from 'node:events';
import http from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook } from 'standardwebhooks';
import { asked } from '../src/readmodel/read-model.js';
import type { Letter } from '../src/people/letters.js';
import { buy, type Fair, fair, type Json, type Stage, stage, type StageOptions } from './bench.js';
import { parse } from './json.js';
import { until } from './nodes.js';

export const PACE = {
  retryLimit: 2,
  retryDelay: 1,
  expireSeconds: 3,
  maintainSeconds: 1,
  lookMs: 100,
};
export const TOLD = { FAIRGROUND_READ_MODEL: '1', FAIRGROUND_WEBHOOKS_LOCAL: '1' };

export interface Call {
  readonly id: string;
  readonly body: Json;
  readonly text: string;
  readonly headers: http.IncomingHttpHeaders;
}

/** Somebody's own server; `answer` says what each call is answered with, or nothing for never. */
export class Ear {
  readonly calls: Call[] = [];
  answer: (call: Call) => number | undefined = () => 204;
  readonly #server: http.Server;

  private constructor(server: http.Server) {
    this.#server = server;
  }

  static async open(): Promise<Ear> {
    const server = http.createServer();
    const ear = new Ear(server);
    server.on('request', (request, response) => {
      let text = '';
      request.on('data', (bytes) => (text += String(bytes)));
      request.on('end', () => {
        const id = String(request.headers['webhook-id']);
        const call = { id, text, body: parse(text), headers: request.headers };
        ear.calls.push(call);
        const status = ear.answer(call);
        if (status === undefined) return;
        response.writeHead(status, status === 302 ? { location: '/elsewhere' } : {}).end();
      });
    });
    server.listen(0, '127.0.0.1');
    await once(server, 'listening');
    return ear;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}/hook`;
  }

  /** What the library of whoever receives it makes of the call; throws where the signature is wrong. */
  verified(call: Call, secret: string): unknown {
    return new Webhook(secret).verify(call.text, call.headers as Record<string, string>);
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    this.#server.close();
    await once(this.#server, 'close');
  }
}

export interface Told extends Fair {
  readonly letters: readonly Letter[];
  /** What lies in the database of the tables. */
  rows(statement: string): Promise<readonly (readonly (string | null)[])[]>;
  /** Reminds admins as if it were then. */
  remind(now?: number): Promise<void>;
}

interface ToldOptions extends StageOptions {
  /** Who is in that directory already. */
  readonly isThere?: Pick<Fair, 'ana' | 'bob'>;
}

export async function told({ isThere, ...options }: ToldOptions = {}): Promise<Told> {
  const letters: Letter[] = [];
  const parts = {
    post: async (letter: Letter) => void letters.push(letter),
    pace: PACE,
    ...options,
    env: { ...TOLD, ...options.env },
  };
  const at = isThere ? { ...(await stage(parts)), ...isThere } : await fair(parts);
  const { tables, effects } = at.node.shell;
  return {
    ...at,
    letters,
    rows: async (statement) => (await tables!.write(asked(statement)))[0]!,
    remind: (now = Date.now()) => effects!.doNow('remind', now),
  };
}

export async function granted(at: Fair, account: string, amount: string): Promise<void> {
  const body = { to: account, amount, reason: 'a gift' };
  await at.must('POST', '/v1/admin/grants', { key: at.ana.key, body });
}

/** Everything somebody was told, oldest first, once the tables are there. */
export async function noticesOf(at: Stage, key: string): Promise<Json[]> {
  const reply = await at.call('GET', '/v1/me/notifications?limit=100&fresh=1', { key });
  if (reply.status !== 200) throw new Error(reply.text);
  return [...reply.json.items].reverse();
}

export async function tablesThere(at: Stage): Promise<void> {
  await until(async () => (await at.call('GET', '/v1/leaderboard?fresh=1')).status === 200);
}

/** Buys, closes and resolves: whoever bought YES is paid. */
export async function ended(at: Fair, market: string, outcome = 'YES'): Promise<void> {
  await at.must('POST', `/v1/markets/${market}/close`, { key: at.ana.key });
  const body = { outcome, reason: 'seen' };
  await at.must('POST', `/v1/markets/${market}/resolve`, { key: at.ana.key, body });
  await until(
    async () => (await at.must('GET', `/v1/markets/${market}`)).json.status === 'settled',
  );
}

export async function bought(
  at: Fair,
  key: string,
  market: string,
  outcome = 'YES',
): Promise<void> {
  await at.must('POST', '/v1/orders', { key, body: buy(market, '10', outcome) });
}

/** A webhook of somebody, with its secret. */
export async function hooked(
  at: Stage,
  key: string,
  url: string,
  kinds: readonly string[],
): Promise<{ readonly id: string; readonly secret: string }> {
  const body = { url, kinds };
  const { json } = await at.must('POST', '/v1/me/webhooks', { key, body });
  return { id: String(json.id), secret: String(json.secret) };
}
