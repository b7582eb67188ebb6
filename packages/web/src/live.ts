/** One socket for the whole page: topics by refcount, resumed where it stopped, gaps told. */
import { Bell } from './bell.js';
import { now } from './clock.js';
import type { EventFrame, Frame, StateFrame, Topic } from './wire.js';
import { readJson } from './wire.js';

export const LIVE_LIMITS = {
  /** The node takes no more on one socket. */
  topicsMax: 50,
  /** A heartbeat comes every 15 s: two missed ones are silence. */
  silenceMsMax: 35_000,
  retryMsMin: 500,
  retryMsMax: 20_000,
  /** Screens are told at most this often: a price that changes faster cannot be read. */
  tellEveryMs: 120,
} as const;

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
}

/** `gap`: events are missing, ask for the list anew. */
export type Happened = (frame: EventFrame | 'gap') => void;

interface Asked {
  readonly topics: readonly Topic[];
  readonly after: string | undefined;
}

const START: Connection = { link: 'connecting', seq: 0, hash: '', behind: 0, forked: false };

export class Live {
  private readonly options: LiveOptions;
  private socket: WebSocket | undefined;
  private connection = START;
  private cursor = '';
  /** The newest entry the node spoke of. */
  private head = 0;
  private tries = 0;
  private heardAt = 0;
  private key: string | undefined;
  private lastId = 0;
  private retry: ReturnType<typeof setTimeout> | undefined;
  private flushing = false;
  private readonly wanted = new Map<Topic, number>();
  private sent = new Set<Topic>();
  private readonly states = new Map<Topic, StateFrame>();
  /** Of each topic the seq of its last event: what `prev` of the next one must be. */
  private readonly lastSeq = new Map<Topic, number>();
  private readonly bell = new Bell<Topic | 'connection'>(LIVE_LIMITS.tellEveryMs);
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

  /** Who watches `me` from now on. A key that is forgotten is forgotten by the node too: with its socket. */
  authorise(key: string | undefined): void {
    this.key = key;
    this.states.delete('me');
    this.lastSeq.delete('me');
    this.bell.ring('me');
    if (key === undefined) {
      this.tries = 0;
      this.socket?.close();
    } else if (this.socket?.readyState === WebSocket.OPEN) {
      this.send({ cmd: 'auth', key });
      if (this.sent.has('me')) this.subscribe(['me']);
    }
  }

  state(topic: Topic): StateFrame | undefined {
    return this.states.get(topic);
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
    this.heardAt = now();
    socket.onopen = () => {
      if (this.key !== undefined) this.send({ cmd: 'auth', key: this.key });
      this.flush();
    };
    socket.onmessage = (message: MessageEvent<string>) => this.hear(message.data);
    socket.onclose = () => {
      if (this.socket !== socket) return;
      this.socket = undefined;
      this.reconnectLater();
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
    const after = this.sent.size === 0 && this.cursor !== '' ? this.cursor : undefined;
    this.sent = wished;
    if (gone.length > 0) this.send({ cmd: 'unsubscribe', topics: gone });
    for (const topic of gone) this.lastSeq.delete(topic);
    // `me` goes alone: a key that is not known here must not keep the prices away.
    const open = added.filter((topic) => topic !== 'me');
    if (open.length > 0) this.subscribe(open, after);
    if (this.key !== undefined && added.includes('me')) this.subscribe(['me'], after);
  }

  private subscribe(topics: readonly Topic[], after?: string): void {
    this.lastId += 1;
    this.asked.set(this.lastId, { topics, after });
    const resume = after === undefined ? {} : { after };
    this.send({ id: this.lastId, cmd: 'subscribe', topics, ...resume });
  }

  /** One topic that is not there refuses them all: then each is asked for alone. */
  private hearNo(id: number | undefined): void {
    const asked = id === undefined ? undefined : this.asked.get(id);
    if (id !== undefined) this.asked.delete(id);
    if (!asked || asked.topics.length < 2) return;
    for (const topic of asked.topics) this.subscribe([topic], asked.after);
  }

  private send(message: object): void {
    this.socket?.send(JSON.stringify(message));
  }

  private hear(text: string): void {
    this.heardAt = now();
    const frame = readJson<Frame>(text);
    switch (frame.type) {
      case 'state':
        return this.hearState(frame);
      case 'event':
        return this.hearEvent(frame);
      case 'heartbeat':
        return this.hearHeartbeat(frame.seq, frame.head);
      case 'subscribed':
        this.tries = 0;
        if (frame.id !== undefined) this.asked.delete(frame.id);
        return this.hearHeartbeat(frame.seq, frame.seq);
      case 'start_over':
        return this.startOver(frame.reason);
      case 'draining':
        this.socket?.close();
        this.socket = undefined;
        return this.reconnectLater(frame.reconnect_ms);
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
    // Of `global` the state changes without an event; elsewhere the last change was one.
    if (frame.topic !== 'global' && !this.lastSeq.has(frame.topic)) {
      this.lastSeq.set(frame.topic, frame.seq);
    }
    this.bell.ring(frame.topic);
    this.move(frame.seq, frame.hash);
  }

  private hearEvent(frame: EventFrame): void {
    const last = this.lastSeq.get(frame.topic);
    const gap = last !== undefined && (frame.prev ?? 0) > last;
    this.lastSeq.set(frame.topic, Math.max(frame.seq, last ?? 0));
    for (const happened of this.happenings.get(frame.topic) ?? []) {
      if (gap) happened('gap');
      happened(frame);
    }
    this.move(frame.seq, frame.hash);
  }

  private hearHeartbeat(seq: string, head: string): void {
    this.head = Number.parseInt(head, 10);
    this.move(Number.parseInt(seq, 10), seq.split('.')[1] ?? '');
    this.sayLink();
  }

  /** What was missed is gone for this socket: everyone who keeps a list asks anew. */
  private startOver(reason: string): void {
    if (reason === 'forked') {
      this.cursor = '';
      this.states.clear();
      this.say({ seq: 0, hash: '', forked: true });
      this.options.onForked?.();
    }
    this.lastSeq.clear();
    for (const all of this.happenings.values()) for (const happened of all) happened('gap');
  }

  private move(seq: number, hash: string): void {
    if (!(seq > this.connection.seq)) return;
    this.cursor = `${seq}.${hash.slice(0, 8)}`;
    this.options.onCursor?.(this.cursor);
    this.say({ seq, hash: hash.slice(0, 8) });
    if (this.connection.behind > 0) this.sayLink();
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
