/**
 * How people sign in: e-mails, passwords, sessions and mailed links, as the vault's rows tell them. Whatever is
 * shown once (a cookie, a link) is kept as a hash alone; what is over counts for nothing, swept or not.
 *
 * Long because a row of one kind decides what those of another are worth.
 */
import { randomBytes } from 'node:crypto';
import type { LoginRow, PasswordRow, SessionRow, SignupRow, TicketRow } from './rows.js';
import { hashOfSecret } from './secret.js';
import { PlaceTaken } from './store.js';

const DAY_MS = 86_400_000;

export const LOGINS = {
  sessionMs: 30 * DAY_MS,
  signupMs: DAY_MS,
  ticketMs: 60 * 60_000,
  /** The oldest ends where somebody has more. */
  sessionsMax: 50,
  /** Of people who never followed their link. */
  signupsMax: 20_000,
  /** Kept at most this often for each key or session. */
  usedEveryMs: DAY_MS,
  usedKeptMs: 365 * DAY_MS,
} as const;

export interface LoginsOptions {
  /** Resolves when the row is durable and was applied. */
  readonly keep: (row: LoginRow) => Promise<void>;
  /** Told of a session that is over. */
  readonly onEnded: (id: string) => void;
}

export class Logins {
  readonly #options: LoginsOptions;
  readonly #byEmail = new Map<string, string>();
  readonly #emails = new Map<string, string>();
  readonly #passwords = new Map<string, PasswordRow>();
  readonly #sessions = new Map<string, SessionRow>();
  readonly #sessionsByHash = new Map<string, SessionRow>();
  /** So that a session which is told after its end stays ended. */
  readonly #ended = new Map<string, LoginRow & { type: 'ended' }>();
  readonly #signups = new Map<string, SignupRow>();
  readonly #tickets = new Map<string, TicketRow>();
  readonly #spent = new Map<string, LoginRow & { type: 'spent' }>();
  readonly #used = new Map<string, LoginRow & { type: 'used' }>();
  /** In memory alone, and newer than what is kept. */
  readonly #usedHere = new Map<string, number>();
  #turn: Promise<unknown> = Promise.resolve();

  constructor(options: LoginsOptions) {
    this.#options = options;
  }

  accountOf(email: string): string | undefined {
    return this.#byEmail.get(placeOfEmail(email));
  }

  emailOf(account: string): string | undefined {
    return this.#emails.get(account);
  }

  passwordOf(account: string): string | undefined {
    return this.#passwords.get(account)?.password;
  }

  /** False where somebody else has it. */
  addEmail(account: string, email: string): Promise<boolean> {
    const place = placeOfEmail(email);
    return this.#once(async () => {
      const has = this.#byEmail.get(place);
      if (has !== undefined) return has === account;
      await this.#options.keep({ type: 'email', account, email: place });
      return true;
    });
  }

  /** Ends every session and link that was made before it. */
  async setPassword(account: string, password: string, now: number): Promise<void> {
    const at = Math.max(now, (this.#passwords.get(account)?.at ?? 0) + 1);
    await this.#options.keep({ type: 'password', account, password, at });
  }

  /** Makes a session; what the cookie is to hold is told once, here. */
  async addSession(
    account: string,
    agent: string,
    now: number,
  ): Promise<{ id: string; token: string }> {
    const mine = this.sessionsOf(account, now);
    for (const old of mine.slice(0, Math.max(0, mine.length + 1 - LOGINS.sessionsMax)))
      await this.endSession(old);
    const token = newToken();
    const id = `ses_${randomBytes(12).toString('hex')}`;
    const created = Math.max(now, this.#passwords.get(account)?.at ?? 0);
    const expires = created + LOGINS.sessionMs;
    const hash = hashOfSecret(token);
    await this.#options.keep({ type: 'session', id, hash, account, agent, created, expires });
    return { id, token };
  }

  sessionBy(token: string, now: number): SessionRow | undefined {
    const row = this.#sessionsByHash.get(hashOfSecret(token));
    return row && row.expires > now ? row : undefined;
  }

  /** The oldest first. */
  sessionsOf(account: string, now: number): readonly SessionRow[] {
    return [...this.#sessions.values()]
      .filter((row) => row.account === account && row.expires > now)
      .sort((a, b) => a.created - b.created);
  }

  /** Useless when this resolves, and for ever. */
  async endSession({ id, account, expires }: SessionRow): Promise<void> {
    await this.#options.keep({ type: 'ended', id, account, expires });
  }

  /**
   * Undefined where too many wait for their link already. Without a password it opens nothing: it stands for the
   * same work where the e-mail is known.
   */
  async addSignup(
    wanted: Pick<SignupRow, 'account' | 'handle' | 'email' | 'password'>,
    now: number,
  ): Promise<string | undefined> {
    if (this.#signups.size >= LOGINS.signupsMax) return undefined;
    const token = newToken();
    const email = placeOfEmail(wanted.email);
    const until = { created: now, expires: now + LOGINS.signupMs };
    await this.#options.keep({
      type: 'signup',
      ...wanted,
      email,
      hash: hashOfSecret(token),
      ...until,
    });
    return token;
  }

  signupBy(token: string, now: number): SignupRow | undefined {
    const row = this.#signups.get(hashOfSecret(token));
    return row && isReal(row) && row.expires > now ? row : undefined;
  }

  /** Also one whose time is over: it may have been confirmed in time. */
  signupOf(account: string): SignupRow | undefined {
    for (const row of this.#signups.values())
      if (row.account === account && isReal(row)) return row;
    return undefined;
  }

  /** A link for somebody who forgot his password. */
  async addTicket(account: string, now: number): Promise<string> {
    const token = newToken();
    const created = Math.max(now, this.#passwords.get(account)?.at ?? 0);
    const expires = created + LOGINS.ticketMs;
    await this.#options.keep({
      type: 'ticket',
      hash: hashOfSecret(token),
      account,
      created,
      expires,
    });
    return token;
  }

  ticketBy(token: string, now: number): TicketRow | undefined {
    const row = this.#tickets.get(hashOfSecret(token));
    if (!row || row.expires <= now || this.#spent.has(row.hash)) return undefined;
    const isOlder = row.created < (this.#passwords.get(row.account)?.at ?? 0);
    return isOlder ? undefined : row;
  }

  /** False where it was used before, here or elsewhere. */
  spend({ hash, account, expires }: TicketRow): Promise<boolean> {
    return this.#once(async () => {
      if (this.#spent.has(hash)) return false;
      await this.#options.keep({ type: 'spent', hash, account, expires });
      return true;
    });
  }

  /** Costs a request next to nothing: it is kept now and then, by `keepUsed`. */
  used(id: string, now: number): void {
    this.#usedHere.set(id, now);
  }

  /** When a key or a session was used last, to the day where that was on another node. */
  usedAt(id: string): number | undefined {
    return this.#usedHere.get(id) ?? this.#used.get(id)?.at;
  }

  /** `accountOf`: whose it is; undefined of what was revoked. */
  async keepUsed(accountOf: (id: string) => string | undefined, now: number): Promise<void> {
    for (const [id, at] of this.#usedHere) {
      const account = this.#sessions.get(id)?.account ?? accountOf(id);
      if (account === undefined) this.#usedHere.delete(id);
      else if (at - (this.#used.get(id)?.at ?? 0) >= LOGINS.usedEveryMs)
        await this.#options.keep({
          type: 'used',
          id,
          account,
          at,
          expires: now + LOGINS.usedKeptMs,
        });
    }
  }

  apply(row: LoginRow): void {
    switch (row.type) {
      case 'email':
        this.#byEmail.set(row.email, row.account);
        this.#emails.set(row.account, row.email);
        return;
      case 'password':
        this.#applyPassword(row);
        return;
      case 'session':
        this.#applySession(row);
        return;
      case 'ended':
        this.#ended.set(row.id, row);
        this.#dropSession(row.id);
        return;
      case 'signup':
        this.#signups.set(row.hash, row);
        return;
      case 'ticket':
        this.#tickets.set(row.hash, row);
        return;
      case 'spent':
        this.#spent.set(row.hash, row);
        return;
      case 'used':
        if (row.at >= (this.#used.get(row.id)?.at ?? 0)) this.#used.set(row.id, row);
        return;
    }
  }

  /** All that still counts, without what was one account's. */
  *rows(without?: string): Iterable<LoginRow> {
    const isKept = (row: { readonly account: string }): boolean => row.account !== without;
    for (const [account, email] of this.#emails)
      if (account !== without) yield { type: 'email', account, email };
    for (const rows of this.#tables()) for (const row of rows.values()) if (isKept(row)) yield row;
  }

  forget(account: string): void {
    const email = this.#emails.get(account);
    if (email !== undefined) this.#byEmail.delete(email);
    this.#emails.delete(account);
    for (const { id } of this.sessionsOf(account, 0)) this.#dropSession(id);
    for (const rows of this.#tables())
      for (const [key, row] of rows) if (row.account === account) rows.delete(key);
  }

  /** Forgets what was over before; how many rows that were. */
  sweep(before: number): number {
    let count = 0;
    for (const { id, expires } of this.#sessions.values()) {
      if (expires >= before) continue;
      this.#dropSession(id);
      count++;
    }
    for (const rows of [this.#ended, this.#signups, this.#tickets, this.#spent, this.#used]) {
      for (const [key, { expires }] of rows) {
        if (expires >= before) continue;
        rows.delete(key);
        count++;
      }
    }
    return count;
  }

  #tables(): readonly Map<string, Exclude<LoginRow, { type: 'email' }>>[] {
    return [
      this.#passwords,
      this.#sessions,
      this.#ended,
      this.#signups,
      this.#tickets,
      this.#spent,
      this.#used,
    ] as const;
  }

  /** A database that went back may tell an older one after the newest. */
  #applyPassword(row: PasswordRow): void {
    if (row.at < (this.#passwords.get(row.account)?.at ?? 0)) return;
    this.#passwords.set(row.account, row);
    for (const { id, created } of this.sessionsOf(row.account, 0))
      if (created < row.at) this.#dropSession(id);
  }

  #applySession(row: SessionRow): void {
    const isOver = this.#ended.has(row.id) || row.created < this.#changedAt(row.account);
    if (isOver) return;
    this.#sessions.set(row.id, row);
    this.#sessionsByHash.set(row.hash, row);
  }

  #changedAt(account: string): number {
    return this.#passwords.get(account)?.at ?? 0;
  }

  #dropSession(id: string): void {
    const row = this.#sessions.get(id);
    if (!row) return;
    this.#sessions.delete(id);
    this.#sessionsByHash.delete(row.hash);
    this.#options.onEnded(id);
  }

  /** One after the other: of two who want one place here, the second sees the first. */
  #once(work: () => Promise<boolean>): Promise<boolean> {
    const turn = this.#turn.then(work).catch((error: unknown) => {
      if (error instanceof PlaceTaken) return false;
      throw error;
    });
    this.#turn = turn.catch(() => undefined);
    return turn;
  }
}

/** Letter case does not tell e-mails apart. */
const placeOfEmail = (email: string): string => email.trim().toLowerCase();

const isReal = ({ password }: SignupRow): boolean => password !== '';

/** 256 bits: nobody finds one. */
const newToken = (): string => randomBytes(32).toString('base64url');
