/** What did not get in, and who looks elsewhere for facts. Both are for admins alone. */
import { infiniteQueryOptions, keepPreviousData, queryOptions } from '@tanstack/react-query';
import { get, post } from '../api.js';
import type { Page } from '../wire.js';
import type { DeadLetter, Letters, Puller, Replayed } from './wire-letters.js';

export const ROWS = 25;
/** A call takes five hundred; as many calls as anybody waits for. */
const CALLS_MAX = 20;

export interface LetterFilter {
  readonly state: DeadLetter['state'];
  /** Empty: whichever. */
  readonly reason: string;
  readonly source: string;
  readonly symbol: string;
}

export const lettersQuery = (who: string, filter: LetterFilter) =>
  infiniteQueryOptions({
    queryKey: ['letters', who, filter],
    queryFn: ({ pageParam, signal }) =>
      get<Letters>('/v1/dead-letters', { ...filter, limit: ROWS, cursor: pageParam }, signal),
    initialPageParam: '',
    getNextPageParam: (page) => page.cursor,
    placeholderData: keepPreviousData,
  });

/** The newest as they are now, read when the feed says that something changed. */
export const lettersNowQuery = (who: string, filter: LetterFilter) =>
  queryOptions({
    queryKey: ['letters-now', who, filter],
    queryFn: ({ signal }) => get<Letters>('/v1/dead-letters', { ...filter, limit: ROWS }, signal),
    enabled: false,
  });

export const pullersQuery = (who: string) =>
  queryOptions({
    queryKey: ['pullers', who],
    queryFn: ({ signal }) => get<Page<Puller>>('/v1/admin/pullers', {}, signal),
  });

/** All that fit, the oldest first; those that still are no ticks stay where they are. */
export async function replayAll({
  reason,
  source,
  symbol,
}: Omit<LetterFilter, 'state'>): Promise<Replayed> {
  const filter = {
    ...(reason !== '' && { reason }),
    ...(source !== '' && { source }),
    ...(symbol !== '' && { symbol }),
  };
  let sum: Replayed = { replayed: 0, repeated: 0, refused: [] };
  let cursor: string | undefined;
  for (let calls = 0; calls < CALLS_MAX; calls++) {
    const told: Replayed = await post<Replayed>('/v1/dead-letters/replay', {
      ...filter,
      ...(cursor !== undefined && { cursor }),
    });
    sum = {
      replayed: sum.replayed + told.replayed,
      repeated: sum.repeated + told.repeated,
      refused: [...sum.refused, ...told.refused],
    };
    cursor = told.cursor;
    if (cursor === undefined) return sum;
  }
  return { ...sum, ...(cursor !== undefined && { cursor }) };
}
