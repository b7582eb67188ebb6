/** Several orders in one request: each is a command of its own, and has its own answer. */
import { type Attempt, classifyFailure, readFailure } from './attempt.js';
import type { Client } from './client.js';
import { FairgroundInvalid } from './errors.js';
import { Fields, isRecord } from './fields.js';
import { readOrder } from './readers.js';
import { bodyOfBuy, bodyOfSell, type BuyRequest, type SellRequest } from './requests.js';
import { later, write } from './retry.js';
import type { Order } from './views.js';
import type { Wire } from './wire.js';

export const BATCH_MAX = 100;

export type BatchOrder =
  | ({ readonly side: 'buy' } & BuyRequest)
  | ({ readonly side: 'sell' } & SellRequest);

/** What became of one of them; of a refusal only itself is undone. */
export type BatchItem = { readonly order: Order } | { readonly error: Error };

export interface PlacedBatch {
  /** In the order in which they were asked for. */
  readonly items: readonly BatchItem[];
  /** Of all: each order's own id is made of it and the place. */
  readonly key: string;
  readonly attempts: number;
}

export function batchOf(wire: Wire): Pick<Client, 'batch'> {
  return {
    batch: later(async (orders, how) => {
      if (orders.length === 0 || orders.length > BATCH_MAX)
        throw new FairgroundInvalid('orders', `A batch has 1 to ${BATCH_MAX} orders.`);
      const request = {
        method: 'POST',
        path: '/v1/orders/batch',
        body: { orders: orders.map(bodyOf) },
        judge: (answer: Attempt) => judge(answer, orders.length),
      } as const;
      const { body, key, attempts } = await write(wire, request, how);
      const items = itemsOf(body).map((item): BatchItem => {
        if (item.kind === 'done') return { order: readOrder(new Fields(item.body, 'order')) };
        return { error: wire.errorOf(item) };
      });
      return { items, key, attempts };
    }),
  };
}

const bodyOf = (order: BatchOrder) => (order.side === 'buy' ? bodyOfBuy(order) : bodyOfSell(order));

/**
 * While one of them is open, all are asked again under their one key: those that are done give their first answer. What
 * was not now is open too, because something else in the same answer may have been done.
 */
function judge(answer: Attempt, count: number): Attempt {
  if (answer.kind !== 'done') return answer;
  const items = itemsOf(answer.body);
  if (items.length !== count)
    return { kind: 'unknown', why: 'the answer is not of this batch', retryAfterMs: 0 };
  const open = items.find(({ kind }) => kind === 'not_now' || kind === 'unknown');
  if (open === undefined) return answer;
  const why = open.kind === 'not_now' ? open.message : 'one of the orders has no outcome yet';
  return { kind: 'unknown', why, retryAfterMs: 0 };
}

function itemsOf(body: unknown): readonly Attempt[] {
  const items = isRecord(body) ? body['items'] : undefined;
  const list: readonly unknown[] = Array.isArray(items) ? items : [];
  return list.map((item) => {
    if (!isRecord(item)) return { kind: 'unknown', why: 'an order is missing', retryAfterMs: 0 };
    const status = Number(item['status']);
    if (status >= 200 && status < 300)
      return { kind: 'done', status, body: item['order'], replayed: false };
    return classifyFailure({ status, headers: { get: () => null } }, readFailure(item));
  });
}
