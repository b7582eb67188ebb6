import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useCallback, useEffect, useRef, useState } from 'react';
import { useEvents } from '../hooks.js';
import { factsQuery } from '../queries.js';
import type { Fact, Topic } from '../wire.js';

/** A match day is a burst of facts: the list is read anew at most this often. */
const READ_EVERY_MS = 2_500;

/** Runs at once, then not again before its time, but surely once after the last call. */
export function useSparingly(run: () => void, everyMs: number): () => void {
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined);
  const again = useRef(false);
  useEffect(
    () => () => {
      clearTimeout(timer.current);
      // Else whoever mounts it again would wait for ever for a timer that is gone.
      timer.current = undefined;
      again.current = false;
    },
    [],
  );
  return useCallback(() => {
    const start = (): void => {
      run();
      timer.current = setTimeout(() => {
        timer.current = undefined;
        if (!again.current) return;
        again.current = false;
        start();
      }, everyMs);
    };
    if (timer.current === undefined) start();
    else again.current = true;
  }, [run, everyMs]);
}

const newestSeq = (facts: readonly Fact[]): number =>
  facts.reduce((newest, fact) => Math.max(newest, fact.seq), 0);

/** The facts of a market or of all, kept up to date by the feed; those after `freshFrom` are news. */
export function useFacts(topic: Topic, market?: string) {
  const queries = useQueryClient();
  const query = useQuery(factsQuery(market));
  const [freshFrom, setFreshFrom] = useState<number>();
  if (query.data && freshFrom === undefined) setFreshFrom(newestSeq(query.data.items));
  const read = useCallback(() => {
    void queries.invalidateQueries({ queryKey: factsQuery(market).queryKey });
  }, [queries, market]);
  const readSparingly = useSparingly(read, READ_EVERY_MS);
  useEvents(topic, (event) => {
    if (event === 'gap' || event.data.type.startsWith('fact_')) readSparingly();
  });
  return { query, freshFrom: freshFrom ?? Number.POSITIVE_INFINITY };
}
