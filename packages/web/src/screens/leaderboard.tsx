/** Who has gained most: over all time as the feed tells it, by windows as the tables count it. */
import { useInfiniteQuery, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect, useMemo, useState } from 'react';
import { micros } from '../figures.js';
import { useFrame, usePageTitle } from '../hooks.js';
import { useMe } from '../me.js';
import { type Column, DataTable } from '../parts/data-table.js';
import { Change, ChangePart } from '../parts/figures.js';
import { Segments } from '../parts/segments.js';
import { useSparingly } from '../parts/use-facts.js';
import { playerQuery } from '../people-queries.js';
import { leaderboardQuery } from '../queries.js';
import type { Leader, StateOf } from '../wire.js';
import './people.css';

const READ_EVERY_MS = 5_000;

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

/** The feed knows the profits of the best, by id; names and all others are the tables'. */
export function overlaid(
  rows: readonly Leader[],
  players: StateOf<'leaderboard'>['players'],
): readonly Leader[] {
  const told = new Map(players.map(({ account, profit }) => [account, profit]));
  const newer = rows.map((row) => ({ ...row, profit: told.get(row.account) ?? row.profit }));
  const gain = (row: Leader): bigint => micros(row.profit) ?? 0n;
  // Of equals whoever stood first stays first.
  newer.sort((a, b) => (gain(a) === gain(b) ? a.rank - b.rank : gain(a) < gain(b) ? 1 : -1));
  return newer.map((row, index) => ({ ...row, rank: index + 1 }));
}

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
  const pages = board.data?.pages;
  const rows = useMemo(() => {
    const read = pages?.flatMap(({ items }) => items);
    const isTold = by === 'profit' && window === 'all' && frame !== undefined;
    return read && isTold ? overlaid(read, frame.data.players) : read;
  }, [pages, by, window, frame]);
  return { board, rows };
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
