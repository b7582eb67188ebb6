/**
 * What nodes say to each other is signed with the secret they share: a request with its time and a number used
 * once, so that nobody can send it again; an answer with that number, so that it answers no other request.
 */
import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { Clock } from '../clock.js';

export const SEAL_HEADER = 'fairground-seal';

export const SEAL = {
  /** How far two nodes' clocks and the way between them may be apart. */
  apartMs: 30_000,
  /** Numbers remembered: more than any node sends in that time. */
  noncesMax: 200_000,
} as const;

const FORM = /^(\d{1,15})\.([0-9a-f]{32})\.([0-9a-f]{64})$/;

export interface Sealed {
  readonly nonce: string;
  readonly header: string;
}

export class Seal {
  readonly #secret: string;
  readonly #clock: Pick<Clock, 'now'>;
  /** In the order in which they came, each with the time at which it may be forgotten. */
  readonly #seen = new Map<string, number>();

  constructor(secret: string, clock: Pick<Clock, 'now'>) {
    this.#secret = secret;
    this.#clock = clock;
  }

  /** The header of a request. */
  request(path: string, body: string): Sealed {
    const at = String(this.#clock.now());
    const nonce = randomBytes(16).toString('hex');
    return { nonce, header: `${at}.${nonce}.${this.#sign('request', at, nonce, path, body)}` };
  }

  /** The number of a request that is genuine, in time and new; undefined of any other. */
  open(header: string | undefined, path: string, body: string): string | undefined {
    const [, at = '', nonce = '', given = ''] = FORM.exec(header ?? '') ?? [];
    if (nonce === '' || !isSame(given, this.#sign('request', at, nonce, path, body))) return;
    const now = this.#clock.now();
    if (Math.abs(now - Number(at)) > SEAL.apartMs) return;
    this.#forget(now);
    if (this.#seen.has(nonce) || this.#seen.size >= SEAL.noncesMax) return;
    this.#seen.set(nonce, now + 2 * SEAL.apartMs);
    return nonce;
  }

  /** The header of the answer to the request with this number. */
  answer(nonce: string, status: number, body: string): string {
    return this.#sign('answer', nonce, String(status), body);
  }

  isAnswer(header: string | undefined, nonce: string, status: number, body: string): boolean {
    return isSame(header ?? '', this.answer(nonce, status, body));
  }

  #forget(now: number): void {
    for (const [nonce, until] of this.#seen) {
      if (until >= now) return;
      this.#seen.delete(nonce);
    }
  }

  /** Lengths come first, so that no two lists of parts read alike. */
  #sign(...parts: readonly string[]): string {
    const mac = createHmac('sha256', this.#secret);
    for (const part of parts) mac.update(`${Buffer.byteLength(part)}:`).update(part);
    return mac.digest('hex');
  }
}

function isSame(given: string, due: string): boolean {
  const [one, other] = [Buffer.from(given), Buffer.from(due)];
  return one.length === other.length && timingSafeEqual(one, other);
}
