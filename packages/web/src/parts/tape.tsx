import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { clock, micros, points, priceText, shares, shortId } from '../figures.js';
import { useMarketEvents } from '../hooks.js';
import { useMe } from '../me.js';
import { tradesQuery } from '../queries.js';
import type { EventFrame, Market, Order } from '../wire.js';
import { Arrow } from './price.js';
import { Empty, Failure, Skeleton } from './states.js';

const SHOWN = 25;
const ONE = 1_000_000n;

function orderOf({ seq, data }: EventFrame): Order | undefined {
  const { id, market, account, side, outcome, pays, gets, at } = data;
  if (data.type !== 'traded' || !id || !market || !account || !side || !pays || !gets || !at) {
    return undefined;
  }
  const named = outcome === undefined ? {} : { outcome };
  return {
    id,
    seq,
    at,
    type: 'trade',
    market,
    account,
    side,
    ...named,
    pays,
    gets,
    fee: data.fee ?? '0',
  };
}

/** The newest trades: what the node had, and what the feed has told since. */
function useTape(id: string) {
  const queries = useQueryClient();
  const query = useQuery(tradesQuery(id));
  const [told, setTold] = useState<readonly Order[]>([]);
  useMarketEvents(id, (event) => {
    if (event === 'gap') return void queries.invalidateQueries({ queryKey: ['trades', id] });
    const order = orderOf(event);
    if (order) setTold((all) => [order, ...all].slice(0, SHOWN));
  });
  const newest = told[told.length - 1]?.seq ?? Number.POSITIVE_INFINITY;
  const read = query.data?.items.filter((one) => one.seq < newest) ?? [];
  const trades = [...told, ...read].filter((one) => one.type === 'trade').slice(0, SHOWN);
  return { query, trades, told: told.length };
}

function averageOf(order: Order): string | undefined {
  const [paid, got] = [micros(order.pays) ?? 0n, micros(order.gets) ?? 0n];
  const [money, held] = order.side === 'buy' ? [paid, got] : [got, paid];
  if (held === 0n) return undefined;
  const average = (money * ONE) / held;
  return `${average / ONE}.${(average % ONE).toString().padStart(6, '0')}`;
}

function TapeLine(props: {
  readonly order: Order;
  readonly mechanism: string;
  readonly fresh: boolean;
  readonly mine: boolean;
}) {
  const { order } = props;
  const buys = order.side === 'buy';
  return (
    <tr data-fresh={props.fresh}>
      <td className="quiet figures">{clock(order.at)}</td>
      <td>
        <span className="change" data-direction={buys ? 'up' : 'down'}>
          <Arrow direction={buys ? 'up' : 'down'} />
          {buys ? 'Buy' : 'Sell'} {order.outcome ?? ''}
        </span>
      </td>
      <td className="figures end">{shares(buys ? order.gets : order.pays)}</td>
      <td className="figures end">{priceText(props.mechanism, averageOf(order))}</td>
      <td className="figures end wide">{points(buys ? order.pays : order.gets)}</td>
      <td className="wide quiet">
        <code>{shortId(order.account)}</code>
        {props.mine && <span className="tag">you</span>}
      </td>
    </tr>
  );
}

export function Tape(props: { readonly market: Market }) {
  const { query, trades, told } = useTape(props.market.id);
  const me = useMe().me?.account;
  return (
    <section className="card pad" aria-labelledby="tape">
      <h2 id="tape">Trades</h2>
      {query.isPending && <Skeleton lines={6} height={22} />}
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.data && trades.length === 0 && <Empty>Nobody has traded here yet.</Empty>}
      {trades.length > 0 && (
        <table className="tape">
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Side</th>
              <th scope="col" className="end">
                Shares
              </th>
              <th scope="col" className="end">
                Average
              </th>
              <th scope="col" className="end wide">
                Points
              </th>
              <th scope="col" className="wide">
                Account
              </th>
            </tr>
          </thead>
          <tbody>
            {trades.map((order, index) => (
              <TapeLine
                key={order.id}
                order={order}
                mechanism={props.market.mechanism}
                fresh={index < told}
                mine={order.account === me}
              />
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
