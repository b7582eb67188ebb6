/** Finding a market and the refusals of its state, in their published order. */
import type { Actor, Instant, MarketId } from '../command.js';
import { SYSTEM } from '../command.js';
import { playerOf } from '../ledger/account.js';
import type { Event } from '../event.js';
import { type Refusal, type RefusalCode, refuse } from '../refusal.js';
import type { ReadonlyWorld } from '../world.js';
import { type MarketState, type ReadonlyMarket, stateAt } from './market.js';

/** What a decider gives: events to fold, a refusal, or the seq of an entry that did the same before. */
export type Outcome =
  | readonly Event[]
  | Refusal
  | { readonly kind: 'repeated'; readonly seq: number };

export const isRefusal = (value: object): value is Refusal =>
  'kind' in value && value.kind === 'refused';

export function isAdmin(world: ReadonlyWorld, by: Actor): boolean {
  return by === SYSTEM || (world.accounts.get(by)?.roles.has('admin') ?? false);
}

export const isSeller = (world: ReadonlyWorld, by: Actor): boolean =>
  world.accounts.get(by)?.roles.has('seller') ?? false;

export function marketOf(world: ReadonlyWorld, id: MarketId): ReadonlyMarket | Refusal {
  return world.markets.get(id) ?? refuse('market_unknown');
}

const WRONG_STATE: Readonly<Record<MarketState, RefusalCode>> = {
  draft: 'not_open',
  open: 'not_closed',
  paused: 'paused',
  closed: 'closed',
  resolved: 'final',
  cancelled: 'final',
  settled: 'final',
  refunded: 'final',
};

/** Undefined when the market's state at `at` is one of `allowed`, else why not. Time beats state. */
export function stateRefusal(
  market: ReadonlyMarket,
  at: Instant,
  ...allowed: readonly MarketState[]
): Refusal | undefined {
  const state = stateAt(market, at);
  return allowed.includes(state) ? undefined : refuse(WRONG_STATE[state]);
}

/** Why there is no trading in this state; undefined where there is. */
export const tradingRefusal = (state: MarketState): Refusal | undefined =>
  state === 'open' ? undefined : refuse(WRONG_STATE[state]);

/** May this actor act for the market's sponsor? */
export function isSponsor(world: ReadonlyWorld, market: ReadonlyMarket, by: Actor): boolean {
  const sponsor = playerOf(market.sponsor);
  return sponsor === undefined ? isAdmin(world, by) : sponsor === by;
}
