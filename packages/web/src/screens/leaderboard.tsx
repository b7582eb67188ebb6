/** Who has gained most, counted by the tables and read again whenever the feed says that places changed. */
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { useFrame, usePageTitle } from '../hooks.js';
import { useMe } from '../me.js';
import { type Column, DataTable } from '../parts/data-table.js';
import { Change, ChangePart } from '../parts/figures.js';
import { Segments } from '../parts/segments.js';
import { useSparingly } from '../parts/use-facts.js';
import { playerQuery } from '../people-queries.js';
import { leaderboardQuery } from '../queries.js';
import type { Leader } from '../wire.js';
import './people.css';

const READ_EVERY_MS = 2_500;

const MEASURES = [
  ['profit', 'Profit'],
  ['return', 'Return'],
] as const;
const WINDOWS = [
  ['day', 'Day'],
  ['week', 'Week'],
  ['all', 'All time'],
] as const;
type Measure = (typeof MEASURES)[number][0];
type Window = (typeof WINDOWS)[number][0];

function columnsFor(me: string | undefined): readonly Column<Leader>[] {
  return [
    { id: 'rank', name: 'Rank', cell: (row) => row.rank, isFigure: true },
    {
      id: 'player',
      name: 'Player',
      cell: (row) => (
        <Link
          to="/u/$handle"
          params={{ handle: row.handle }}
          className={row.account === me ? 'market-name is-me' : 'market-name'}
        >
          {row.handle}
          {row.account === me && ' (you)'}
        </Link>
      ),
    },
    { id: 'profit', name: 'Profit', cell: (row) => <Change amount={row.profit} />, isFigure: true },
    {
      id: 'return',
      name: 'Return',
      cell: (row) => <ChangePart part={row.return} />,
      isFigure: true,
    },
  ];
}

function useBoard(by: Measure, window: Window) {
  const queries = useQueryClient();
  const frame = useFrame('leaderboard');
  const board = useInfiniteQuery(leaderboardQuery(by, window));
  const [read] = useState(
    () => () => void queries.invalidateQueries({ queryKey: ['leaderboard'] }),
  );
  const readSparingly = useSparingly(read, READ_EVERY_MS);
  const seq = frame?.seq;
  useEffect(() => {
    if (seq !== undefined) readSparingly();
  }, [seq, readSparingly]);
  return { board, rows: board.data?.pages.flatMap(({ items }) => items) };
}

/** Where I am too far down to be in sight. */
function Mine(props: { readonly handle: string }) {
  const mine = useQuery(playerQuery(props.handle)).data;
  if (!mine) return null;
  return (
    <p className="note mine-line">
      You, <b>{mine.handle}</b>: <Change amount={mine.profit} says="Points of profit" />
    </p>
  );
}

export function LeaderboardPage() {
  usePageTitle('Leaderboard');
  const [by, setBy] = useState<Measure>('profit');
  const [window, setWindow] = useState<Window>('all');
  const { board, rows } = useBoard(by, window);
  const { me } = useMe();
  const columns = useMemo(() => columnsFor(me?.account), [me?.account]);
  const isInSight = rows?.some(({ account }) => account === me?.account) ?? true;
  return (
    <section className="card pad" aria-labelledby="leaderboard">
      <h1 id="leaderboard">Leaderboard</h1>
      <div className="board-choices">
        <Segments label="Measure" value={by} options={MEASURES} onChange={setBy} />
        <Segments label="Since when" value={window} options={WINDOWS} onChange={setWindow} />
      </div>
      <DataTable
        caption="Who has gained most"
        columns={columns}
        rows={rows}
        keyOf={(row) => row.account}
        empty="Nobody has traded yet."
        error={board.error}
        onRetry={() => void board.refetch()}
        onMore={board.hasNextPage ? () => void board.fetchNextPage() : undefined}
        isReadingMore={board.isFetchingNextPage}
      />
      {!isInSight && me?.handle !== undefined && <Mine handle={me.handle} />}
    </section>
  );
}
