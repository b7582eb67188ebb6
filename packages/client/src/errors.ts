/** What a call may end in when it does not end in an answer. Each class says what the caller does next. */
import { type RefusalCode, REFUSALS } from '@fairground/engine';
import type { Cursor } from './cursor.js';
import type { EdgeCode } from './edge-codes.js';

/** The engine's refusals, what the edge adds to them, and whatever a later server may say. */
export type Code = RefusalCode | EdgeCode | (string & {});

export abstract class FairgroundError extends Error {
  abstract readonly kind: 'invalid' | 'refused' | 'not_now' | 'unknown' | 'fault' | 'forked';
}

/** The call was not sent: an argument cannot be right. */
export class FairgroundInvalid extends FairgroundError {
  override readonly name = 'FairgroundInvalid';
  readonly kind = 'invalid';
  readonly field: string;

  constructor(field: string, message: string) {
    super(message);
    this.field = field;
  }
}

/** One thing that was wrong: what, and in which field. */
export interface Detail {
  readonly path: string | undefined;
  readonly message: string;
}

export interface RefusalFields {
  readonly code: Code;
  readonly message: string;
  readonly status: number;
  /** True: the engine decided, nothing happened, and another try is a new key. False: mend the call. */
  readonly final: boolean;
  readonly details: readonly Detail[];
  readonly requestId: string | undefined;
}

/** A legitimate no. */
export class FairgroundRefusal extends FairgroundError implements RefusalFields {
  override readonly name = 'FairgroundRefusal';
  readonly kind = 'refused';
  readonly code: Code;
  /** The engine's own word, final: one of its table. Undefined where the edge refused, or a later engine. */
  readonly refusal: RefusalCode | undefined;
  readonly status: number;
  readonly final: boolean;
  readonly details: readonly Detail[];
  readonly requestId: string | undefined;

  constructor(fields: RefusalFields) {
    super(fields.message);
    this.code = fields.code;
    this.refusal = fields.final && isRefusal(fields.code) ? fields.code : undefined;
    this.status = fields.status;
    this.final = fields.final;
    this.details = fields.details;
    this.requestId = fields.requestId;
  }
}

const isRefusal = (code: string): code is RefusalCode => Object.hasOwn(REFUSALS, code);

/** Nothing happened, and nothing is wrong with the call: the exchange is busy, or cannot be reached. */
export class FairgroundNotNow extends FairgroundError {
  override readonly name = 'FairgroundNotNow';
  readonly kind = 'not_now';
  /** `busy`, `no_leader` … as the server says, or `unreachable`. */
  readonly code: Code;
  readonly retryAfterMs: number;

  constructor(code: Code, message: string, retryAfterMs: number) {
    super(message);
    this.code = code;
    this.retryAfterMs = retryAfterMs;
  }
}

/**
 * The command may have happened. Only the same key tells: send the call again with it, or ask
 * `receipt(key)`. A call with a new key may do it twice.
 */
export class FairgroundUnknown extends FairgroundError {
  override readonly name = 'FairgroundUnknown';
  readonly kind = 'unknown';
  /** Empty of what has no key. */
  readonly key: string;
  readonly attempts: number;

  constructor(key: string, attempts: number, why: string, cause?: unknown) {
    super(`The outcome is unknown after ${attempts} attempt${attempts === 1 ? '' : 's'}: ${why}`, {
      cause,
    });
    this.key = key;
    this.attempts = attempts;
  }
}

/** A bug, the server's or this client's: report it; trying again does not help. */
export class FairgroundFault extends FairgroundError {
  override readonly name = 'FairgroundFault';
  readonly kind = 'fault';
  readonly requestId: string | undefined;

  constructor(message: string, requestId?: string) {
    super(message);
    this.requestId = requestId;
  }
}

/**
 * The server's journal does not contain an entry this client has seen: history was rewound or
 * rewritten. Every later read fails the same way until `forgetHead()` accepts the new history.
 */
export class FairgroundForked extends FairgroundError {
  override readonly name = 'FairgroundForked';
  readonly kind = 'forked';
  readonly seen: Cursor;

  constructor(seen: Cursor) {
    super(
      `History has changed: entry ${seen.seq} had the hash ${seen.hash}… when it was seen, ` +
        'and the server’s journal no longer contains it.',
    );
    this.seen = seen;
  }
}
