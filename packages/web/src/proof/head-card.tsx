/** The newest entry's hash covers every entry before it: two people who see the same one share a history. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { useEffect, useState } from 'react';
import { ApiError } from '../api.js';
import { now } from '../clock.js';
import { count, day } from '../figures.js';
import { useConnection } from '../hooks.js';
import { CopyButton } from '../parts/copy-button.js';
import { Failure, Skeleton } from '../parts/states.js';
import { useSparingly } from '../parts/use-facts.js';
import { hashQuery, headQuery } from '../queries.js';
import { forgetHead, headSeen, keepHead, type SeenHead } from './last-head.js';

const READ_EVERY_MS = 2_000;

/** Read again as the journal grows. */
function useHead() {
  const queries = useQueryClient();
  const { seq } = useConnection();
  const head = useQuery(headQuery());
  const [read] = useState(
    () => () => void queries.invalidateQueries({ queryKey: headQuery().queryKey, exact: true }),
  );
  const readSparingly = useSparingly(read, READ_EVERY_MS);
  useEffect(() => {
    if (seq > 0) readSparingly();
  }, [seq, readSparingly]);
  return head;
}

type Remembered =
  | { readonly is: 'first' }
  | { readonly is: 'asking' }
  | { readonly is: 'kept' | 'gone' | 'elsewhere'; readonly seen: SeenHead };

/** Whether the journal still holds the head of the last visit; only then is a newer one kept. */
export function useRemembered(): readonly [Remembered, () => void] {
  const [seen, setSeen] = useState(headSeen);
  const head = useQuery(headQuery());
  const there = useQuery({ ...hashQuery(seen?.seq ?? 0), enabled: seen !== undefined });
  const newest = head.data;
  const remembered = judge(seen, newest?.journal, there);
  const isGood = remembered.is === 'first' || remembered.is === 'kept';
  useEffect(() => {
    if (newest && isGood) keepHead({ ...newest, at: new Date(now()).toISOString() });
  }, [newest, isGood]);
  const accept = (): void => {
    forgetHead();
    setSeen(undefined);
  };
  return [remembered, accept];
}

function judge(
  seen: SeenHead | undefined,
  journal: string | undefined,
  there: { readonly data?: { readonly hash: string } | undefined; readonly error: unknown },
): Remembered {
  if (!seen) return { is: 'first' };
  if (journal !== undefined && journal !== seen.journal) return { is: 'elsewhere', seen };
  if (there.data) return { is: there.data.hash === seen.hash ? 'kept' : 'gone', seen };
  // A journal that is shorter than it was has lost that entry.
  const isMissing = there.error instanceof ApiError && there.error.status === 404;
  return isMissing ? { is: 'gone', seen } : { is: 'asking' };
}

const SAYS = {
  kept: 'and the journal still contains it',
  gone: 'and it is gone: the history was rewound or rewritten',
  elsewhere: 'of another journal: this is a different exchange now',
} as const;

interface LastProps {
  readonly remembered: Remembered;
  /** Takes the history that is here now for the one to remember. */
  readonly onAccept: () => void;
}

function LastVisit(props: LastProps) {
  const { remembered } = props;
  if (remembered.is === 'asking') return null;
  if (remembered.is === 'first') {
    return (
      <p className="quiet">
        This browser keeps the head it sees here, and checks at your next visit that it is still
        there.
      </p>
    );
  }
  const { is, seen } = remembered;
  return (
    <p
      className="note"
      data-tone={is === 'kept' ? 'good' : 'bad'}
      role={is === 'kept' ? 'status' : 'alert'}
    >
      Last time, {day(seen.at)}, you saw entry {count(seen.seq)} with{' '}
      <code>{seen.hash.slice(0, 8)}</code>, {SAYS[is]}.{' '}
      {is !== 'kept' && (
        <button type="button" className="plain" onClick={props.onAccept}>
          Take this one from now on
        </button>
      )}
    </p>
  );
}

export function HeadCard(props: LastProps) {
  const head = useHead();
  const { seq, hash } = useConnection();
  return (
    <section className="card pad" aria-labelledby="head">
      <h2 id="head">Head of the journal</h2>
      {head.isPending && <Skeleton lines={3} height={24} />}
      {head.isError && !head.data && (
        <Failure error={head.error} retry={() => void head.refetch()} />
      )}
      {head.data && (
        <dl className="lines">
          <dt>Now</dt>
          <dd className="figures">
            {count(seq)} · <code>{hash}</code>
          </dd>
          <dt>Read</dt>
          <dd className="figures">{count(head.data.seq)}</dd>
          <dt>Its hash</dt>
          <dd>
            <code className="hash">{head.data.hash}</code>{' '}
            <CopyButton text={`${head.data.seq}.${head.data.hash}`} label="Copy" />
          </dd>
          <dt>Journal</dt>
          <dd>
            <code className="hash">{head.data.journal}</code>
          </dd>
        </dl>
      )}
      <p className="quiet">
        Each hash covers its entry and the hash before it. Whoever keeps one of these can tell later
        whether the history was changed. Every entry is public:{' '}
        <a href="/v1/journal?from=1&limit=100">read the journal</a>.
      </p>
      <LastVisit {...props} />
    </section>
  );
}
