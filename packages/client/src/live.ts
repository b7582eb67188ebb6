/** Follows topics over one socket at a time: comes back when it is cut, resumes where it was, tells gaps. */
import { Beside, mustBeHeard } from './beside.js';
import { type Cursor, formatCursor, type HeadMemory } from './cursor.js';
import { FairgroundFault, FairgroundInvalid } from './errors.js';
import { EventSocket } from './event-socket.js';
import { type Frame, type Message, readMessage, Topics } from './frames.js';
import type { Live, LiveOptions, Notice, OnFrame } from './notices.js';
import type { LiveSocket, Platform } from './platform.js';
import type { Wire } from './wire.js';

interface LiveSetup extends LiveOptions {
  readonly wire: Wire;
  readonly heads: HeadMemory;
  readonly key: string | undefined;
  readonly topics: readonly string[];
  readonly onFrame: OnFrame;
}

export const LIVE = {
  topicsMax: 50,
  /** Heartbeats come every 15 s: after two that did not, the line is dead whatever the socket believes. */
  silenceMsMax: 40_000,
  reconnectMsMin: 250,
  reconnectMsMax: 10_000,
} as const;

/** The server ends it for good: the key or session was revoked. */
const CLOSED_REVOKED = 4401;
const CLOSED_BY_US = 1000;

export function openLive(setup: LiveSetup): Live {
  if (setup.topics.length === 0 || setup.topics.length > LIVE.topicsMax) {
    throw new FairgroundInvalid(
      'topics',
      `Follow 1 to ${LIVE.topicsMax} topics, not ${setup.topics.length}.`,
    );
  }
  mustBeHeard(setup.topics, setup);
  const feed = new LiveFeed(setup, opener(setup));
  feed.connect();
  return feed;
}

function opener({ wire, key, sse }: LiveSetup): () => LiveSocket {
  const { url, platform } = wire;
  if (sse === true) return () => new EventSocket({ url, key, platform });
  const { WebSocket: socketClass } = platform;
  if (!socketClass) {
    throw new FairgroundInvalid(
      'webSocket',
      'This platform has no WebSocket: pass one, as that of the ws package, or follow with sse.',
    );
  }
  return () => new socketClass(`${url.replace(/^http/, 'ws')}/v1/stream`);
}

class LiveFeed implements Live {
  readonly ended: Promise<void>;
  readonly #setup: LiveSetup;
  readonly #platform: Platform;
  readonly #open: () => LiveSocket;
  readonly #topics = new Topics();
  readonly #beside: Beside;
  #end: () => void = () => undefined;
  #socket: LiveSocket | undefined;
  #cursor: Cursor | undefined;
  /** The newest entry of which nothing can be missing: one below the cursor may have been cut in its middle. */
  #whole: Cursor | undefined;
  #connected = false;
  #closed = false;
  #failures = 0;
  #reconnectMs: number | undefined;
  #disarmSilence: () => void = () => undefined;
  #disarmRetry: () => void = () => undefined;

  constructor(setup: LiveSetup, open: () => LiveSocket) {
    this.#setup = setup;
    this.#platform = setup.wire.platform;
    this.#beside = new Beside(setup);
    this.#open = open;
    this.#cursor = setup.after;
    this.#whole = setup.after;
    this.ended = new Promise((resolve) => {
      this.#end = resolve;
    });
  }

  get cursor(): Cursor | undefined {
    return this.#cursor;
  }

  get connected(): boolean {
    return this.#connected;
  }

  close(): void {
    if (this.#closed) return;
    this.#closed = true;
    this.#connected = false;
    this.#disarmSilence();
    this.#disarmRetry();
    this.#socket?.close(CLOSED_BY_US, 'done');
    this.#end();
  }

  connect(): void {
    const socket = this.#open();
    this.#socket = socket;
    let trouble = '';
    // A socket that was given up may still speak: only the newest is listened to.
    const mine = (call: () => void) => () => {
      if (this.#socket === socket && !this.#closed) call();
    };
    socket.addEventListener(
      'open',
      mine(() => this.#greet()),
    );
    socket.addEventListener('message', (event) => mine(() => this.#hear(event.data))());
    socket.addEventListener('error', (event) => {
      trouble = event.message ?? '';
    });
    socket.addEventListener('close', (event) => {
      const reason = event.reason !== undefined && event.reason !== '' ? event.reason : trouble;
      mine(() => this.#cut(event.code ?? 1006, reason))();
    });
    this.#listenForSilence();
  }

  /** The key goes as a message: browsers cannot send it as a header. */
  #greet(): void {
    const { key } = this.#setup;
    if (key !== undefined) this.#say({ id: 0, cmd: 'auth', key });
    this.#subscribe(this.#whole);
  }

  #subscribe(after: Cursor | undefined): void {
    const { topics } = this.#setup;
    this.#say({ id: 1, cmd: 'subscribe', topics, ...(after && { after: formatCursor(after) }) });
  }

  #say(message: object): void {
    this.#socket?.send(JSON.stringify(message));
  }

  #hear(data: unknown): void {
    this.#listenForSilence();
    try {
      this.#take(readMessage(data));
    } catch (error) {
      if (!(error instanceof FairgroundFault)) throw error;
      this.#platform.alarm(error.message);
      this.#drop(error.message);
    }
  }

  #take(message: Message): void {
    switch (message.type) {
      case 'state':
      case 'event':
        return this.#frame(message);
      case 'beside':
        return this.#beside.hear(message);
      case 'subscribed':
        return this.#subscribed(message.cursor);
      case 'heartbeat':
        if (message.cursor) this.#advance(message.cursor, 'whole');
        return this.#tell({
          type: 'heartbeat',
          seq: message.cursor?.seq ?? 0,
          head: message.head?.seq ?? message.cursor?.seq ?? 0,
        });
      case 'start_over':
        return this.#startOver(message.reason);
      case 'draining':
        this.#reconnectMs = message.reconnectMs;
        // It is said between entries, never in the middle of one.
        this.#whole = this.#cursor;
        return;
      case 'error':
        return this.#refused(message.code, message.message);
      case 'other':
        return;
    }
  }

  #subscribed(cursor: Cursor | undefined): void {
    this.#failures = 0;
    // Without a place to resume from, all that comes is newer than this.
    this.#whole ??= cursor;
    if (this.#connected) return;
    this.#connected = true;
    this.#tell({ type: 'live', resumed: this.#cursor !== undefined });
  }

  #frame(frame: Frame): void {
    const before = this.#topics.seqOf(frame.topic) ?? 0;
    const placed = this.#topics.place(frame);
    if (placed === 'stale') return;
    // A state leaves after all events up to its entry.
    this.#advance({ seq: frame.seq, hash: frame.hash }, frame.type === 'state' ? 'whole' : 'begun');
    if (placed === 'gap') {
      this.#tell({ type: 'gap', topic: frame.topic, after: before, before: frame.seq });
      this.#subscribe(undefined);
    }
    this.#setup.onFrame(frame);
  }

  /** A newer entry shows that all of the one before it has come. */
  #advance(cursor: Cursor, how: 'begun' | 'whole' = 'begun'): void {
    if (!this.#cursor || cursor.seq > this.#cursor.seq) {
      if (this.#cursor && this.#cursor.seq > (this.#whole?.seq ?? 0)) this.#whole = this.#cursor;
      this.#cursor = cursor;
    }
    if (how === 'whole' && cursor.seq >= this.#cursor.seq) this.#whole = this.#cursor;
    this.#setup.heads.saw(cursor);
  }

  #startOver(reason: string): void {
    this.#topics.clear();
    if (reason === 'forked') {
      const seen = this.#cursor;
      this.#cursor = undefined;
      this.#whole = undefined;
      if (seen) this.#setup.heads.reportFork(seen);
      this.#tell({ type: 'forked', seen });
    }
    this.#tell({ type: 'start_over', reason });
  }

  /** Before the subscription stands an error is its refusal; later it is about one message of ours. */
  #refused(code: string, message: string): void {
    if (this.#connected) return this.#platform.alarm(`The live feed says ${code}: ${message}`);
    this.#tell({ type: 'refused', code, message });
    this.close();
  }

  #cut(code: number, reason: string): void {
    this.#connected = false;
    this.#socket = undefined;
    this.#disarmSilence();
    if (code === CLOSED_REVOKED) {
      this.#tell({ type: 'refused', code: 'revoked', message: 'The key was revoked.' });
      return this.close();
    }
    const grown = Math.min(LIVE.reconnectMsMin * 2 ** this.#failures, LIVE.reconnectMsMax);
    const retryMs = this.#reconnectMs ?? Math.round(grown * (0.5 + this.#platform.random() / 2));
    this.#reconnectMs = undefined;
    this.#failures += 1;
    this.#disarmRetry = this.#platform.after(retryMs, () => this.connect());
    this.#tell({ type: 'cut', code, reason, retryMs });
  }

  /** Gives a socket up without waiting for its goodbye, which a dead line never says. */
  #drop(reason: string): void {
    const socket = this.#socket;
    this.#cut(1006, reason);
    socket?.close();
  }

  #listenForSilence(): void {
    this.#disarmSilence();
    this.#disarmSilence = this.#platform.after(LIVE.silenceMsMax, () =>
      this.#drop(`silent for ${LIVE.silenceMsMax / 1_000} s`),
    );
  }

  #tell(notice: Notice): void {
    this.#setup.onNotice?.(notice);
  }
}
