/**
 * One client of the live feed: what it says, what it hears, and when it is cut off.
 *
 * Long because all that one client watches is in one place.
 */
import { randomInt } from 'node:crypto';
import { isAuditor } from '../edge/audit.js';
import { type Doorman, identifyKey, type Identity } from '../edge/who.js';
import { Problem } from '../errors.js';
import type { Feed, Listener } from './feed.js';
import { type Cursor, Frame, type Said } from './frames.js';
import { CLOSE, type Line } from './line.js';
import { type LetterFeed, LETTERS_TOPIC } from './letter-feed.js';
import { type MatchFeed, MATCHES_TOPIC } from './match-feed.js';
import { Message } from './message.js';
import { type NoticeFeed, type NoticePlace, NOTICES } from './notice-feed.js';
import { symbolOf, type TickFeed } from './tick-feed.js';
import { type Topic, nameOf, topicNamed } from './topics.js';

export const MESSAGE_BYTES_MAX = 64 * 1024;
export const SESSION = {
  topicsMax: 50,
  /** Unsent bytes: a client that does not read is cut off, and can resume. */
  backlogBytesMax: 1024 * 1024,
  /** What was missed goes out in pieces of this size, each when the one before it has left. */
  pieceBytes: 256 * 1024,
  /** Messages that wait their turn. */
  waitingMax: 64,
} as const;

/** What is in no entry, under one name each. */
const BESIDE: ReadonlySet<string> = new Set([NOTICES, MATCHES_TOPIC, LETTERS_TOPIC]);

/** So that they do not all come back at once. */
const RECONNECT_MS_MAX = 5_000;

export interface SessionOptions {
  readonly line: Line;
  readonly feed: Feed;
  readonly doorman: Doorman;
  readonly identity: Identity | undefined;
  /** What people are told; absent where there are no tables. */
  readonly notices?: NoticeFeed | undefined;
  /** Absent where no ticks are kept. */
  readonly ticks?: TickFeed | undefined;
  readonly matches?: MatchFeed | undefined;
  /** Absent where no ticks are kept. */
  readonly letters?: LetterFeed | undefined;
}

/** Which topics, and after what; `id` is the client's own word for the request. */
export interface Wanted {
  readonly id?: number | string | undefined;
  readonly topics: readonly string[];
  readonly after?: Cursor | undefined;
  /** Of `notifications`, which has places of its own. */
  readonly noticesAfter?: NoticePlace | undefined;
}

/** Why there is no subscription. */
export interface Refused {
  readonly code: 'unauthorized' | 'topic_unknown' | 'too_many_topics';
  readonly message: string;
}

export class Session implements Listener {
  readonly #line: Line;
  readonly #feed: Feed;
  readonly #doorman: Doorman;
  readonly #topics = new Set<Topic>();
  readonly #notices: NoticeFeed | undefined;
  readonly #ticks: TickFeed | undefined;
  readonly #symbols = new Set<string>();
  readonly #matches: MatchFeed | undefined;
  readonly #letters: LetterFeed | undefined;
  #identity: Identity | undefined;
  #turn: Promise<void> = Promise.resolve();
  #waiting = 0;
  /** What was missed is still on its way: nothing may name a newer place before it. */
  #isCatchingUp = false;
  #isOver = false;

  constructor({ line, feed, doorman, identity, ...beside }: SessionOptions) {
    this.#line = line;
    this.#notices = beside.notices;
    this.#ticks = beside.ticks;
    this.#matches = beside.matches;
    this.#letters = beside.letters;
    this.#feed = feed;
    this.#doorman = doorman;
    this.#identity = identity;
    feed.join(this);
  }

  get keyId(): string | undefined {
    return this.#identity?.keyId;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  send(frame: Frame): void {
    if (this.#isOver || !this.#line.isOpen) return;
    if (this.#isCatchingUp && frame.kind === 'heartbeat') return;
    this.#line.write(frame);
    if (this.#line.unsentBytes > SESSION.backlogBytesMax) this.close(CLOSE.slow, 'slow');
  }

  /** Says why, and cuts the line if the client does not go. */
  close(code: number, reason: string): void {
    if (this.#isOver) return;
    this.end();
    this.#line.close(code, reason);
  }

  drain(): void {
    this.#sendAway('draining');
  }

  /** Whoever comes back with his cursor hears that it is of another history. */
  rewound(): void {
    this.#sendAway('rewound');
  }

  /** To another node, or to this one in a while; not all of them at once. */
  #sendAway(reason: string): void {
    const retryMs = randomInt(RECONNECT_MS_MAX);
    this.send(new Frame({ type: 'draining', reconnect_ms: retryMs }, { retryMs }));
    this.close(CLOSE.draining, reason);
  }

  /** The line is gone. */
  end(): void {
    this.#isOver = true;
    this.#feed.leave(this, this.#topics);
    this.#notices?.leave(this);
    this.#ticks?.leave(this, this.#symbols);
    this.#matches?.leave(this);
    this.#letters?.leave(this);
    this.#topics.clear();
  }

  /** One message after the other: a subscription may have to wait for the journal. */
  take(text: string): void {
    if (++this.#waiting > SESSION.waitingMax) {
      this.close(CLOSE.policy, 'too many messages at once');
      return;
    }
    this.#turn = this.#turn
      .then(() => (this.#isOver ? undefined : this.#answer(text)))
      .catch(() => this.#say({ type: 'error', code: 'fault', message: 'This is our bug.' }))
      .finally(() => this.#waiting--);
  }

  async #answer(text: string): Promise<void> {
    const read = Message.safeParse(text);
    if (!read.success) {
      const message = read.error.issues[0]?.message ?? 'The message is not well formed.';
      this.#say({ type: 'error', code: 'bad_request', message });
      return;
    }
    const { data } = read;
    const id = data.id === undefined ? {} : { id: data.id };
    switch (data.cmd) {
      case 'ping':
        return this.#say({ ...id, type: 'pong' });
      case 'auth':
        return this.#authenticate(id, data.key);
      case 'subscribe':
        return this.#subscribe(id, data);
      case 'unsubscribe':
        return this.#unsubscribe(id, data.topics);
    }
  }

  #authenticate(id: object, key: string): void {
    try {
      const identity = identifyKey(this.#doorman, key);
      if (this.#topics.size > 0 && identity.by !== this.#identity?.by)
        this.#unsubscribe({}, ['me'], false);
      if (identity.by !== this.#identity?.by) this.#notices?.leave(this);
      if (identity.by !== this.#identity?.by) this.#letters?.leave(this);
      this.#identity = identity;
      this.#say({ ...id, type: 'authenticated', account: identity.by });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#say({ ...id, type: 'error', code: error.code, message: error.message });
    }
  }

  async #subscribe(
    id: object,
    {
      notices_after: noticesAfter,
      ...wanted
    }: Wanted & { notices_after?: NoticePlace | undefined },
  ): Promise<void> {
    const refused = await this.subscribe({ ...wanted, noticesAfter });
    if (refused) this.#say({ ...id, type: 'error', ...refused });
  }

  /** Whatever was missed, the state of each, and all that comes; or why not. */
  async subscribe(wanted: Wanted): Promise<Refused | undefined> {
    this.#isCatchingUp = true;
    try {
      return await this.#resume(wanted);
    } finally {
      this.#isCatchingUp = false;
    }
  }

  async #resume({ id, after, ...wanted }: Wanted): Promise<Refused | undefined> {
    const hasNotices = wanted.topics.includes(NOTICES);
    const hasMatches = wanted.topics.includes(MATCHES_TOPIC);
    const hasLetters = wanted.topics.includes(LETTERS_TOPIC);
    const symbols = wanted.topics.flatMap((name) => symbolOf(name) ?? []);
    const names = wanted.topics.filter((name) => !BESIDE.has(name) && symbolOf(name) === undefined);
    const refused =
      (hasNotices ? this.#refusedNotices() : undefined) ??
      (hasLetters ? this.#refusedLetters() : undefined);
    if (refused) return refused;
    if (symbols.length > 0 && !this.#ticks)
      return { code: 'topic_unknown', message: 'This node keeps no ticks.' };
    const seen = after === undefined ? 'here' : await this.#feed.hasSeen(after);
    if (this.#isOver) return undefined;
    if (seen === 'behind') {
      this.#sendAway('behind');
      return undefined;
    }
    // Only now: what he has seen elsewhere may have come with a market that was not here yet.
    const topics = this.#topicsNamed(names, symbols);
    if ('code' in topics) return topics;
    await this.#feed.prepare(topics);
    if (this.#isOver) return undefined;
    const resumed = seen === 'here' ? after : undefined;
    // Where he is, not where the node is: whoever is cut off before the rest has come must ask for it again.
    const { seq, hash } = resumed ?? this.#feed.at;
    const named = [...topics.map(nameOf), ...symbols.map((symbol) => `ticks/${symbol}`)];
    if (hasNotices) named.push(NOTICES);
    if (hasMatches) named.push(MATCHES_TOPIC);
    if (hasLetters) named.push(LETTERS_TOPIC);
    const subscribed = { type: 'subscribed', topics: named, seq: `${seq}.${hash}` };
    this.#say(id === undefined ? subscribed : { id, ...subscribed });
    if (seen === 'forked') this.#say({ type: 'start_over', reason: 'forked' });
    const from = resumed && (await this.#catchUp(topics, resumed.seq));
    if (this.#isOver) return undefined;
    // No await from here on: what is told now and what comes next must meet without a gap.
    const missed = from === undefined ? [] : this.#feed.missed(from);
    if (!missed) this.#say({ type: 'start_over', reason: 'too_old' });
    else this.#feed.tell(this, topics, missed);
    this.#line.reached(this.#feed.at);
    for (const topic of topics) this.#topics.add(topic);
    this.#feed.subscribe(this, topics);
    if (hasMatches) this.#matches?.join(this);
    if (hasLetters) this.#letters?.join(this, () => this.#mayMend);
    const account = this.#identity?.by;
    if (hasNotices && account !== undefined)
      this.#notices?.join(this, account, wanted.noticesAfter);
    for (const symbol of symbols) this.#symbols.add(symbol);
    this.#ticks?.join(this, symbols);
    return undefined;
  }

  #refusedNotices(): Refused | undefined {
    if (!this.#mayRead)
      return { code: 'unauthorized', message: `The topic ${NOTICES} needs a key.` };
    if (!this.#notices) return { code: 'topic_unknown', message: 'This node keeps no tables.' };
    return undefined;
  }

  #refusedLetters(): Refused | undefined {
    if (!this.#mayMend)
      return { code: 'unauthorized', message: `The topic ${LETTERS_TOPIC} needs an admin’s key.` };
    if (!this.#letters) return { code: 'topic_unknown', message: 'This node keeps no ticks.' };
    return undefined;
  }

  /** Asked anew each time: a key keeps its scope when its owner loses the role. */
  get #mayMend(): boolean {
    const { world } = this.#doorman.sequencer;
    const { by, scopes } = this.#identity ?? { by: '', scopes: [] };
    return scopes.includes('admin') && isAuditor(world, by);
  }

  get #mayRead(): boolean {
    return this.#identity?.scopes.includes('read') === true && this.#identity.keyId !== undefined;
  }

  /** Tells what was missed until little of it is left; the entry it came to. */
  async #catchUp(topics: readonly Topic[], after: number): Promise<number> {
    let from = after;
    for (;;) {
      const missed = this.#feed.missed(from) ?? [];
      const at = this.#feed.tell(this, topics, missed, SESSION.pieceBytes);
      if (!at) return from;
      from = at.seq;
      this.#line.reached(at);
      await this.#line.drained();
      if (this.#isOver) return from;
    }
  }

  /** The topics meant, or what is wrong with one of them. */
  #topicsNamed(names: readonly string[], symbols: readonly string[]): readonly Topic[] | Refused {
    const topics = new Set<Topic>();
    for (const name of names) {
      const topic = topicNamed(name, this.#mayRead ? this.#identity?.by : undefined);
      if (topic === undefined && name === 'me')
        return { code: 'unauthorized', message: 'The topic me needs a key.' };
      if (topic === undefined || !this.#feed.isKnown(topic))
        return { code: 'topic_unknown', message: `There is no topic ${name.slice(0, 80)}.` };
      topics.add(topic);
    }
    const count = new Set([...this.#topics, ...topics]).size;
    if (count + new Set([...this.#symbols, ...symbols]).size > SESSION.topicsMax) {
      return {
        code: 'too_many_topics',
        message: `A socket has at most ${SESSION.topicsMax} topics.`,
      };
    }
    return [...topics];
  }

  #unsubscribe(id: object, names: readonly string[], isTold = true): void {
    const gone: string[] = [];
    for (const topic of this.#topics) {
      if (!names.includes(nameOf(topic))) continue;
      this.#topics.delete(topic);
      this.#feed.unsubscribe(this, topic);
      gone.push(nameOf(topic));
    }
    const symbols = names.flatMap((name) => symbolOf(name) ?? []);
    for (const symbol of symbols) if (this.#symbols.delete(symbol)) gone.push(`ticks/${symbol}`);
    this.#ticks?.leave(this, symbols);
    if (names.includes(NOTICES) && this.#notices?.leave(this) === true) gone.push(NOTICES);
    if (names.includes(MATCHES_TOPIC) && this.#matches?.leave(this) === true)
      gone.push(MATCHES_TOPIC);
    if (names.includes(LETTERS_TOPIC) && this.#letters?.leave(this) === true)
      gone.push(LETTERS_TOPIC);
    if (isTold) this.#say({ ...id, type: 'unsubscribed', topics: gone });
  }

  #say(message: Said): void {
    this.send(new Frame(message));
  }
}
