/**
 * A stream of events over plain HTTP. Its `id:` never promises too much: it stands only in the last block of what was
 * told at one stroke, and names the newest entry all of which has been told on this line. Whoever resumes there
 * misses nothing and hears nothing twice.
 */
import type { ServerResponse } from 'node:http';
import type { FastifyReply } from 'fastify';
import { type Cursor, Frame } from './frames.js';
import { CLOSE, drained, GOODBYE_MS, type Line } from './line.js';

const HEAD = {
  'content-type': 'text/event-stream; charset=utf-8',
  // What stands between must neither keep it nor pack it: a packed block leaves when the packer likes.
  'cache-control': 'no-cache, no-transform',
  'x-accel-buffering': 'no',
} as const;

/** Written without waiting for the end of the stroke, once an entry ends. */
const STROKE_BYTES = 64 * 1024;

export class EventLine implements Line {
  readonly #reply: FastifyReply;
  readonly #response: ServerResponse;
  readonly #waiting: Frame[] = [];
  #waitingBytes = 0;
  #at: Cursor | undefined;
  #hasBegun = false;
  #isOpen = true;

  constructor(reply: FastifyReply) {
    this.#reply = reply;
    this.#response = reply.raw;
    this.#response.on('error', () => this.#response.destroy());
  }

  get isOpen(): boolean {
    return this.#isOpen && !this.#response.destroyed;
  }

  get unsentBytes(): number {
    return this.#waitingBytes + this.#response.writableLength;
  }

  write(frame: Frame): void {
    // Until it has begun a refusal is still an ordinary answer.
    if (!this.#hasBegun && frame.kind === 'heartbeat') return;
    const isNext = frame.at !== undefined && frame.at.seq > (this.#at?.seq ?? -1);
    // The entry before it is whole: what is told at one stroke may be many of them.
    if (isNext && this.#waitingBytes > STROKE_BYTES) this.#flush(this.#at);
    if (isNext) this.#at = frame.at;
    if (this.#waiting.push(frame) === 1) queueMicrotask(() => this.#flush(this.#at));
    this.#waitingBytes += frame.message.length;
  }

  reached(at: Cursor): void {
    this.#at = at;
  }

  drained(): Promise<void> {
    this.#flush(this.#at);
    return drained(this.#response);
  }

  close(code: number, reason: string): void {
    if (!this.#isOpen) return;
    this.write(new Frame({ type: 'closing', code, reason }));
    // A slow client is cut wherever it is, also in the middle of an entry: it resumes where it was before.
    this.#flush(code === CLOSE.slow ? undefined : this.#at);
    this.#isOpen = false;
    this.#response.end();
    setTimeout(() => this.#response.destroy(), GOODBYE_MS).unref();
  }

  /** What was told at one stroke is whole: the place after it is one to resume from. */
  #flush(at: Cursor | undefined): void {
    if (!this.isOpen || this.#waiting.length === 0) return;
    this.#begin();
    const last = this.#waiting.length - 1;
    const id = at && `${at.seq}.${at.hash}`;
    if (last > 0) this.#response.cork();
    for (const [n, frame] of this.#waiting.entries())
      this.#response.write(frame.block(n === last ? id : ''));
    if (last > 0) this.#response.uncork();
    this.#waiting.length = 0;
    this.#waitingBytes = 0;
  }

  #begin(): void {
    if (this.#hasBegun) return;
    this.#hasBegun = true;
    this.#reply.hijack();
    for (const [name, value] of Object.entries(this.#reply.getHeaders()))
      if (value !== undefined) this.#response.setHeader(name, value);
    // It ends with its line, so a block is one write: in chunks it would be four.
    this.#response.removeHeader('transfer-encoding');
    this.#response.shouldKeepAlive = false;
    this.#response.writeHead(200, HEAD);
  }
}
