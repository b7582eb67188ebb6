/** Calls of those who run the exchange: admins, sources, and whoever holds a data directory. */
import { formatTime } from '@fairground/engine';
import { outgoingAmount, outgoingBound, outgoingId } from './amounts.js';
import type { Client } from './client.js';
import { bodyOfMarket, outgoingTime } from './drafts.js';
import { FairgroundInvalid } from './errors.js';
import { Fields } from './fields.js';
import { readNewUser, readNodeState } from './readers.js';
import { marketPath } from './requests.js';
import { later, write, writeOnce, type WriteOptions } from './retry.js';
import type { Wire } from './wire.js';
import { change } from './writes.js';

export interface NewHandle {
  readonly handle: string;
  readonly admin?: boolean;
  /** The account's id; absent: drawn by the server, which is what keeps people apart from their names. */
  readonly account?: string;
  readonly scopes?: readonly string[];
}

/** Nothing named: a stock ends at its fundamental, a rally by its units. */
export interface MarketEnd {
  readonly outcome?: string;
  /** Millionths of a Point by outcome. */
  readonly payout?: readonly number[];
  readonly price?: bigint;
  readonly reason: string;
}

export interface Funds {
  readonly amount: bigint;
  readonly priceMin?: bigint | undefined;
  readonly priceMax?: bigint | undefined;
}

export interface Grant {
  readonly to: string;
  readonly amount: bigint;
  readonly reason: string;
}

export interface NewFact {
  readonly market: string;
  readonly fact: string;
  readonly kind: string;
  /** Milliseconds since 1970. */
  readonly happenedAt: number;
}

export interface Person {
  readonly account: string;
  readonly handle: string;
  readonly roles: readonly string[];
}

export interface Written {
  readonly seq: number;
  readonly replayed: boolean;
}

type Admin = Pick<
  Client,
  'createKey' | 'person' | 'erasePerson' | 'grant' | 'grantRole' | 'recordFact' | 'node'
>;

export function adminOf(wire: Wire): Admin {
  const post = async (path: string, body: unknown, how?: WriteOptions): Promise<Written> => {
    const written = await write(wire, { method: 'POST', path, body }, how);
    return { seq: new Fields(written.body, 'answer').count('seq'), replayed: written.replayed };
  };
  return {
    async createKey(wanted, how) {
      const request = { method: 'POST', path: '/v1/admin/keys', body: wanted } as const;
      return readNewUser(new Fields(await writeOnce(wire, request, how), 'key'));
    },
    grant: later(({ to, amount, reason }, how) => {
      const body = { to: outgoingId('to', to), amount: outgoingAmount('amount', amount), reason };
      return post('/v1/admin/grants', body, how);
    }),
    grantRole: later((account, role, how) =>
      post('/v1/admin/roles', { account: outgoingId('account', account), role }, how),
    ),
    recordFact: later(({ market, fact, kind, happenedAt }, how) => {
      const happened_at = formatTime(happenedAt);
      return post(
        '/v1/facts',
        { market: outgoingId('market', market), fact, kind, happened_at },
        how,
      );
    }),
    async person(handle, { signal } = {}) {
      const answer = await wire.once({ method: 'GET', path: personPath(handle), signal });
      if (answer.kind !== 'done') throw wire.errorOf(answer);
      const from = new Fields(answer.body, 'user');
      return {
        account: from.text('account'),
        handle: from.text('handle'),
        roles: from.texts('roles'),
      };
    },
    async erasePerson(handle, how) {
      const request = { method: 'DELETE', path: personPath(handle), body: {} } as const;
      await writeOnce(wire, request, how);
    },
    async node({ signal } = {}) {
      const answer = await wire.once({ method: 'GET', path: '/v1/admin/node', signal });
      if (answer.kind !== 'done') throw wire.errorOf(answer);
      return readNodeState(new Fields(answer.body, 'node'));
    },
  };
}

const personPath = (handle: string): string => `/v1/admin/users/${encodeURIComponent(handle)}`;

type MarketAdmin = Pick<
  Client['markets'],
  'edit' | 'pause' | 'resume' | 'extend' | 'fund' | 'close' | 'resolve' | 'cancel'
>;

export function marketAdminOf(wire: Wire): MarketAdmin {
  return {
    edit: later((id, market, how) =>
      change(wire, marketPath(id), { method: 'PATCH', body: bodyOfMarket(market), how }),
    ),
    pause: later((id, how) => change(wire, `${marketPath(id)}/pause`, { body: {}, how })),
    resume: later((id, how) => change(wire, `${marketPath(id)}/resume`, { body: {}, how })),
    extend: later((id, closesAt, how) => {
      const body = { closes_at: outgoingTime('closesAt', closesAt) };
      return change(wire, `${marketPath(id)}/extend`, { body, how });
    }),
    fund: later((id, { amount, priceMin, priceMax }, how) => {
      const body = {
        amount: outgoingAmount('amount', amount),
        ...(priceMin !== undefined && { price_min: outgoingBound('priceMin', priceMin) }),
        ...(priceMax !== undefined && { price_max: outgoingAmount('priceMax', priceMax) }),
      };
      return change(wire, `${marketPath(id)}/fund`, { body, how });
    }),
    close: later((id, how) => change(wire, `${marketPath(id)}/close`, { body: {}, how })),
    resolve: later((id, { outcome, payout, price, reason }, how) => {
      const body = {
        ...(outcome !== undefined && { outcome }),
        ...(payout !== undefined && { payout: payout.map(outgoingPart) }),
        ...(price !== undefined && { price: outgoingAmount('price', price) }),
        reason,
      };
      return change(wire, `${marketPath(id)}/resolve`, { body, how });
    }),
    cancel: later((id, reason, how) =>
      change(wire, `${marketPath(id)}/cancel`, { body: { reason }, how }),
    ),
  };
}

/** A part of one Point, which may be nothing. */
function outgoingPart(millionths: number): string {
  if (!Number.isSafeInteger(millionths) || millionths < 0 || millionths > 1_000_000)
    throw new FairgroundInvalid('payout', `A part is 0 to 1000000 millionths, not ${millionths}.`);
  return millionths === 1_000_000 ? '1' : `0.${String(millionths).padStart(6, '0')}`;
}
