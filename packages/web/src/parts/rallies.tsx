/** The open rallies that end first. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { points } from '../figures.js';
import { useLiveMarket } from '../hooks.js';
import { ralliesQuery } from '../queries.js';
import type { Market } from '../wire.js';
import { Countdown } from './countdown.js';
import { Price } from './price.js';
import { nextWords, RallyBar, rallyWords } from './rally-mark.js';
import { Failure, Skeleton } from './states.js';

function RallyCard(props: { readonly market: Market }) {
  const market = useLiveMarket(props.market);
  const { rally, price, opening_price: opening } = market;
  if (!rally) return null;
  return (
    <li>
      <Link to="/m/$id" params={{ id: market.id }} className="rally card">
        <b className="mover-name">{market.title}</b>
        <span className="rally-line">
          <span>
            <Price mechanism={market.mechanism} price={price} />
            {price !== opening && (
              <s className="quiet figures">
                <span className="hidden">began at </span>
                {points(opening)}
              </s>
            )}
          </span>
          <span className="quiet figures">{nextWords(rally)}</span>
        </span>
        <RallyBar rally={rally} label={`Units taken of ${market.title}`} />
        <span className="rally-line quiet figures">
          <span>{rallyWords(rally, market.holders)}</span>
          {market.status === 'open' && market.ends_at !== undefined && (
            <Countdown end={market.ends_at} />
          )}
        </span>
      </Link>
    </li>
  );
}

export function Rallies() {
  const rallies = useQuery(ralliesQuery());
  const items = rallies.data?.items ?? [];
  if (rallies.isSuccess && items.length === 0) return null;
  return (
    <section aria-labelledby="rallies">
      <h2 id="rallies">Rallies melting now</h2>
      {rallies.isPending && (
        <div className="movers-wait">
          <Skeleton lines={1} height={131} />
        </div>
      )}
      {rallies.isError && <Failure error={rallies.error} retry={() => void rallies.refetch()} />}
      <ul className="rallies">
        {items.map((market) => (
          <RallyCard key={market.id} market={market} />
        ))}
      </ul>
    </section>
  );
}
