/**
 * Frames as the bytes of the line itself. Each is made once for everybody who watches, its WebSocket header
 * included, so that telling one more watcher is one write and nothing else.
 */
import { type Entry, type Event, happeningView } from '@fairground/engine';
import { nameOf, type Topic } from './topics.js';

export type Frame = Buffer;

/** One whole, unmasked text message: RFC 6455, section 5.2. */
export function frameOf(message: object): Frame {
  const text = JSON.stringify(message);
  const size = Buffer.byteLength(text);
  const from = size <= SHORT_MAX ? 2 : size <= MEDIUM_MAX ? 4 : 10;
  const frame = Buffer.allocUnsafe(from + size);
  frame[0] = FINAL_TEXT;
  if (from === 2) frame[1] = size;
  else if (from === 4) frame.writeUInt16BE(size, frame.writeUInt8(126, 1));
  else frame.writeBigUInt64BE(BigInt(size), frame.writeUInt8(127, 1));
  frame.write(text, from, 'utf8');
  return frame;
}

const FINAL_TEXT = 0x81;
/** Lengths that fit in the header's second byte, and in two bytes more. */
const SHORT_MAX = 125;
const MEDIUM_MAX = 0xff_ff;

export interface Stamp {
  readonly topic: Topic;
  readonly seq: number;
  readonly hash: string;
}

export function stateFrame({ topic, seq, hash }: Stamp, data: object): Frame {
  return frameOf({ type: 'state', topic: nameOf(topic), seq, hash, data });
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
    return frameOf({
      type: 'event',
      topic: nameOf(topic),
      seq,
      prev: n === 0 ? prev : seq,
      hash,
      ...(more > 0 && { more }),
      data: happeningView(entry, event, topic),
    });
  });
}
