/** A market goes one way: draft, open, closed, resolved or cancelled, settled or refunded. Nothing reopens. */
import type { Actor, Draft, Instant, MarketId, Resolution, Terms, Verdict } from '../command.js';
import type { MechanismId } from '../event.js';
import type { AccountName, AssetName, Holder } from '../ledger/account.js';
import type { Amount } from '../math/amount.js';
import { mechanismOf } from '../mechanism/registry.js';

export type MarketState =
  | 'draft'
  | 'open'
  | 'paused'
  | 'closed'
  | 'resolved'
  | 'cancelled'
  | 'settled'
  | 'refunded';

/** What one holder has paid in minus received in one market; his shares stand in the books. */
export interface Position {
  /** Order of first entry, from 1: positions are paid in this order. */
  readonly number: number;
  readonly holder: Holder;
  /** Points paid in (fees and mints too) minus received (sales, merges, exit credits). */
  net: Amount;
  /** What payout or refund brought; 0 before. */
  paid: Amount;
  /** Of a rally: how many units he has pledged to take, and the entry in which he last said so. */
  pledge?: { readonly units: number; readonly seq: number };
}

/** A fact that was recorded here, or an undoing, kept for ever so that it acts once. */
export interface FactRecord {
  readonly fact: string;
  /** What happened and when; absent of an undoing. */
  readonly kind?: string;
  readonly happenedAt?: Instant;
  /** The fact that this one takes back. */
  readonly undoes?: string;
  /** How far it moved F. */
  readonly applied: bigint;
  readonly seq: number;
  /** The id of the undoing, once it was taken back. */
  undoneBy?: string;
}

export interface Market {
  readonly id: MarketId;
  /** Order of creation, from 1. */
  readonly number: number;
  readonly mechanism: MechanismId;
  readonly sponsor: Holder;
  draft: Draft;
  names: MarketNames;
  state: MarketState;
  /** Cancelling asks for a second person only once a market has opened. */
  hasOpened: boolean;
  openedAt?: Instant;
  endedAt?: Instant;
  /** The prices from which the breaker measures, and since when they stand. */
  mark?: { readonly at: Instant; readonly prices: readonly bigint[] };
  /** Until then buys are refused. */
  haltedUntil?: Instant;
  proposal?: { readonly by: Actor; readonly verdict: Verdict };
  resolution?: Resolution;
  /** Of a cancelled market: what is due in all and what there is for it. */
  refund?: { readonly due: Amount; readonly funds: Amount };
  /** By position number − 1. */
  readonly holders: Position[];
  readonly positions: Map<Holder, Position>;
  /** Σ max(0, net): kept running, never summed at the end. */
  due: Amount;
  /** The next position number to be paid. */
  nextPaid: number;
  /** Of a curve: F, moved by facts. */
  fundamental: bigint;
  readonly facts: Map<string, FactRecord>;
  /** Points paid in buys and received in sales, and how many of them. */
  volume: bigint;
  trades: number;
  /** The last entry that changed this market. */
  seq: number;
}

/** The account and asset names of a market, made once: they are looked up with every trade. */
export interface MarketNames {
  readonly pool: AccountName;
  readonly escrow: AccountName;
  readonly fees: AccountName;
  /** By outcome. */
  readonly assets: readonly AssetName[];
}

/** The same market for reading: a write through it does not compile. */
export interface ReadonlyMarket extends Readonly<Omit<Market, 'holders' | 'positions' | 'facts'>> {
  readonly holders: readonly Readonly<Position>[];
  readonly positions: ReadonlyMap<Holder, Readonly<Position>>;
  readonly facts: ReadonlyMap<string, Readonly<FactRecord>>;
}

/** When an open or paused market ends by itself; undefined where only a hand ends it. */
export function endOf(draft: Draft): Instant | undefined {
  if (draft.closesAt === undefined) return undefined;
  switch (draft.closing.mode) {
    case 'auto':
      return draft.closesAt;
    case 'auto_with_buffer':
      return draft.closesAt + draft.closing.minutes * 60_000;
    case 'manual':
      return undefined;
  }
}

/** The state by time alone: past its end an open or paused market is closed, whether or not the tick has run. */
export function stateAt(market: ReadonlyMarket, at: Instant): MarketState {
  if (market.state !== 'open' && market.state !== 'paused') return market.state;
  const end = endOf(market.draft);
  return end !== undefined && at >= end ? 'closed' : market.state;
}

/** The names a market's money and shares go by. */
export function namesOf(id: MarketId, mechanism: MechanismId, terms: Terms): MarketNames {
  return {
    pool: `pool:${id}`,
    escrow: `escrow:${id}`,
    fees: `fees:${id}`,
    assets: mechanismOf(mechanism).assets(id, terms),
  };
}

/** The deadline the clock holds for a market now: its opening, then its end. */
export function deadlineOf(market: ReadonlyMarket): Instant | undefined {
  if (market.state === 'draft') return market.draft.opensAt;
  return market.state === 'open' || market.state === 'paused' ? endOf(market.draft) : undefined;
}
