/** Who has gained most. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { micros } from '../figures.js';
import { usePageTitle } from '../hooks.js';
import { type Column, DataTable } from '../parts/data-table.js';
import { Change, ChangePart } from '../parts/figures.js';
import { leaderboardQuery } from '../queries.js';
import type { Leader } from '../wire.js';

const COLUMNS: readonly Column<Leader>[] = [
  { id: 'rank', name: 'Rank', cell: (row) => row.rank },
  {
    id: 'player',
    name: 'Player',
    cell: (row) => (
      <Link to="/u/$handle" params={{ handle: row.handle }}>
        {row.handle}
      </Link>
    ),
  },
  {
    id: 'profit',
    name: 'Profit',
    cell: (row) => <Change amount={row.profit} />,
    by: (row) => micros(row.profit) ?? 0n,
    isFigure: true,
  },
  {
    id: 'return',
    name: 'Return',
    cell: (row) => <ChangePart part={row.return} />,
    by: (row) => micros(row.return) ?? 0n,
    isFigure: true,
  },
];

export function LeaderboardPage() {
  usePageTitle('Leaderboard');
  const board = useInfiniteQuery(leaderboardQuery('profit', 'all'));
  return (
    <section className="card pad" aria-labelledby="leaderboard">
      <h1 id="leaderboard">Leaderboard</h1>
      <DataTable
        caption="Who has gained most"
        columns={COLUMNS}
        rows={board.data?.pages.flatMap((page) => page.items)}
        keyOf={(row) => row.account}
        empty="Nobody has traded yet."
        error={board.error}
        onRetry={() => void board.refetch()}
        onMore={board.hasNextPage ? () => void board.fetchNextPage() : undefined}
        isReadingMore={board.isFetchingNextPage}
      />
    </section>
  );
}
