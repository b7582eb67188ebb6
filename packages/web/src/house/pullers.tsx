/** Who looks elsewhere for facts: when it looked last, what it could not take, and the veto against a result. */
import { Button, Checkbox } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useCallback, useEffect, useState } from 'react';
import { count, shortId } from '../figures.js';
import { useFrame } from '../hooks.js';
import { nameOf } from '../live-matches/match-words.js';
import { Countdown } from '../parts/countdown.js';
import { TimeAgo } from '../parts/figures.js';
import { Empty, Failure, Skeleton } from '../parts/states.js';
import { useSparingly } from '../parts/use-facts.js';
import { useWho } from '../session.js';
import type { LiveMatch } from '../wire-outside.js';
import { ActButton } from './acts.js';
import { PullerForm } from './puller-form.js';
import { pullersQuery } from './queries-letters.js';
import type { Puller } from './wire-letters.js';
import './letters.css';

const READ_EVERY_MS = 2_000;

const pathOf = ({ id }: Puller): string => `/v1/admin/pullers/${id}`;

function SwitchButton(props: { readonly puller: Puller }) {
  const { puller } = props;
  const { name, on } = puller;
  const label = on ? 'Turn off' : 'Turn on';
  return (
    <ActButton
      key={label}
      label={label}
      title={`${label}: ${name}`}
      verb={label}
      path={pathOf(puller)}
      method="PATCH"
      body={() => ({ on: !on })}
      isDangerous={on}
      done={on ? 'It looks no more.' : 'It looks again.'}
    >
      <p>
        {on
          ? 'It looks no more, and its matches are not shown. What it has told stays.'
          : 'It looks again every so often. From now on it acts in your name.'}
      </p>
    </ActButton>
  );
}

function PullButton(props: { readonly puller: Puller }) {
  const [acceptsJumps, setAcceptsJumps] = useState(false);
  const { puller } = props;
  return (
    <ActButton
      label="Pull now"
      title={`Pull ${puller.name} now`}
      verb="Pull"
      path={`${pathOf(puller)}/pull`}
      body={() => ({ accept_jumps: acceptsJumps })}
      isOff={!puller.on}
      done="It looks as soon as it can."
      onDone={() => setAcceptsJumps(false)}
    >
      <p>It looks at its address once more, whenever its turn would be.</p>
      <Checkbox
        label="Believe the next answer, also where a count leaps"
        checked={acceptsJumps}
        onChange={(event) => setAcceptsJumps(event.currentTarget.checked)}
      />
    </ActButton>
  );
}

/** A result that has been seen and is not taken yet. */
function Pending(props: { readonly puller: Puller; readonly match: LiveMatch }) {
  const { puller, match } = props;
  const { ends, item, resolves_at: at } = match;
  const words = ends.map(({ market, outcome }) => `${market}: ${outcome}`).join(', ');
  return (
    <li className="house-line spread">
      <span className="grow break">
        <b>{nameOf(match)}</b>{' '}
        <span className="quiet">
          {words}
          {at !== null && (
            <>
              , in <Countdown end={at} />
            </>
          )}
        </span>
      </span>
      <ActButton
        label={`Veto ${item}`}
        title={`Veto the result of ${nameOf(match)}`}
        verb="Veto"
        path={`${pathOf(puller)}/veto`}
        reason="Why?"
        body={(reason) => ({ item, reason })}
        isDangerous
        done="An admin decides."
      >
        <p>The puller never resolves the markets of this match: that is left to an admin.</p>
      </ActButton>
    </li>
  );
}

function Rejected(props: { readonly puller: Puller }) {
  const { rejected } = props.puller;
  if (rejected.length === 0) return null;
  return (
    <details className="house-more">
      <summary>{count(rejected.length)} not taken</summary>
      <ul className="rejected">
        {rejected.map(({ at, item, reason, times }) => (
          <li key={`${item ?? ''} ${reason}`} className="break">
            <b>{item ?? 'An item'}</b> {reason}{' '}
            <span className="quiet">
              {times > 1 && `${count(times)} times, last `}
              <TimeAgo at={at} />
            </span>
          </li>
        ))}
      </ul>
    </details>
  );
}

function DeleteButton(props: { readonly puller: Puller }) {
  const { puller } = props;
  return (
    <ActButton
      label="Delete"
      title={`Delete ${puller.name}`}
      verb="Delete"
      path={pathOf(puller)}
      method="DELETE"
      isDangerous
      done="It is gone."
    >
      <p>
        It looks no more. What it has told stays; made anew it is another one, whose facts are new.
      </p>
    </ActButton>
  );
}

interface CardProps {
  readonly puller: Puller;
  readonly matches: readonly LiveMatch[];
  readonly onChange: () => void;
}

function PullerCard(props: CardProps) {
  const { puller, matches } = props;
  const { name, url, on, error, pulled_at: at } = puller;
  const pending = matches.filter(
    (match) => match.puller === puller.id && match.ends.length > 0 && match.verdict === null,
  );
  return (
    <li className="card pad stack puller">
      <div className="house-line spread">
        <h2 className="tight">
          {name}{' '}
          <span className="tag" data-status={on ? 'open' : 'paused'}>
            {on ? 'On' : 'Off'}
          </span>
        </h2>
        <span className="quiet">
          {at === null ? (
            'has not looked yet'
          ) : (
            <>
              noted <TimeAgo at={at} />
            </>
          )}
        </span>
      </div>
      <p className="quiet break">
        Every {count(puller.every_s)} s: <code>{url}</code>. Facts of{' '}
        <code>{shortId(puller.source)}</code>; {count(puller.items)}{' '}
        {puller.items === 1 ? 'item' : 'items'} in its last answer.
      </p>
      {error !== null && (
        <p className="note break" data-tone="bad">
          {error}
        </p>
      )}
      <Rejected puller={puller} />
      {pending.length > 0 && (
        <ul className="stack tight" aria-label="Results that are not final yet">
          {pending.map((match) => (
            <Pending key={match.item} puller={puller} match={match} />
          ))}
        </ul>
      )}
      <div className="house-acts">
        <PullButton puller={puller} />
        <Button variant="default" onClick={props.onChange}>
          Change
        </Button>
        <SwitchButton puller={puller} />
        <DeleteButton puller={puller} />
      </div>
    </li>
  );
}

/** Read again whenever a puller has seen something. */
function usePullers() {
  const who = useWho();
  const query = useQuery(pullersQuery(who?.id ?? ''));
  const { refetch } = query;
  const frame = useFrame('matches');
  const read = useCallback(() => void refetch(), [refetch]);
  const readSparingly = useSparingly(read, READ_EVERY_MS);
  useEffect(() => {
    if (frame) readSparingly();
  }, [frame, readSparingly]);
  return { query, matches: frame?.data.items ?? [] };
}

export function Pullers() {
  const { query, matches } = usePullers();
  /** Which one is being changed; `new`: one that is not there yet. */
  const [at, setAt] = useState<string>();
  const leave = (): void => setAt(undefined);
  const { data, isError, error, refetch } = query;
  if (!data && isError) return <Failure error={error} retry={() => void refetch()} />;
  if (!data) return <Skeleton lines={3} height={120} />;
  return (
    <>
      <p className="quiet">
        A puller looks at an address every so often and makes facts of what it counts. How it goes
        is noted when it changes, else once a minute.
      </p>
      {at === 'new' && <PullerForm onDone={leave} />}
      {at === undefined && (
        <div className="house-acts">
          <Button onClick={() => setAt('new')}>New puller</Button>
        </div>
      )}
      {data.items.length === 0 && at !== 'new' && (
        <section className="card">
          <Empty>There is no puller.</Empty>
        </section>
      )}
      <ul className="stack">
        {data.items.map((puller) =>
          at === puller.id ? (
            <li key={puller.id}>
              <PullerForm known={puller} onDone={leave} />
            </li>
          ) : (
            <PullerCard
              key={puller.id}
              puller={puller}
              matches={matches}
              onChange={() => setAt(puller.id)}
            />
          ),
        )}
      </ul>
    </>
  );
}
