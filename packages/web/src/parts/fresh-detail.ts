/** What only the whole market tells (result, refund, times) is read anew when its state changes. */
import { useQueryClient } from '@tanstack/react-query';
import { useEffect } from 'react';
import { useLiveMarket } from '../hooks.js';
import type { MarketDetail } from '../wire.js';

/** The market with what the feed has said since, and soon with all of it. */
export function useFreshMarket(read: MarketDetail): MarketDetail {
  const queries = useQueryClient();
  const market = useLiveMarket(read);
  const { id, status } = market;
  useEffect(() => {
    if (status !== read.status) void queries.invalidateQueries({ queryKey: ['market', id] });
  }, [queries, id, status, read.status]);
  return market;
}
