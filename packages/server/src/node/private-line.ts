/** Kept-alive lines to another node's private door. What was never sent is told from what may have arrived. */
import { Agent, type IncomingMessage, request } from 'node:http';
import { type Seal, SEAL_HEADER } from './seal.js';

/** No line could be opened: the other node has seen nothing of it. */
export class NotSent extends Error {
  override readonly name = 'NotSent';
}

const NO_LINE = new Set(['ECONNREFUSED', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH', 'ENETUNREACH']);
const IDLE_MS = 30_000;
const LINES_MAX = 8;

export interface Heard {
  readonly status: number;
  readonly body: string;
}

/** A way to the other nodes' private doors. */
export interface Line {
  /** Rejects with `NotSent`, or with anything else where the request may have arrived. */
  ask(url: string, path: string, body: string, waitMs: number): Promise<Heard>;
  close(): void;
}

export class PrivateLine implements Line {
  readonly #seal: Seal;
  readonly #agentName: string;
  readonly #agent = new Agent({ keepAlive: true, maxSockets: LINES_MAX, timeout: IDLE_MS });

  /** `name`: who asks, for whoever stands between or reads along; nothing rests on it. */
  constructor(seal: Seal, name: string) {
    this.#seal = seal;
    this.#agentName = `fairground-node ${name}`;
  }

  ask(url: string, path: string, body: string, waitMs: number): Promise<Heard> {
    const { nonce, header } = this.#seal.request(path, body);
    return new Promise((resolve, reject) => {
      const asked = request(new URL(path, url), {
        method: 'POST',
        agent: this.#agent,
        headers: {
          'content-type': 'application/json',
          'user-agent': this.#agentName,
          [SEAL_HEADER]: header,
        },
        signal: AbortSignal.timeout(waitMs),
      });
      asked.on('error', (error) => reject(hasNoLine(error) ? new NotSent(error.message) : error));
      asked.on('response', (response) => {
        this.#hear(response, nonce).then(resolve, reject);
      });
      asked.end(body);
    });
  }

  close(): void {
    this.#agent.destroy();
  }

  async #hear(response: IncomingMessage, nonce: string): Promise<Heard> {
    const parts: Buffer[] = [];
    for await (const part of response) if (Buffer.isBuffer(part)) parts.push(part);
    const body = Buffer.concat(parts).toString('utf8');
    const header = response.headers[SEAL_HEADER];
    const { statusCode: status = 0 } = response;
    if (typeof header === 'string' && this.#seal.isAnswer(header, nonce, status, body))
      return { status, body };
    throw new Error(`The other node's answer (${status}) does not bear the cluster's seal.`);
  }
}

const hasNoLine = (error: Error): boolean => 'code' in error && NO_LINE.has(String(error.code));
