/** What the pages of people read. Whatever is somebody's own carries whose it is, so that nobody sees another's. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { get } from './api.js';
import type {
  Leg,
  NoticeKind,
  NoticePage,
  OwnKey,
  OwnSession,
  Player,
  PriceAlert,
  Webhook,
  Worth,
  WorthPage,
} from './people-wire.js';
import type { Order, Page } from './wire.js';

const PAGE = 25;
/** As many hours as thirty days have, a hundred at a time. */
const WORTH_PAGES_MAX = 8;

export const sessionsQuery = (who: string) =>
  queryOptions({
    queryKey: ['sessions', who],
    queryFn: ({ signal }) => get<Page<OwnSession>>('/v1/me/sessions', {}, signal),
  });

export const keysQuery = (who: string) =>
  queryOptions({
    queryKey: ['keys', who],
    queryFn: ({ signal }) => get<Page<OwnKey>>('/v1/me/keys', {}, signal),
  });

export const mailQuery = (who: string) =>
  queryOptions({
    queryKey: ['mail', who],
    queryFn: ({ signal }) =>
      get<{ readonly mail: readonly NoticeKind[] }>('/v1/me/settings', {}, signal),
  });

export const webhooksQuery = (who: string) =>
  queryOptions({
    queryKey: ['webhooks', who],
    queryFn: ({ signal }) => get<Page<Webhook>>('/v1/me/webhooks', {}, signal),
  });

export const alertsQuery = (who: string) =>
  queryOptions({
    queryKey: ['alerts', who],
    queryFn: ({ signal }) => get<Page<PriceAlert>>('/v1/me/alerts', {}, signal),
  });

export const noticesQuery = (who: string) =>
  infiniteQueryOptions({
    queryKey: ['notices', who],
    queryFn: ({ pageParam, signal }) =>
      get<NoticePage>('/v1/me/notifications', { limit: PAGE, cursor: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.cursor,
  });

export const ledgerQuery = (who: string) =>
  infiniteQueryOptions({
    queryKey: ['ledger', who],
    queryFn: ({ pageParam, signal }) =>
      get<Page<Leg>>('/v1/me/ledger', { limit: PAGE, cursor: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.cursor,
    placeholderData: keepPreviousData,
  });

export const myTradesQuery = (who: string) =>
  infiniteQueryOptions({
    queryKey: ['trades', 'mine', who],
    queryFn: ({ pageParam, signal }) =>
      get<Page<Order>>('/v1/me/trades', { limit: PAGE, cursor: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.cursor,
    placeholderData: keepPreviousData,
  });

export interface WorthLine {
  readonly now: Worth | undefined;
  /** Oldest first. */
  readonly hours: readonly Worth[];
}

async function readWorth(signal: AbortSignal): Promise<WorthLine> {
  const hours: Worth[] = [];
  let now: Worth | undefined;
  let cursor: string | undefined;
  for (let page = 0; page < WORTH_PAGES_MAX; page++) {
    const read = await get<WorthPage>('/v1/me/portfolio/history', { limit: 100, cursor }, signal);
    now ??= read.now;
    hours.push(...read.items);
    cursor = read.cursor;
    if (cursor === undefined) break;
  }
  return { now, hours: hours.reverse() };
}

/** What I was worth at the end of each hour of the last thirty days. */
export const worthQuery = (who: string) =>
  queryOptions({
    queryKey: ['worth', who],
    queryFn: ({ signal }) => readWorth(signal),
    placeholderData: keepPreviousData,
  });

export const playerQuery = (handle: string) =>
  queryOptions({
    queryKey: ['player', handle],
    queryFn: ({ signal }) => get<Player>(`/v1/players/${encodeURIComponent(handle)}`, {}, signal),
  });
