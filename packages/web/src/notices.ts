/** What I was told, read again whenever the feed says that there is more. */
import { useInfiniteQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { useNoticed } from './hooks.js';
import { useSparingly } from './parts/use-facts.js';
import { noticesQuery } from './people-queries.js';

/** A market's end tells many things at once. */
const READ_EVERY_MS = 1_500;

/** `unread` is undefined where the node keeps no notices, or has not answered. */
export function useNotices(who: string) {
  const queries = useQueryClient();
  const noticed = useNoticed();
  const query = useInfiniteQuery({ ...noticesQuery(who), enabled: noticed > 0 });
  const [read] = useState(
    () => () => void queries.invalidateQueries({ queryKey: noticesQuery(who).queryKey }),
  );
  const readSparingly = useSparingly(read, READ_EVERY_MS);
  useEffect(() => {
    if (noticed > 1) readSparingly();
  }, [noticed, readSparingly]);
  return { query, noticed, unread: query.data?.pages[0]?.unread };
}
