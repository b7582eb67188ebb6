/** The last minute of events, for those who come back: what they missed is told, not lost. */
import type { Entry, Event } from '@fairground/engine';
import { hash8 } from '../wake.js';
import { type Cursor, eventFrames, type Frame } from './frames.js';
import { type LastChanges, rallyTopic, sourceOf, type Topic } from './topics.js';

export const RING = { ms: 60_000, bytes: 64 * 1024 * 1024 } as const;

interface Touch {
  readonly prev: number;
  readonly events: readonly Event[];
}

/** One entry, and what it is to each topic. Frames are made when first somebody watches. */
export class Told {
  readonly seq: number;
  readonly at: number;
  readonly bytes: number;
  readonly #entry: Entry;
  readonly #touches = new Map<Topic, Touch>();
  #frames: Map<Topic, readonly Frame[]> | undefined;

  constructor(entry: Entry, bytes: number, at: number, last: LastChanges) {
    this.seq = entry.seq;
    this.bytes = bytes;
    this.at = at;
    this.#entry = entry;
    for (const [topic, touch] of last.add(entry)) this.#touches.set(topic, touch);
  }

  get cursor(): Cursor {
    return { seq: this.seq, hash: hash8(this.#entry.hash) };
  }

  /** In the order in which they are told. */
  *topics(): Iterable<Topic> {
    for (const topic of this.#touches.keys()) {
      yield topic;
      const rally = rallyTopic(topic);
      if (rally !== undefined) yield rally;
    }
  }

  frames(topic: Topic): readonly Frame[] {
    const touch = this.#touches.get(sourceOf(topic));
    if (!touch) return [];
    this.#frames ??= new Map();
    const known = this.#frames.get(topic);
    if (known) return known;
    const stamp = { topic, ...this.cursor };
    const frames = eventFrames(this.#entry, stamp, touch.prev, touch.events);
    this.#frames.set(topic, frames);
    return frames;
  }
}

/** The frames of these topics until they are so many bytes; `full` is then the last entry among them. */
export function piece(
  all: readonly Told[],
  topics: ReadonlySet<Topic>,
  bytesMax: number,
): { readonly frames: readonly Frame[]; readonly full: Cursor | undefined } {
  const frames: Frame[] = [];
  let bytes = 0;
  for (const told of all) {
    for (const topic of told.topics()) {
      if (!topics.has(topic)) continue;
      for (const frame of told.frames(topic)) {
        frames.push(frame);
        bytes += frame.message.length;
      }
    }
    if (bytes >= bytesMax) return { frames, full: told.cursor };
  }
  return { frames, full: undefined };
}

export class Ring {
  #told: Told[] = [];
  #first = 0;
  #bytes = 0;
  /** Everything after this is here. */
  #since: number;

  constructor(since: number) {
    this.#since = since;
  }

  push(told: Told): void {
    this.#told.push(told);
    this.#bytes += told.bytes;
    while (this.#bytes > RING.bytes || this.#isOld(this.#told[this.#first], told.at)) this.#drop();
    if (this.#first > 1_024 && this.#first > this.#told.length / 2) {
      this.#told = this.#told.slice(this.#first);
      this.#first = 0;
    }
  }

  /** Everything after `seq`, oldest first; undefined where some of it is gone. */
  after(seq: number): readonly Told[] | undefined {
    if (seq < this.#since) return undefined;
    let at = this.#told.length;
    while (at > this.#first && (this.#told[at - 1]?.seq ?? 0) > seq) at--;
    return this.#told.slice(at);
  }

  #isOld(told: Told | undefined, now: number): boolean {
    return told !== undefined && now - told.at > RING.ms;
  }

  #drop(): void {
    const told = this.#told[this.#first++];
    if (!told) return;
    this.#bytes -= told.bytes;
    this.#since = told.seq;
  }
}
