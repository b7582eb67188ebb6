/** Asks the node over HTTP: every answer is at least as new as the last thing this page has seen. */
import { now } from './clock.js';
import { apiKey, entered, left, type Session, who } from './session.js';
import { readJson } from './wire.js';

/** What exactly is wrong; `path` names the field of the body it is about. */
export interface Detail {
  readonly path?: string;
  readonly message: string;
}

/** A no, or a failure, in the shape the node gives it. `unknown`: it may have happened all the same. */
export class ApiError extends Error {
  readonly code: string;
  readonly status: number;
  readonly final: boolean;
  readonly retryAfterMs: number | undefined;
  readonly requestId: string | undefined;
  readonly details: readonly Detail[];

  constructor(shape: {
    code: string;
    message: string;
    status: number;
    final?: boolean;
    retryAfterMs?: number | undefined;
    requestId?: string | undefined;
    details?: readonly Detail[] | undefined;
  }) {
    super(shape.message);
    this.name = 'ApiError';
    this.code = shape.code;
    this.status = shape.status;
    this.final = shape.final ?? false;
    this.retryAfterMs = shape.retryAfterMs;
    this.requestId = shape.requestId;
    this.details = shape.details ?? [];
  }

  get unknown(): boolean {
    // The engine's refusal of the same name is a 404: there the market has no such outcome.
    return (
      [0, 502, 504].includes(this.status) ||
      (this.status === 503 && this.code === 'outcome_unknown')
    );
  }

  get notNow(): boolean {
    return this.status === 429 || (this.status === 503 && !this.unknown);
  }
}

interface ErrorBody {
  readonly error?: {
    readonly code?: string;
    readonly message?: string;
    readonly final?: boolean;
    readonly request_id?: string;
    readonly details?: readonly Detail[];
  };
}

export interface Call {
  readonly method?: 'GET' | 'POST' | 'PATCH' | 'PUT' | 'DELETE';
  readonly body?: object;
  readonly headers?: Readonly<Record<string, string>>;
  readonly signal?: AbortSignal;
  /** Other than the key of this tab: an order goes on under the key it was made with. */
  readonly key?: string | undefined;
}

const TIMEOUT_MS = 10_000;
let seen = { seq: 0, cursor: '' };
let clockSkewMs = 0;

/** Now, by the node's clock: a wrong clock here must not make every order expired. */
export const nodeNow = (): number => now() + clockSkewMs;

/** Remembers the newest `seq.hash` seen, so that later reads are not older. */
export function sawCursor(cursor: string): void {
  const seq = Number.parseInt(cursor, 10);
  if (seq > seen.seq) seen = { seq, cursor };
}

/** The history here is another one now: what was seen no longer binds. */
export function forgetCursor(): void {
  seen = { seq: 0, cursor: '' };
}

function headersOf(wish: Call): Headers {
  const headers = new Headers(wish.headers);
  const key = wish.key ?? apiKey();
  if (key !== undefined) headers.set('Authorization', `Bearer ${key}`);
  if (wish.body) headers.set('Content-Type', 'application/json');
  else if (seen.cursor !== '') headers.set('Fairground-Min-Seq', seen.cursor);
  return headers;
}

function learn(response: Response): void {
  const skewMs = Date.parse(response.headers.get('Date') ?? '') - now();
  if (Number.isFinite(skewMs)) clockSkewMs = Math.abs(skewMs) < 2_000 ? 0 : skewMs;
  sawCursor(response.headers.get('Fairground-Seq') ?? '');
}

async function bodyOf<T>(response: Response): Promise<T> {
  return readJson<T>(await response.text());
}

async function errorOf(response: Response): Promise<ApiError> {
  const body = await bodyOf<ErrorBody>(response).catch((): ErrorBody => ({}));
  const seconds = Number.parseFloat(response.headers.get('Retry-After') ?? '');
  return new ApiError({
    code: body.error?.code ?? `http_${response.status}`,
    message: body.error?.message ?? `The node answered ${response.status}.`,
    status: response.status,
    final: body.error?.final ?? false,
    retryAfterMs: Number.isFinite(seconds) ? seconds * 1_000 : undefined,
    requestId: body.error?.request_id,
    details: body.error?.details,
  });
}

async function send(path: string, wish: Call): Promise<Response> {
  const limit = AbortSignal.timeout(TIMEOUT_MS);
  const signal = wish.signal ? AbortSignal.any([wish.signal, limit]) : limit;
  try {
    return await fetch(path, {
      method: wish.method ?? 'GET',
      headers: headersOf(wish),
      body: wish.body ? JSON.stringify(wish.body) : null,
      signal,
    });
  } catch (cause) {
    if (wish.signal?.aborted) throw cause;
    const message = limit.aborted
      ? 'The node did not answer in time.'
      : 'The node cannot be reached.';
    throw new ApiError({ code: 'unreachable', message, status: 0 });
  }
}

/** The answer, unless it is a no. */
async function answered(path: string, wish: Call): Promise<Response> {
  const asking = who();
  const response = await send(path, wish);
  learn(response);
  if (response.ok) return response;
  const error = await errorOf(response);
  if (error.code === 'forked') forgetCursor();
  // What was asked under a session that has been renewed since says nothing of the new one.
  const isMine = wish.key === undefined && renewals === 0 && asking === who();
  if (isMine && endsSession(error)) left();
  throw error;
}

/** The session ended elsewhere, or in time. A wrong password is no such end, and a key none of a session. */
const endsSession = ({ status, code }: ApiError): boolean =>
  status === 401 && code !== 'sign_in_wrong' && apiKey() === undefined;

/** Sessions that are being renewed: the old one may have ended before the new one is known here. */
let renewals = 0;

/** Asks for another session in the place of this one. */
export async function renew(path: string, body: object): Promise<void> {
  renewals += 1;
  try {
    entered(await post<Session>(path, body));
  } catch (error) {
    if (error instanceof ApiError && endsSession(error)) left();
    throw error;
  } finally {
    renewals -= 1;
  }
}

/** What is no JSON, and where its next page is. */
export async function read(
  path: string,
): Promise<{ readonly text: string; readonly next: string | undefined }> {
  const response = await answered(path, {});
  const [, next] = /^<([^>]+)>; rel="next"$/.exec(response.headers.get('Link') ?? '') ?? [];
  return { text: await response.text(), next };
}

export async function call<T>(path: string, wish: Call = {}): Promise<T> {
  const response = await answered(path, wish);
  try {
    return await bodyOf<T>(response);
  } catch {
    throw new ApiError({ code: 'unreachable', message: 'The answer was cut off.', status: 0 });
  }
}

/** What is wrong with each field, as the node says it: for forms, by the name in the body. */
export function fieldFaults(error: unknown): Readonly<Record<string, string>> {
  if (!(error instanceof ApiError)) return {};
  const named = error.details.flatMap(({ path, message }) =>
    path === undefined ? [] : [[path, message] as const],
  );
  return Object.fromEntries(named);
}

/** A write that moves no money: one attempt, no key. */
export const post = <T>(path: string, body: object = {}): Promise<T> =>
  call<T>(path, { method: 'POST', body });

type Query = Readonly<Record<string, string | number | undefined>>;

export function get<T>(path: string, query: Query = {}, signal?: AbortSignal): Promise<T> {
  const words = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined && value !== '') words.set(name, String(value));
  }
  const text = words.toString();
  return call<T>(text === '' ? path : `${path}?${text}`, signal ? { signal } : {});
}
