/**
 * Passwords are hashed slowly, and so never many at once: trading shares the cores. Whoever finds too many waiting
 * is told to come back; nothing of him waits here.
 */
import { randomBytes, scrypt, type ScryptOptions, timingSafeEqual } from 'node:crypto';
import { availableParallelism } from 'node:os';
import { Problem } from '../errors.js';

export const PASSWORDS = {
  charsMin: 10,
  /** A longer one says no more, and costs. */
  charsMax: 200,
  /** 128 MiB and about half a second each. */
  log2N: 17,
  r: 8,
  p: 1,
  bytes: 32,
  atOnceMax: 2,
  waitingMax: 32,
} as const;

export interface PasswordsOptions {
  /** So that one core at least is left for the exchange; 2 at most. */
  readonly atOnce?: number;
  /** Tests take a cheaper one. */
  readonly log2N?: number;
}

interface Parts {
  readonly log2N: number;
  readonly r: number;
  readonly p: number;
  readonly salt: Buffer;
  readonly hash: Buffer;
}

const FORM = /^scrypt\$(\d{1,2})\$(\d{1,2})\$(\d{1,2})\$([A-Za-z0-9_-]+)\$([A-Za-z0-9_-]+)$/;

export class Passwords {
  readonly #atOnce: number;
  readonly #log2N: number;
  /** What nobody's password is held against, so that an unknown e-mail costs the same work. */
  readonly #nobodys: Parts;
  readonly #waiting: (() => void)[] = [];
  #running = 0;

  constructor({ atOnce = spareCores(), log2N = PASSWORDS.log2N }: PasswordsOptions = {}) {
    this.#atOnce = atOnce;
    this.#log2N = log2N;
    this.#nobodys = this.#partsWith(randomBytes(PASSWORDS.bytes));
  }

  async hash(password: string): Promise<string> {
    const parts = this.#partsWith(Buffer.alloc(0));
    const hash = await this.#derive(password, parts);
    const text = [parts.salt, hash].map((bytes) => bytes.toString('base64url')).join('$');
    return `scrypt$${parts.log2N}$${parts.r}$${parts.p}$${text}`;
  }

  /** The same work whether there is a hash to hold it against or not. */
  async isRight(password: string, kept: string | undefined): Promise<boolean> {
    const parts = kept === undefined ? undefined : partsOf(kept);
    const { hash } = parts ?? this.#nobodys;
    const derived = await this.#derive(password, parts ?? this.#nobodys);
    return timingSafeEqual(derived, hash) && parts !== undefined;
  }

  #partsWith(hash: Buffer): Parts {
    const { r, p } = PASSWORDS;
    return { log2N: this.#log2N, r, p, salt: randomBytes(16), hash };
  }

  async #derive(password: string, { log2N, r, p, salt }: Parts): Promise<Buffer> {
    await this.#myTurn();
    try {
      const N = 2 ** log2N;
      return await derive(password, salt, { N, r, p, maxmem: 160 * N * r });
    } finally {
      const next = this.#waiting.shift();
      if (next) next();
      else this.#running--;
    }
  }

  /** Whoever ends hands his place to the next. */
  async #myTurn(): Promise<void> {
    if (this.#running < this.#atOnce) {
      this.#running++;
      return;
    }
    if (this.#waiting.length >= PASSWORDS.waitingMax)
      throw new Problem('busy', { retryAfterMs: 2_000 });
    await new Promise<void>((resolve) => void this.#waiting.push(resolve));
  }
}

const spareCores = (): number =>
  Math.max(1, Math.min(PASSWORDS.atOnceMax, availableParallelism() - 1));

function partsOf(kept: string): Parts | undefined {
  const [, log2N, r, p, salt, hash] = FORM.exec(kept) ?? [];
  if (salt === undefined || hash === undefined) return undefined;
  return {
    log2N: Number(log2N),
    r: Number(r),
    p: Number(p),
    salt: Buffer.from(salt, 'base64url'),
    hash: Buffer.from(hash, 'base64url'),
  };
}

const derive = (password: string, salt: Buffer, options: ScryptOptions): Promise<Buffer> =>
  new Promise((resolve, reject) => {
    const normal = password.normalize('NFKC');
    scrypt(normal, salt, PASSWORDS.bytes, options, (error, bytes) =>
      error ? reject(error) : resolve(bytes),
    );
  });
