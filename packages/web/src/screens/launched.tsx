/** One rally as its seller watches it: the price, who joins, how long there is, and what comes of it. */
import { saleAt } from '@fairground/engine';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { count, micros, points } from '../figures.js';
import { ActButton } from '../house/acts.js';
import { usePageTitle } from '../hooks.js';
import { Line } from '../parts/about.js';
import { CopyButton } from '../parts/copy-button.js';
import { Countdown } from '../parts/countdown.js';
import { useFreshMarket } from '../parts/fresh-detail.js';
import { BackIcon } from '../parts/icons.js';
import { Joins } from '../parts/joins.js';
import { Ladder } from '../parts/ladder.js';
import { MarketHead } from '../parts/market-head.js';
import { Only } from '../parts/only.js';
import { Receipt } from '../parts/receipt.js';
import { Empty, Failure, Skeleton } from '../parts/states.js';
import { marketQuery } from '../queries.js';
import { isRallyOver } from '../rallies.js';
import type { MarketDetail, Rally, Tier } from '../wire.js';
import './market.css';
import './rally.css';
import '../house/forms.css';
import '../sell/sell.css';

function Share(props: { readonly id: string }) {
  const link = `${location.origin}/m/${props.id}`;
  return (
    <section className="card pad share" aria-labelledby="share">
      <h2 id="share">Share it</h2>
      <p>
        <Link to="/m/$id" params={{ id: props.id }} className="share-link">
          {link}
        </Link>
      </p>
      <CopyButton text={link} label="Copy the link" />
    </section>
  );
}

interface Running {
  readonly market: MarketDetail;
  readonly rally: Rally;
}

function NextLine(props: { readonly next: Tier; readonly bps: number; readonly units: number }) {
  const { next, bps, units } = props;
  const sale = saleAt(micros(next.price) ?? 0n, next.units, bps);
  return (
    <Line says={`With ${count(next.units - units)} more, at ${points(next.price)}`}>
      {points(sale.seller_gets)}
    </Line>
  );
}

/** What the seller gets if it ended now. */
function Earnings({ market, rally }: Running) {
  const sale = saleAt(micros(market.price) ?? 0n, rally.units, market.fee_bps);
  const missing = rally.minimum - rally.units;
  const { status, ends_at: end, opens_at: opens } = market;
  return (
    <section className="card pad stack" aria-labelledby="earnings">
      <h2 id="earnings">What you get</h2>
      {missing > 0 ? (
        <p className="earning quiet">
          Nothing yet: {count(missing)} {missing === 1 ? 'unit is' : 'units are'} missing.
        </p>
      ) : (
        <p className="earning figures" data-figure="gets">
          {points(sale.seller_gets)} <small>Points</small>
        </p>
      )}
      <dl className="lines">
        <Line says={`${count(rally.units)} units at ${points(market.price)}`}>
          {points(sale.sum)}
        </Line>
        <Line says={`The house takes ${market.fee_bps / 100}%`}>{points(sale.fee)}</Line>
        {rally.next && <NextLine next={rally.next} bps={market.fee_bps} units={rally.units} />}
        {status === 'open' && end !== undefined && (
          <Line says="Ends in">
            <Countdown end={end} />
          </Line>
        )}
        {status === 'draft' && opens !== undefined && (
          <Line says="Opens in">
            <Countdown end={opens} />
          </Line>
        )}
      </dl>
      {missing > 0 && status !== 'paused' && (
        <ActButton
          label="Call it off"
          title="Call this rally off"
          verb="Call it off"
          path={`/v1/markets/${market.id}/cancel`}
          reason="Why? Everybody can read it."
          body={(reason) => ({ reason })}
          isDangerous
          done="Called off. Everybody gets back all he put in."
        >
          <p>Everybody who joined gets back all he put in. This cannot be undone.</p>
        </ActButton>
      )}
    </section>
  );
}

function Watched(props: { readonly read: MarketDetail; readonly account: string }) {
  const market = useFreshMarket(props.read);
  usePageTitle(market.title);
  const { rally } = market;
  if (!rally || market.sponsor !== props.account) {
    return (
      <Empty
        action={
          <Link to="/m/$id" params={{ id: market.id }}>
            To its room
          </Link>
        }
      >
        {rally ? 'Somebody else sells this.' : 'This is no rally.'}
      </Empty>
    );
  }
  return (
    <>
      <MarketHead market={market} />
      <div className="market-main">
        <div className="column">
          <Ladder market={market} rally={rally} />
          <Joins market={market.id} members={market.holders} />
        </div>
        <div className="column">
          {isRallyOver(market.status) ? (
            <Receipt id={market.id} />
          ) : (
            <Earnings market={market} rally={rally} />
          )}
          <Share id={market.id} />
        </div>
      </div>
    </>
  );
}

export function LaunchedPage() {
  const { id } = useParams({ from: '/sell/$id' });
  const market = useQuery(marketQuery(id));
  return (
    <div className="market">
      <Link to="/sell" className="back">
        <BackIcon /> My rallies
      </Link>
      <Only
        need="seller"
        signedOut="Sign in to watch your rally."
        others="Only sellers launch rallies. An admin gives that role."
      >
        {({ account }) => (
          <>
            {market.isPending && <Skeleton lines={3} height={120} />}
            {market.isError && !market.data && (
              <Failure error={market.error} retry={() => void market.refetch()} />
            )}
            {market.data && <Watched key={id} read={market.data} account={account} />}
          </>
        )}
      </Only>
    </div>
  );
}
