/** A server that says what it is told to, over real sockets, and keeps what it was asked. */
import {
  createServer,
  type IncomingHttpHeaders,
  type IncomingMessage,
  type ServerResponse,
} from 'node:http';
import { type WebSocket, WebSocketServer } from 'ws';
import { thisPlatform, type Platform, type SocketConstructor } from '../src/platform.js';
import { WebSocket as NodeSocket } from 'ws';

export interface Asked {
  method: string;
  path: string;
  headers: IncomingHttpHeaders;
  body: unknown;
}

export interface Answer {
  status: number;
  body?: unknown;
  headers?: Record<string, string>;
  /** Bytes before the line is cut, instead of a body. */
  cutAfter?: string;
}

/** One per request, in order; the last one goes on answering. */
export type Script = (Answer | ((asked: Asked) => Answer))[];

export interface TinyServer {
  url: string;
  asked: Asked[];
  sockets: WebSocket[];
  /** Messages sockets have sent, parsed. */
  heard: Record<string, unknown>[];
  onSocket: (socket: WebSocket, message: Record<string, unknown>) => void;
  script: Script;
  close(): Promise<void>;
}

export async function tinyServer(script: Script = []): Promise<TinyServer> {
  const tiny: TinyServer = {
    url: '',
    asked: [],
    sockets: [],
    heard: [],
    script,
    onSocket: () => undefined,
    close: async () => undefined,
  };
  const http = createServer((request, response) => void answer(tiny, request, response));
  const sockets = new WebSocketServer({ server: http, path: '/v1/stream' });
  sockets.on('connection', (socket) => {
    tiny.sockets.push(socket);
    socket.on('message', (data: Buffer) => {
      const message: Record<string, unknown> = JSON.parse(data.toString());
      tiny.heard.push(message);
      tiny.onSocket(socket, message);
    });
  });
  await new Promise<void>((resolve) => http.listen(0, '127.0.0.1', resolve));
  const address = http.address();
  tiny.url = `http://127.0.0.1:${typeof address === 'object' && address ? address.port : 0}`;
  tiny.close = async () => {
    for (const socket of sockets.clients) socket.terminate();
    http.closeAllConnections();
    await new Promise((resolve) => http.close(resolve));
  };
  return tiny;
}

async function answer(
  tiny: TinyServer,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  let text = '';
  for await (const piece of request) text += piece;
  const asked: Asked = {
    method: request.method!,
    path: request.url!,
    headers: request.headers,
    body: text === '' ? undefined : JSON.parse(text),
  };
  const next = tiny.script[Math.min(tiny.asked.length, tiny.script.length - 1)]!;
  tiny.asked.push(asked);
  const { status, body, headers, cutAfter } = typeof next === 'function' ? next(asked) : next;
  if (cutAfter !== undefined) {
    if (cutAfter !== '')
      response.writeHead(status, headers).write(cutAfter, () => response.destroy());
    else request.socket.destroy();
    return;
  }
  response.writeHead(status, { 'content-type': 'application/json', ...headers });
  response.end(typeof body === 'string' ? body : JSON.stringify(body));
}

/** Pauses are over at once and noted; time limits (10 s and more) stay what they are. */
export function hasty(pauses: number[] = [], alarms: string[] = []): Partial<Platform> {
  const platform = thisPlatform();
  return {
    WebSocket: NodeSocket satisfies SocketConstructor,
    random: () => 1,
    alarm: (message) => void alarms.push(message),
    after(ms, call) {
      if (ms >= 10_000) return platform.after(ms, call);
      pauses.push(ms);
      return platform.after(0, call);
    },
  };
}

export const refusal = (status: number, code: string, final: boolean): Answer => ({
  status,
  body: { error: { code, message: `It is ${code}.`, retryable: false, final, request_id: 'r1' } },
});

export const busy = (retryAfter?: string): Answer => ({
  ...refusal(503, 'busy', false),
  ...(retryAfter !== undefined && { headers: { 'retry-after': retryAfter } }),
});

export const ORDER = {
  id: 'ord_7',
  seq: 7,
  hash: '9f2c0a11'.repeat(8),
  at: '2026-06-11T12:00:00.000Z',
  type: 'trade',
  market: 'M1',
  account: 'acc_1',
  side: 'buy',
  outcome: 'YES',
  pays: '10',
  gets: '19.090909',
  fee: '0.1',
};

export const done = (body: unknown = ORDER, seq = '7.9f2c0a11'): Answer => ({
  status: 201,
  body,
  headers: { 'fairground-seq': seq },
});
