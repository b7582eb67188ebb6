/**
 * Frames as the bytes of the line itself. Each is made once for everybody who watches, as the WebSocket message and
 * as the block of a stream of events, so that telling one more watcher is one write and nothing else.
 */
import { type Entry, type Event, happeningView } from '@fairground/engine';
import { nameOf, type Topic } from './topics.js';

/** An entry's number, and the first 8 digits of its hash. */
export interface Cursor {
  readonly seq: number;
  readonly hash: string;
}

interface Beside {
  /** The entry it is about. */
  readonly at?: Cursor | undefined;
  /** When whoever hears it should come back, if the line ends. */
  readonly retryMs?: number | undefined;
}

interface Block {
  readonly id: string;
  readonly bytes: Buffer;
}

export interface Said {
  readonly type: string;
  readonly [field: string]: unknown;
}

export class Frame {
  /** `state`, `event`, `heartbeat` … */
  readonly kind: string;
  readonly at: Cursor | undefined;
  /** One whole, unmasked text message: RFC 6455, section 5.2. */
  readonly message: Buffer;
  readonly #from: number;
  readonly #retryMs: number | undefined;
  #block: Block | undefined;

  constructor(said: Said, { at, retryMs }: Beside = {}) {
    this.kind = said.type;
    this.at = at;
    this.#retryMs = retryMs;
    const text = JSON.stringify(said);
    const size = Buffer.byteLength(text);
    this.#from = size <= SHORT_MAX ? 2 : size <= MEDIUM_MAX ? 4 : 10;
    const message = Buffer.allocUnsafe(this.#from + size);
    message[0] = FINAL_TEXT;
    if (this.#from === 2) message[1] = size;
    else if (this.#from === 4) message.writeUInt16BE(size, message.writeUInt8(126, 1));
    else message.writeBigUInt64BE(BigInt(size), message.writeUInt8(127, 1));
    message.write(text, this.#from, 'utf8');
    this.message = message;
  }

  /** Its JSON, which has no line end: so it is one `data:` line. */
  get payload(): Buffer {
    return this.message.subarray(this.#from);
  }

  /** As a block of a stream of events; `id`, if any, is where whoever heard it resumes. */
  block(id = ''): Buffer {
    if (this.#block?.id === id) return this.#block.bytes;
    const retry = this.#retryMs === undefined ? '' : `retry: ${this.#retryMs}\n`;
    const head = `${id === '' ? '' : `id: ${id}\n`}${retry}event: ${this.kind}\ndata: `;
    const bytes = Buffer.concat([Buffer.from(head, 'latin1'), this.payload, END]);
    this.#block = { id, bytes };
    return bytes;
  }
}

const END = Buffer.from('\n\n', 'latin1');
const FINAL_TEXT = 0x81;
/** Lengths that fit in the header's second byte, and in two bytes more. */
const SHORT_MAX = 125;
const MEDIUM_MAX = 0xff_ff;

export interface Stamp extends Cursor {
  readonly topic: Topic;
}

export function stateFrame({ topic, seq, hash }: Stamp, data: object): Frame {
  return new Frame({ type: 'state', topic: nameOf(topic), seq, hash, data }, { at: { seq, hash } });
}

/**
 * One frame an event. Where an entry has several for one topic the later ones have the entry itself as
 * `prev`, and `more` says how many are still to come: whoever is cut off between them can see it.
 */
export function eventFrames(
  entry: Entry,
  { topic, seq, hash }: Stamp,
  prev: number,
  events: readonly Event[],
): readonly Frame[] {
  return events.map((event, n) => {
    const more = events.length - 1 - n;
    const said = {
      type: 'event',
      topic: nameOf(topic),
      seq,
      prev: n === 0 ? prev : seq,
      hash,
      ...(more > 0 && { more }),
      data: happeningView(entry, event, topic),
    };
    return new Frame(said, { at: { seq, hash } });
  });
}
