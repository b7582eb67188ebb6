/** What I hold here: how many shares, what they are worth by the newest price, what I put in, and what I gained. */
import { formatAmount } from '@fairground/engine';
import { isChance, micros, points, priceText, shares, sizeOf } from '../figures.js';
import { useLivePosition } from '../me.js';
import { useWho } from '../session.js';
import type { Market, Position, Status } from '../wire.js';
import { Change } from './figures.js';

function Holdings(props: { readonly market: Market; readonly position: Position }) {
  const { market, position } = props;
  return (
    <table className="tape holdings">
      <thead>
        <tr>
          <th scope="col">You hold</th>
          <th scope="col" className="end">
            Price
          </th>
          <th scope="col" className="end">
            Worth
          </th>
        </tr>
      </thead>
      <tbody>
        {position.shares.map((held) => (
          <tr key={held.outcome ?? ''}>
            <td className="figures">
              <b>{shares(held.shares)}</b> {held.outcome ?? 'shares'}
            </td>
            <td className="figures end">{priceText(market.mechanism, held.price)}</td>
            <td className="figures end">{points(held.value)}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

const BACK: ReadonlySet<Status> = new Set(['cancelled', 'refunded']);

/** What came back: of a cancelled market what it took, of a resolved one what the shares were paid. */
const paidSays = (status: Status): string => (BACK.has(status) ? 'Given back' : 'Paid out to you');

function Sums(props: { readonly position: Position }) {
  const { position } = props;
  const net = micros(position.net) ?? 0n;
  return (
    <dl className="lines">
      <dt>{net < 0n ? 'Taken out, net' : 'Put in, net'}</dt>
      <dd className="figures">{points(formatAmount(sizeOf(net)))} Points</dd>
      {position.shares.length > 0 && (
        <>
          <dt>Worth now</dt>
          <dd className="figures">{points(position.value)} Points</dd>
        </>
      )}
      {position.paid !== '0' && (
        <>
          <dt>{paidSays(position.status)}</dt>
          <dd className="figures">{points(position.paid)} Points</dd>
        </>
      )}
      <dt>Profit</dt>
      <dd>
        <Change amount={position.profit} says="Points" />
      </dd>
    </dl>
  );
}

export function MyPosition(props: { readonly market: Market }) {
  const { market } = props;
  const who = useWho();
  const position = useLivePosition(market);
  if (who === undefined) return null;
  return (
    <section className="card pad" aria-labelledby="position">
      <h2 id="position">My position</h2>
      {position ? (
        <div className="position">
          {position.shares.length > 0 && <Holdings market={market} position={position} />}
          <Sums position={position} />
          {isChance(market.mechanism) && position.shares.length > 0 && (
            <p className="quiet">Each share of the right outcome is paid 1 Point in the end.</p>
          )}
        </div>
      ) : (
        <p className="quiet">You hold nothing here.</p>
      )}
    </section>
  );
}
