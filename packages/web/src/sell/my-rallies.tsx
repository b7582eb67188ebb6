/** What I have put up, newest first, as it stands now. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { count, day } from '../figures.js';
import { soldByQuery } from '../house/queries-house.js';
import { useLiveMarket } from '../hooks.js';
import { Countdown } from '../parts/countdown.js';
import { Price } from '../parts/price.js';
import { RallyBar } from '../parts/rally-mark.js';
import { Empty, Failure, Skeleton, StatusTag } from '../parts/states.js';
import { useVisible } from '../parts/visible.js';
import type { Market } from '../wire.js';

function Row(props: { readonly market: Market }) {
  const [watch, visible] = useVisible();
  const market = useLiveMarket(props.market, visible);
  const { rally, ends_at: end, status } = market;
  if (!rally) return null;
  return (
    <li ref={watch}>
      <Link to="/sell/$id" params={{ id: market.id }} className="my-rally">
        <span className="my-rally-name">
          <b>{market.title}</b>
          <span className="quiet">
            <StatusTag status={status} />{' '}
            {status === 'open' && end !== undefined && (
              <>
                <Countdown end={end} /> left
              </>
            )}
            {status === 'draft' && market.opens_at !== undefined && `opens ${day(market.opens_at)}`}
          </span>
        </span>
        <span className="my-rally-bar">
          <RallyBar rally={rally} label={`Units taken of ${market.title}`} />
          <span className="quiet figures">
            {count(rally.units)} of {count(rally.maximum)} · {count(market.holders)} in
          </span>
        </span>
        <Price mechanism={market.mechanism} price={market.price} />
      </Link>
    </li>
  );
}

export function MyRallies(props: { readonly seller: string }) {
  const query = useInfiniteQuery(soldByQuery(props.seller));
  const items = query.data?.pages.flatMap((page) => page.items);
  return (
    <section className="card" aria-labelledby="mine">
      <h2 id="mine" className="card-head">
        My rallies
      </h2>
      {query.isPending && <Skeleton lines={3} height={44} />}
      {query.isError && !items && (
        <Failure error={query.error} retry={() => void query.refetch()} />
      )}
      {items?.length === 0 && <Empty>You have launched nothing yet.</Empty>}
      <ul className="my-rallies">
        {items?.map((market) => (
          <Row key={market.id} market={market} />
        ))}
      </ul>
      {query.hasNextPage && (
        <button type="button" className="button more" onClick={() => void query.fetchNextPage()}>
          Show more
        </button>
      )}
    </section>
  );
}
