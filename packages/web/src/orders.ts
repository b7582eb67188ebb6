/** An order keeps its key until its outcome is final; until then it is "checking", never a guess. */
import { useSyncExternalStore } from 'react';
import { ApiError, call, nodeNow } from './api.js';
import { apiKey } from './session.js';
import type { Order, Quote } from './wire.js';
import { readJson } from './wire.js';

/** What is kept of an order on its way: enough to ask again under the same key. */
interface Sent {
  readonly id: string;
  readonly market: string;
  readonly path: string;
  readonly body: Readonly<Record<string, string | number>>;
  readonly validUntil: string;
  /** How many attempts ended without an answer. */
  readonly unknown: number;
}

export type OrderState =
  | { readonly step: 'sending' | 'waiting' | 'checking'; readonly sent: Sent }
  | { readonly step: 'done'; readonly order: Order }
  /** `unsure`: this attempt did nothing, but an earlier one may have. */
  | { readonly step: 'refused'; readonly error: unknown; readonly unsure: boolean };

const SLOT = 'fairground.orders';
const VALID_MS = 60_000;
const RETRY_MS_MIN = 700;
const RETRY_MS_MAX = 8_000;

const states = new Map<string, OrderState>();
const listeners = new Set<() => void>();

function show(market: string, state: OrderState | undefined): void {
  if (state) states.set(market, state);
  else states.delete(market);
  keep();
  for (const listener of listeners) listener();
}

/** A reload must not forget an order whose outcome nobody knows. */
function keep(): void {
  const open = [...states.values()].flatMap((state) => ('sent' in state ? [state.sent] : []));
  try {
    if (open.length > 0) sessionStorage.setItem(SLOT, JSON.stringify(open));
    else sessionStorage.removeItem(SLOT);
  } catch {
    // Without storage an order lives as long as the page.
  }
}

function onOrders(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

export const useOrder = (market: string): OrderState | undefined =>
  useSyncExternalStore(onOrders, () => states.get(market));

export const clearOrder = (market: string): void => show(market, undefined);

function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `web_${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

function send(wish: Pick<Sent, 'market' | 'path' | 'body'>): void {
  const validUntil = new Date(nodeNow() + VALID_MS).toISOString();
  void follow({ id: newKey(), ...wish, validUntil, unknown: 0 });
}

/** Wants so many units of a rally in all. */
export function placeJoin(rally: string, units: number): void {
  send({ market: rally, path: `/v1/rallies/${rally}/join`, body: { units } });
}

/** Sends what the quote said, bounded by what the quote said. */
export function placeOrder(quote: Quote, ask: Readonly<Record<string, string>>): void {
  const bound = {
    ...(quote.gets_min !== undefined && { gets_min: quote.gets_min }),
    ...(quote.pays_max !== undefined && { pays_max: quote.pays_max }),
  };
  const { market } = quote;
  send({ market, path: '/v1/orders', body: { market, ...ask, ...bound } });
}

/** Goes on with what an earlier life of this page left unanswered. */
export function resumeOrders(): void {
  let left: readonly Sent[] = [];
  try {
    left = readJson<readonly Sent[]>(sessionStorage.getItem(SLOT) ?? '[]');
  } catch {
    return;
  }
  for (const sent of left) void follow({ ...sent, unknown: sent.unknown + 1 });
}

function attempt(sent: Sent, key: string | undefined): Promise<Order> {
  const headers: Record<string, string> = {
    'Idempotency-Key': sent.id,
    'Fairground-Valid-Until': sent.validUntil,
  };
  if (sent.unknown > 0) headers['Fairground-Attempt'] = String(sent.unknown + 1);
  return call<Order>(sent.path, { method: 'POST', body: sent.body, headers, key });
}

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks until the answer is final: the same key, the same body, one more attempt after each silence. */
async function follow(first: Sent): Promise<void> {
  const key = apiKey();
  let sent = first;
  for (let tries = 0; ; tries++) {
    show(sent.market, { step: sent.unknown > 0 ? 'checking' : 'sending', sent });
    try {
      return show(sent.market, { step: 'done', order: await attempt(sent, key) });
    } catch (error) {
      if (!(error instanceof ApiError) || !(error.unknown || error.notNow)) {
        const unsure = sent.unknown > 0 && error instanceof ApiError && !error.final;
        return show(sent.market, { step: 'refused', error, unsure });
      }
      if (error.unknown) sent = { ...sent, unknown: sent.unknown + 1 };
      show(sent.market, { step: sent.unknown > 0 ? 'checking' : 'waiting', sent });
      await rest(error.retryAfterMs ?? Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** tries));
    }
  }
}
