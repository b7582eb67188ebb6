/** Markets with their words: the world knows the figures, the vault what they are called. */
import {
  holderView,
  type MarketState,
  type MarketView,
  marketView,
  mechanismOf,
  pricesOf,
  type ReadonlyMarket,
  type ReadonlyWorld,
} from '@fairground/engine';
import { openCursor, type Page, type Paged, sealCursor } from '../edge/paging.js';
import { Problem } from '../errors.js';
import type { Vault } from '../vault/vault.js';

export interface TitledMarket extends MarketView {
  readonly title: string;
  readonly category: string;
}

export function marketIn(world: ReadonlyWorld, id: string): ReadonlyMarket {
  const market = world.markets.get(id);
  if (!market) throw new Problem('market_unknown');
  return market;
}

/** An erased title leaves the id. */
export function titleOf(world: ReadonlyWorld, vault: Vault, id: string): string {
  const market = world.markets.get(id);
  return (market && vault.marketTextOf(market.draft.text)?.title) ?? id;
}

export function titledMarket(
  world: ReadonlyWorld,
  vault: Vault,
  market: ReadonlyMarket,
): TitledMarket {
  const said = vault.marketTextOf(market.draft.text);
  const { id, number, mechanism, status, ...rest } = marketView(market, world.books);
  return {
    id,
    number,
    mechanism,
    status,
    title: said?.title ?? id,
    category: said?.category ?? '',
    ...rest,
  };
}

export const MARKET_SORTS = ['newest', 'volume', 'moved', 'closing'] as const;
export type MarketSort = (typeof MARKET_SORTS)[number];

export interface MarketQuery extends Paged {
  readonly status?: MarketState | undefined;
  readonly mechanism?: string | undefined;
  readonly category?: string | undefined;
  readonly search?: string | undefined;
  readonly sponsor?: string | undefined;
  readonly sort: MarketSort;
}

/** What a market is sorted by, greatest first; equals by number, newest first. */
const RANK: Readonly<Record<MarketSort, (market: ReadonlyMarket, world: ReadonlyWorld) => bigint>> =
  {
    newest: ({ number }) => BigInt(number),
    volume: ({ volume }) => volume,
    moved: (market, world) => {
      const now = pricesOf(market, world.books)[0] ?? 0n;
      const then = mechanismOf(market.mechanism).openingPrices(market.draft.terms)[0] ?? 0n;
      if (then === 0n) return 0n;
      return ((now > then ? now - then : then - now) * 1_000_000n) / then;
    },
    // The next to close comes first; those without an end come last.
    closing: ({ draft }) => -BigInt(draft.closesAt ?? Number.MAX_SAFE_INTEGER),
  };

interface Ranked {
  readonly rank: bigint;
  readonly market: ReadonlyMarket;
}

export function listMarkets(
  world: ReadonlyWorld,
  vault: Vault,
  query: MarketQuery,
): Page<TitledMarket> {
  const rankOf = RANK[query.sort];
  const ranked: Ranked[] = [];
  for (const market of world.markets.values()) {
    if (isWanted(market, vault, query)) ranked.push({ rank: rankOf(market, world), market });
  }
  ranked.sort(byRank);
  const after = query.cursor === undefined ? undefined : cursorOf(query.cursor);
  const left = after
    ? ranked.filter(({ rank, market }) => isAfter(after, rank, market.number))
    : ranked;
  const page = left.slice(0, query.limit);
  const last = page.at(-1);
  const items = page.map(({ market }) => titledMarket(world, vault, market));
  if (!last || left.length <= query.limit) return { items };
  return { items, cursor: sealCursor([last.rank.toString(), last.market.number]) };
}

function isWanted(market: ReadonlyMarket, vault: Vault, query: MarketQuery): boolean {
  if (query.status !== undefined && market.state !== query.status) return false;
  if (query.sponsor !== undefined && holderView(market.sponsor) !== query.sponsor) return false;
  // `cpmm` means every version of it.
  const isOf =
    query.mechanism === undefined || `${market.mechanism}@`.startsWith(`${query.mechanism}@`);
  if (!isOf) return false;
  if (query.category === undefined && query.search === undefined) return true;
  const said = vault.marketTextOf(market.draft.text);
  if (query.category !== undefined && said?.category !== query.category) return false;
  const title = `${said?.title ?? ''} ${market.id}`.toLowerCase();
  return query.search === undefined || title.includes(query.search.toLowerCase());
}

function byRank(a: Ranked, b: Ranked): number {
  if (a.rank !== b.rank) return a.rank > b.rank ? -1 : 1;
  return b.market.number - a.market.number;
}

interface Place {
  readonly rank: bigint;
  readonly number: number;
}

const isAfter = (place: Place, rank: bigint, number: number): boolean =>
  rank < place.rank || (rank === place.rank && number < place.number);

function cursorOf(text: string): Place {
  const [rank = '', number = ''] = openCursor(text, 2);
  if (!/^-?\d{1,40}$/.test(rank) || !/^\d{1,15}$/.test(number)) {
    throw new Problem('bad_request', {
      details: [{ path: 'cursor', message: 'A cursor comes from the page before.' }],
    });
  }
  return { rank: BigInt(rank), number: Number(number) };
}
