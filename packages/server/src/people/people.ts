/**
 * People and how they come in. Whoever does not hold the mailbox never learns whether somebody has an account: an
 * unknown e-mail is answered like a known one, after the same work, and the difference goes by mail.
 */
import { newAccountId, openSignedUp, type Registry } from '../accounts.js';
import { Buckets } from '../edge/buckets.js';
import { Problem } from '../errors.js';
import type { SessionRow } from '../vault/rows.js';
import { changedLetter, confirmLetter, knownLetter, resetLetter } from './letters.js';
import type { Mailer } from './mail.js';
import type { Passwords } from './passwords.js';

export interface PeopleOptions {
  readonly registry: Registry;
  readonly passwords: Passwords;
  readonly mailer: Mailer;
  /** Where the pages are. */
  readonly site: () => string;
  readonly onAlarm: (reason: string) => void;
}

/** Somebody came in. */
export interface Entered {
  readonly account: string;
  readonly handle: string;
  /** What his cookie is to hold: told once. */
  readonly token: string;
}

/** One mailbox gets so many letters at once, and so many an hour after that. */
const LETTERS = { burst: 5, perSecond: 5 / 3_600 } as const;
const AGENT_CHARS_MAX = 200;

export class People {
  readonly #options: PeopleOptions;
  readonly #letters: Buckets;
  /** Letters that are being written: a node that is told to stop waits for them. */
  readonly #writing = new Set<Promise<void>>();

  constructor(options: PeopleOptions) {
    this.#options = options;
    this.#letters = new Buckets(LETTERS, options.registry.clock.steady);
  }

  /** Mails a link. Nothing is opened before it is followed. */
  async signUp(wanted: { handle: string; email: string; password: string }): Promise<void> {
    const { registry, passwords, site } = this.#options;
    const { vault, clock, sequencer } = registry;
    const { handle, email } = wanted;
    if (sequencer.world.sealed) throw new Problem('sealed');
    if (vault.userOf(handle)) throw new Problem('handle_taken');
    const password = await passwords.hash(wanted.password);
    const known = vault.logins.accountOf(email);
    const account = known ?? newAccountId();
    const signup = { account, handle, email, password: known === undefined ? password : '' };
    const token = await vault.logins.addSignup(signup, clock.now());
    if (token === undefined) throw new Problem('busy', { retryAfterMs: 60_000 });
    if (!this.#mayWriteTo(email)) return;
    const to = { to: email, site: site() };
    const { mailer } = this.#options;
    mailer.send(known === undefined ? confirmLetter({ ...to, token }) : knownLetter(to));
  }

  /** The link of a sign-up was followed. Another handle may be chosen where somebody was faster. */
  async confirm(token: string, handle: string | undefined, agent: string): Promise<Entered> {
    const { registry } = this.#options;
    await registry.vault.refresh();
    const signup = registry.vault.logins.signupBy(token, registry.clock.now());
    if (!signup || registry.vault.isOpened(signup.account)) throw new Problem('link_unknown');
    const user = await openSignedUp(registry, signup, handle ?? signup.handle);
    return this.#enter(user.account, agent);
  }

  async signIn(email: string, password: string, agent: string): Promise<Entered> {
    const { vault } = this.#options.registry;
    await vault.refresh();
    const account = vault.logins.accountOf(email);
    const kept = account === undefined ? undefined : vault.logins.passwordOf(account);
    const isRight = await this.#options.passwords.isRight(password, kept);
    // It may have been changed meanwhile, or its owner erased.
    const isStill = account !== undefined && vault.logins.passwordOf(account) === kept;
    if (!isRight || !isStill || !vault.isOpened(account)) throw new Problem('sign_in_wrong');
    return this.#enter(account, agent);
  }

  /** Of whoever is signed in; true where there was such a session of his. */
  async end(account: string, id: string): Promise<boolean> {
    const { vault } = this.#options.registry;
    const session = this.sessionsOf(account).find((one) => one.id === id);
    if (session) await vault.logins.endSession(session);
    return session !== undefined;
  }

  /** How many there were. */
  async endOthers(account: string, own: string | undefined): Promise<number> {
    const others = this.sessionsOf(account).filter(({ id }) => id !== own);
    for (const session of others) await this.#options.registry.vault.logins.endSession(session);
    return others.length;
  }

  sessionsOf(account: string): readonly SessionRow[] {
    const { vault, clock } = this.#options.registry;
    return vault.logins.sessionsOf(account, clock.now());
  }

  /** Nobody waits for it: how long it takes would tell who has an account. */
  forgot(email: string): void {
    const { onAlarm } = this.#options;
    const writing = this.#writeReset(email)
      .catch((error: unknown) => onAlarm(`A link could not be made: ${nameOf(error)}.`))
      .finally(() => this.#writing.delete(writing));
    this.#writing.add(writing);
  }

  /** Once for each link; every session ends. */
  async reset(token: string, password: string): Promise<void> {
    const { registry, passwords } = this.#options;
    const { vault, clock } = registry;
    await vault.refresh();
    if (!vault.logins.ticketBy(token, clock.now())) throw new Problem('link_unknown');
    // First of all: where it is too busy for this, the link still works.
    const hash = await passwords.hash(password);
    const ticket = vault.logins.ticketBy(token, clock.now());
    if (!ticket || !(await vault.logins.spend(ticket))) throw new Problem('link_unknown');
    await this.#setPassword(ticket.account, hash);
  }

  /** Ends every other session, and renews this one. */
  async change(account: string, current: string, wanted: string, agent: string): Promise<Entered> {
    const { passwords, registry } = this.#options;
    const kept = registry.vault.logins.passwordOf(account);
    if (!(await passwords.isRight(current, kept))) throw new Problem('sign_in_wrong');
    const hash = await passwords.hash(wanted);
    if (registry.vault.logins.passwordOf(account) !== kept) throw new Problem('sign_in_wrong');
    await this.#setPassword(account, hash);
    return this.#enter(account, agent);
  }

  /** For good: handle, e-mail, password, texts, keys and sessions. Who has a password says it once more. */
  async erase(account: string, handle: string, password: string | undefined): Promise<void> {
    const { vault } = this.#options.registry;
    const kept = vault.logins.passwordOf(account);
    if (vault.handleOf(account) !== handle) {
      const message = 'This is not your handle.';
      throw new Problem('bad_request', { details: [{ path: 'handle', message }] });
    }
    if (kept !== undefined && !(await this.#options.passwords.isRight(password ?? '', kept)))
      throw new Problem('sign_in_wrong');
    await vault.erase(account);
  }

  /** Resolves when no letter is being written or on its way. */
  async idle(): Promise<void> {
    await Promise.all(this.#writing);
    await this.#options.mailer.idle();
  }

  async #enter(account: string, agent: string): Promise<Entered> {
    const { vault, clock } = this.#options.registry;
    const shown = agent.replaceAll(/[^\x20-\x7e]/g, '').slice(0, AGENT_CHARS_MAX);
    const { token } = await vault.logins.addSession(account, shown, clock.now());
    return { account, handle: vault.handleOf(account) ?? account, token };
  }

  async #setPassword(account: string, hash: string): Promise<void> {
    const { registry, mailer, site } = this.#options;
    const { logins } = registry.vault;
    await logins.setPassword(account, hash, registry.clock.now());
    const email = logins.emailOf(account);
    if (email !== undefined) mailer.send(changedLetter({ to: email, site: site() }));
  }

  async #writeReset(email: string): Promise<void> {
    const { registry, mailer, site } = this.#options;
    const { vault, clock } = registry;
    const account = vault.logins.accountOf(email);
    if (account === undefined || !this.#mayWriteTo(email)) return;
    const token = await vault.logins.addTicket(account, clock.now());
    // Where the e-mail was written otherwise, the letter goes to the one that was confirmed.
    const to = vault.logins.emailOf(account) ?? email;
    mailer.send(resetLetter({ to, site: site(), token }));
  }

  /** So that nobody's mailbox is filled by a stranger. */
  #mayWriteTo(email: string): boolean {
    return this.#letters.take(email.trim().toLowerCase()).isAllowed;
  }
}

const nameOf = (error: unknown): string => (error instanceof Error ? error.name : 'an error');
