/** Where the other nodes come in: a listener of its own, for whoever knows the cluster's secret and nobody else. */
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { nodeTimer, type Answer, type Sequencer } from '@fairground/journal';
import {
  type Asked,
  decodeCommands,
  decodeFresh,
  encodeAnswers,
  encodePlace,
  PATHS,
} from './private-wire.js';
import { UnusedLines } from '../edge/unused-lines.js';
import { type Seal, SEAL_HEADER } from './seal.js';

const BODY_BYTES_MAX = 4 * 1024 * 1024;
/** Longer than the other side keeps an idle line, so that it is he who closes it. */
const IDLE_MS = 60_000;

export interface DoorOptions {
  readonly seal: Seal;
  readonly leading: () => { readonly sequencer: Sequencer; readonly term: number } | undefined;
  readonly barrier: () => Promise<boolean>;
  readonly onFault: (error: unknown) => void;
}

interface Said {
  readonly status: number;
  readonly body: string;
}

const NOT_LEADER: Said = { status: 409, body: '{"code":"not_leader"}' };

export class PrivateDoor {
  readonly #options: DoorOptions;
  readonly #server: Server;
  readonly #unused: UnusedLines;

  private constructor(options: DoorOptions) {
    this.#options = options;
    this.#server = createServer({ keepAliveTimeout: IDLE_MS }, (request, response) => {
      this.#answer(request, response).catch((error: unknown) => {
        options.onFault(error);
        response.destroy();
      });
    });
    this.#unused = new UnusedLines(this.#server);
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
    this.#server.closeIdleConnections();
    await this.#unused.during(closed);
  }

  async #answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const path = request.url ?? '';
    const body = await textOf(request);
    if (body === undefined) return void response.writeHead(413).end();
    const header = request.headers[SEAL_HEADER];
    const { seal } = this.#options;
    const nonce = seal.open(typeof header === 'string' ? header : undefined, path, body);
    // Not a word to strangers.
    if (nonce === undefined || request.method !== 'POST') return void response.writeHead(403).end();
    const said = await this.#say(path, body);
    response
      .writeHead(said.status, {
        'content-type': 'application/json',
        [SEAL_HEADER]: seal.answer(nonce, said.status, said.body),
        ...(this.#server.listening ? {} : { connection: 'close' }),
      })
      .end(said.body);
  }

  async #say(path: string, body: string): Promise<Said> {
    const leading = this.#options.leading();
    if (!leading) return NOT_LEADER;
    const { sequencer, term } = leading;
    if (path === PATHS.commands) {
      const asked = decodeCommands(body);
      if (asked.term !== term) return NOT_LEADER;
      const answers = asked.commands.map((one) => submit(sequencer, one));
      return { status: 200, body: encodeAnswers(await Promise.all(answers)) };
    }
    if (path !== PATHS.fresh) return { status: 404, body: '' };
    if (decodeFresh(body) !== term) return NOT_LEADER;
    const { durable } = sequencer;
    // What was durable before the barrier holds all that was answered before the question.
    return (await this.#options.barrier())
      ? { status: 200, body: encodePlace(durable) }
      : NOT_LEADER;
  }
}

/** Nobody listens to an answer that comes after his time. */
function submit(sequencer: Sequencer, { command, attempt, remainingMs }: Asked): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const stop = nodeTimer.set(remainingMs, () => resolve({ kind: 'unknown' }));
    sequencer.submit(command, attempt).then(resolve, reject).finally(stop);
  });
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
