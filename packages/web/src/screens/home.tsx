import { useQueryClient } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { useCallback, useEffect, useState } from 'react';
import { brief, count } from '../figures.js';
import { useEvents, useGlobal, useIsOver } from '../hooks.js';
import { LiveLine } from '../live-matches/live-line.js';
import { LastGoals } from '../parts/last-goals.js';
import { MarketList } from '../parts/market-list.js';
import { Movers } from '../parts/movers.js';
import { Rallies } from '../parts/rallies.js';
import { useSparingly } from '../parts/use-facts.js';
import { ANY, type Filters } from '../queries.js';
import './home.css';
import './rally.css';

const USUAL: Filters = { search: '', category: '', status: 'open', sort: 'volume' };

/** What can be traded comes first; when all is over, everything does. */
const useUsual = (): Filters => (useIsOver() ? { ...USUAL, status: ANY } : USUAL);

function Figure(props: { readonly value: string; readonly says: string }) {
  return (
    <div>
      <dd className="figures">{props.value}</dd>
      <dt>{props.says}</dt>
    </div>
  );
}

/** What moved is asked again at most so often, and only where something has happened. */
const LISTS_EVERY_MS = 10_000;

/** What puts a market into a list, or takes it out. */
const LISTED: ReadonlySet<string> = new Set([
  'market_created',
  'market_opened',
  'market_closed',
  'market_resolved',
  'market_cancelled',
]);

/** Which markets are open, which moved most, which rallies run: read again when the feed says that it may differ. */
function useFreshLists(): void {
  const queries = useQueryClient();
  const read = useCallback(() => {
    for (const list of ['rallies', 'movers', 'markets']) {
      void queries.invalidateQueries({ queryKey: [list] });
    }
  }, [queries]);
  const readSparingly = useSparingly(read, LISTS_EVERY_MS);
  useEvents('global', (event) => {
    if (event === 'gap' || LISTED.has(event.data.type)) readSparingly();
  });
  const trades = useGlobal()?.trades;
  const [first, setFirst] = useState(trades);
  if (first === undefined && trades !== undefined) setFirst(trades);
  useEffect(() => {
    if (trades !== undefined && first !== undefined && trades !== first) readSparingly();
  }, [trades, first, readSparingly]);
}

/** What this is, and that it is going on right now. */
function Hero() {
  const state = useGlobal();
  return (
    <section className="hero">
      <h1>Live play-money markets that anyone can check.</h1>
      <p className="quiet">
        Prices follow a formula, goals move them, and every trade stands in a public journal.{' '}
        <Link to="/proof">Check it.</Link>
      </p>
      <dl className="hero-figures">
        <Figure value={count(state?.markets.open)} says="markets open" />
        <Figure value={count(state?.trades)} says="trades" />
        <Figure value={brief(state?.volume)} says="Points traded" />
        <Figure value={count(state?.accounts)} says="traders" />
      </dl>
    </section>
  );
}

export function HomePage() {
  const search = useSearch({ from: '/' });
  const navigate = useNavigate({ from: '/' });
  const usual = useUsual();
  useFreshLists();
  const filters = { ...usual, ...search };
  const change = (part: Partial<Filters>): void => {
    const same = new Map(Object.entries(usual));
    const entries = Object.entries({ ...filters, ...part });
    const unusual = entries.filter(([name, value]) => same.get(name) !== value);
    void navigate({ search: Object.fromEntries(unusual), replace: true, resetScroll: false });
  };
  return (
    <div className="home">
      <Hero />
      <LiveLine />
      <Rallies />
      <Movers />
      <div className="home-main">
        <LastGoals />
        <MarketList filters={filters} onChange={change} />
      </div>
    </div>
  );
}
