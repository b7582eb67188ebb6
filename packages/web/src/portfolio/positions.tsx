/** What I hold, at the prices of now. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { micros, points, shares } from '../figures.js';
import { useFrame } from '../hooks.js';
import { type Column, DataTable } from '../parts/data-table.js';
import { Change, Points } from '../parts/figures.js';
import { MarketName } from '../parts/market-name.js';
import { Segments } from '../parts/segments.js';
import { StatusTag } from '../parts/states.js';
import { useSparingly } from '../parts/use-facts.js';
import { positionsQuery } from '../queries.js';
import type { Position } from '../wire.js';
import { useLiveWorth } from './live-worth.js';

const READ_EVERY_MS = 3_000;

/** Read again whenever my account moved. */
export function useMyPositions(who: string) {
  const queries = useQueryClient();
  const query = useQuery(positionsQuery(who));
  const seq = useFrame('me')?.seq;
  const [read] = useState(
    () => () =>
      ['positions', 'worth', 'ledger', 'trades'].forEach((name) => {
        void queries.invalidateQueries({ queryKey: [name] });
      }),
  );
  const readSparingly = useSparingly(read, READ_EVERY_MS);
  useEffect(() => {
    if (seq !== undefined) readSparingly();
  }, [seq, readSparingly]);
  return query;
}

interface Cell {
  readonly position: Position;
}

function Held({ position }: Cell) {
  const { shares: held } = position;
  if (held.length === 0) return <span className="quiet">–</span>;
  return (
    <span className="held">
      {held.map((one) => (
        <span key={one.outcome ?? ''}>
          {shares(one.shares)} {one.outcome ?? ''}
        </span>
      ))}
    </span>
  );
}

function Prices({ position }: Cell) {
  const { prices } = useLiveWorth(position);
  return (
    <span className="held">
      {prices.map((price, index) => (
        <span key={position.shares[index]?.outcome ?? ''}>{points(price, 4)}</span>
      ))}
    </span>
  );
}

const Value = ({ position }: Cell) => <Points amount={useLiveWorth(position).value} />;
const Profit = ({ position }: Cell) => <Change amount={useLiveWorth(position).profit} />;

function Name({ position }: Cell) {
  return (
    <span className="position-name">
      <MarketName id={position.market} title={position.title} />
      {position.status !== 'open' && <StatusTag status={position.status} />}
    </span>
  );
}

const COLUMNS: readonly Column<Position>[] = [
  { id: 'market', name: 'Market', cell: (row) => <Name position={row} />, by: (row) => row.title },
  {
    id: 'held',
    name: 'Held',
    cell: (row) => <Held position={row} />,
    isFigure: true,
    isWide: true,
  },
  {
    id: 'price',
    name: 'Price',
    cell: (row) => <Prices position={row} />,
    isFigure: true,
    isWide: true,
  },
  {
    id: 'value',
    name: 'Worth',
    cell: (row) => <Value position={row} />,
    by: (row) => micros(row.value) ?? 0n,
    isFigure: true,
  },
  {
    id: 'net',
    name: 'Put in',
    cell: (row) => <Points amount={row.net} />,
    by: (row) => micros(row.net) ?? 0n,
    isFigure: true,
    isWide: true,
  },
  {
    id: 'profit',
    name: 'Profit',
    cell: (row) => <Profit position={row} />,
    by: (row) => micros(row.profit) ?? 0n,
    isFigure: true,
  },
];

const WHICH = [
  ['held', 'Held now'],
  ['all', 'All'],
] as const;
type Which = (typeof WHICH)[number][0];

export function Positions(props: { readonly who: string }) {
  const query = useMyPositions(props.who);
  const [which, setWhich] = useState<Which>('held');
  const rows = query.data?.items.filter((one) => which === 'all' || one.shares.length > 0);
  return (
    <section className="card pad" aria-labelledby="positions">
      <div className="head-line">
        <h2 id="positions">Positions</h2>
        <Segments label="Which positions" value={which} options={WHICH} onChange={setWhich} />
      </div>
      <DataTable
        caption="What I hold"
        columns={COLUMNS}
        rows={rows}
        keyOf={(row) => row.market}
        empty="You hold nothing. Whatever you buy stands here, at its price of now."
        sort={{ column: 'value', up: false }}
        error={query.error}
        onRetry={() => void query.refetch()}
      />
    </section>
  );
}
