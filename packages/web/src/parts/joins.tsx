/** Who joined: what the node had, and what the feed has told since. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { type CSSProperties, useState } from 'react';
import { clock, count, points, shares, shortId } from '../figures.js';
import { useMarketEvents } from '../hooks.js';
import { useMe } from '../me.js';
import { tradesQuery } from '../queries.js';
import type { EventFrame } from '../wire.js';
import { hueOf } from './badge.js';
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

/** So many faces fill a phone. */
const FACES = 12;

interface Hued extends CSSProperties {
  readonly '--hue': number;
}

/** An id has no face: it has a colour and two letters, always the same ones. */
function Face(props: { readonly account: string; readonly fresh: boolean }) {
  const { account } = props;
  const style: Hued = { '--hue': hueOf(account) };
  return (
    <i className="face" style={style} data-fresh={props.fresh}>
      {account.slice(-2)}
    </i>
  );
}

/** Who is in, the newest first, each once. */
function Faces(props: {
  readonly joins: readonly Join[];
  readonly told: number;
  readonly members: number;
}) {
  const { joins, told, members } = props;
  const accounts = [...new Set(joins.map((one) => one.account))].slice(0, FACES);
  const fresh = new Set(joins.slice(0, told).map((one) => one.account));
  const others = members - accounts.length;
  return (
    <p className="faces" aria-hidden="true">
      {accounts.map((account) => (
        <Face key={account} account={account} fresh={fresh.has(account)} />
      ))}
      {others > 0 && <span className="quiet figures">and {count(others)} more</span>}
    </p>
  );
}

export function Joins(props: { readonly market: string; readonly members: number }) {
  const { query, joins, told } = useJoins(props.market);
  const me = useMe().me?.account;
  return (
    <section className="card pad" aria-labelledby="joins">
      <div className="head-line">
        <h2 id="joins">Joined</h2>
        <span className="quiet figures">{count(props.members)} in</span>
      </div>
      {joins.length > 0 && <Faces joins={joins} told={told} members={props.members} />}
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
                  <code>{shortId(join.account)}</code>
                  {join.account === me && <span className="tag">you</span>}
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
