/** One request and its answer, put into the class that says what the caller may do next. */
import type { Detail, RefusalFields } from './errors.js';
import { isRecord } from './fields.js';
import type { FetchAnswer } from './platform.js';

export type Attempt =
  | {
      readonly kind: 'done';
      readonly status: number;
      readonly body: unknown;
      readonly replayed: boolean;
    }
  | { readonly kind: 'refused'; readonly refusal: RefusalFields }
  | {
      readonly kind: 'not_now';
      readonly code: string;
      readonly message: string;
      readonly retryAfterMs: number;
    }
  | { readonly kind: 'unknown'; readonly why: string; readonly retryAfterMs: number }
  | { readonly kind: 'fault'; readonly message: string; readonly requestId: string | undefined }
  | { readonly kind: 'forked' };

interface Failure {
  readonly code: string;
  readonly message: string;
  readonly final: boolean;
  readonly details: readonly Detail[];
  readonly requestId: string | undefined;
}

/** Reads an answer to its end. Rejects only where the line was cut. */
export async function classify(answer: FetchAnswer): Promise<Attempt> {
  const text = await answer.text();
  const body = parseJson(text);
  if (answer.status >= 200 && answer.status < 300) {
    if (body === undefined)
      return { kind: 'unknown', why: 'the answer is not JSON', retryAfterMs: 0 };
    const replayed = answer.headers.get('idempotency-replayed') === 'true';
    return { kind: 'done', status: answer.status, body, replayed };
  }
  return classifyFailure(answer, readFailure(body));
}

/**
 * `outcome_unknown` is two things: of status 503 it is this class, of any other the engine's refusal
 * that a market has no such outcome. So the status decides first.
 */
export function classifyFailure(
  answer: Pick<FetchAnswer, 'status' | 'headers'>,
  failure: Failure | undefined,
): Attempt {
  const { status } = answer;
  const retryAfterMs = retryAfter(answer.headers.get('retry-after'));
  if (failure === undefined) {
    // Not our server's words: a proxy stands between, and what it did with the request is its secret.
    if (status === 429)
      return { kind: 'not_now', code: 'too_many', message: 'Too many requests.', retryAfterMs };
    return { kind: 'unknown', why: `something between answered ${status}`, retryAfterMs };
  }
  const { code, message, requestId } = failure;
  if (status === 409 && code === 'forked') return { kind: 'forked' };
  if (status === 429) return { kind: 'not_now', code, message, retryAfterMs };
  if (status === 503 && code !== 'outcome_unknown')
    return { kind: 'not_now', code, message, retryAfterMs };
  if (status === 500) return { kind: 'fault', message, requestId };
  if (status > 500) return { kind: 'unknown', why: message, retryAfterMs };
  return { kind: 'refused', refusal: { ...failure, status } };
}

export function readFailure(body: unknown): Failure | undefined {
  const error = isRecord(body) ? body['error'] : undefined;
  if (!isRecord(error) || typeof error['code'] !== 'string') return undefined;
  const { code, message, request_id: requestId } = error;
  return {
    code,
    message: typeof message === 'string' ? message : code,
    final: error['final'] === true,
    details: readDetails(error['details']),
    requestId: typeof requestId === 'string' ? requestId : undefined,
  };
}

function readDetails(value: unknown): readonly Detail[] {
  if (!Array.isArray(value)) return [];
  const list: readonly unknown[] = value;
  return list.filter(isRecord).map(({ path, message }) => ({
    path: typeof path === 'string' ? path : undefined,
    message: typeof message === 'string' ? message : '',
  }));
}

/** `Retry-After` in seconds; a date there is not worth a clock. */
function retryAfter(header: string | null): number {
  const seconds = Number(header ?? '0');
  return Number.isFinite(seconds) && seconds > 0 ? Math.ceil(seconds * 1_000) : 0;
}

export function parseJson(text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return value;
  } catch {
    return undefined;
  }
}
