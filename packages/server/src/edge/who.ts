/** The edge proves who asks and with which scope; who may is the engine's decision, in order. */
import { SYSTEM } from '@fairground/engine';
import type { FastifyRequest } from 'fastify';
import type { Clock } from '../clock.js';
import { Problem } from '../errors.js';
import type { Sequencing } from '../node/sequencing.js';
import type { NodeToken } from '../vault/token.js';
import type { Scope } from '../vault/rows.js';
import type { Vault } from '../vault/vault.js';

export interface Identity {
  /** An account id, or `system`. */
  readonly by: string;
  readonly scopes: readonly Scope[];
  /** The key or the session it came with; absent of the system. */
  readonly keyId?: string;
}

/** Whom keys and sessions are looked up with. */
export interface Doorman {
  readonly vault: Vault;
  readonly token: NodeToken;
  readonly clock: Pick<Clock, 'now'>;
  readonly sequencer: Pick<Sequencing, 'world'>;
}

const PLAYER: readonly Scope[] = ['read', 'trade'];
const ADMIN: readonly Scope[] = ['read', 'trade', 'admin', 'ingest'];

const SYSTEM_IDENTITY: Identity = { by: SYSTEM, scopes: ADMIN };
const BEARER = /^Bearer (fgs?_[A-Za-z0-9_-]{16,128})$/;

/** Undefined where nobody says who he is; a key that is none is refused. */
export function identify(
  doorman: Doorman,
  authorization: string | undefined,
): Identity | undefined {
  if (authorization === undefined) return undefined;
  const key = BEARER.exec(authorization)?.[1];
  if (key === undefined) throw new Problem('key_unknown');
  return identifyKey(doorman, key);
}

/** By the cookie of a browser: whoever is an admin is one on the pages too. */
export function identifySession({ vault, clock, sequencer }: Doorman, token: string): Identity {
  const row = vault.logins.sessionBy(token, clock.now());
  if (!row) throw new Problem('session_unknown');
  vault.logins.used(row.id, clock.now());
  const isAdmin = sequencer.world.accounts.get(row.account)?.roles.has('admin') === true;
  return { by: row.account, scopes: isAdmin ? ADMIN : PLAYER, keyId: row.id };
}

export function identifyKey({ vault, token, clock }: Doorman, key: string): Identity {
  if (key.startsWith('fgs_')) {
    if (token.matches(key)) return SYSTEM_IDENTITY;
    throw new Problem('key_unknown');
  }
  const row = vault.keyOf(key);
  if (!row) throw new Problem('key_unknown');
  vault.logins.used(row.id, clock.now());
  return { by: row.account, scopes: row.scopes, keyId: row.id };
}

/** Who asks, of a route that needs to know. */
export function askerOf(request: FastifyRequest): Identity {
  if (!request.identity) throw new Problem('unauthorized');
  return request.identity;
}

/** For routes where the scope depends on what is asked; the others name theirs beside their address. */
export function needScope(request: FastifyRequest, scope: Scope): void {
  if (askerOf(request).scopes.includes(scope)) return;
  throw new Problem('scope_missing', { details: [{ message: `This needs the scope ${scope}.` }] });
}

/** The account that asks: the system has none. */
export function accountOf(request: FastifyRequest): string {
  const { by } = askerOf(request);
  if (by === SYSTEM) {
    throw new Problem('scope_missing', {
      details: [{ message: 'The system is no account: use a key of one.' }],
    });
  }
  return by;
}

export function onlySystem(request: FastifyRequest): void {
  if (askerOf(request).by !== SYSTEM) {
    throw new Problem('scope_missing', {
      details: [
        { message: 'Only whoever can read the data directory may do this: use its node.token.' },
      ],
    });
  }
}
