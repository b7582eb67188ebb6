/** What the SDK takes from the platform it runs on: the one home of its impurities. */

/** As much of `fetch` as is used, so that any implementation fits. */
export type Fetch = (url: string, init: FetchInit) => Promise<FetchAnswer>;

export interface FetchInit {
  readonly method: string;
  readonly headers: Record<string, string>;
  readonly body?: string;
  readonly signal: AbortSignal;
}

export interface FetchAnswer {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  readonly body: ByteStream | null;
  text(): Promise<string>;
}

export interface ByteStream {
  getReader(): {
    read(): Promise<{ readonly done: boolean; readonly value?: Uint8Array | undefined }>;
    cancel(): Promise<void>;
  };
}

export interface SocketEvent {
  readonly type: string;
  readonly data?: unknown;
  readonly code?: number;
  readonly reason?: string;
  readonly message?: string;
}

/** As much of a WebSocket as is used: the browser’s and the `ws` package’s both fit. */
export interface LiveSocket {
  addEventListener(
    type: 'open' | 'message' | 'close' | 'error',
    listener: (event: SocketEvent) => void,
  ): void;
  send(text: string): void;
  close(code?: number, reason?: string): void;
}

export type SocketConstructor = new (url: string) => LiveSocket;

export interface Platform {
  readonly fetch: Fetch;
  readonly WebSocket: SocketConstructor | undefined;
  /** Wall time in milliseconds. */
  now(): number;
  /** From 0 up to 1, for spreading retries. */
  random(): number;
  /** A key nobody else has. */
  newKey(): string;
  /** Calls back after `ms`, unless what it returns was called before. */
  after(ms: number, call: () => void): () => void;
  /** Says something that must not be overlooked. */
  alarm(message: string): void;
}

export function thisPlatform(): Platform {
  const found: unknown = Reflect.get(globalThis, 'WebSocket');
  return {
    fetch: (url, init) => globalThis.fetch(url, init),
    WebSocket: isSocketConstructor(found) ? found : undefined,
    now: () => Date.now(),
    random: () => Math.random(),
    newKey: randomKey,
    after(ms, call) {
      const timer = setTimeout(call, ms);
      return () => clearTimeout(timer);
    },
    alarm: (message) => console.error(message),
  };
}

function isSocketConstructor(value: unknown): value is SocketConstructor {
  return typeof value === 'function';
}

/** 128 random bits. `randomUUID` is missing where a page came over plain HTTP. */
function randomKey(): string {
  const bytes = globalThis.crypto.getRandomValues(new Uint8Array(16));
  return `k_${Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}
