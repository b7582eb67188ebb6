/** The live feed's messages, read; and the one rule that shows a gap. */
import { parseJson } from './attempt.js';
import type { BesideFrame } from './beside.js';
import { type Cursor, parseCursor } from './cursor.js';
import { FairgroundFault } from './errors.js';
import { Fields } from './fields.js';

/** The newest of a topic, whole, as of its entry `seq`. */
export interface StateFrame {
  readonly type: 'state';
  readonly topic: string;
  readonly seq: number;
  readonly hash: string;
  readonly data: unknown;
}

/** One thing that happened. `prev` is the topic's seq before it. */
export interface EventFrame {
  readonly type: 'event';
  readonly topic: string;
  readonly seq: number;
  readonly prev: number;
  readonly hash: string;
  /** How many of the same entry and topic are still to come. */
  readonly more: number;
  readonly data: unknown;
}

export type Frame = StateFrame | EventFrame;

export type Message =
  | Frame
  | BesideFrame
  | { readonly type: 'subscribed'; readonly cursor: Cursor | undefined }
  | {
      readonly type: 'heartbeat';
      readonly cursor: Cursor | undefined;
      readonly head: Cursor | undefined;
    }
  | { readonly type: 'start_over'; readonly reason: string }
  | { readonly type: 'draining'; readonly reconnectMs: number }
  | { readonly type: 'error'; readonly code: string; readonly message: string }
  /** Whatever a later server says that this client does not know. */
  | { readonly type: 'other' };

/** Throws a fault where the message is not what the protocol says. */
export function readMessage(text: unknown): Message {
  const from = new Fields(
    typeof text === 'string' ? parseJson(text) : undefined,
    'message of the live feed',
  );
  const type = from.text('type');
  switch (type) {
    case 'state':
      // What stands beside the journal has a number of its own, and no entry.
      return from.maybeCount('n') === undefined ? readFrame(type, from) : besideOf(from);
    case 'event':
      return readFrame(type, from);
    case 'matches':
      return besideOf(from);
    case 'subscribed':
      return { type, cursor: cursorOf(from, 'seq') };
    case 'heartbeat':
      return { type, cursor: cursorOf(from, 'seq'), head: cursorOf(from, 'head') };
    case 'start_over':
      return { type, reason: from.text('reason') };
    case 'draining':
      return { type, reconnectMs: from.maybeCount('reconnect_ms') ?? 0 };
    case 'error':
      return {
        type,
        code: from.text('code'),
        message: from.maybeText('message') ?? from.text('code'),
      };
    default:
      return { type: 'other' };
  }
}

function readFrame(type: 'state' | 'event', from: Fields): Frame {
  const frame = {
    topic: from.text('topic'),
    seq: from.count('seq'),
    hash: from.text('hash'),
    data: from.raw('data'),
  };
  if (type === 'state') return { type, ...frame };
  return { type, ...frame, prev: from.count('prev'), more: from.maybeCount('more') ?? 0 };
}

function besideOf(from: Fields): BesideFrame {
  const topic = from.text('topic');
  const data = new Fields(from.raw('data'), topic);
  return { type: 'beside', topic, n: from.maybeCount('n'), data };
}

function cursorOf(from: Fields, name: string): Cursor | undefined {
  const text = from.maybeText(name);
  if (text === undefined) return undefined;
  const cursor = parseCursor(text);
  if (!cursor) throw new FairgroundFault(`The live feed’s “${name}” is not a cursor.`);
  return cursor;
}

export type Placed = 'next' | 'stale' | 'gap';

interface Standing {
  readonly seq: number;
  /** Events of that entry which have not come yet. */
  readonly more: number;
}

/**
 * Where each topic stands. A frame continues it, leaves a hole before it, or says what is known: a feed that
 * resumes may tell an entry again, and a state says no less than the events up to it.
 */
export class Topics {
  readonly #standings = new Map<string, Standing>();

  place(frame: Frame): Placed {
    const known = this.#standings.get(frame.topic);
    const placed = known === undefined ? 'next' : compare(known, frame);
    if (placed !== 'stale') {
      this.#standings.set(frame.topic, {
        seq: frame.seq,
        more: frame.type === 'event' ? frame.more : 0,
      });
    }
    return placed;
  }

  seqOf(topic: string): number | undefined {
    return this.#standings.get(topic)?.seq;
  }

  clear(): void {
    this.#standings.clear();
  }
}

function compare(known: Standing, frame: Frame): Placed {
  if (frame.seq < known.seq) return 'stale';
  if (frame.type === 'state') return 'next';
  if (frame.seq === known.seq) return frame.more < known.more ? 'next' : 'stale';
  return known.more > 0 || frame.prev > known.seq ? 'gap' : 'next';
}
