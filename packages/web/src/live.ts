/**
 * One socket for the whole page: topics by refcount, resumed where it stopped, gaps told.
 *
 * Long because a socket's life is one story.
 */
import { Bell } from './bell.js';
import { now } from './clock.js';
import type { EventFrame, Frame, StateFrame, StateOf, Topic } from './wire.js';
import { frameOf, readJson } from './wire.js';
import type { BesideTopic } from './wire-outside.js';

export const LIVE_LIMITS = {
  /** The node takes no more on one socket. */
  topicsMax: 50,
  /** A heartbeat comes every 15 s: two missed ones are silence. */
  silenceMsMax: 35_000,
  retryMsMin: 500,
  retryMsMax: 20_000,
} as const;

/** The node ends it for good: the key or the session was revoked. */
const REVOKED = 4401;
/** Does not share the journal's order: it moves no cursor and is resumed by nobody. */
const isBeside = (topic: Topic): boolean =>
  topic === 'notifications' ||
  topic === 'matches' ||
  topic === 'dead-letters' ||
  topic.startsWith('ticks/');

export interface Connection {
  readonly link: 'connecting' | 'live' | 'behind' | 'offline';
  readonly seq: number;
  readonly hash: string;
  /** How many entries the node knows of and has not folded. */
  readonly behind: number;
  /** The history is not the one this page saw before. */
  readonly forked: boolean;
}

export interface LiveOptions {
  readonly url: string;
  /** Between 0 and 1: spreads the reconnects of many pages. */
  readonly chance: () => number;
  readonly onCursor?: (cursor: string) => void;
  readonly onForked?: () => void;
  /** Who I said I was, I am no more. */
  readonly onRevoked?: () => void;
}

/** As whom the socket is opened: a key is said on it, a session's cookie goes with it by itself. */
export interface Watcher {
  readonly key?: string;
}

/** `gap`: events are missing, ask for the list anew. */
export type Happened = (frame: EventFrame | 'gap') => void;

interface Asked {
  readonly topics: readonly Topic[];
  readonly after: string | undefined;
}

/** Only for who has said who he is. */
const PRIVATE: ReadonlySet<Topic> = new Set(['me', 'notifications', 'dead-letters']);
const EVENTLESS: ReadonlySet<Topic> = new Set(['global', 'leaderboard']);

const cursorOf = (seq: number, hash: string): string => `${seq}.${hash.slice(0, 8)}`;

const START: Connection = { link: 'connecting', seq: 0, hash: '', behind: 0, forked: false };

export class Live {
  private readonly options: LiveOptions;
  private socket: WebSocket | undefined;
  private connection = START;
  /** The newest entry of which nothing can be missing: one after it may have been cut in its middle. */
  private whole = '';
  /** Asked for, and their first state has not come: what was missed may be on its way still. */
  private readonly awaited = new Set<Topic>();
  /** The node has no such topic, or not for me. */
  private readonly refused = new Set<Topic>();
  /** The newest entry the node spoke of. */
  private head = 0;
  private tries = 0;
  private heardAt = 0;
  private watcher: Watcher | undefined;
  private lastId = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private flushing = false;
  /** How often there was reason to read the notices: told of one, or back after a silence. */
  private noticed = 0;
  private readonly wanted = new Map<Topic, number>();
  private sent = new Set<Topic>();
  private readonly states = new Map<Topic, StateFrame>();
  /** Of each topic the seq of its last event: what `prev` of the next one must be. */
  private readonly lastSeq = new Map<Topic, number>();
  private readonly bell = new Bell<Topic | 'connection'>();
  /** Subscriptions without an answer yet. */
  private readonly asked = new Map<number, Asked>();
  private readonly happenings = new Map<Topic, Set<Happened>>();

  constructor(options: LiveOptions) {
    this.options = options;
  }

  start(): void {
    setInterval(() => this.listenForSilence(), 5_000);
    addEventListener('online', () => this.hurry());
    addEventListener('offline', () => this.socket?.close());
    document.addEventListener('visibilitychange', () => {
      if (document.visibilityState === 'visible') this.hurry();
    });
    this.connect();
  }

  /** Who watches from now on: the node learns it with a new socket, and forgets who it was before. */
  watchAs(watcher: Watcher | undefined): void {
    this.watcher = watcher;
    this.noticed = 0;
    for (const topic of PRIVATE) {
      this.states.delete(topic);
      this.lastSeq.delete(topic);
      this.bell.ring(topic);
    }
    this.tries = 0;
    if (this.socket) this.socket.close();
    else this.hurry();
  }

  state<T extends Topic>(topic: T): StateFrame<T> | undefined {
    return frameOf(this.states, topic);
  }

  /** Whether the node said that there is no such topic here. */
  isRefused(topic: Topic): boolean {
    return this.refused.has(topic);
  }

  /** Grows whenever there may be new notices; 0 until the node has said that it keeps any. */
  notices(): number {
    return this.noticed;
  }

  status(): Connection {
    return this.connection;
  }

  /** Keeps a topic on the socket until the returned function is called. */
  hold(topic: Topic): () => void {
    this.wanted.set(topic, (this.wanted.get(topic) ?? 0) + 1);
    this.flushSoon();
    return () => {
      const left = (this.wanted.get(topic) ?? 1) - 1;
      if (left > 0) this.wanted.set(topic, left);
      else this.wanted.delete(topic);
      this.flushSoon();
    };
  }

  watch(topic: Topic | 'connection', listener: () => void): () => void {
    return this.bell.watch(topic, listener);
  }

  onEvent(topic: Topic, happened: Happened): () => void {
    const all = this.happenings.get(topic) ?? new Set();
    this.happenings.set(topic, all.add(happened));
    return () => all.delete(happened);
  }

  private connect(): void {
    clearTimeout(this.retry);
    this.retry = undefined;
    const socket = new WebSocket(this.options.url);
    this.socket = socket;
    this.sent = new Set();
    this.asked.clear();
    this.awaited.clear();
    this.refused.clear();
    this.heardAt = now();
    const { watcher } = this;
    socket.onopen = () => {
      if (watcher?.key !== undefined) this.send({ cmd: 'auth', key: watcher.key });
      this.flush();
    };
    // A socket that was given up may still speak: only the newest is listened to.
    socket.onmessage = (message: MessageEvent<string>) => {
      if (this.socket === socket) this.hear(message.data);
    };
    socket.onclose = ({ code }) => {
      if (this.socket !== socket) return;
      this.socket = undefined;
      if (code === REVOKED && this.watcher === watcher) this.options.onRevoked?.();
      // Another watcher need not wait.
      this.reconnectLater(this.watcher === watcher ? undefined : 0);
    };
  }

  private reconnectLater(hintMs?: number): void {
    const { retryMsMin, retryMsMax } = LIVE_LIMITS;
    const most = Math.min(retryMsMax, retryMsMin * 2 ** this.tries);
    this.tries += 1;
    this.say({ link: this.tries > 1 ? 'offline' : 'connecting' });
    clearTimeout(this.retry);
    this.retry = setTimeout(
      () => this.connect(),
      hintMs ?? most * (0.5 + this.options.chance() / 2),
    );
  }

  private hurry(): void {
    if (this.retry === undefined) return;
    this.tries = 0;
    this.connect();
  }

  private listenForSilence(): void {
    if (this.socket && now() - this.heardAt > LIVE_LIMITS.silenceMsMax) this.socket.close();
  }

  private flushSoon(): void {
    if (this.flushing) return;
    this.flushing = true;
    queueMicrotask(() => this.flush());
  }

  /** Sends the difference between what is wanted and what the socket has. */
  private flush(): void {
    this.flushing = false;
    if (this.socket?.readyState !== WebSocket.OPEN) return;
    const wished = new Set([...this.wanted.keys()].slice(0, LIVE_LIMITS.topicsMax));
    const gone = [...this.sent].filter((topic) => !wished.has(topic));
    const added = [...wished].filter((topic) => !this.sent.has(topic));
    const after = this.sent.size === 0 && this.whole !== '' ? this.whole : undefined;
    this.sent = wished;
    if (gone.length > 0) this.send({ cmd: 'unsubscribe', topics: gone });
    for (const topic of gone) {
      this.lastSeq.delete(topic);
      this.awaited.delete(topic);
    }
    // What needs to know me goes alone: a key that is not known here must not keep the prices away.
    const open = added.filter((topic) => !PRIVATE.has(topic));
    if (open.length > 0) this.subscribe(open, after);
    if (!this.watcher) return;
    for (const topic of added) {
      if (PRIVATE.has(topic)) this.subscribe([topic], isBeside(topic) ? undefined : after);
    }
  }

  private subscribe(topics: readonly Topic[], after?: string): void {
    this.lastId += 1;
    this.asked.set(this.lastId, { topics, after });
    for (const topic of topics) if (!isBeside(topic)) this.awaited.add(topic);
    const resume = after === undefined ? {} : { after };
    this.send({ id: this.lastId, cmd: 'subscribe', topics, ...resume });
  }

  private hearYes(id: number): void {
    const topics = this.asked.get(id)?.topics ?? [];
    this.asked.delete(id);
    // What came while nobody listened stands in the list.
    if (topics.includes('notifications')) this.notice();
  }

  private notice(): void {
    this.noticed += 1;
    this.bell.ring('notifications');
  }

  /** One topic that is not there refuses them all: then each is asked for alone. */
  private hearNo(id: number | undefined): void {
    const asked = id === undefined ? undefined : this.asked.get(id);
    if (id !== undefined) this.asked.delete(id);
    if (!asked) return;
    if (asked.topics.length > 1) {
      for (const topic of asked.topics) this.subscribe([topic], asked.after);
      return;
    }
    for (const topic of asked.topics) {
      this.awaited.delete(topic);
      this.refused.add(topic);
      this.bell.ring(topic);
    }
  }

  private send(message: object): void {
    this.socket?.send(JSON.stringify(message));
  }

  private hear(text: string): void {
    this.heardAt = now();
    const frame = readJson<Frame>(text);
    switch (frame.type) {
      case 'state':
        if ('n' in frame) return this.hearBeside(frame.topic, frame.n, frame.data);
        return this.hearState(frame);
      case 'matches':
        return this.hearBeside(frame.topic, 0, frame.data);
      case 'event':
        return this.hearEvent(frame);
      case 'heartbeat':
        return this.hearHeartbeat(frame.seq, frame.head);
      case 'subscribed':
        this.tries = 0;
        if (frame.id !== undefined) this.hearYes(frame.id);
        return this.hearSubscribed(frame.seq);
      case 'notification':
        return this.notice();
      case 'start_over':
        return this.startOver(frame.reason);
      case 'draining': {
        // It is said between entries, never in the middle of one.
        if (this.awaited.size === 0) this.whole = this.connectionCursor();
        const { socket } = this;
        this.socket = undefined;
        socket?.close();
        return this.reconnectLater(frame.reconnect_ms);
      }
      case 'error':
        return this.hearNo(frame.id);
      case 'authenticated':
      case 'unsubscribed':
      case 'pong':
        return;
    }
  }

  private hearState(frame: StateFrame): void {
    this.states.set(frame.topic, frame);
    this.bell.ring(frame.topic);
    // Of `global` and `leaderboard` the state changes without an event; elsewhere the last change was one.
    if (!EVENTLESS.has(frame.topic) && !this.lastSeq.has(frame.topic)) {
      this.lastSeq.set(frame.topic, frame.seq);
    }
    this.awaited.delete(frame.topic);
    // A state leaves after all events up to its entry.
    this.move(frame.seq, frame.hash, 'whole');
  }

  /** A state under a number of its own: where the page is in the journal it says nothing of. */
  private hearBeside<T extends BesideTopic>(topic: T, n: number, data: StateOf<T>): void {
    this.states.set(topic, { type: 'state', topic, seq: n, hash: '', data });
    this.bell.ring(topic);
  }

  private hearEvent(frame: EventFrame): void {
    const last = this.lastSeq.get(frame.topic);
    const gap = last !== undefined && (frame.prev ?? 0) > last;
    this.lastSeq.set(frame.topic, Math.max(frame.seq, last ?? 0));
    for (const happened of this.happenings.get(frame.topic) ?? []) {
      if (gap) happened('gap');
      happened(frame);
    }
    this.move(frame.seq, frame.hash, 'begun');
  }

  private hearHeartbeat(seq: string, head: string): void {
    this.head = Number.parseInt(head, 10);
    this.move(Number.parseInt(seq, 10), seq.split('.')[1] ?? '', 'whole');
    this.sayLink();
  }

  /** Names where the watcher resumed; without such a place, all that comes is newer than this. */
  private hearSubscribed(seq: string): void {
    const at = Number.parseInt(seq, 10);
    this.head = Math.max(this.head, at);
    if (this.whole === '') this.whole = cursorOf(at, seq.split('.')[1] ?? '');
    this.move(at, seq.split('.')[1] ?? '', 'begun');
    this.sayLink();
  }

  /** What was missed is gone for this socket: everyone who keeps a list asks anew. */
  private startOver(reason: string): void {
    if (reason === 'forked') {
      this.whole = '';
      this.head = 0;
      this.states.clear();
      this.say({ seq: 0, hash: '', forked: true });
      this.options.onForked?.();
    }
    this.lastSeq.clear();
    for (const all of this.happenings.values()) for (const happened of all) happened('gap');
  }

  /** A newer entry shows that all of the one before it has come, unless something missed is still on its way. */
  private move(seq: number, hash: string, how: 'begun' | 'whole'): void {
    const before = this.connection.seq;
    const isNewer = seq > before;
    if (this.awaited.size === 0) {
      if (how === 'whole' && seq >= before) this.whole = cursorOf(seq, hash);
      else if (isNewer && before > 0) this.whole = this.connectionCursor();
    }
    if (!isNewer) return;
    this.head = Math.max(this.head, seq);
    this.options.onCursor?.(cursorOf(seq, hash));
    this.say({ seq, hash: hash.slice(0, 8) });
    if (this.connection.behind > 0) this.sayLink();
  }

  private connectionCursor(): string {
    const { seq, hash } = this.connection;
    return seq === 0 ? '' : cursorOf(seq, hash);
  }

  private sayLink(): void {
    const behind = Math.max(0, this.head - this.connection.seq);
    this.say({ link: behind > 0 ? 'behind' : 'live', behind });
  }

  private say(part: Partial<Connection>): void {
    this.connection = { ...this.connection, ...part };
    this.bell.ring('connection');
  }
}
