/** Frames as bytes. Each is made once for everybody who watches. */
import { type Entry, type Event, happeningView } from '@fairground/engine';
import { nameOf, type Topic } from './topics.js';

export type Frame = Buffer;

export const frameOf = (message: object): Frame => Buffer.from(JSON.stringify(message));

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
