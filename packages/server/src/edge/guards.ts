/** What stands before every route: who asks, from which page, how often. */
import { SYSTEM } from '@fairground/engine';
import type { FastifyReply, FastifyRequest } from 'fastify';
import type { Rates } from '../config.js';
import { Problem } from '../errors.js';
import type { Scope } from '../vault/rows.js';
import { Buckets, type Verdict } from './buckets.js';
import { type SessionCookie, sessionCookie } from './cookie.js';
import { one } from './envelope.js';
import { type Doorman, identify, type Identity, identifySession, needScope } from './who.js';

/** Which bucket a route draws from; `none` for what monitoring asks. */
export const RATE_CLASSES = ['read', 'trade', 'admin', 'sign_in', 'none'] as const;
export type RateClass = (typeof RATE_CLASSES)[number];

declare module 'fastify' {
  interface FastifyRequest {
    /** Who asks; undefined where nobody says so. */
    identity: Identity | undefined;
    /** Asked for with `?fresh=1`: nothing older than what anybody was told before. */
    isFresh: boolean;
  }
  interface FastifyContextConfig {
    rate?: RateClass;
    /** The scope a key needs here; absent: no key is needed. */
    scope?: Scope;
  }
}

export interface GuardOptions {
  readonly doorman: Doorman;
  readonly rates: Rates;
  readonly origins: readonly string[];
  readonly steady: () => number;
}

/** What another node may know already. */
const UNKNOWN = new Set<string>(['key_unknown', 'session_unknown']);
const UNSAFE = new Set(['POST', 'PUT', 'PATCH', 'DELETE']);

export class Guards {
  readonly #doorman: Doorman;
  readonly #origins: Set<string>;
  readonly #open: Buckets;
  readonly #accounts: Buckets;
  readonly #admins: Buckets;
  readonly #journal: Buckets;
  readonly #signIns: Buckets;
  readonly #signInsOfAccounts: Buckets;
  readonly cookie: SessionCookie;

  constructor({ doorman, rates, origins, steady }: GuardOptions) {
    this.#doorman = doorman;
    this.#origins = new Set(origins);
    const minute = (count: number) => ({ perSecond: count / 60, burst: count });
    this.#open = new Buckets(minute(rates.publicPerMinute), steady);
    this.#accounts = new Buckets(
      { perSecond: rates.tradesPerSecond, burst: rates.tradesBurst },
      steady,
    );
    const { signInsPerMinute: signIns } = rates;
    this.#signIns = new Buckets(minute(signIns), steady);
    this.#signInsOfAccounts = new Buckets({ perSecond: signIns / 600, burst: signIns }, steady);
    this.cookie = sessionCookie(origins);
    this.#admins = new Buckets(minute(rates.adminPerMinute), steady);
    this.#journal = new Buckets(
      { perSecond: rates.journalBytesPerSecond, burst: rates.journalBytesBurst },
      steady,
    );
  }

  /** Pages served by this node itself may always ask; known only once it listens. */
  allowOrigin(origin: string): void {
    this.#origins.add(origin);
  }

  isOriginAllowed(origin: string | undefined): boolean {
    return origin === undefined || this.#origins.has(origin);
  }

  /** The hook before every `/v1` route. */
  readonly check = (
    request: FastifyRequest,
    reply: FastifyReply,
    done: (error?: Error) => void,
  ): void => {
    const problem = this.#problemOf(request, reply);
    const isUnknown = problem instanceof Problem && UNKNOWN.has(problem.code);
    if (!isUnknown) return done(problem);
    // It may have been made on another node a moment ago.
    const look = async (): Promise<Error | undefined> => {
      await this.#doorman.vault.refresh();
      return this.#problemOf(request, reply, true);
    };
    // In a turn of its own: what the route throws is not this promise's.
    const tell = (found: Error | undefined): void => void setImmediate(done, found);
    look().then(tell, tell);
  };

  /** Why the request is not let in; undefined when it is. */
  #problemOf(request: FastifyRequest, reply: FastifyReply, isLast = false): Error | undefined {
    try {
      this.#check(request, reply, isLast);
      return undefined;
    } catch (error) {
      return error instanceof Error ? error : new Error(String(error));
    }
  }

  /** Before a route looks at its query: `?fresh=1` is one of every read. It costs the leader a commit. */
  readonly takeFresh = (
    request: FastifyRequest,
    reply: FastifyReply,
    done: (error?: Error) => void,
  ): void => {
    const { query } = request;
    if (request.method !== 'GET' || !isRecord(query) || query['fresh'] !== '1') return done();
    try {
      delete query['fresh'];
      request.isFresh = true;
      this.admitMore(request, reply, 1);
    } catch (error) {
      return done(error instanceof Error ? error : new Error(String(error)));
    }
    done();
  };

  #check(request: FastifyRequest, reply: FastifyReply, isLast: boolean): void {
    const { scope, rate = 'read' } = request.routeOptions.config;
    const isUpgrade = request.headers.upgrade !== undefined;
    if (
      (UNSAFE.has(request.method) || isUpgrade) &&
      !this.isOriginAllowed(one(request.headers.origin))
    ) {
      throw new Problem('origin_refused');
    }
    // Nobody writes with a key that may have been revoked elsewhere without a word reaching this node.
    if (UNSAFE.has(request.method) && !this.#doorman.vault.isCurrent)
      throw new Problem('behind', { retryAfterMs: 1_000 });
    request.identity = this.#identify(request, reply, isLast);
    this.#admit(request, reply, rate);
    if (scope === undefined) return;
    needScope(request, scope);
  }

  /** More of the same bucket: a batch of orders counts as so many. */
  admitMore(request: FastifyRequest, reply: FastifyReply, count: number): void {
    const { identity } = request;
    if (count > 0 && identity && identity.by !== SYSTEM) {
      allow(reply, this.#accounts.take(identity.by, count));
    }
  }

  admitJournalBytes(request: FastifyRequest, reply: FastifyReply, bytes: number): void {
    if (request.identity?.by !== SYSTEM) allow(reply, this.#journal.take(request.ip, bytes));
  }

  /** Of one account, whichever address it is tried from. */
  admitSignIn(reply: FastifyReply, email: string): void {
    allow(reply, this.#signInsOfAccounts.take(email.trim().toLowerCase()));
  }

  /** Wrong keys are counted against the address, so that nobody tries many. */
  #identify(request: FastifyRequest, reply: FastifyReply, isLast: boolean): Identity | undefined {
    const { headers } = request;
    const said = headers.authorization ?? keyOfSocket(request);
    const token = said === undefined ? this.cookie.read(headers.cookie) : undefined;
    try {
      if (token === undefined) return identify(this.#doorman, said);
      return this.#bySession(request, token);
    } catch (error) {
      const isOver = error instanceof Problem && error.code === 'session_unknown';
      // Whoever was signed in once may look, and come in again.
      if (isOver && isLast && request.routeOptions.config.scope === undefined) return undefined;
      if (!isLast) allow(reply, this.#open.take(request.ip));
      throw error;
    }
  }

  /** A browser sends its cookie unasked: what changes something must come from a page of ours. */
  #bySession(request: FastifyRequest, token: string): Identity {
    const { headers, method } = request;
    const acts = UNSAFE.has(method) || headers.upgrade !== undefined;
    if (acts && headers.origin === undefined) throw new Problem('origin_refused');
    return identifySession(this.#doorman, token);
  }

  #admit(request: FastifyRequest, reply: FastifyReply, rate: RateClass): void {
    const { identity } = request;
    if (rate === 'none' || identity?.by === SYSTEM) return;
    if (rate === 'sign_in') return allow(reply, this.#signIns.take(request.ip));
    if (!identity) allow(reply, this.#open.take(request.ip));
    else if (rate === 'admin') allow(reply, this.#admins.take(identity.by));
    else allow(reply, this.#accounts.take(identity.by));
  }
}

/** A page cannot set headers when it opens a socket: it offers the protocols `fairground` and its key. */
function keyOfSocket({ headers }: FastifyRequest): string | undefined {
  if (headers.upgrade === undefined) return undefined;
  const [name, key] = (headers['sec-websocket-protocol'] ?? '').split(/ *, */);
  return name === 'fairground' && key !== undefined ? `Bearer ${key}` : undefined;
}

function allow(reply: FastifyReply, verdict: Verdict): void {
  if (verdict.isAllowed) return;
  reply.headers({
    'ratelimit-limit': verdict.limit,
    'ratelimit-remaining': verdict.remaining,
    'ratelimit-reset': Math.ceil(verdict.waitMs / 1_000),
  });
  throw new Problem('too_many_requests', { retryAfterMs: verdict.waitMs });
}

const isRecord = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null;
