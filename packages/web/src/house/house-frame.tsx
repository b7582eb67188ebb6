/** Around every page of the house: its parts at the side, and nothing for who is no admin. */
import { useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useCallback, useEffect, useRef } from 'react';
import { useFrame } from '../hooks.js';
import { useMe } from '../me.js';
import { BackIcon } from '../parts/icons.js';
import { Only } from '../parts/only.js';
import { useSparingly } from '../parts/use-facts.js';
import { useWho } from '../session.js';
import { houseQuery } from './queries-house.js';
import { SECTIONS, type Section } from './sections.js';
import type { Proposed } from './wire-house.js';
import './forms.css';
import './house.css';

const READ_EVERY_MS = 3_000;

/** How the house stands, read again whenever something lived or died. */
export function useHouse() {
  const who = useWho();
  const query = useQuery({ ...houseQuery(who?.id ?? ''), enabled: who !== undefined });
  const { refetch } = query;
  const seq = useFrame('global')?.seq;
  const read = useCallback(() => void refetch(), [refetch]);
  const readSparingly = useSparingly(read, READ_EVERY_MS);
  useEffect(() => {
    if (seq !== undefined) readSparingly();
  }, [seq, readSparingly]);
  return query;
}

/** Those that somebody else has proposed. */
export function useWaiting(): readonly Proposed[] {
  const account = useMe().me?.account;
  const { data } = useHouse();
  return data?.proposals.filter(({ by }) => by !== account) ?? [];
}

function Ways(props: { readonly at: Section }) {
  const waiting = useWaiting().length;
  const row = useRef<HTMLElement>(null);
  // On a phone the row scrolls: where one is has to be in sight.
  useEffect(() => {
    const here = row.current?.querySelector('[aria-current]');
    here?.scrollIntoView({ inline: 'center', block: 'nearest' });
  }, []);
  return (
    <nav className="house-ways" aria-label="The house" ref={row}>
      {SECTIONS.map(([section, name]) => (
        <Link
          key={section}
          to="/admin/$section"
          params={{ section }}
          aria-current={section === props.at ? 'page' : undefined}
        >
          {name}
          {section === 'waiting' && waiting > 0 && (
            <span className="tag" data-status="paused">
              {waiting}
            </span>
          )}
        </Link>
      ))}
    </nav>
  );
}

export function HouseFrame(props: {
  readonly at: Section;
  readonly title: string;
  /** The page is one of its section: the way back to it. */
  readonly isInside?: boolean;
  readonly children: ReactNode;
}) {
  return (
    <Only
      need="admin"
      signedOut="Sign in to keep house."
      others="Only admins keep house. Another admin gives that role."
    >
      {() => (
        <div className="house">
          <Ways at={props.at} />
          <div className="stack house-main">
            {props.isInside === true && (
              <Link to="/admin/$section" params={{ section: props.at }} className="back">
                <BackIcon /> {SECTIONS.find(([one]) => one === props.at)?.[1]}
              </Link>
            )}
            <h1>{props.title}</h1>
            {props.children}
          </div>
        </div>
      )}
    </Only>
  );
}
