/** Asks until the outcome is known, within bounds, and never under two keys. */
import type { Attempt } from './attempt.js';
import { FairgroundUnknown } from './errors.js';
import type { Platform } from './platform.js';
import type { Request, Wire } from './wire.js';

export const RETRIES = {
  /** The first try included: with the pauses, some ten seconds of a leader changing. */
  attemptsMax: 6,
  /** A command is good for this long by the server's clock, and so are its retries. */
  validMs: 60_000,
  pauseMsMin: 200,
  pauseMsMax: 5_000,
} as const;

export interface CallOptions {
  readonly signal?: AbortSignal | undefined;
}

export interface WriteOptions extends CallOptions {
  /** Made anew when absent. Pass that of an unknown outcome to ask for the same thing again. */
  readonly key?: string | undefined;
  /** Attempts this key has had already, one of them of unknown outcome. */
  readonly attemptsBefore?: number | undefined;
}

export interface WriteRequest {
  readonly method: 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  readonly path: string;
  readonly body: unknown;
  readonly isLines?: boolean;
  /** What an answer is worth, where its status does not tell. */
  readonly judge?: (answer: Attempt) => Attempt;
}

export interface Written {
  readonly body: unknown;
  readonly key: string;
  readonly attempts: number;
  /** The server gave the first answer again: an earlier attempt had done it. */
  readonly replayed: boolean;
}

/** Reading twice does no harm, so an unknown outcome is asked again like a busy one. */
export async function read(wire: Wire, request: Omit<Request, 'reads'>): Promise<unknown> {
  for (let attempt = 1; ; attempt += 1) {
    request.signal?.throwIfAborted();
    const answer = await wire.once({ ...request, reads: true });
    if (answer.kind === 'done') return answer.body;
    if (!worthAnother(answer) || attempt >= wire.attemptsMax) {
      request.signal?.throwIfAborted();
      throw wire.errorOf(answer);
    }
    await pause(wire.platform, pauseMs(attempt, answer, wire.platform.random()), request.signal);
  }
}

/** One key through every attempt; the outcome stays unknown until an attempt is done or finally refused. */
export async function write(
  wire: Wire,
  request: WriteRequest,
  options: WriteOptions = {},
): Promise<Written> {
  const { platform } = wire;
  const key = options.key ?? platform.newKey();
  const validUntil = wire.serverTimeIn(RETRIES.validMs);
  const giveUpAt = platform.now() + RETRIES.validMs;
  let attempts = options.attemptsBefore ?? 0;
  let doubt = attempts > 0 ? 'an earlier attempt got no answer' : undefined;
  for (let attempt = 1; ; attempt += 1) {
    if (doubt === undefined) options.signal?.throwIfAborted();
    else if (options.signal?.aborted) throw new FairgroundUnknown(key, attempts, doubt);
    attempts += 1;
    const headers = envelope(key, validUntil, doubt === undefined ? 1 : attempts);
    const heard = await wire.once({ ...request, headers, signal: options.signal });
    const answer = request.judge?.(heard) ?? heard;
    if (answer.kind === 'done')
      return { body: answer.body, key, attempts, replayed: answer.replayed };
    if (answer.kind === 'unknown') doubt = answer.why;
    const waitMs = pauseMs(attempt, answer, platform.random());
    const over = attempt >= wire.attemptsMax || platform.now() + waitMs > giveUpAt;
    if (over || !worthAnother(answer)) {
      const error = wire.errorOf(answer);
      // Only a final refusal settles a doubt: any other answer speaks of its own attempt alone.
      if (doubt === undefined || (answer.kind === 'refused' && answer.refusal.final)) throw error;
      throw new FairgroundUnknown(key, attempts, doubt, error);
    }
    await pause(platform, waitMs, options.signal);
  }
}

/** For what has no key, so that a second attempt might do it twice: one attempt, whatever comes of it. */
export async function writeOnce(
  wire: Wire,
  request: WriteRequest,
  { signal }: CallOptions = {},
): Promise<unknown> {
  signal?.throwIfAborted();
  const answer = await wire.once({ ...request, signal });
  if (answer.kind === 'done') return answer.body;
  if (answer.kind === 'unknown') throw new FairgroundUnknown('', 1, answer.why);
  throw wire.errorOf(answer);
}

/**
 * `Fairground-Attempt` goes with retries of the unknown only: their refusal bars every earlier attempt,
 * at the price of an entry in the journal, and after a mere `busy` there is nothing to bar.
 */
function envelope(
  key: string,
  validUntil: string | undefined,
  attempt: number,
): Record<string, string> {
  return {
    'idempotency-key': key,
    ...(validUntil !== undefined && { 'fairground-valid-until': validUntil }),
    ...(attempt > 1 && { 'fairground-attempt': `${attempt}` }),
  };
}

const worthAnother = (answer: Attempt): boolean =>
  answer.kind === 'not_now' || answer.kind === 'unknown';

/** Doubling, spread over its second half so that those who were cut together do not return together. */
function pauseMs(attempt: number, answer: Attempt, random: number): number {
  const asked = 'retryAfterMs' in answer ? answer.retryAfterMs : 0;
  const grown = Math.min(RETRIES.pauseMsMin * 2 ** (attempt - 1), RETRIES.pauseMsMax);
  return Math.max(asked, Math.round(grown * (0.5 + random / 2)));
}

function pause(platform: Platform, ms: number, signal: AbortSignal | undefined): Promise<void> {
  return new Promise((resolve) => {
    const over = () => {
      disarm();
      signal?.removeEventListener('abort', over);
      resolve();
    };
    const disarm = platform.after(ms, over);
    signal?.addEventListener('abort', over);
    if (signal?.aborted) over();
  });
}

/** A wrong argument rejects, like everything else that goes wrong with a call. */
export function later<A extends readonly unknown[], T>(
  call: (...given: A) => Promise<T>,
): (...given: A) => Promise<T> {
  return async (...given) => call(...given);
}
