/** What the pages of prices from outside read. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { get } from '../api.js';
import type { Candle, Interval, Page } from '../wire.js';
import type { LatestTick, MatchesState, Tick } from '../wire-outside.js';

export interface TickCandle extends Candle {
  readonly ticks: number;
  readonly late: number;
  /** How many boxes before it held nothing. */
  readonly gap: number;
}

const ROWS = 50;
export const TICKS_SHOWN = 40;
const CANDLES = 240;

export const symbolsQuery = (prefix: string) =>
  infiniteQueryOptions({
    queryKey: ['symbols', prefix],
    queryFn: ({ pageParam, signal }) =>
      get<Page<LatestTick>>(
        '/v1/ticks/symbols',
        { prefix, limit: ROWS, cursor: pageParam },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.cursor,
    placeholderData: keepPreviousData,
  });

export const latestQuery = (symbol: string) =>
  queryOptions({
    queryKey: ['ticks', symbol, 'latest'],
    queryFn: ({ signal }) => get<Page<LatestTick>>('/v1/ticks/latest', { symbols: symbol }, signal),
  });

export const ticksQuery = (symbol: string) =>
  queryOptions({
    queryKey: ['ticks', symbol, 'newest'],
    queryFn: ({ signal }) => get<Page<Tick>>('/v1/ticks', { symbol, limit: TICKS_SHOWN }, signal),
  });

export const tickCandlesQuery = (symbol: string, interval: Interval) =>
  queryOptions({
    queryKey: ['ticks', symbol, 'candles', interval],
    queryFn: ({ signal }) =>
      get<Page<TickCandle>>('/v1/ticks/candles', { symbol, interval, limit: CANDLES }, signal),
  });

export const matchesQuery = () =>
  queryOptions({
    queryKey: ['matches'],
    queryFn: ({ signal }) => get<MatchesState>('/v1/matches', {}, signal),
  });

/** All ticks of a symbol, as a file. */
export const fileOf = (symbol: string, format: 'csv' | 'ndjson'): string =>
  `/v1/ticks?${new URLSearchParams({ symbol, format }).toString()}`;
