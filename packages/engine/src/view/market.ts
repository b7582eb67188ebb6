/** A market as everybody sees it: a function of the world alone, so it has the same bytes on every node. */
import { type AccountName, playerOf, POINTS } from '../ledger/account.js';
import type { ReadonlyBooks } from '../ledger/book.js';
import { endOf, type MarketState, type ReadonlyMarket } from '../market/market.js';
import { isExtreme } from '../market/risk.js';
import { unitsOf } from '../market/pledge.js';
import { formatAmount } from '../math/amount.js';
import { bpsOf } from '../mechanism/fee.js';
import { mechanismOf } from '../mechanism/registry.js';
import { rallyView, type RallyView } from './rally.js';
import {
  draftView,
  type DraftView,
  type ResolutionView,
  resolutionView,
  verdictView,
  type VerdictView,
} from './terms.js';
import { formatTime } from './time.js';

export interface OutcomeView {
  /** Absent where the market has a single kind of share. */
  readonly outcome?: string;
  /** Points per share. */
  readonly price: string;
  /** Shares in players' hands (and the sponsor's), not the pool's. */
  readonly held: string;
}

export interface MarketView {
  readonly id: string;
  readonly number: number;
  readonly mechanism: string;
  readonly status: MarketState;
  readonly outcomes: readonly OutcomeView[];
  readonly price: string;
  readonly opening_price: string;
  readonly volume: string;
  readonly trades: number;
  readonly holders: number;
  readonly opens_at?: string;
  readonly closes_at?: string;
  readonly ends_at?: string;
  /** When the last halt of buys ended, or will. */
  readonly halted_until?: string;
  /** An outcome is all but certain; absent otherwise. */
  readonly extreme?: true;
  readonly sponsor: string;
  readonly fee_bps: number;
  readonly fundamental?: string;
  readonly supply?: string;
  /** Of a rally. */
  readonly rally?: RallyView;
  readonly escrow: string;
  readonly seq: number;
}

/** Prices by outcome: of the pool while there is one, else what the terms promise or the end has named. */
export function pricesOf(market: ReadonlyMarket, books: ReadonlyBooks): readonly bigint[] {
  const mechanism = mechanismOf(market.mechanism);
  const { terms } = market.draft;
  switch (market.state) {
    case 'draft':
    case 'refunded':
      return mechanism.openingPrices(terms);
    case 'resolved':
    case 'settled':
      return mechanism.values(market.resolution, market) ?? mechanism.openingPrices(terms);
    case 'open':
    case 'paused':
    case 'closed':
      return pricesNow(market, books);
    case 'cancelled':
      // Cancelling a draft leaves a market that never had a pool; a rally's units go as they are refunded.
      return market.hasOpened && !mechanism.pledges
        ? pricesNow(market, books)
        : mechanism.openingPrices(terms);
  }
}

function pricesNow(market: ReadonlyMarket, books: ReadonlyBooks): readonly bigint[] {
  const { pool, pledges, openingPrices } = mechanismOf(market.mechanism);
  if (pool) return pool(market, books).prices();
  const { terms } = market.draft;
  return pledges ? [pledges.price(terms, unitsOf({ books }, market))] : openingPrices(terms);
}

/** `treasury`, or the account id. */
export const holderView = (holder: AccountName): string => playerOf(holder) ?? 'treasury';

export function marketView(market: ReadonlyMarket, books: ReadonlyBooks): MarketView {
  const { draft, names } = market;
  const { terms } = draft;
  const mechanism = mechanismOf(market.mechanism);
  const outcomes = mechanism.outcomes(terms);
  const prices = pricesOf(market, books);
  const end = endOf(draft);
  const held = names.assets.map((asset) => books.issued(asset) - books.balance(names.pool, asset));
  return {
    id: market.id,
    number: market.number,
    mechanism: market.mechanism,
    status: market.state,
    outcomes: prices.map((price, index) => ({
      ...namedOutcome(outcomes[index]),
      price: formatAmount(price),
      held: formatAmount(held[index] ?? 0n),
    })),
    price: formatAmount(prices[0] ?? 0n),
    opening_price: formatAmount(mechanism.openingPrices(terms)[0] ?? 0n),
    volume: formatAmount(market.volume),
    trades: market.trades,
    holders: market.holders.length,
    ...(draft.opensAt === undefined ? {} : { opens_at: formatTime(draft.opensAt) }),
    ...(draft.closesAt === undefined ? {} : { closes_at: formatTime(draft.closesAt) }),
    ...(end === undefined ? {} : { ends_at: formatTime(end) }),
    ...(market.haltedUntil === undefined ? {} : { halted_until: formatTime(market.haltedUntil) }),
    ...(canTrade.has(market.state) && isExtreme(market, prices) ? { extreme: true } : {}),
    sponsor: holderView(market.sponsor),
    fee_bps: bpsOf(terms),
    ...(mechanism.facts === undefined
      ? {}
      : { fundamental: formatAmount(market.fundamental), supply: formatAmount(held[0] ?? 0n) }),
    ...(mechanism.pledges === undefined
      ? {}
      : { rally: rallyView(market, books, mechanism.pledges) }),
    escrow: formatAmount(books.balance(names.escrow, POINTS)),
    seq: market.seq,
  };
}

/** Where prices are what people think, and not what was decided. */
const canTrade: ReadonlySet<MarketState> = new Set(['open', 'paused', 'closed']);

const namedOutcome = (outcome: string | undefined): { readonly outcome?: string } =>
  outcome === undefined ? {} : { outcome };

/** What only the page of one market shows. */
export interface MarketDetailView {
  readonly draft: DraftView;
  readonly pool: {
    readonly reserves: readonly { readonly outcome?: string; readonly amount: string }[];
  };
  readonly fees: string;
  readonly due: string;
  readonly opened_at?: string;
  readonly ended_at?: string;
  readonly resolution?: ResolutionView;
  readonly refund?: { readonly due: string; readonly funds: string };
  readonly proposal?: { readonly by: string } & VerdictView;
}

export function marketDetailView(market: ReadonlyMarket, books: ReadonlyBooks): MarketDetailView {
  const { names, resolution, refund, proposal } = market;
  const outcomes = mechanismOf(market.mechanism).outcomes(market.draft.terms);
  return {
    draft: draftView(market.draft),
    pool: {
      reserves: names.assets.map((asset, index) => ({
        ...namedOutcome(outcomes[index]),
        amount: formatAmount(books.balance(names.pool, asset)),
      })),
    },
    fees: formatAmount(books.balance(names.fees, POINTS)),
    due: formatAmount(market.due),
    ...(market.openedAt === undefined ? {} : { opened_at: formatTime(market.openedAt) }),
    ...(market.endedAt === undefined ? {} : { ended_at: formatTime(market.endedAt) }),
    ...(resolution === undefined ? {} : { resolution: resolutionView(resolution) }),
    ...(refund === undefined
      ? {}
      : { refund: { due: formatAmount(refund.due), funds: formatAmount(refund.funds) } }),
    ...(proposal === undefined
      ? {}
      : { proposal: { by: proposal.by, ...verdictView(proposal.verdict) } }),
  };
}
