/** What I did, and every leg of the ledger that came of it. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { assetWords } from '../asset-words.js';
import { count, day, points, shares } from '../figures.js';
import { type Column, DataTable } from '../parts/data-table.js';
import { MarketName } from '../parts/market-name.js';
import { Arrow } from '../parts/price.js';
import { Segments } from '../parts/segments.js';
import { ledgerQuery, myTradesQuery } from '../people-queries.js';
import type { Leg } from '../people-wire.js';
import type { Order } from '../wire.js';

const DID = { trade: '', mint: 'Sets minted', merge: 'Sets merged', join: 'Joined' } as const;

function Did({ order }: { readonly order: Order }) {
  const { side, outcome, type } = order;
  if (side === undefined) return DID[type];
  return (
    <span className="change" data-direction={side === 'buy' ? 'up' : 'down'}>
      <Arrow direction={side === 'buy' ? 'up' : 'down'} />
      {side === 'buy' ? 'Bought' : 'Sold'} {outcome ?? ''}
    </span>
  );
}

/** Of a purchase the shares are what was got, of a sale what was paid; a pledge is of units. */
function sharesIn({ side, type, pays, gets, units }: Order): string {
  if (type === 'join') return `${count(units)} units`;
  if (side === 'sell' || type === 'merge') return shares(pays);
  return shares(gets);
}

const moneyIn = ({ side, type, pays, gets }: Order): string =>
  side === 'sell' || type === 'merge' ? `+${points(gets)}` : `−${points(pays)}`;

const When = (props: { readonly at: string }) => (
  <time dateTime={props.at} className="quiet figures">
    {day(props.at)}
  </time>
);

const TRADES: readonly Column<Order>[] = [
  { id: 'at', name: 'Time', cell: ({ at }) => <When at={at} />, isWide: true },
  { id: 'market', name: 'Market', cell: ({ market }) => <MarketName id={market} /> },
  { id: 'did', name: 'What', cell: (order) => <Did order={order} /> },
  { id: 'shares', name: 'Shares', cell: sharesIn, isFigure: true, isWide: true },
  { id: 'points', name: 'Points', cell: moneyIn, isFigure: true },
];

function Trades(props: { readonly who: string }) {
  const query = useInfiniteQuery(myTradesQuery(props.who));
  return (
    <DataTable
      caption="My trades"
      columns={TRADES}
      rows={query.data?.pages.flatMap(({ items }) => items)}
      keyOf={({ id }) => id}
      empty="You have not traded yet."
      error={query.error}
      onRetry={() => void query.refetch()}
      onMore={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
      isReadingMore={query.isFetchingNextPage}
    />
  );
}

/** To the last millionth, as it stands in the books. */
const exact = (change: string): string =>
  change.startsWith('-') ? `−${change.slice(1)}` : `+${change}`;

const eventWords = (event: string): string => {
  const plain = event.replace(/_/g, ' ');
  return plain.charAt(0).toUpperCase() + plain.slice(1);
};

const LEDGER: readonly Column<Leg>[] = [
  {
    id: 'entry',
    name: 'Entry',
    cell: ({ seq }) => <a href={`/v1/journal?from=${seq}&limit=1`}>{count(seq)}</a>,
    isFigure: true,
    isWide: true,
  },
  { id: 'at', name: 'Time', cell: ({ at }) => <When at={at} />, isWide: true },
  { id: 'event', name: 'What', cell: ({ event }) => eventWords(event) },
  {
    id: 'market',
    name: 'Market',
    cell: ({ market }) => (market === undefined ? '' : <MarketName id={market} />),
  },
  {
    id: 'change',
    name: 'Change',
    cell: (leg) => (
      <>
        {exact(leg.change)}{' '}
        <span className="quiet">{assetWords(leg.asset, leg.market) || 'shares'}</span>
      </>
    ),
    isFigure: true,
  },
  {
    id: 'with',
    name: 'With',
    cell: (leg) => <code>{leg.with}</code>,
    isWide: true,
  },
];

function Ledger(props: { readonly who: string }) {
  const query = useInfiniteQuery(ledgerQuery(props.who));
  return (
    <DataTable
      caption="Every leg of the ledger that moved something of mine"
      columns={LEDGER}
      rows={query.data?.pages.flatMap(({ items }) => items)}
      keyOf={({ seq, leg }) => `${seq}.${leg}`}
      empty="Nothing has moved yet."
      error={query.error}
      onRetry={() => void query.refetch()}
      onMore={query.hasNextPage ? () => void query.fetchNextPage() : undefined}
      isReadingMore={query.isFetchingNextPage}
    />
  );
}

const WHICH = [
  ['trades', 'Trades'],
  ['ledger', 'Ledger'],
] as const;
type Which = (typeof WHICH)[number][0];

export function Past(props: { readonly who: string }) {
  const [which, setWhich] = useState<Which>('trades');
  return (
    <section className="card pad" aria-labelledby="past">
      <div className="head-line">
        <h2 id="past">{which === 'trades' ? 'Trades' : 'Ledger'}</h2>
        <Segments label="Trades or ledger" value={which} options={WHICH} onChange={setWhich} />
      </div>
      {which === 'trades' ? <Trades who={props.who} /> : <Ledger who={props.who} />}
    </section>
  );
}
