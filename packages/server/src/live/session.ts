/** One client of the live feed: what it says, what it hears, and when it is cut off. */
import { randomInt } from 'node:crypto';
import type { Duplex } from 'node:stream';
import { WebSocket } from 'ws';
import { type Doorman, identifyKey, type Identity } from '../edge/who.js';
import { Problem } from '../errors.js';
import type { Feed, Listener } from './feed.js';
import { type Frame, frameOf } from './frames.js';
import { Message } from './message.js';
import { type Topic, nameOf, topicNamed } from './topics.js';

export const MESSAGE_BYTES_MAX = 64 * 1024;
export const SESSION = {
  topicsMax: 50,
  /** Unsent bytes: a client that does not read is cut off, and can resume. */
  backlogBytesMax: 1024 * 1024,
  /** Messages that wait their turn. */
  waitingMax: 64,
  /** A client that is asked to go has this long before the line is cut. */
  goodbyeMs: 2_000,
} as const;

export const CLOSE = { policy: 1008, revoked: 4401, slow: 4008, draining: 4503 } as const;
/** So that they do not all come back at once. */
const RECONNECT_MS_MAX = 5_000;

export interface SessionOptions {
  readonly socket: WebSocket;
  /** The line below it: frames are whole messages, and go there as they are. */
  readonly line: Duplex;
  readonly feed: Feed;
  readonly doorman: Doorman;
  readonly identity: Identity | undefined;
}

type Subscribe = Extract<Message, { cmd: 'subscribe' }>;

export class Session implements Listener {
  readonly #socket: WebSocket;
  readonly #line: Duplex;
  readonly #feed: Feed;
  readonly #doorman: Doorman;
  readonly #topics = new Set<Topic>();
  #identity: Identity | undefined;
  #turn: Promise<void> = Promise.resolve();
  #waiting = 0;
  #isOver = false;

  constructor({ socket, line, feed, doorman, identity }: SessionOptions) {
    this.#socket = socket;
    this.#line = line;
    this.#feed = feed;
    this.#doorman = doorman;
    this.#identity = identity;
    feed.join(this);
    socket.on('message', (data, isBinary) =>
      this.#take(isBinary || !Buffer.isBuffer(data) ? '' : data.toString('utf8')),
    );
    socket.on('close', () => this.#end());
    // A client that breaks the protocol is closed by ws itself; there is nothing to do but not to fall over it.
    socket.on('error', () => this.#end());
  }

  get keyId(): string | undefined {
    return this.#identity?.keyId;
  }

  get isOver(): boolean {
    return this.#isOver;
  }

  send(frame: Frame): void {
    // A line that is closing takes no more messages.
    if (this.#isOver || this.#socket.readyState !== WebSocket.OPEN) return;
    this.#line.write(frame);
    if (this.#line.writableLength > SESSION.backlogBytesMax) this.close(CLOSE.slow, 'slow');
  }

  /** Says why, and cuts the line if the client does not go. */
  close(code: number, reason: string): void {
    if (this.#isOver) return;
    this.#end();
    this.#socket.close(code, reason);
    setTimeout(() => this.#socket.terminate(), SESSION.goodbyeMs).unref();
  }

  drain(): void {
    this.send(frameOf({ type: 'draining', reconnect_ms: randomInt(RECONNECT_MS_MAX) }));
    this.close(CLOSE.draining, 'draining');
  }

  /** Whoever comes back with his cursor hears that it is of another history. */
  rewound(): void {
    this.close(CLOSE.draining, 'rewound');
  }

  #end(): void {
    this.#isOver = true;
    this.#feed.leave(this, this.#topics);
    this.#topics.clear();
  }

  /** One message after the other: a subscription may have to wait for the journal. */
  #take(text: string): void {
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
      this.#identity = identity;
      this.#say({ ...id, type: 'authenticated', account: identity.by });
    } catch (error) {
      if (!(error instanceof Problem)) throw error;
      this.#say({ ...id, type: 'error', code: error.code, message: error.message });
    }
  }

  async #subscribe(id: object, { topics: names, after }: Subscribe): Promise<void> {
    const topics = this.#topicsNamed(id, names);
    if (!topics) return;
    const seen = after === undefined ? 'here' : await this.#feed.hasSeen(after);
    if (seen === 'behind') {
      this.close(CLOSE.draining, 'behind');
      return;
    }
    await this.#feed.prepare(topics);
    if (this.#isOver) return;
    // No await from here on: what is told now and what comes next must meet without a gap.
    const missed = after === undefined || seen === 'forked' ? [] : this.#feed.missed(after.seq);
    this.#say({ ...id, type: 'subscribed', topics: topics.map(nameOf), seq: this.#feed.cursor });
    if (seen === 'forked') this.#say({ type: 'start_over', reason: 'forked' });
    else if (!missed) this.#say({ type: 'start_over', reason: 'too_old' });
    for (const topic of topics) this.#topics.add(topic);
    this.#feed.subscribe(this, topics, missed ?? []);
  }

  /** The topics meant, or undefined after saying what is wrong with one of them. */
  #topicsNamed(id: object, names: readonly string[]): readonly Topic[] | undefined {
    const refuse = (code: string, message: string): undefined => {
      this.#say({ ...id, type: 'error', code, message });
    };
    const topics = new Set<Topic>();
    for (const name of names) {
      const mayRead =
        this.#identity?.scopes.includes('read') === true && this.#identity.keyId !== undefined;
      const topic = topicNamed(name, mayRead ? this.#identity?.by : undefined);
      if (topic === undefined && name === 'me')
        return refuse('unauthorized', 'The topic me needs a key.');
      if (topic === undefined || !this.#feed.isKnown(topic)) {
        return refuse('topic_unknown', `There is no topic ${name.slice(0, 80)}.`);
      }
      topics.add(topic);
    }
    if (new Set([...this.#topics, ...topics]).size > SESSION.topicsMax) {
      return refuse('too_many_topics', `A socket has at most ${SESSION.topicsMax} topics.`);
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
    if (isTold) this.#say({ ...id, type: 'unsubscribed', topics: gone });
  }

  #say(message: object): void {
    this.send(frameOf(message));
  }
}
