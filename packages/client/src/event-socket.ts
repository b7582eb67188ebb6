/**
 * A stream of events, dressed as a socket: where there is no WebSocket the feed comes by `fetch`. What the feed says to
 * a socket becomes the request: a subscription opens a stream, and one more opens another in its place.
 */
import { parseJson, readFailure } from './attempt.js';
import { Fields } from './fields.js';
import type { FetchAnswer, LiveSocket, Platform, SocketEvent } from './platform.js';

interface EventSocketOptions {
  /** Without a slash at its end. */
  readonly url: string;
  readonly key: string | undefined;
  readonly platform: Platform;
}

type Kind = 'open' | 'message' | 'close' | 'error';
type Listener = (event: SocketEvent) => void;

/** A server's goodbye names its own code; without one the line was cut. */
const CUT = 1006;
/** What is wrong with the request stays wrong; anything else is worth another try. */
const FINAL: ReadonlySet<number> = new Set([400, 401, 403, 404, 405]);

export class EventSocket implements LiveSocket {
  readonly #options: EventSocketOptions;
  readonly #listeners = new Map<Kind, Listener[]>();
  #stop: AbortController | undefined;
  #isOver = false;
  #goodbye: { readonly code: number; readonly reason: string } | undefined;

  constructor(options: EventSocketOptions) {
    this.#options = options;
    // Once whoever made it has said what he listens to.
    void Promise.resolve().then(() => this.#tell({ type: 'open' }, 'open'));
  }

  addEventListener(kind: Kind, listener: Listener): void {
    this.#listeners.set(kind, [...(this.#listeners.get(kind) ?? []), listener]);
  }

  send(text: string): void {
    const said = new Fields(parseJson(text), 'message to the live feed');
    // The key goes with the request, and only a subscription has an answer here.
    if (said.text('cmd') !== 'subscribe') return;
    this.#stop?.abort();
    const stop = new AbortController();
    this.#stop = stop;
    void this.#follow(said, stop);
  }

  close(): void {
    this.#isOver = true;
    this.#stop?.abort();
  }

  async #follow(said: Fields, stop: AbortController): Promise<void> {
    const after = said.maybeText('after');
    const topics = said.texts('topics').join(',');
    const path = `/v1/stream/sse?topics=${topics}${after === undefined ? '' : `&after=${after}`}`;
    const { url, key, platform } = this.#options;
    const headers: Record<string, string> = { accept: 'text/event-stream' };
    if (key !== undefined) headers['authorization'] = `Bearer ${key}`;
    let reason = '';
    try {
      const init = { method: 'GET', headers, signal: stop.signal } as const;
      const answer = await platform.fetch(`${url}${path}`, init);
      if (answer.status === 200) await this.#read(answer, stop.signal);
      else reason = await this.#refused(answer);
    } catch (error) {
      reason = error instanceof Error ? error.message : String(error);
    }
    if (stop.signal.aborted || this.#isOver) return;
    this.#isOver = true;
    this.#tell({ type: 'close', ...(this.#goodbye ?? { code: CUT, reason }) }, 'close');
  }

  async #read(answer: FetchAnswer, signal: AbortSignal): Promise<void> {
    const reader = answer.body?.getReader();
    const decoder = new TextDecoder();
    let rest = '';
    while (reader && !signal.aborted) {
      const { done, value } = await reader.read();
      if (done) return;
      const blocks = (rest + decoder.decode(value, { stream: true })).split('\n\n');
      rest = blocks.pop() ?? '';
      for (const block of blocks) if (!signal.aborted) this.#hear(block);
    }
  }

  #hear(block: string): void {
    const lines = block.split('\n');
    const data = lines.find((line) => line.startsWith('data: '))?.slice('data: '.length);
    if (data === undefined) return;
    if (!lines.includes('event: closing')) return this.#tell({ type: 'message', data }, 'message');
    const said = new Fields(parseJson(data), 'goodbye of the live feed');
    this.#goodbye = { code: said.count('code'), reason: said.text('reason') };
  }

  /** A refusal as a socket would hear it; else why the line is cut. */
  async #refused(answer: FetchAnswer): Promise<string> {
    const failure = readFailure(parseJson(await answer.text()));
    // Of a proxy's words none is final.
    if (!failure) return `something between answered ${answer.status}`;
    const { code, message } = failure;
    const retryMs = retryMsOf(answer);
    if (FINAL.has(answer.status)) this.#say({ type: 'error', code, message });
    else if (retryMs > 0) this.#say({ type: 'draining', reconnect_ms: retryMs });
    return code;
  }

  #say(message: object): void {
    this.#tell({ type: 'message', data: JSON.stringify(message) }, 'message');
  }

  #tell(event: SocketEvent, kind: Kind): void {
    if (this.#isOver && kind !== 'close') return;
    for (const listener of this.#listeners.get(kind) ?? []) listener(event);
  }
}

function retryMsOf({ headers }: FetchAnswer): number {
  const seconds = Number(headers.get('retry-after') ?? '0');
  return Number.isFinite(seconds) && seconds > 0 ? Math.round(seconds * 1_000) : 0;
}
