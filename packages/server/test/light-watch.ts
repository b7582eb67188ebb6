/**
 * A watcher of the live feed that costs next to nothing, so that one process can be thousands: it speaks just enough of
 * either skin over a plain socket, comes back where it was, and keeps account of what it should never see.
 */
import { connect, type Socket } from 'node:net';

export type Skin = 'socket' | 'stream';

/** What all watchers of a test share. */
export interface Crowd {
  /** Where one may connect just now. */
  readonly urls: () => readonly string[];
  readonly random: () => number;
  /** The bytes of each frame by topic, kind and seq, whoever heard it first. */
  readonly told: Map<string, string>;
  readonly wrong: string[];
  readonly count: { frames: number; reconnects: number; startOvers: number };
}

interface Place {
  seq: number;
  more: number;
}

const HEAD =
  /^\{"type":"(state|event)","topic":"([^"]+)","seq":(\d+),(?:"prev":(\d+),)?"hash":"(\w+)"(?:,"more":(\d+))?/;
const SUBSCRIBED = /"type":"subscribed".*"seq":"(\d+\.\w+)"/;
const HINT = /"type":"draining","reconnect_ms":(\d+)/;
/** A server's hint is heeded, but a test has not so much time. */
const RETRY_MS_MAX = 1_000;

const seqOf = (cursor: string | undefined): number => Number.parseInt(cursor ?? '-1', 10);

export class LightWatch {
  readonly skin: Skin;
  readonly topics: readonly string[];
  readonly #crowd: Crowd;
  readonly #places = new Map<string, Place>();
  /** Topics of which something was left out by the server's own word. */
  readonly #skipped = new Set<string>();
  #line: Socket | undefined;
  #rest: Buffer = Buffer.alloc(0);
  #isOpen = false;
  #isOver = false;
  #retryMs = 0;
  #cursor: string | undefined;
  /** The newest entry all of which has come, as a socket's client works it out. */
  #whole: string | undefined;
  /** Where this connection began. */
  #from = -1;
  ready: Promise<void>;
  #isReady: () => void = () => {};

  constructor(crowd: Crowd, skin: Skin, topics: readonly string[]) {
    this.#crowd = crowd;
    this.skin = skin;
    this.topics = topics;
    this.ready = new Promise((resolve) => (this.#isReady = resolve));
    this.#connect();
  }

  seqOf(topic: string): number {
    return this.#places.get(topic)?.seq ?? 0;
  }

  get isThere(): boolean {
    return this.#isOpen && this.#line?.destroyed === false;
  }

  /** Cut as by a train in a tunnel: nothing is said, and it comes back. */
  cut(): void {
    this.#line?.destroy();
  }

  end(): void {
    this.#isOver = true;
    this.#line?.destroy();
  }

  #connect(): void {
    if (this.#isOver) return;
    const urls = this.#crowd.urls();
    const { hostname, port, host } = new URL(urls[Math.floor(this.#crowd.random() * urls.length)]!);
    const line = connect({ host: hostname, port: Number(port) });
    this.#line = line;
    this.#rest = Buffer.alloc(0);
    this.#isOpen = false;
    this.#from = seqOf(this.#whole);
    line.write(this.#request(host));
    line.on('data', (bytes) => this.#take(bytes));
    line.on('error', () => {});
    line.on('close', () => {
      if (this.#isOver) return;
      this.#crowd.count.reconnects++;
      setTimeout(() => this.#connect(), this.#retryMs || 20 + this.#crowd.random() * 80);
      this.#retryMs = 0;
    });
  }

  #request(host: string): string {
    const lines =
      this.skin === 'stream'
        ? [
            `GET /v1/stream/sse?topics=${this.topics.join(',')} HTTP/1.1`,
            ...(this.#whole === undefined ? [] : [`Last-Event-ID: ${this.#whole}`]),
          ]
        : [
            'GET /v1/stream HTTP/1.1',
            'Upgrade: websocket',
            'Connection: Upgrade',
            'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
            'Sec-WebSocket-Version: 13',
          ];
    return `${lines.join('\r\n')}\r\nHost: ${host}\r\n\r\n`;
  }

  #take(bytes: Buffer): void {
    this.#rest = this.#rest.length === 0 ? bytes : Buffer.concat([this.#rest, bytes]);
    if (!this.#isOpen) {
      const end = this.#rest.indexOf('\r\n\r\n');
      if (end === -1) return;
      const status = this.#rest.toString('latin1', 9, 12);
      // A node that is on its way down may say so.
      if (status === '503') return void this.#line?.destroy();
      if (status !== (this.skin === 'stream' ? '200' : '101'))
        this.#crowd.wrong.push(`${this.skin}: ${this.#rest.toString('latin1', 0, 400)}`);
      this.#isOpen = true;
      this.#rest = this.#rest.subarray(end + 4);
      if (this.skin === 'socket') this.#subscribe();
    }
    if (this.skin === 'stream') this.#readBlocks();
    else this.#readMessages();
  }

  #subscribe(): void {
    const after = this.#whole === undefined ? {} : { after: this.#whole };
    const text = Buffer.from(JSON.stringify({ cmd: 'subscribe', topics: this.topics, ...after }));
    const size =
      text.length <= 125 ? [0x80 | text.length] : [0xfe, text.length >> 8, text.length & 0xff];
    this.#line?.write(Buffer.concat([Buffer.from([0x81, ...size, 0, 0, 0, 0]), text]));
  }

  #readMessages(): void {
    let at = 0;
    const all = this.#rest;
    while (at + 4 <= all.length) {
      const short = all.readUInt8(at + 1);
      if (short > 126) throw new Error('a message of 64 KiB or more');
      const size = short === 126 ? all.readUInt16BE(at + 2) : short;
      const from = at + (short === 126 ? 4 : 2);
      if (from + size > all.length) break;
      if (all[at] === 0x81) this.#hear(all.toString('utf8', from, from + size));
      at = from + size;
    }
    this.#rest = all.subarray(at);
  }

  #readBlocks(): void {
    let at = 0;
    for (;;) {
      const end = this.#rest.indexOf('\n\n', at);
      if (end === -1) break;
      const block = this.#rest.toString('utf8', at, end);
      at = end + 2;
      this.#hear(block.slice(block.indexOf('data: ') + 6));
      const id = /^id: (.*)/.exec(block)?.[1];
      if (id === undefined) continue;
      if (seqOf(id) < seqOf(this.#whole)) this.#complain(`id ${id} after ${this.#whole}`);
      this.#whole = id;
    }
    this.#rest = this.#rest.subarray(at);
  }

  #hear(text: string): void {
    const match = HEAD.exec(text);
    if (!match) return this.#hearOther(text);
    const [, type = '', topic = '', seqText = '', prev = '0', hash = '', moreText = '0'] = match;
    const [seq, more] = [Number(seqText), Number(moreText)];
    this.#crowd.count.frames++;
    const key = `${type} ${topic} ${seq} ${more}`;
    const known = this.#crowd.told.get(key);
    if (known === undefined) this.#crowd.told.set(key, text);
    else if (known !== text) this.#complain(`other bytes of ${key}: ${text} and ${known}`);
    if (type === 'state') this.#state(topic, seq);
    else this.#event({ topic, seq, prev: Number(prev), more });
    if (this.skin === 'socket') this.#advance(`${seq}.${hash}`, type === 'state');
  }

  #hearOther(text: string): void {
    const start = SUBSCRIBED.exec(text)?.[1];
    if (start !== undefined) {
      this.#whole ??= start;
      this.#cursor ??= start;
      this.#isReady();
    } else if (text.startsWith('{"type":"start_over"')) {
      this.#crowd.count.startOvers++;
      if (!text.includes('too_old')) this.#complain(text);
      for (const topic of this.topics) this.#skipped.add(topic);
    } else if (text.includes('"type":"error"')) this.#complain(text);
    const hint = HINT.exec(text)?.[1];
    if (hint !== undefined) this.#retryMs = Math.min(Number(hint), RETRY_MS_MAX);
  }

  #state(topic: string, seq: number): void {
    const place = this.#places.get(topic);
    if (place && seq < place.seq) this.#complain(`state ${seq} of ${topic} after ${place.seq}`);
    if (place && seq > place.seq && !this.#skipped.has(topic) && topic !== 'global')
      this.#complain(`state ${seq} of ${topic}, and its events after ${place.seq} never came`);
    this.#skipped.delete(topic);
    this.#places.set(topic, { seq, more: 0 });
  }

  #event(of: { topic: string; seq: number; prev: number; more: number }): void {
    const { topic, seq, prev, more } = of;
    const place = this.#places.get(topic);
    const isKnown =
      place !== undefined && (seq < place.seq || (seq === place.seq && more >= place.more));
    if (isKnown && topic !== 'global') {
      // Cut in the middle of an entry it may come again, but nothing from before.
      if (seq <= this.#from) this.#complain(`event ${seq} of ${topic} again, from ${this.#from}`);
      return;
    }
    if (place && !this.#skipped.has(topic) && prev > place.seq)
      this.#complain(`event ${seq} of ${topic} follows ${prev}, seen was ${place.seq}`);
    this.#places.set(topic, { seq, more });
  }

  #advance(cursor: string, isState: boolean): void {
    if (seqOf(cursor) > seqOf(this.#cursor)) {
      if (seqOf(this.#cursor) > seqOf(this.#whole)) this.#whole = this.#cursor;
      this.#cursor = cursor;
    }
    if (isState && seqOf(cursor) >= seqOf(this.#cursor)) this.#whole = this.#cursor;
  }

  #complain(what: string): void {
    if (this.#crowd.wrong.length < 20) this.#crowd.wrong.push(`${this.skin}: ${what}`);
  }
}
