/**
 * Signing up touches two stores, so it is a saga: the vault remembers the wish and the account's id first,
 * then the journal opens the account. Whatever dies in between is repeated at the next start, and an account
 * is opened once.
 */
import { randomBytes } from 'node:crypto';
import { type AccountId, SYSTEM, type Wish } from '@fairground/engine';
import { commandIdOf } from '@fairground/journal';
import type { Clock } from './clock.js';
import { Problem } from './errors.js';
import type { Sequencing } from './node/sequencing.js';
import type { Scope, SignupRow, UserRow } from './vault/rows.js';
import type { Vault } from './vault/vault.js';

export interface Registry {
  readonly vault: Vault;
  readonly sequencer: Sequencing;
  readonly clock: Clock;
}

export interface SignUp {
  readonly handle: string;
  readonly admin?: boolean;
  /** The account's id; absent: drawn. */
  readonly account?: AccountId | undefined;
  /** What the first key may do; absent: read and trade, and for an admin all. */
  readonly scopes?: readonly Scope[] | undefined;
}

export interface SignedUp {
  readonly account: AccountId;
  readonly handle: string;
  /** Told once. */
  readonly key: string;
  readonly key_id: string;
  readonly scopes: readonly Scope[];
}

const VALID_MS = 60_000;
const PLAYER: readonly Scope[] = ['read', 'trade'];
const ADMIN: readonly Scope[] = ['read', 'trade', 'admin'];

export async function signUp(
  registry: Registry,
  { handle, admin = false, account, scopes }: SignUp,
): Promise<SignedUp> {
  if (registry.sequencer.world.sealed) throw new Problem('sealed');
  const user = await reserve(registry, { handle, admin, account });
  await openAccount(registry, user);
  const allowed = scopes ?? (admin ? ADMIN : PLAYER);
  // As long as it has no key a sign-up is not over: if the disk is full now, asking again goes on with it.
  const made = await newKey(registry, user.account, 'first', allowed);
  await registry.vault.markOpened(user.account);
  return { account: user.account, handle: user.handle, ...made };
}

export async function newKey(
  { vault, clock }: Registry,
  account: AccountId,
  name: string,
  scopes: readonly Scope[],
): Promise<Pick<SignedUp, 'key' | 'key_id' | 'scopes'>> {
  const { id, key } = await vault.addKey({ account, name, scopes, created: clock.now() });
  return { key, key_id: id, scopes };
}

/** Random: what an account does is public, and points to nobody. */
export const newAccountId = (): AccountId => `acc_${randomBytes(10).toString('hex')}`;

/** A sign-up that was cut off is gone on with; a finished one has its handle. */
async function reserve(
  { vault, clock, sequencer }: Registry,
  { handle, admin = false, account: wanted }: SignUp,
): Promise<UserRow> {
  const known = vault
    .pendingUsers()
    .find((user) => user.handle.toLowerCase() === handle.toLowerCase());
  if (known) return known;
  // Whoever has it keeps it.
  const isThere = wanted !== undefined && sequencer.world.accounts.has(wanted);
  if (isThere) {
    const message = `There is an account ${wanted} already.`;
    throw new Problem('handle_taken', { details: [{ message }] });
  }
  const account = wanted ?? newAccountId();
  const user = { account, handle, created: clock.now(), admin };
  if (!(await vault.addUser(user))) throw new Problem('handle_taken');
  return { type: 'user', ...user };
}

/** A link was followed: the account that its sign-up fixed is opened, once, however often this is tried. */
export async function openSignedUp(
  registry: Registry,
  signup: SignupRow,
  handle: string,
): Promise<UserRow> {
  const { vault, clock, sequencer } = registry;
  if (sequencer.world.sealed) throw new Problem('sealed');
  const { account } = signup;
  if (vault.handleOf(account) === undefined) {
    const user = { account, handle, created: clock.now(), admin: false };
    // Two who follow the link at once are one.
    const isThere = (): boolean => vault.handleOf(account) !== undefined;
    if (!(await vault.addUser(user)) && !isThere()) throw new Problem('handle_taken');
  }
  const user = vault.userBy(account);
  if (!user || !(await finish(registry, user))) throw new Problem('email_taken');
  return user;
}

/** Opens what the vault says is pending: at every start, and `before` some instant while the node runs. */
export async function openPending(
  registry: Registry,
  before = Number.POSITIVE_INFINITY,
): Promise<void> {
  // Where the exchange goes on, they are opened there.
  if (registry.sequencer.world.sealed) return;
  for (const user of registry.vault.pendingUsers())
    if (user.created < before) await finish(registry, user);
}

/** False of somebody whose e-mail was taken by a faster one: nothing of him is left. */
async function finish(registry: Registry, user: UserRow): Promise<boolean> {
  const { vault } = registry;
  const { account } = user;
  const signup = vault.logins.signupOf(account);
  if (signup && !(await keepLogin(registry, signup))) {
    await vault.erase(account);
    return false;
  }
  await openAccount(registry, user);
  await vault.markOpened(account);
  return true;
}

async function keepLogin({ vault, clock }: Registry, signup: SignupRow): Promise<boolean> {
  const { account, email, password } = signup;
  if (!(await vault.logins.addEmail(account, email))) return false;
  if (vault.logins.passwordOf(account) === undefined)
    await vault.logins.setPassword(account, password, clock.now());
  return true;
}

async function openAccount(registry: Registry, { account, admin }: UserRow): Promise<void> {
  await insist(registry, `open-${account}`, { type: 'open_account', account });
  if (admin)
    await insist(registry, `admin-${account}`, { type: 'grant_role', account, role: 'admin' });
}

/** Done, now or before. What it did before its answer was lost comes back as a refusal, and is as good. */
export async function insist(
  { sequencer, clock }: Registry,
  key: string,
  wish: Wish,
): Promise<void> {
  const command = {
    by: SYSTEM,
    id: commandIdOf(SYSTEM, key),
    validUntil: clock.now() + VALID_MS,
    wish,
  };
  const answer = await sequencer.submit(command);
  switch (answer.kind) {
    case 'done':
      return;
    case 'refused':
      if (answer.code === 'account_exists' || answer.code === 'already_so') return;
      if (answer.code === 'sealed') throw new Problem('sealed');
      throw new Problem('busy', {
        details: [{ message: `The exchange refused: ${answer.code}.` }],
      });
    case 'not_now':
      throw new Problem(answer.code, { retryAfterMs: answer.retryAfterMs });
    case 'unknown':
      throw new Problem('outcome_unknown');
    case 'fault':
      throw new Problem('fault');
  }
}
