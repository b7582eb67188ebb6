import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useCallback, useEffect, useState } from 'react';
import { ApiError } from '../api.js';
import { besideBadge } from '../figures.js';
import { useLiveMarket, useMarketEvents, usePageTitle } from '../hooks.js';
import { MarketFigures, Rules } from '../parts/about.js';
import { ChartPanel } from '../parts/chart-panel.js';
import { FactList } from '../parts/fact-list.js';
import { BackIcon } from '../parts/icons.js';
import { MarketHead } from '../parts/market-head.js';
import { OutcomeList } from '../parts/outcome-list.js';
import { MyPosition } from '../parts/position.js';
import { Season } from '../parts/season.js';
import { Failure, Skeleton } from '../parts/states.js';
import { Tape } from '../parts/tape.js';
import { Ticket } from '../parts/ticket.js';
import { useFacts } from '../parts/use-facts.js';
import { marketQuery } from '../queries.js';
import { isMany, leaderOf } from '../outcomes.js';
import type { MarketDetail } from '../wire.js';
import { RallyRoom } from './rally.js';
import './market.css';
import './rally.css';

/** The newest; the season tells of all. */
const FACTS_SHOWN = 8;

function MarketFacts(props: { readonly facts: ReturnType<typeof useFacts> }) {
  const { query, freshFrom } = props.facts;
  const facts = query.data?.items.slice(0, FACTS_SHOWN) ?? [];
  if (!query.isError && facts.length === 0) return null;
  return (
    <section className="card pad" aria-labelledby="facts">
      <h2 id="facts">Facts</h2>
      {query.isError && <Failure error={query.error} retry={() => void query.refetch()} />}
      <FactList facts={facts} freshFrom={freshFrom} named={false} />
    </section>
  );
}

/** What changes something that only the whole market tells, and not its state. */
const TOLD: ReadonlySet<string> = new Set(['draft_edited', 'market_extended', 'verdict_proposed']);

/** What only the whole market tells (result, pool, proposal) is read anew when it may have changed. */
function useFreshDetail(market: MarketDetail, status: string): void {
  const queries = useQueryClient();
  const { id, status: readStatus } = market;
  const read = useCallback(
    () => void queries.invalidateQueries({ queryKey: ['market', id] }),
    [queries, id],
  );
  useEffect(() => {
    if (status !== readStatus) read();
  }, [status, readStatus, read]);
  useMarketEvents(id, (event) => {
    if (event === 'gap' || TOLD.has(event.data.type)) read();
  });
}

/** Chart, ticket and tape of what is traded; of many outcomes one is chosen for all of them. */
function TradingFloor(props: { readonly market: MarketDetail }) {
  const { market } = props;
  const many = isMany(market);
  const facts = useFacts(`market/${market.id}`, market.id);
  const [outcome, setOutcome] = useState(
    () => leaderOf(market)?.outcome ?? market.outcomes[0]?.outcome,
  );
  return (
    <div className="market-main">
      <div className="column">
        <ChartPanel
          key={many ? outcome : ''}
          market={market}
          facts={facts.query.data?.items ?? NONE}
          outcome={many ? outcome : undefined}
        />
        {many && <OutcomeList market={market} outcome={outcome} onOutcome={setOutcome} />}
        <Season market={market} facts={facts.query.data?.items ?? NONE} />
        <Tape market={market} />
        <Rules market={market} />
      </div>
      <div className="column">
        <Ticket market={market} outcome={outcome} onOutcome={setOutcome} />
        <MyPosition market={market} />
        <MarketFacts facts={facts} />
        <MarketFigures market={market} />
      </div>
    </div>
  );
}

function MarketBody(props: { readonly market: MarketDetail }) {
  const market = useLiveMarket(props.market);
  usePageTitle(besideBadge(market.title));
  useFreshDetail(props.market, market.status);
  return (
    <>
      <MarketHead market={market} />
      {market.rally ? (
        <RallyRoom market={market} rally={market.rally} />
      ) : (
        <TradingFloor market={market} />
      )}
    </>
  );
}

const NONE = [] as const;

function MarketScreen(props: { readonly id: string }) {
  const market = useQuery(marketQuery(props.id));
  const missing = market.error instanceof ApiError && market.error.status === 404;
  return (
    <div className="market">
      <Link to="/" className="back">
        <BackIcon /> Markets
      </Link>
      {market.isPending && <Skeleton lines={3} height={120} />}
      {missing && <p className="state">There is no market with this id.</p>}
      {market.isError && !missing && !market.data && (
        <Failure error={market.error} retry={() => void market.refetch()} />
      )}
      {market.data && <MarketBody market={market.data} />}
    </div>
  );
}

export function MarketPage() {
  const { id } = useParams({ from: '/m/$id' });
  return <MarketScreen key={id} id={id} />;
}
