/** Calls of those who run the exchange: admins, sources, and whoever holds a data directory. */
import { formatTime } from '@fairground/engine';
import { outgoingAmount, outgoingBound, outgoingId } from './amounts.js';
import type { Client } from './client.js';
import { bodyOfMarket, outgoingTime } from './drafts.js';
import { FairgroundInvalid } from './errors.js';
import { Fields } from './fields.js';
import { getOne, getPage } from './get.js';
import { readNewUser, readNodeState } from './readers.js';
import { marketPath, queryText } from './requests.js';
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

/** What the proposal says, word for word. */
export interface MarketConfirm extends Omit<MarketEnd, 'reason'> {
  readonly act: 'resolve' | 'cancel';
  /** As the proposal shows it. */
  readonly reasonHash: string;
}

export interface Audited {
  readonly seq: number;
  readonly at: number;
  readonly by: string;
  readonly handle: string | undefined;
  readonly act: string;
  readonly target: string | undefined;
  /** The refusal, where it was none of theirs to do. */
  readonly refused: string | undefined;
  readonly reason: string | undefined;
}

export interface Jobs {
  /** False where the database is another exchange's: then nobody is told anything. */
  readonly delivers: boolean;
  readonly queues: readonly {
    readonly queue: string;
    readonly state: string;
    readonly count: number;
  }[];
  readonly failed: readonly {
    readonly id: string;
    readonly queue: string;
    readonly attempts: number;
    readonly reason: string;
    readonly failedAt: number;
  }[];
  readonly schedule: readonly {
    readonly task: string;
    readonly everyS: number;
    readonly last: number | undefined;
    readonly next: number;
  }[];
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
  | 'audit'
  | 'createKey'
  | 'erasePerson'
  | 'freeze'
  | 'grant'
  | 'grantRole'
  | 'jobs'
  | 'node'
  | 'person'
  | 'recordFact'
  | 'retryJob'
  | 'sweepFees'
  | 'undoFact'
  | 'unfreeze'
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
    undoFact: later(({ market, fact, undoes }, how) =>
      post('/v1/facts/undo', { market: outgoingId('market', market), fact, undoes }, how),
    ),
    freeze: later((account, reason, how) =>
      post('/v1/admin/freeze', { account: outgoingId('account', account), reason }, how),
    ),
    unfreeze: later((account, reason, how) =>
      post('/v1/admin/unfreeze', { account: outgoingId('account', account), reason }, how),
    ),
    sweepFees: later((how) => post('/v1/admin/sweep-fees', {}, how)),
    audit: (query, how) =>
      getPage(wire, `/v1/admin/audit${queryText({ ...query })}`, readAudited, how),
    jobs: (how) => getOne(wire, '/v1/admin/jobs', { what: 'jobs', reader: readJobs, how }),
    retryJob: later(async (id, how) => {
      const path = `/v1/admin/jobs/${outgoingId('job', id)}/retry`;
      await writeOnce(wire, { method: 'POST', path, body: {} }, how);
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

const readAudited = (from: Fields): Audited => ({
  seq: from.count('seq'),
  at: from.instant('at'),
  by: from.text('by'),
  handle: from.maybeText('handle'),
  act: from.text('act'),
  target: from.maybeText('target'),
  refused: from.maybeText('refused'),
  reason: from.maybeText('reason'),
});

const readJobs = (from: Fields): Jobs => ({
  delivers: from.flag('delivers'),
  queues: from.list('queues', (each) => ({
    queue: each.text('queue'),
    state: each.text('state'),
    count: each.count('count'),
  })),
  failed: from.list('failed', (each) => ({
    id: each.text('id'),
    queue: each.text('queue'),
    attempts: each.count('attempts'),
    reason: each.text('reason'),
    failedAt: each.instant('failed_at'),
  })),
  schedule: from.list('schedule', (each) => ({
    task: each.text('task'),
    everyS: each.count('every_s'),
    last: each.maybeInstant('last'),
    next: each.instant('next'),
  })),
});

const personPath = (handle: string): string => `/v1/admin/users/${encodeURIComponent(handle)}`;

type MarketAdmin = Pick<
  Client['markets'],
  'edit' | 'pause' | 'resume' | 'extend' | 'fund' | 'close' | 'resolve' | 'cancel' | 'confirm'
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
    resolve: later((id, { reason, ...end }, how) =>
      change(wire, `${marketPath(id)}/resolve`, { body: { ...bodyOfEnd(end), reason }, how }),
    ),
    confirm: later((id, { act, reasonHash, ...end }, how) => {
      const body = { act, ...bodyOfEnd(end), reason_hash: reasonHash };
      return change(wire, `${marketPath(id)}/confirm`, { body, how });
    }),
    cancel: later((id, reason, how) =>
      change(wire, `${marketPath(id)}/cancel`, { body: { reason }, how }),
    ),
  };
}

const bodyOfEnd = ({ outcome, payout, price }: Omit<MarketEnd, 'reason'>): object => ({
  ...(outcome !== undefined && { outcome }),
  ...(payout !== undefined && { payout: payout.map(outgoingPart) }),
  ...(price !== undefined && { price: outgoingAmount('price', price) }),
});

/** A part of one Point, which may be nothing. */
function outgoingPart(millionths: number): string {
  if (!Number.isSafeInteger(millionths) || millionths < 0 || millionths > 1_000_000)
    throw new FairgroundInvalid('payout', `A part is 0 to 1000000 millionths, not ${millionths}.`);
  return millionths === 1_000_000 ? '1' : `0.${String(millionths).padStart(6, '0')}`;
}
