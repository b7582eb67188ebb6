import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useEffect } from 'react';
import { ApiError } from '../api.js';
import { besideBadge, isChance } from '../figures.js';
import { useLiveMarket, usePageTitle } from '../hooks.js';
import { MarketFigures, Rules } from '../parts/about.js';
import { Badge } from '../parts/badge.js';
import { ChartPanel } from '../parts/chart-panel.js';
import { OfflineNote } from '../parts/connection.js';
import { FactList } from '../parts/fact-list.js';
import { BackIcon } from '../parts/icons.js';
import { ChangeSince, Price } from '../parts/price.js';
import { Failure, Skeleton, StatusTag } from '../parts/states.js';
import { Tape } from '../parts/tape.js';
import { Ticket } from '../parts/ticket.js';
import { useFacts } from '../parts/use-facts.js';
import { marketQuery } from '../queries.js';
import type { MarketDetail } from '../wire.js';
import { resultSentence, statusSentence } from '../words.js';

/** What the great figure is: a chance or a price, of now or the last. */
function priceMeans({ mechanism, status, outcomes }: MarketDetail): string {
  const first = outcomes[0]?.outcome;
  if (status === 'open' || status === 'paused') {
    return isChance(mechanism) ? `chance of ${first ?? 'it'}` : 'Points a share';
  }
  const paid = status === 'resolved' || status === 'settled';
  const which = paid ? 'final price' : 'last price';
  return first === undefined ? `${which}, Points a share` : `${which} of ${first}`;
}

function MarketHead(props: { readonly market: MarketDetail }) {
  const { market } = props;
  const result = resultSentence(market);
  return (
    <div className="market-head">
      <div className="market-title">
        <Badge id={market.id} title={market.title} />
        <div>
          <h1>{besideBadge(market.title)}</h1>
          <p className="quiet">
            <StatusTag status={market.status} /> {statusSentence(market)}
          </p>
        </div>
      </div>
      <div className="market-price">
        <Price mechanism={market.mechanism} price={market.price} />
        <span className="quiet">
          <ChangeSince
            mechanism={market.mechanism}
            opening={market.opening_price}
            price={market.price}
          />{' '}
          {priceMeans(market)}
        </span>
      </div>
      {result !== undefined && <p className="note result">{result}</p>}
    </div>
  );
}

function MarketFacts(props: { readonly facts: ReturnType<typeof useFacts> }) {
  const { query, freshFrom } = props.facts;
  const facts = query.data?.items ?? [];
  if (!query.isError && facts.length === 0) return null;
  return (
    <section className="card pad" aria-labelledby="facts">
      <h2 id="facts">Facts</h2>
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      <FactList facts={facts} freshFrom={freshFrom} named={false} />
    </section>
  );
}

/** What only the whole market tells (result, pool) is read anew when its state or its trades change. */
function useFreshDetail(market: MarketDetail, status: string): void {
  const queries = useQueryClient();
  const { id, status: readStatus } = market;
  useEffect(() => {
    if (status !== readStatus) void queries.invalidateQueries({ queryKey: ['market', id] });
  }, [queries, id, status, readStatus]);
}

function MarketBody(props: { readonly market: MarketDetail }) {
  const market = useLiveMarket(props.market);
  usePageTitle(besideBadge(market.title));
  const facts = useFacts(`market/${market.id}`, market.id);
  useFreshDetail(props.market, market.status);
  return (
    <>
      <MarketHead market={market} />
      <div className="market-main">
        <div className="column">
          <ChartPanel market={market} facts={facts.query.data?.items ?? NONE} />
          <Tape market={market} />
          <Rules market={market} />
        </div>
        <div className="column">
          <Ticket market={market} />
          <MarketFacts facts={facts} />
          <MarketFigures market={market} />
        </div>
      </div>
    </>
  );
}

const NONE = [] as const;

export function MarketScreen(props: { readonly id: string }) {
  const market = useQuery(marketQuery(props.id));
  const missing = market.error instanceof ApiError && market.error.status === 404;
  return (
    <div className="market">
      <Link to="/" className="back">
        <BackIcon /> Markets
      </Link>
      <OfflineNote />
      {market.isPending && <Skeleton lines={3} height={120} />}
      {missing && <p className="state">There is no market with this id.</p>}
      {market.isError && !missing && !market.data && (
        <Failure error={market.error} retry={() => void market.refetch()} />
      )}
      {market.data && <MarketBody market={market.data} />}
    </div>
  );
}
