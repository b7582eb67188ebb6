/** One listener of the live feed over plain HTTP: reads a stream of events as a browser does. */
import http from 'node:http';
import { type Json, parse } from './json.js';

export interface Block {
  readonly id: string | undefined;
  readonly event: string;
  readonly data: string;
  readonly retry: number | undefined;
}

interface Listening {
  readonly topics: readonly string[];
  readonly after?: string;
  readonly headers?: Record<string, string>;
}

export class EventWatch {
  readonly blocks: Block[] = [];
  /** What a browser would resume with. */
  lastId: string | undefined;
  status: number | undefined;
  headers: http.IncomingHttpHeaders = {};
  /** The whole answer, where it is no stream. */
  body = '';
  isClosed = false;
  readonly #request: http.ClientRequest;
  #response: http.IncomingMessage | undefined;
  readonly #waiting = new Set<() => void>();
  #rest = '';

  constructor(url: string, { topics, after, headers = {} }: Listening) {
    const query = `topics=${topics.join(',')}${after === undefined ? '' : `&after=${after}`}`;
    this.#request = http.get(`${url}/v1/stream/sse?${query}`, { headers, agent: false });
    this.#request.on('response', (response) => {
      this.#response = response;
      this.status = response.statusCode;
      this.headers = response.headers;
      response.setEncoding('utf8');
      response.on('data', (text: string) => this.#take(text));
      response.on('error', () => undefined);
      response.on('close', () => this.#end());
      this.#look();
    });
    this.#request.on('error', () => this.#end());
  }

  get heard(): Json[] {
    return this.blocks.map(({ data }) => parse(data));
  }

  get json(): Json {
    return parse(this.body);
  }

  frames(type: 'state' | 'event', topic: string): readonly string[] {
    return this.blocks
      .map(({ data }) => data)
      .filter((text) => text.startsWith(`{"type":"${type}","topic":"${topic}"`));
  }

  /** Until something holds, or the test fails. */
  async until(holds: () => boolean, ms = 4_000): Promise<void> {
    if (holds()) return;
    await new Promise<void>((done, failed) => {
      const say = (): void =>
        failed(new Error(`it never came; heard last: ${JSON.stringify(this.blocks.slice(-5))}`));
      const timer = setTimeout(say, ms);
      const look = (): void => {
        if (!holds()) return;
        clearTimeout(timer);
        this.#waiting.delete(look);
        done();
      };
      this.#waiting.add(look);
    });
  }

  /** Until the state of a topic is at least this new. */
  state(topic: string, seq: number): Promise<void> {
    return this.until(() =>
      this.frames('state', topic).some((text) => Number(parse(text).seq) >= seq),
    );
  }

  pause(): void {
    this.#response?.pause();
  }

  resume(): void {
    this.#response?.resume();
  }

  close(): void {
    this.#request.destroy();
  }

  #take(text: string): void {
    if (this.status !== 200) this.body += text;
    else {
      const blocks = (this.#rest + text).split('\n\n');
      this.#rest = blocks.pop() ?? '';
      for (const block of blocks) this.#read(block);
    }
    this.#look();
  }

  #read(block: string): void {
    const fields = new Map<string, string>();
    for (const line of block.split('\n')) {
      const at = line.indexOf(': ');
      const name = line.slice(0, at);
      if (fields.has(name)) throw new Error(`two lines of ${name} in one block`);
      fields.set(name, line.slice(at + 2));
    }
    const retry = fields.get('retry');
    this.lastId = fields.get('id') ?? this.lastId;
    this.blocks.push({
      id: fields.get('id'),
      event: fields.get('event') ?? 'message',
      data: fields.get('data') ?? '',
      retry: retry === undefined ? undefined : Number(retry),
    });
  }

  #end(): void {
    this.isClosed = true;
    this.#look();
  }

  #look(): void {
    for (const look of this.#waiting) look();
  }
}
