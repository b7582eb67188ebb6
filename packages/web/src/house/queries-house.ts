/** What the pages of the house read. What is only for admins carries whose answer it is. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { get } from '../api.js';
import type { Market, Page } from '../wire.js';
import type { Account, Act, Fees, House, Jobs, Quarantine } from './wire-house.js';

const ROWS = 50;

export const houseQuery = (who: string) =>
  queryOptions({
    queryKey: ['house', who],
    queryFn: ({ signal }) => get<House>('/v1/admin/house', {}, signal),
    staleTime: 5_000,
  });

export const feesQuery = () =>
  queryOptions({
    queryKey: ['fees'],
    queryFn: ({ signal }) => get<Fees>('/v1/fees', {}, signal),
    staleTime: 60_000,
  });

/** What somebody has put up, newest first. */
export const soldByQuery = (sponsor: string) =>
  infiniteQueryOptions({
    queryKey: ['markets', 'of', sponsor],
    // Whoever comes back from launching one looks for it here.
    refetchOnMount: 'always',
    queryFn: ({ pageParam, signal }) => {
      const query = { sponsor, sort: 'newest', limit: 20, cursor: pageParam };
      return get<Page<Market>>('/v1/markets', query, signal);
    },
    initialPageParam: '',
    getNextPageParam: (page) => page.cursor,
    enabled: sponsor !== '',
  });

export const accountQuery = (who: string, handle: string) =>
  queryOptions({
    queryKey: ['account', who, handle],
    queryFn: ({ signal }) =>
      get<Account>(`/v1/admin/accounts/${encodeURIComponent(handle)}`, {}, signal),
    enabled: handle !== '',
  });

export interface AccountFilter {
  readonly role?: string | undefined;
  readonly frozen?: string | undefined;
}

export const accountsQuery = (who: string, filter: AccountFilter) =>
  infiniteQueryOptions({
    queryKey: ['accounts', who, filter],
    queryFn: ({ pageParam, signal }) =>
      get<Page<Account>>(
        '/v1/admin/accounts',
        { ...filter, limit: ROWS, cursor: pageParam },
        signal,
      ),
    initialPageParam: '',
    getNextPageParam: (page) => page.cursor,
    placeholderData: keepPreviousData,
  });

export const jobsQuery = (who: string) =>
  queryOptions({
    queryKey: ['jobs', who],
    queryFn: ({ signal }) => get<Jobs>('/v1/admin/jobs', {}, signal),
    staleTime: 5_000,
  });

export const quarantineQuery = (who: string) =>
  queryOptions({
    queryKey: ['quarantine', who],
    queryFn: ({ signal }) => get<Quarantine>('/v1/admin/quarantine', {}, signal),
  });

export const auditQuery = (who: string) =>
  infiniteQueryOptions({
    queryKey: ['audit', who],
    queryFn: ({ pageParam, signal }) =>
      get<Page<Act>>('/v1/admin/audit', { limit: ROWS, cursor: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.cursor,
    staleTime: 5_000,
  });
