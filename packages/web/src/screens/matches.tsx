/** Matches outside, as pullers have seen them, and what here follows from them. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { useTopic, usePageTitle } from '../hooks.js';
import {
  marketsOf,
  minuteOf,
  nameOf,
  scoreOf,
  type Tally,
  talliesOf,
} from '../live-matches/match-words.js';
import { Countdown } from '../parts/countdown.js';
import { TimeAgo } from '../parts/figures.js';
import { Empty, Failure, Skeleton } from '../parts/states.js';
import { matchesQuery } from '../ticks/queries-ticks.js';
import type { LiveMatch } from '../wire-outside.js';
import './matches.css';

const GROUPS = [
  ['live', 'Played now'],
  ['scheduled', 'To come'],
  ['finished', 'Over'],
] as const satisfies readonly (readonly [LiveMatch['status'], string])[];

/** What it comes to, and who has the last word. */
function End(props: { readonly match: LiveMatch }) {
  const { ends, verdict, resolves_at: at } = props.match;
  const words = ends.map(({ market, outcome }) => `${market}: ${outcome}`).join(', ');
  if (verdict === 'veto') return <p className="note">Vetoed: an admin decides.</p>;
  if (words === '') return null;
  if (verdict === 'resolve') return <p className="note">Resolved: {words}.</p>;
  return (
    <p className="note">
      It comes to {words}.{' '}
      {at !== null && (
        <>
          Final in <Countdown end={at} />, unless it changes.
        </>
      )}
    </p>
  );
}

function Tallies(props: { readonly of: readonly Tally[] }) {
  if (props.of.length === 0) return null;
  return (
    <p className="quiet">
      {props.of.map(({ count, value }) => `${count.replaceAll('_', ' ')} ${value}`).join(' · ')}
    </p>
  );
}

function MatchCard(props: { readonly match: LiveMatch }) {
  const { match } = props;
  const score = scoreOf(match);
  const [home, away] = match.names;
  const markets = marketsOf(match);
  return (
    <li className="card match-card">
      <div className="match-top quiet">
        <span className="match-minute figures">{minuteOf(match)}</span>
        <span>
          {match.source} · <TimeAgo at={match.updated_at} />
        </span>
      </div>
      <h3 className="match-line">
        {score === undefined ? (
          nameOf(match)
        ) : (
          <>
            <span>{home}</span> <b className="figures">{score}</b> <span>{away}</span>
          </>
        )}
      </h3>
      <Tallies of={talliesOf(match)} />
      <End match={match} />
      {markets.length > 0 && (
        <p className="match-markets">
          {markets.map((market) => (
            <Link key={market} to="/m/$id" params={{ id: market }}>
              {market}
            </Link>
          ))}
        </p>
      )}
    </li>
  );
}

function Group(props: { readonly name: string; readonly matches: readonly LiveMatch[] }) {
  const { name, matches } = props;
  if (matches.length === 0) return null;
  return (
    <section aria-label={name}>
      <h2>{name}</h2>
      <ul className="match-list">
        {matches.map((match) => (
          <MatchCard key={`${match.puller} ${match.item}`} match={match} />
        ))}
      </ul>
    </section>
  );
}

export function MatchesPage() {
  usePageTitle('Matches');
  const told = useTopic('matches');
  const query = useQuery(matchesQuery());
  const items = told?.items ?? query.data?.items;
  return (
    <div className="stack">
      <header>
        <h1>Matches</h1>
        <p className="quiet">
          What sources outside say is played. Their goals are facts here, and move the markets below
          each match.
        </p>
      </header>
      {!items && query.isPending && <Skeleton lines={4} height={90} />}
      {!items && query.isError && (
        <Failure error={query.error} retry={() => void query.refetch()} />
      )}
      {items?.length === 0 && (
        <section className="card">
          <Empty>No source tells of a match now. One that begins shows here by itself.</Empty>
        </section>
      )}
      {items &&
        GROUPS.map(([status, name]) => (
          <Group
            key={status}
            name={name}
            matches={items.filter((match) => match.status === status)}
          />
        ))}
    </div>
  );
}
