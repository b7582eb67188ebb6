import { useQuery } from '@tanstack/react-query';
import { clock, day } from '../figures.js';
import { type Column, DataTable } from '../parts/data-table.js';
import type { Tick } from '../wire-outside.js';
import { decimalText } from './decimal.js';
import { ticksQuery } from './queries-ticks.js';

const COLUMNS: readonly Column<Tick>[] = [
  {
    id: 'time',
    name: 'Time',
    cell: ({ time, late }) => (
      <>
        <time dateTime={time} title={`${day(time)} · ${time}`} className="figures">
          {clock(time)}
        </time>{' '}
        {late && (
          <span
            className="tag"
            data-status="paused"
            title="It came after a later one of its source"
          >
            late
          </span>
        )}
      </>
    ),
  },
  { id: 'side', name: 'Side', cell: ({ side }) => side ?? '–' },
  { id: 'size', name: 'Size', cell: ({ size }) => decimalText(size), isFigure: true },
  {
    id: 'price',
    name: 'Price',
    cell: ({ price }) => <span title={price}>{decimalText(price)}</span>,
    isFigure: true,
  },
  { id: 'source', name: 'Source', cell: ({ source }) => source, isWide: true },
];

/** By their own time: one that came late stands where it belongs. */
export function NewestTicks(props: { readonly symbol: string }) {
  const query = useQuery(ticksQuery(props.symbol));
  return (
    <section className="card pad" aria-labelledby="newest">
      <h2 id="newest">Newest ticks</h2>
      <DataTable
        caption={`The newest ticks of ${props.symbol}`}
        columns={COLUMNS}
        rows={query.data?.items}
        keyOf={({ n }) => String(n)}
        empty="No tick yet."
        error={query.error}
        onRetry={() => void query.refetch()}
      />
    </section>
  );
}
