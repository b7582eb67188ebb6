/** One request, sent once: headers, a time limit, and the head that every answer names. */
import { type Attempt, classify, classifyFailure, parseJson, readFailure } from './attempt.js';
import { type Cursor, formatCursor, type HeadMemory, parseCursor } from './cursor.js';
import {
  FairgroundFault,
  FairgroundForked,
  FairgroundNotNow,
  FairgroundRefusal,
} from './errors.js';
import type { FetchAnswer, Platform } from './platform.js';

/** The server gives a command 5 s and then says that its outcome is unknown; beyond this the line is dead. */
const REQUEST_MS_MAX = 10_000;

export interface Request {
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: unknown;
  /** The body is text already: lines of JSON. */
  readonly isLines?: boolean;
  readonly signal?: AbortSignal | undefined;
  /** A read: its answer must contain everything this client has seen. */
  readonly reads?: boolean;
  /** Asks for nothing but the head of an earlier life. */
  readonly proves?: boolean;
}

interface WireOptions {
  /** Without a slash at its end. */
  readonly url: string;
  readonly key: string | undefined;
  readonly heads: HeadMemory;
  readonly platform: Platform;
  /** How often a call is tried, the first time included. */
  readonly attemptsMax: number;
}

export class Wire {
  readonly url: string;
  readonly platform: Platform;
  readonly attemptsMax: number;
  readonly #key: string | undefined;
  readonly #heads: HeadMemory;
  /** Server's clock minus ours, once an answer has told. */
  #aheadMs: number | undefined;

  constructor(options: WireOptions) {
    this.url = options.url;
    this.platform = options.platform;
    this.attemptsMax = options.attemptsMax;
    this.#key = options.key;
    this.#heads = options.heads;
  }

  /** Never rejects for what the network does: a cut line is an unknown outcome. */
  async once(request: Request): Promise<Attempt> {
    await this.#proveFirst(request);
    const limit = this.#limit(request.signal);
    try {
      if (this.#barred(request)) return { kind: 'forked' };
      const { answer, seen } = await this.#send(request, limit.signal);
      const attempt = await classify(answer);
      this.#note(answer, attempt, seen);
      return this.#barred(request) ? { kind: 'forked' } : attempt;
    } catch (error) {
      return this.#failed(error, limit.why());
    } finally {
      limit.lift();
    }
  }

  /** A read whose answer the caller streams; the time limit ends with the answer's head. */
  async open(request: Request): Promise<FetchAnswer> {
    await this.#proveFirst(request);
    const limit = this.#limit(request.signal);
    let failed: Attempt | undefined;
    try {
      this.#heads.throwIfForked();
      const { answer, seen } = await this.#send(request, limit.signal);
      const isOpen = answer.status === 200;
      failed = isOpen
        ? undefined
        : classifyFailure(answer, readFailure(parseJson(await answer.text())));
      this.#note(answer, failed, seen);
      this.#heads.throwIfForked();
      if (!failed) return answer;
    } catch (error) {
      if (error instanceof FairgroundForked) throw error;
      failed = this.#failed(error, limit.why());
    } finally {
      limit.lift();
    }
    request.signal?.throwIfAborted();
    throw this.errorOf(failed);
  }

  /**
   * Asks for the head of an earlier life, if nobody has yet: a history that was rewound and has grown past it again
   * would look like any other. Says it aloud where it is gone.
   */
  async prove(): Promise<void> {
    if (!this.#heads.unproven) return;
    const asked = { method: 'GET', path: '/v1/head', reads: true, proves: true } as const;
    if ((await this.once(asked)).kind === 'forked') this.#forked();
  }

  /** A read proves it by itself; whatever brings a newer head waits until it is proved. */
  async #proveFirst({ reads, proves }: Request): Promise<void> {
    const { unproven, last } = this.#heads;
    if (!unproven || proves) return;
    if (reads !== true || (last && last.seq > unproven.seq)) await this.prove();
  }

  /** Where nobody listens nothing was sent, so nothing is in doubt; browsers do not tell. */
  #failed(error: unknown, why: string | undefined): Attempt {
    const { code, message } = causeOf(error);
    if (why === undefined && NOT_CONNECTED.has(code)) {
      return {
        kind: 'not_now',
        code: 'unreachable',
        message: `Cannot reach ${this.url}: ${message}.`,
        retryAfterMs: 0,
      };
    }
    return { kind: 'unknown', why: why ?? message, retryAfterMs: 0 };
  }

  /** What one attempt alone amounts to; an unknown outcome of a read is a server out of reach. */
  errorOf(attempt: Attempt): Error {
    switch (attempt.kind) {
      case 'refused':
        return new FairgroundRefusal(attempt.refusal);
      case 'not_now':
        return new FairgroundNotNow(attempt.code, attempt.message, attempt.retryAfterMs);
      case 'unknown':
        return new FairgroundNotNow(
          'unreachable',
          `Cannot reach ${this.url}: ${attempt.why}.`,
          attempt.retryAfterMs,
        );
      case 'fault':
        return new FairgroundFault(attempt.message, attempt.requestId);
      case 'forked':
        return this.#forked();
      case 'done':
        return new FairgroundFault('An answer was taken for an error.');
    }
  }

  #forked(): Error {
    const { forked, last } = this.#heads;
    if (forked) return forked;
    if (last) return this.#heads.reportFork(last);
    return new FairgroundFault('The server speaks of another history, but was told of none.');
  }

  /** ISO time by the server's clock, `ms` from now; undefined until an answer has told that clock. */
  serverTimeIn(ms: number): string | undefined {
    if (this.#aheadMs === undefined) return undefined;
    return new Date(this.platform.now() + this.#aheadMs + ms).toISOString();
  }

  /** The answer, and the head that it was asked to contain. */
  async #send(request: Request, signal: AbortSignal) {
    const headers: Record<string, string> = { accept: 'application/json', ...request.headers };
    if (this.#key !== undefined) headers['authorization'] = `Bearer ${this.#key}`;
    const seen = request.reads ? (this.#heads.unproven ?? this.#heads.last) : undefined;
    if (seen) headers['fairground-min-seq'] = formatCursor(seen);
    const init = { method: request.method, headers, signal };
    const url = `${this.url}${request.path}`;
    const sent = contentOf(request);
    if (sent) headers['content-type'] = sent.type;
    const body = sent ? { body: sent.text } : {};
    const answer = await heard(this.platform.fetch(url, { ...init, ...body }), signal);
    return { answer, seen };
  }

  /** Of a history that is another one nothing is kept but the word. */
  #note(answer: FetchAnswer, attempt: Attempt | undefined, seen: Cursor | undefined): void {
    if (attempt?.kind === 'forked') {
      if (seen) this.#heads.reportFork(seen);
      return;
    }
    if (seen && answer.status < 300) this.#heads.proved(seen);
    const serverNow = Date.parse(answer.headers.get('date') ?? '');
    if (!Number.isNaN(serverNow)) this.#aheadMs = serverNow - this.platform.now();
    const head = parseCursor(answer.headers.get('fairground-seq') ?? '');
    if (head) this.#heads.saw(head);
  }

  /** After a fork no read is shown as if nothing were; what a write did stays done, and is said. */
  #barred(request: Request): boolean {
    return request.reads === true && this.#heads.forked !== undefined;
  }

  #limit(signal: AbortSignal | undefined) {
    const controller = new AbortController();
    let why: string | undefined;
    const stop = (reason: string) => {
      why ??= reason;
      controller.abort();
    };
    const aborted = () => stop('the call was given up');
    if (signal?.aborted) aborted();
    signal?.addEventListener('abort', aborted);
    const disarm = this.platform.after(REQUEST_MS_MAX, () =>
      stop(`no answer within ${REQUEST_MS_MAX / 1_000} s`),
    );
    return {
      signal: controller.signal,
      why: () => why,
      lift: () => {
        disarm();
        signal?.removeEventListener('abort', aborted);
      },
    };
  }
}

function contentOf({ body, isLines }: Request): { type: string; text: string } | undefined {
  if (body === undefined) return undefined;
  if (isLines === true && typeof body === 'string')
    return { type: 'application/x-ndjson', text: body };
  return { type: 'application/json', text: JSON.stringify(body) };
}

/** What comes after the call was given up is not heard, whatever this `fetch` makes of its signal. */
function heard(answer: Promise<FetchAnswer>, signal: AbortSignal): Promise<FetchAnswer> {
  return new Promise((resolve, reject) => {
    const gone = (): void => reject(new Error('given up'));
    if (signal.aborted) gone();
    signal.addEventListener('abort', gone, { once: true });
    void answer.then(resolve, reject).finally(() => signal.removeEventListener('abort', gone));
  });
}

const NOT_CONNECTED: ReadonlySet<string> = new Set([
  'ECONNREFUSED',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'bad port',
]);

/** `fetch failed` says nothing; its cause does. */
function causeOf(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: '', message: String(error) };
  const outer = error.cause instanceof Error ? error.cause : error;
  const inner: unknown = outer instanceof AggregateError ? outer.errors[0] : outer;
  const cause = inner instanceof Error ? inner : outer;
  const code = 'code' in cause && typeof cause.code === 'string' ? cause.code : cause.message;
  return { code, message: cause.message };
}
