import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { besideBadge } from '../figures.js';
import { useIsOver, useLiveMarket } from '../hooks.js';
import { headPrice, leaderOf } from '../outcomes.js';
import { moversQuery } from '../queries.js';
import type { Market } from '../wire.js';
import { Badge } from './badge.js';
import { ChangeSince, Price } from './price.js';
import { Empty, Failure, Skeleton } from './states.js';

/** Of many outcomes the one whose price is shown is named. */
function moverName(market: Market): string {
  const leader = leaderOf(market)?.outcome;
  const title = besideBadge(market.title);
  return leader === undefined ? title : `${leader}: ${title}`;
}

function Mover(props: { readonly market: Market }) {
  const market = useLiveMarket(props.market);
  return (
    <li>
      <Link to="/m/$id" params={{ id: market.id }} className="mover card">
        <span className="mover-head">
          <Badge id={market.id} title={market.title} />
          <ChangeSince
            mechanism={market.mechanism}
            opening={market.opening_price}
            price={headPrice(market)}
          />
        </span>
        <b className="mover-name">{moverName(market)}</b>
        <Price mechanism={market.mechanism} price={headPrice(market)} />
      </Link>
    </li>
  );
}

const SHOWN = 6;

/** The largest moves since opening. */
export function Movers() {
  const movers = useQuery(moversQuery(useIsOver()));
  // A rally only falls, and stands above with its bar.
  const items = (movers.data?.items ?? []).filter((one) => !one.rally).slice(0, SHOWN);
  return (
    <section aria-labelledby="movers">
      <h2 id="movers">Movers</h2>
      {movers.isPending && (
        <div className="movers-wait">
          <Skeleton lines={1} height={152} />
        </div>
      )}
      {movers.isError && <Failure error={movers.error} retry={() => void movers.refetch()} />}
      {movers.data && items.length === 0 && <Empty>Nothing has moved yet.</Empty>}
      {items.length > 0 && (
        <ul className="movers">
          {items.map((market) => (
            <Mover key={market.id} market={market} />
          ))}
        </ul>
      )}
    </section>
  );
}
