/** What came while somebody looks at a list: new rows on top wait until he wants them, any other change is in place. */
import { useInfiniteQuery, useQuery } from '@tanstack/react-query';
import { useCallback, useEffect } from 'react';
import { useFrame } from '../hooks.js';
import { useSparingly } from '../parts/use-facts.js';
import { useWho } from '../session.js';
import { type LetterFilter, lettersNowQuery, lettersQuery, ROWS } from './queries-letters.js';

const READ_EVERY_MS = 1_000;

const NONE: readonly string[] = [];
const isSame = (some: readonly string[], others: readonly string[]): boolean =>
  some.length === others.length && some.every((id, at) => id === others[at]);

/** How many of the newest come before the first that is shown; all, where none of them is. */
export function newsOf(newest: readonly string[], shown: readonly string[]): number {
  const known = newest.findIndex((id) => shown.includes(id));
  return known === -1 ? newest.length : known;
}

/** The feed only says that something changed: what fits the filter is read, at most so often. */
export function useLetters(filter: LetterFilter) {
  const who = useWho()?.id ?? '';
  const list = useInfiniteQuery(lettersQuery(who, filter));
  const now = useQuery(lettersNowQuery(who, filter));
  const frame = useFrame('dead-letters');
  const { refetch: look } = now;
  const { refetch } = list;
  const lookSparingly = useSparingly(
    useCallback(() => void look(), [look]),
    READ_EVERY_MS,
  );
  useEffect(() => {
    if (frame) lookSparingly();
  }, [frame, lookSparingly]);
  const shown = list.data?.pages.flatMap(({ items }) => items.map(({ id }) => id)) ?? NONE;
  const newest = now.data?.items.map(({ id }) => id) ?? NONE;
  const isNewer = !list.isPlaceholderData && now.dataUpdatedAt > list.dataUpdatedAt;
  const news = isNewer ? newsOf(newest, shown) : 0;
  const waits = shown.length > 0 ? news : 0;
  const isOther = isNewer && waits === 0 && !isSame(newest, shown.slice(0, ROWS));
  useEffect(() => {
    if (isOther) void refetch();
  }, [isOther, refetch]);
  return { list, waits, open: frame?.data.open ?? list.data?.pages[0]?.open ?? 0 };
}
