/** Where the other nodes come in: a listener of its own, for whoever knows the cluster's secret and nobody else. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { ClosingLines } from '../edge/closing-lines.js';
import { Porter, type PorterOptions } from './porter.js';
import { SEAL_HEADER } from './seal.js';

const BODY_BYTES_MAX = 4 * 1024 * 1024;
/** Longer than the other side keeps an idle line, so that it is he who closes it. */
const IDLE_MS = 60_000;

export interface DoorOptions extends PorterOptions {
  readonly onFault: (error: unknown) => void;
}

export class PrivateDoor {
  readonly #porter: Porter;
  readonly #server: Server;
  readonly #lines: ClosingLines;

  private constructor(options: DoorOptions) {
    this.#porter = new Porter(options);
    this.#server = createServer({ keepAliveTimeout: IDLE_MS }, (request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        options.onFault(error);
        response.destroy();
      });
    });
    this.#lines = new ClosingLines(this.#server);
  }

  static async open(url: string, options: DoorOptions): Promise<PrivateDoor> {
    const { hostname, port } = new URL(url);
    const door = new PrivateDoor(options);
    door.#server.listen({ host: hostname.replace(/^\[|\]$/g, ''), port: Number(port || 80) });
    try {
      await once(door.#server, 'listening');
    } catch (error) {
      const why = error instanceof Error ? error.message : String(error);
      throw new Error(`Nothing can listen at this node's private address ${url}: ${why}.`, {
        cause: error,
      });
    }
    return door;
  }

  /** Lets nobody in any more; whoever waits for an answer gets it. */
  async close(): Promise<void> {
    const closed = once(this.#server, 'close');
    this.#server.close();
    await this.#lines.during(closed);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    const body = await textOf(request);
    if (body === undefined) return void response.writeHead(413).end();
    const header = request.headers[SEAL_HEADER];
    const said =
      request.method === 'POST'
        ? await this.#porter.hear({
            path,
            body,
            header: typeof header === 'string' ? header : undefined,
          })
        : undefined;
    if (!said) return void response.writeHead(403).end();
    response
      .writeHead(said.status, {
        'content-type': 'application/json',
        [SEAL_HEADER]: said.header,
        ...(this.#server.listening ? {} : { connection: 'close' }),
      })
      .end(said.body);
  }
}

async function textOf(request: IncomingMessage): Promise<string | undefined> {
  const parts: Buffer[] = [];
  let bytes = 0;
  for await (const part of request) {
    if (!Buffer.isBuffer(part)) continue;
    bytes += part.length;
    if (bytes > BODY_BYTES_MAX) return undefined;
    parts.push(part);
  }
  return Buffer.concat(parts).toString('utf8');
}
