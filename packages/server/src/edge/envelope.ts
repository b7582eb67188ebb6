/** What every write carries beside its body: its key, how long it may run, and which attempt it is. */
import { randomUUID } from 'node:crypto';
import { BOUNDS, type Instant, parseTime } from '@fairground/engine';
import type { FastifyRequest } from 'fastify';
import { Problem } from '../errors.js';

export interface Envelope {
  readonly key: string;
  readonly validUntil: Instant;
  /** Its caller fixed how long it may run, and keeps to that through retries; or nobody knows its key. */
  readonly isTimed: boolean;
  readonly attempt: number;
  /** The context of the request, where somebody records it. */
  readonly trace?: string | undefined;
}

const KEY = /^[A-Za-z0-9_-]{1,64}$/;
const ATTEMPT = /^[1-9]\d{0,5}$/;
/** Without a word of the caller a command may run for a minute. */
const VALID_MS = 60_000;

const bad = (message: string): Problem => new Problem('bad_request', { details: [{ message }] });

export function isKey(text: string): boolean {
  return KEY.test(text);
}

/** `needsKey` where money moves: a repetition without a key would move it twice. */
export function readEnvelope(request: FastifyRequest, now: Instant, needsKey: boolean): Envelope {
  const { headers } = request;
  const given = one(headers['idempotency-key']);
  if (given === undefined && needsKey) throw new Problem('key_required');
  if (given !== undefined && !KEY.test(given)) {
    throw bad('Idempotency-Key has 1 to 64 of A-Z a-z 0-9 _ -');
  }
  const until = one(headers['fairground-valid-until']);
  const validUntil = until === undefined ? now + VALID_MS : parseTime(until);
  if (validUntil === undefined) {
    throw bad('Fairground-Valid-Until is a time such as 2026-11-21T18:00:00Z');
  }
  // Said here, it is about this attempt alone: what lies too far ahead now will be near enough in a while.
  if (validUntil > now + BOUNDS.validMsMax) {
    throw bad('Fairground-Valid-Until lies at most 10 minutes ahead');
  }
  const attempt = one(headers['fairground-attempt']) ?? '1';
  if (!ATTEMPT.test(attempt)) throw bad('Fairground-Attempt is 1, 2, 3 …');
  const isTimed = until !== undefined || given === undefined;
  const { trace } = request;
  return { key: given ?? randomUUID(), validUntil, isTimed, attempt: Number(attempt), trace };
}

export const one = (header: string | string[] | undefined): string | undefined =>
  typeof header === 'string' ? header : header?.[0];
