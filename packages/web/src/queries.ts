/** What the page reads, by name: one place for paths and for how long an answer stays good. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { get } from './api.js';
import type {
  Candle,
  Fact,
  Head,
  Interval,
  Leader,
  Market,
  MarketDetail,
  Me,
  Order,
  Page,
  Position,
  Proof,
  RallyReceipt,
} from './wire.js';

export interface Filters {
  readonly search: string;
  readonly category: string;
  readonly status: string;
  readonly sort: string;
}

/** What a filter says that lets everything through; the node is then not asked to filter. */
export const ANY = 'any';
const PAGE = 30;
/** Rallies among them are left out. */
const MOVERS = 18;
const RALLIES = 6;

const asked = ({ status, ...rest }: Filters) => ({
  ...rest,
  status: status === ANY ? undefined : status,
  limit: PAGE,
});

export const marketsQuery = (filters: Filters) =>
  infiniteQueryOptions({
    queryKey: ['markets', filters],
    queryFn: ({ pageParam, signal }) =>
      get<Page<Market>>('/v1/markets', { ...asked(filters), cursor: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.cursor,
    placeholderData: keepPreviousData,
    staleTime: 15_000,
  });

/** Of what trades; when all is over, of the stocks: every match then stands at all or nothing. */
export const moversQuery = (isOver: boolean) =>
  queryOptions({
    queryKey: ['movers', isOver],
    queryFn: ({ signal }) => {
      const among = isOver ? { category: 'players' } : { status: 'open' };
      return get<Page<Market>>('/v1/markets', { ...among, sort: 'moved', limit: MOVERS }, signal);
    },
    placeholderData: keepPreviousData,
  });

export const factsQuery = (market?: string) =>
  queryOptions({
    queryKey: ['facts', market ?? 'all'],
    queryFn: ({ signal }) =>
      get<Page<Fact>>('/v1/facts', { limit: market === undefined ? 60 : 100, market }, signal),
    staleTime: 30_000,
  });

export const marketQuery = (id: string) =>
  queryOptions({
    queryKey: ['market', id],
    queryFn: ({ signal }) => get<MarketDetail>(`/v1/markets/${id}`, {}, signal),
    staleTime: 15_000,
  });

export const tradesQuery = (id: string) =>
  queryOptions({
    queryKey: ['trades', id],
    queryFn: ({ signal }) => get<Page<Order>>(`/v1/markets/${id}/trades`, { limit: 25 }, signal),
    staleTime: 15_000,
  });

/** Without an outcome: of the first. */
export const candlesQuery = (
  id: string,
  asked: { readonly interval: Interval; readonly fromMs: number; readonly outcome?: string },
) =>
  queryOptions({
    queryKey: ['candles', id, asked],
    queryFn: ({ signal }) => {
      const { interval, fromMs, outcome } = asked;
      const from = new Date(fromMs).toISOString();
      return get<Page<Candle>>(`/v1/markets/${id}/candles`, { interval, from, outcome }, signal);
    },
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 30_000,
  });

/** The open rallies that end first, for the first sight. */
export const ralliesQuery = () =>
  queryOptions({
    queryKey: ['rallies'],
    queryFn: ({ signal }) => {
      const query = { mechanism: 'rally', status: 'open', sort: 'closing', limit: RALLIES };
      return get<Page<Market>>('/v1/markets', query, signal);
    },
    placeholderData: keepPreviousData,
  });

/** What everybody paid, once a rally is over; of one member where an account is named. */
export const rallyReceiptQuery = (id: string, account?: string) =>
  queryOptions({
    queryKey: ['receipt', id, account ?? 'all'],
    queryFn: ({ signal }) =>
      get<RallyReceipt>(`/v1/rallies/${id}/receipt`, { account, limit: 25 }, signal),
    staleTime: Number.POSITIVE_INFINITY,
  });

/** `who`: whose answer it is, so that nobody sees another's. */
export const meQuery = (who: string) =>
  queryOptions({ queryKey: ['me', who], queryFn: ({ signal }) => get<Me>('/v1/me', {}, signal) });

export const positionsQuery = (who: string) =>
  queryOptions({
    queryKey: ['positions', who],
    queryFn: ({ signal }) => get<Page<Position>>('/v1/me/positions', {}, signal),
  });

/** A page of who has gained most. */
export const leaderboardQuery = (by: 'profit' | 'return', window: 'day' | 'week' | 'all') =>
  infiniteQueryOptions({
    queryKey: ['leaderboard', by, window],
    queryFn: ({ pageParam, signal }) =>
      get<Page<Leader>>('/v1/leaderboard', { by, window, cursor: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.cursor,
    placeholderData: keepPreviousData,
  });

export const headQuery = () =>
  queryOptions({ queryKey: ['head'], queryFn: ({ signal }) => get<Head>('/v1/head', {}, signal) });

/** The hash of an entry, which never changes. */
export const hashQuery = (seq: number) =>
  queryOptions({
    queryKey: ['head', seq],
    queryFn: ({ signal }) => get<Head>('/v1/head', { seq }, signal),
    staleTime: 60_000,
  });

export const proofQuery = () =>
  queryOptions({
    queryKey: ['proof'],
    queryFn: ({ signal }) => get<Proof>('/v1/proof', {}, signal),
  });
