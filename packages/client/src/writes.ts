/** Calls that change something: under one key each, until their outcome is known. */
import type { Client } from './client.js';
import { outgoingAmount, outgoingId, outgoingUnits } from './amounts.js';
import { bodyOfMarket } from './drafts.js';
import { Fields, isRecord } from './fields.js';
import { readNewUser, readOrder } from './readers.js';
import { bodyOfBuy, bodyOfSell, marketPath, rallyPath } from './requests.js';
import { later, write, writeOnce, type WriteOptions } from './retry.js';
import type { DoneMarket, PlacedOrder } from './views.js';
import type { Wire } from './wire.js';

type Writes = Pick<
  Client,
  'buy' | 'sell' | 'mint' | 'merge' | 'join' | 'createUser' | 'adoptRules' | 'seal'
>;

export function writesOf(wire: Wire): Writes {
  return {
    buy: later((request, how) => place(wire, '/v1/orders', { body: bodyOfBuy(request), how })),
    sell: later((request, how) => place(wire, '/v1/orders', { body: bodyOfSell(request), how })),
    mint: later((market, amount, how) =>
      place(wire, `${marketPath(market)}/mint`, { body: bodyOfSets(amount), how }),
    ),
    merge: later((market, amount, how) =>
      place(wire, `${marketPath(market)}/merge`, { body: bodyOfSets(amount), how }),
    ),
    join: later((rally, units, how) =>
      place(wire, `${rallyPath(rally)}/join`, { body: { units: outgoingUnits(units) }, how }),
    ),
    async createUser({ handle, admin = false, account, scopes }, how) {
      const body = {
        handle,
        admin,
        ...(account !== undefined && { account: outgoingId('account', account) }),
        ...(scopes !== undefined && { scopes }),
      };
      const request = { method: 'POST', path: '/v1/admin/users', body } as const;
      return readNewUser(new Fields(await writeOnce(wire, request, how), 'user'));
    },
    adoptRules: later(async (how) => {
      const request = { method: 'POST', path: '/v1/admin/adopt-rules', body: {} } as const;
      const { body } = await write(wire, request, how);
      const fields = new Fields(body, 'rules');
      return { rules: fields.count('rules'), seq: fields.count('seq') };
    }),
    seal: later(async (how) => {
      const request = { method: 'POST', path: '/v1/admin/seal', body: {} } as const;
      return { seq: new Fields((await write(wire, request, how)).body, 'seal').count('seq') };
    }),
  };
}

export interface Placing {
  readonly method?: 'POST' | 'PATCH';
  readonly body: unknown;
  readonly how: WriteOptions | undefined;
}

export function marketWritesOf(wire: Wire): Pick<Client['markets'], 'create' | 'open'> {
  return {
    create: later((market, how) =>
      change(wire, '/v1/markets', { body: bodyOfMarket(market), how }),
    ),
    open: later((id, how) => change(wire, `${marketPath(id)}/open`, { body: {}, how })),
  };
}

export async function change(
  wire: Wire,
  path: string,
  { method = 'POST', body, how }: Placing,
): Promise<DoneMarket> {
  const written = await write(wire, { method, path, body }, how);
  const from = new Fields(written.body, 'market');
  const { key, attempts, replayed } = written;
  return { market: from.text('market'), seq: from.count('seq'), key, attempts, replayed };
}

async function place(wire: Wire, path: string, { body, how }: Placing): Promise<PlacedOrder> {
  const written = await write(wire, { method: 'POST', path, body }, how);
  const { key, attempts, replayed } = written;
  return { ...readOrder(orderFields(written.body)), key, attempts, replayed };
}

const bodyOfSets = (amount: bigint) => ({ amount: outgoingAmount('amount', amount) });

/** An order comes bare, or as `{order}`. */
function orderFields(body: unknown): Fields {
  const inner = isRecord(body) ? body['order'] : undefined;
  return new Fields(inner ?? body, 'order');
}
