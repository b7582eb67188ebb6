import { useInfiniteQuery } from '@tanstack/react-query';
import type { Filters } from '../queries.js';
import { marketsQuery } from '../queries.js';
import { CategoryChips, FilterBar } from './filters.js';
import { MarketRow } from './market-row.js';
import { Empty, Failure, Skeleton } from './states.js';

/** Every market, as searched and sorted by the node. */
export function MarketList(props: {
  readonly filters: Filters;
  readonly onChange: (change: Partial<Filters>) => void;
}) {
  const list = useInfiniteQuery(marketsQuery(props.filters));
  const markets = list.data?.pages.flatMap((page) => page.items) ?? [];
  return (
    <section aria-labelledby="markets" className="markets">
      <div className="head-line">
        <h2 id="markets">Markets</h2>
        <CategoryChips value={props.filters.category} onChange={props.onChange} />
      </div>
      <FilterBar filters={props.filters} onChange={props.onChange} />
      <div className="card" aria-busy={list.isFetching} data-old={list.isPlaceholderData}>
        {list.isPending && <Skeleton lines={8} height={52} />}
        {list.isError && <Failure error={list.error} retry={() => void list.refetch()} />}
        {list.isSuccess && markets.length === 0 && (
          <Empty>
            <p>No market fits.</p>
            <button
              type="button"
              className="button"
              onClick={() => props.onChange({ search: '', category: '', status: 'any' })}
            >
              Show all
            </button>
          </Empty>
        )}
        {markets.length > 0 && (
          <ul className="rows">
            {markets.map((market) => (
              <MarketRow key={market.id} market={market} />
            ))}
          </ul>
        )}
      </div>
      {list.hasNextPage && (
        <button
          type="button"
          className="button more"
          disabled={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {list.isFetchingNextPage ? 'Loading …' : 'Show more'}
        </button>
      )}
    </section>
  );
}
