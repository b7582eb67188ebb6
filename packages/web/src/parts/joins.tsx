/** Who joined: what the node had, and what the feed has told since. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useState } from 'react';
import { clock, count, points, shares } from '../figures.js';
import { useMarketEvents } from '../hooks.js';
import { tradesQuery } from '../queries.js';
import type { EventFrame } from '../wire.js';
import { Empty, Failure, Skeleton } from './states.js';

const SHOWN = 25;

interface Join {
  readonly id: string;
  readonly seq: number;
  readonly at: string;
  readonly account: string;
  /** Units added, as written. */
  readonly added: string;
  readonly units: number;
  readonly pays: string;
}

function joinOf({ seq, data }: EventFrame): Join | undefined {
  const { id, account, at, units, added, pays } = data;
  if (data.type !== 'joined' || !id || !account || !at || !units || !added || !pays) {
    return undefined;
  }
  return { id, seq, at, account, units, added: count(added), pays };
}

function useJoins(id: string) {
  const queries = useQueryClient();
  const query = useQuery(tradesQuery(id));
  const [told, setTold] = useState<readonly Join[]>([]);
  useMarketEvents(id, (event) => {
    if (event === 'gap') return void queries.invalidateQueries({ queryKey: ['trades', id] });
    const join = joinOf(event);
    if (join) setTold((all) => [join, ...all].slice(0, SHOWN));
  });
  const known = new Set(told.map((one) => one.id));
  const read = (query.data?.items ?? []).flatMap((order): readonly Join[] => {
    if (known.has(order.id) || order.units === undefined) return [];
    return [{ ...order, units: order.units, added: shares(order.gets).replace(/\.00$/, '') }];
  });
  return { query, joins: [...told, ...read].slice(0, SHOWN), told: told.length };
}

export function Joins(props: { readonly market: string }) {
  const { query, joins, told } = useJoins(props.market);
  return (
    <section className="card pad" aria-labelledby="joins">
      <h2 id="joins">Joined</h2>
      {query.isPending && <Skeleton lines={6} height={22} />}
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      {query.data && joins.length === 0 && <Empty>Nobody has joined yet. Be the first.</Empty>}
      {joins.length > 0 && (
        <table className="tape">
          <thead>
            <tr>
              <th scope="col">Time</th>
              <th scope="col">Account</th>
              <th scope="col" className="end">
                Units
              </th>
              <th scope="col" className="end">
                In all
              </th>
              <th scope="col" className="end wide">
                Points at most
              </th>
            </tr>
          </thead>
          <tbody>
            {joins.map((join, index) => (
              <tr key={join.id} data-fresh={index < told}>
                <td className="quiet figures">{clock(join.at)}</td>
                <td>
                  <code>{join.account.slice(-8)}</code>
                </td>
                <td className="figures end">+{join.added}</td>
                <td className="figures end">{count(join.units)}</td>
                <td className="figures end wide">{points(join.pays)}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}
