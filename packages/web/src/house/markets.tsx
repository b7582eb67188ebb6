/** All markets, to keep: dense, newest first, by state. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useDeferredValue, useState } from 'react';
import { brief, day, priceText } from '../figures.js';
import { headPrice } from '../outcomes.js';
import { type Column, DataTable } from '../parts/data-table.js';
import { StatusTag } from '../parts/states.js';
import { ANY, marketsQuery } from '../queries.js';
import type { Market } from '../wire.js';
import { STATUS_WORDS } from '../words.js';

const STATES = ['draft', 'open', 'paused', 'closed'] as const;

const COLUMNS: readonly Column<Market>[] = [
  {
    id: 'title',
    name: 'Market',
    cell: ({ id, title }) => (
      <Link to="/admin/markets/$id" params={{ id }} className="cell-name">
        {title}
      </Link>
    ),
  },
  { id: 'status', name: 'State', cell: ({ status }) => <StatusTag status={status} /> },
  {
    id: 'mechanism',
    name: 'Kind',
    cell: ({ mechanism }) => mechanism.replace(/@.*/, ''),
    isWide: true,
  },
  {
    id: 'price',
    name: 'Price',
    cell: (market) => priceText(market.mechanism, headPrice(market)),
    isFigure: true,
  },
  {
    id: 'volume',
    name: 'Volume',
    cell: ({ volume }) => brief(volume),
    isFigure: true,
    isWide: true,
  },
  {
    id: 'ends',
    name: 'Ends',
    cell: ({ ends_at }) => (ends_at === undefined ? 'by hand' : day(ends_at)),
    isFigure: true,
    isWide: true,
  },
];

export function Markets() {
  const [status, setStatus] = useState<string>(ANY);
  const [typed, setTyped] = useState('');
  const search = useDeferredValue(typed);
  const query = useInfiniteQuery(marketsQuery({ search, category: '', status, sort: 'newest' }));
  const rows = query.data?.pages.flatMap((page) => page.items);
  return (
    <>
      <div className="house-line">
        <input
          type="search"
          aria-label="Search markets"
          placeholder="Search markets"
          value={typed}
          onChange={(event) => setTyped(event.currentTarget.value)}
        />
        <Link to="/admin/new" className="button accent link-button">
          New market
        </Link>
      </div>
      <div className="chips small">
        {[ANY, ...STATES].map((one) => (
          <button
            key={one}
            type="button"
            className="chip"
            aria-pressed={one === status}
            onClick={() => setStatus(one)}
          >
            {STATES.find((state) => state === one) ? wordOf(one) : 'All'}
          </button>
        ))}
      </div>
      <section className="card pad">
        <DataTable
          caption="Markets"
          columns={COLUMNS}
          rows={rows}
          keyOf={({ id }) => id}
          empty="There is no such market."
          error={query.error}
          onRetry={() => void query.refetch()}
          onMore={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
          isReadingMore={query.isFetchingNextPage}
        />
      </section>
    </>
  );
}

const wordOf = (status: string): string =>
  Object.entries(STATUS_WORDS).find(([name]) => name === status)?.[1] ?? status;
