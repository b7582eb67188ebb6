/**
 * The live feed. States are the newest and whole, at most twenty a second; events are all of them, in order.
 * Within a topic seq never goes back, events up to a seq leave before any state at it, and nothing leaves
 * before it is durable.
 */
import type { Entry } from '@fairground/engine';
import { isWhole, type Place, type Sequencing } from '../node/sequencing.js';
import { hash8, type Wake, type Watcher } from '../wake.js';
import { Due } from './due.js';
import { type Cursor, Frame, stateFrame } from './frames.js';
import { piece, Ring, Told } from './ring.js';
import { isCostly, type LastChanges, OF_ALL, stateOf, type Topic } from './topics.js';

export const FEED = {
  /** Twenty states a second are more than an eye can follow. */
  stateEveryMs: 50,
  /** What is made of all positions is made at most so often, and never in more than a part of the time. */
  costlyEveryMs: 1_000,
  costlyShareMax: 1 / 20,
  heartbeatMs: 15_000,
  /** How long somebody who has seen more than this node waits for it. */
  behindMs: 2_000,
} as const;

/** Whoever watches. `send` must not throw. */
export interface Listener {
  send(frame: Frame): void;
  /** What it was told of is no more. */
  rewound(): void;
}

export type Seen = 'here' | 'forked' | 'behind';

interface HeldState {
  readonly topic: Topic;
  readonly frame: Frame;
  /** Absent: for everybody who watches the topic when it leaves. */
  readonly only?: Listener;
}

interface MadeState {
  readonly seq: number;
  readonly hash: string;
  readonly frame: Frame;
  /** On its way to everybody who watched when it was made. */
  isTold: boolean;
}

export interface FeedOptions {
  readonly sequencer: Sequencing;
  readonly steady: () => number;
  /** As of the last entry that was durable when the node started. */
  readonly last: LastChanges;
  /** The newest entry anybody knows of, where that may be beyond what is here. */
  readonly newest?: () => Promise<Place>;
}

export class Feed implements Watcher {
  readonly #sequencer: Sequencing;
  readonly #steady: () => number;
  readonly #listeners = new Map<Topic, Set<Listener>>();
  readonly #everybody = new Set<Listener>();
  readonly #last: LastChanges;
  #ring: Ring | undefined;
  readonly #due: Due;
  readonly #costly: Due;
  readonly #newest: FeedOptions['newest'];
  /** The newest entry this node has heard of. */
  #head: Cursor = { seq: 0, hash: '' };
  /** States by the seq that has to be durable first. */
  readonly #held = new Map<number, HeldState[]>();
  readonly #made = new Map<Topic, MadeState>();
  readonly #heartbeat: ReturnType<typeof setInterval>;
  #wake: Wake | undefined;

  constructor({ sequencer, steady, last, newest }: FeedOptions) {
    this.#sequencer = sequencer;
    this.#steady = steady;
    this.#last = last;
    this.#newest = newest;
    const tell = (topic: Topic): void => this.#tellState(topic);
    const { stateEveryMs, costlyEveryMs, costlyShareMax: shareMax } = FEED;
    this.#due = new Due({ everyMs: stateEveryMs, steady, tell });
    this.#costly = new Due({ everyMs: costlyEveryMs, shareMax, steady, tell });
    this.#heartbeat = setInterval(() => void this.#beat(), FEED.heartbeatMs);
    this.#heartbeat.unref();
  }

  /** Called once, before anybody listens. What a node folded on its way up nobody can be told any more. */
  follow(wake: Wake): void {
    this.#wake = wake;
    this.#ring ??= new Ring(wake.seq);
  }

  get cursor(): string {
    return `${this.at.seq}.${this.at.hash}`;
  }

  /** The newest entry that everybody here has been told of. */
  get at(): Cursor {
    return this.#wake?.place ?? { seq: 0, hash: '00000000' };
  }

  join(listener: Listener): void {
    this.#everybody.add(listener);
  }

  leave(listener: Listener, topics: Iterable<Topic>): void {
    this.#everybody.delete(listener);
    for (const topic of topics) this.unsubscribe(listener, topic);
  }

  unsubscribe(listener: Listener, topic: Topic): void {
    const listeners = this.#listeners.get(topic);
    listeners?.delete(listener);
    if (listeners?.size !== 0) return;
    this.#listeners.delete(topic);
    this.#dueOf(topic).delete(topic);
    this.#made.delete(topic);
  }

  /** Whether this node has what a client has seen. */
  async hasSeen({ seq, hash }: Cursor): Promise<Seen> {
    const wake = this.#wake;
    if (!wake || !(await wake.reach(seq, FEED.behindMs))) return 'behind';
    return (await wake.hashAt(seq)) === hash ? 'here' : 'forked';
  }

  /** What happened after `seq`; undefined where it is too long ago. */
  missed(seq: number): readonly Told[] | undefined {
    return this.#ring?.after(seq);
  }

  /** The hashes of these topics' last changes, so that their states can be made without waiting. */
  async prepare(topics: readonly Topic[]): Promise<void> {
    for (const topic of topics) {
      const seq = stateOf(this.#sequencer.world, topic)?.seq;
      if (seq !== undefined && this.#wake?.hashAtHand(seq) === undefined)
        await this.#wake?.hashAt(seq);
    }
  }

  isKnown(topic: Topic): boolean {
    return stateOf(this.#sequencer.world, topic) !== undefined;
  }

  /**
   * Tells what was missed of topics that are not watched yet, in the order it happened. With `bytes` only so much
   * that they are full, and nothing where they would not be; the last entry that was told then.
   */
  tell(
    listener: Listener,
    topics: readonly Topic[],
    missed: readonly Told[],
    bytes = Number.POSITIVE_INFINITY,
  ): Cursor | undefined {
    const fresh = new Set(topics.filter((topic) => !this.#listeners.get(topic)?.has(listener)));
    const { frames, full } = piece(missed, fresh, bytes);
    if (full || bytes === Number.POSITIVE_INFINITY)
      for (const frame of frames) listener.send(frame);
    return full;
  }

  /** The state of each, then all that comes: at one stroke with what was missed, so without a gap. */
  subscribe(listener: Listener, topics: readonly Topic[]): void {
    for (const topic of topics) {
      const listeners = this.#listeners.get(topic) ?? new Set();
      this.#listeners.set(topic, listeners.add(listener));
      this.#tellState(topic, listener);
    }
  }

  durable(entry: Entry, bytes: number): void {
    const told = new Told(entry, bytes, this.#steady(), this.#last);
    this.#ring ??= new Ring(entry.seq - 1);
    this.#ring.push(told);
    for (const topic of told.topics()) this.#tell(told, topic);
    // Everything that happens counts into what everybody sees.
    for (const topic of OF_ALL) if (this.#listeners.has(topic)) this.#dueOf(topic).add(topic);
    this.#release(entry.seq);
  }

  #tell(told: Told, topic: Topic): void {
    const listeners = this.#listeners.get(topic);
    if (!listeners) return;
    this.#dueOf(topic).add(topic);
    for (const frame of told.frames(topic)) for (const listener of listeners) listener.send(frame);
  }

  reached(): void {
    this.#due.soon();
    this.#costly.soon();
  }

  #dueOf(topic: Topic): Due {
    return isCostly(topic) ? this.#costly : this.#due;
  }

  vanished(): void {
    this.#held.clear();
    this.#made.clear();
    for (const topic of this.#listeners.keys()) this.#dueOf(topic).add(topic);
    this.reached();
  }

  /** The cursors of whoever watches are of a history that is gone: each is asked for his again. */
  rewound(): void {
    this.#ring = new Ring(this.#last.seq);
    this.vanished();
    for (const listener of this.#everybody) listener.rewound();
  }

  stop(): void {
    clearInterval(this.#heartbeat);
    this.#due.stop();
    this.#costly.stop();
  }

  /** The newest state of a topic to one or all, now or when it is durable. */
  #tellState(topic: Topic, only?: Listener): void {
    if (only && isCostly(topic) && !this.#isMade(topic)) {
      // Not once more for each who comes: to all of them, when it is due.
      this.#costly.add(topic);
      this.#costly.soon();
      return;
    }
    const made = this.#stateOf(topic);
    if (!made || (!only && made.isTold)) return;
    if (!only) made.isTold = true;
    const { seq, frame } = made;
    if (seq <= (this.#wake?.seq ?? 0)) {
      this.#send({ topic, frame, ...(only && { only }) });
      return;
    }
    const held = this.#held.get(seq) ?? [];
    held.push({ topic, frame, ...(only && { only }) });
    this.#held.set(seq, held);
  }

  #isMade(topic: Topic): boolean {
    return this.#made.get(topic)?.seq === this.#sequencer.world.seq;
  }

  #stateOf(topic: Topic): MadeState | undefined {
    // Of a world that is being thrown away nothing is told; `vanished` makes up for it.
    if (!isWhole(this.#sequencer)) return undefined;
    const state = stateOf(this.#sequencer.world, topic);
    if (!state) return undefined;
    const hash = this.#wake?.hashAtHand(state.seq);
    if (hash === undefined) {
      this.#tellLater(topic, state.seq);
      return undefined;
    }
    const known = this.#made.get(topic);
    if (known?.seq === state.seq && known.hash === hash) return known;
    const frame = stateFrame({ topic, seq: state.seq, hash }, state.data());
    const made = { seq: state.seq, hash, frame, isTold: false };
    this.#made.set(topic, made);
    return made;
  }

  /** The hash of an old change has to be looked up first. */
  #tellLater(topic: Topic, seq: number): void {
    const again = (hash: string | undefined): void => {
      if (hash === undefined || !this.#listeners.has(topic)) return;
      this.#dueOf(topic).add(topic);
      this.#dueOf(topic).soon();
    };
    this.#wake?.hashAt(seq).then(again, () => undefined);
  }

  #release(seq: number): void {
    const held = this.#held.get(seq);
    if (!held) return;
    this.#held.delete(seq);
    for (const state of held) this.#send(state);
  }

  #send({ topic, frame, only }: HeldState): void {
    const listeners = this.#listeners.get(topic);
    if (!listeners) return;
    if (only) {
      if (listeners.has(only)) only.send(frame);
      return;
    }
    for (const listener of listeners) listener.send(frame);
  }

  /** Where this node is, and the newest entry it knows of: so silence shows, and lag. */
  async #beat(): Promise<void> {
    const known = await this.#newest?.().catch(() => undefined);
    const at = this.at;
    if (known) this.#head = { seq: known.seq, hash: hash8(known.hash) };
    if (at.seq >= this.#head.seq) this.#head = at;
    const head = `${this.#head.seq}.${this.#head.hash}`;
    const frame = new Frame({ type: 'heartbeat', seq: this.cursor, head }, { at });
    for (const listener of this.#everybody) listener.send(frame);
  }
}
