/** A command keeps its key until its outcome is final; until then it is "checking", never a guess. */
import { useSyncExternalStore } from 'react';
import { ApiError, call, nodeNow } from './api.js';
import { apiKey, who } from './session.js';
import type { Ask, Order, Quote } from './wire.js';
import { answerOf, readJson } from './wire.js';

/** What someone decided: where it goes, and under which name the page follows it. */
export interface Command {
  /** One at a time under each: a market's id for its orders, `create` or `resolve/<id>` for acts. */
  readonly slot: string;
  readonly path: string;
  readonly body: object;
  readonly method?: 'POST' | 'PATCH' | 'DELETE';
}

/** What is kept of a command on its way: enough to ask again under the same key. */
interface Sent extends Command {
  readonly id: string;
  /** Who decided: keys belong to an account, and another one's would be another command. */
  readonly by: string;
  readonly validUntil: string;
  /** How many attempts ended without an answer. */
  readonly unknown: number;
}

export type OrderState<T = Order> =
  | { readonly step: 'sending' | 'waiting' | 'checking'; readonly sent: Sent }
  | { readonly step: 'done'; readonly answer: T }
  /** `unsure`: this attempt did nothing, but an earlier one may have. */
  | { readonly step: 'refused'; readonly error: unknown; readonly unsure: boolean };

const SLOT = 'fairground.orders';
const VALID_MS = 60_000;
const RETRY_MS_MIN = 700;
const RETRY_MS_MAX = 8_000;

const states = new Map<string, OrderState<unknown>>();
const listeners = new Set<() => void>();

function show(slot: string, state: OrderState<unknown> | undefined): void {
  if (state) states.set(slot, state);
  else states.delete(slot);
  keep();
  for (const listener of listeners) listener();
}

/** A reload must not forget a command whose outcome nobody knows. */
function keep(): void {
  const open = [...states.values()].flatMap((state) => ('sent' in state ? [state.sent] : []));
  try {
    if (open.length > 0) sessionStorage.setItem(SLOT, JSON.stringify(open));
    else sessionStorage.removeItem(SLOT);
  } catch {
    // Without storage a command lives as long as the page.
  }
}

function onOrders(listener: () => void): () => void {
  listeners.add(listener);
  return () => listeners.delete(listener);
}

/** Where the newest command of a slot stands; `T` is what its kind answers, an order unless said. */
export const useOrder = <T = Order>(slot: string): OrderState<T> | undefined =>
  answerOf(useSyncExternalStore(onOrders, () => states.get(slot)));

export const clearOrder = (slot: string): void => show(slot, undefined);

export const isPending = (state: OrderState<unknown> | undefined): boolean =>
  state !== undefined && 'sent' in state;

function newKey(): string {
  const bytes = crypto.getRandomValues(new Uint8Array(16));
  return `web_${[...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('')}`;
}

/** Sends it once, however often it has to be asked; what becomes of it stands in its slot. */
export function placeCommand(command: Command): void {
  const validUntil = new Date(nodeNow() + VALID_MS).toISOString();
  void follow({ ...command, id: newKey(), by: who()?.id ?? '', validUntil, unknown: 0 });
}

/** Wants so many units of a rally in all. */
export const placeJoin = (rally: string, units: number): void =>
  placeCommand({ slot: rally, path: `/v1/rallies/${rally}/join`, body: { units } });

/** Complete sets for Points, or Points for complete sets. */
export const placeSets = (market: string, verb: 'mint' | 'merge', amount: string): void =>
  placeCommand({ slot: market, path: `/v1/markets/${market}/${verb}`, body: { amount } });

/** Sends what the quote said, bounded by what the quote said. */
export function placeOrder(
  quote: Pick<Quote, 'market' | 'gets_min' | 'pays_max'>,
  { side, outcome, spend, shares }: Ask,
): void {
  const { market, gets_min, pays_max } = quote;
  const body = { market, side, outcome, spend, shares, gets_min, pays_max };
  placeCommand({ slot: market, path: '/v1/orders', body });
}

/** Goes on with what an earlier life of this page left unanswered. */
export function resumeOrders(): void {
  let kept: readonly Sent[] = [];
  try {
    kept = readJson<readonly Sent[]>(sessionStorage.getItem(SLOT) ?? '[]');
  } catch {
    return;
  }
  for (const sent of kept) {
    if (sent.by === who()?.id) void follow({ ...sent, unknown: sent.unknown + 1 });
    else show(sent.slot, { step: 'refused', error: new Stranded(), unsure: true });
  }
}

/** Whoever decided it is not here any more, and nobody else can ask after it. */
class Stranded extends Error {
  constructor() {
    super('This was sent under another account, and no answer came.');
    this.name = 'Stranded';
  }
}

function attempt(sent: Sent, key: string | undefined): Promise<unknown> {
  const headers: Record<string, string> = {
    'Idempotency-Key': sent.id,
    'Fairground-Valid-Until': sent.validUntil,
  };
  if (sent.unknown > 0) headers['Fairground-Attempt'] = String(sent.unknown + 1);
  const { path, method = 'POST', body } = sent;
  return call<unknown>(path, { method, body, headers, key });
}

const rest = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks until the answer is final: the same key, the same body, one more attempt after each silence. */
async function follow(first: Sent): Promise<void> {
  const key = apiKey();
  let sent = first;
  for (let tries = 0; ; tries++) {
    if (sent.by !== who()?.id) {
      return show(sent.slot, { step: 'refused', error: new Stranded(), unsure: sent.unknown > 0 });
    }
    show(sent.slot, { step: sent.unknown > 0 ? 'checking' : 'sending', sent });
    try {
      return show(sent.slot, { step: 'done', answer: await attempt(sent, key) });
    } catch (error) {
      if (!(error instanceof ApiError) || !(error.unknown || error.notNow)) {
        const unsure = sent.unknown > 0 && error instanceof ApiError && !error.final;
        return show(sent.slot, { step: 'refused', error, unsure });
      }
      if (error.unknown) sent = { ...sent, unknown: sent.unknown + 1 };
      show(sent.slot, { step: sent.unknown > 0 ? 'checking' : 'waiting', sent });
      await rest(error.retryAfterMs ?? Math.min(RETRY_MS_MAX, RETRY_MS_MIN * 2 ** tries));
    }
  }
}
