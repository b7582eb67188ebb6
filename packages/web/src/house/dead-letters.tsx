/** What was sent and could not be taken: mended, sent again, or given up. */
import { Button, TextInput } from '@mantine/core';
import { useInfiniteQuery, useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '../api.js';
import { count } from '../figures.js';
import { ConfirmDialog } from '../parts/confirm-dialog.js';
import { Choice } from '../parts/filters.js';
import { Segments } from '../parts/segments.js';
import { Empty, Failure, Skeleton } from '../parts/states.js';
import { useWho } from '../session.js';
import { faultWords, useReadAgain } from './acts.js';
import { Letter, REASONS } from './letter.js';
import { type LetterFilter, lettersQuery, replayAll } from './queries-letters.js';
import type { Replayed } from './wire-letters.js';
import './letters.css';

const STATES = [
  ['open', 'Open'],
  ['replayed', 'Replayed'],
  ['dropped', 'Dropped'],
] as const satisfies readonly (readonly [LetterFilter['state'], string])[];
const ANY_REASON = [['', 'Any reason'], ...REASONS] as const;
const NOT_IN_SOURCES = /[^A-Za-z0-9._:/-]/g;

type Change = (part: Partial<LetterFilter>) => void;

function Filter(props: { readonly filter: LetterFilter; readonly onChange: Change }) {
  const { filter, onChange } = props;
  const [typed, setTyped] = useState(filter.source);
  return (
    <form
      className="letter-filter"
      onSubmit={(event) => {
        event.preventDefault();
        onChange({ source: typed });
      }}
    >
      <Segments
        label="State"
        value={filter.state}
        options={STATES}
        onChange={(state) => onChange({ state })}
      />
      <Choice
        label="Reason"
        value={filter.reason}
        options={ANY_REASON}
        onChange={(reason) => onChange({ reason })}
      />
      <TextInput
        aria-label="Source"
        placeholder="Any source"
        value={typed}
        maxLength={64}
        onChange={(event) => setTyped(event.currentTarget.value.replace(NOT_IN_SOURCES, ''))}
        onBlur={() => onChange({ source: typed })}
      />
    </form>
  );
}

function Outcome(props: { readonly told: Replayed }) {
  const { replayed, repeated, refused, cursor } = props.told;
  return (
    <div className="note" role="status">
      <p>
        {count(replayed)} replayed
        {repeated > 0 && `, ${count(repeated)} of them had got through before`}.{' '}
        {refused.length > 0 && `${count(refused.length)} are still no ticks and stay here. `}
        {cursor !== undefined && 'There are more: replay again.'}
      </p>
    </div>
  );
}

function ReplayAll(props: { readonly filter: LetterFilter }) {
  const { reason, source } = props.filter;
  const [isOpen, setOpen] = useState(false);
  const readAgain = useReadAgain();
  const replayed = useMutation({
    mutationFn: () => replayAll({ reason, source }),
    onSuccess: () => setOpen(false),
    // Also where it broke off in its middle, some were taken.
    onSettled: readAgain,
  });
  const which = [
    reason === '' ? undefined : `with the reason ${reason.replaceAll('_', ' ')}`,
    source === '' ? undefined : `of the source ${source}`,
  ].filter((one) => one !== undefined);
  return (
    <>
      <Button
        variant="default"
        onClick={() => {
          replayed.reset();
          setOpen(true);
        }}
      >
        Replay all
      </Button>
      {replayed.data && <Outcome told={replayed.data} />}
      <ConfirmDialog
        isOpen={isOpen}
        title="Replay dead letters"
        verb="Replay"
        isBusy={replayed.isPending}
        fault={replayed.isError ? faultWords(replayed.error) : undefined}
        onConfirm={() => replayed.mutate()}
        onClose={() => setOpen(false)}
      >
        <p>
          All that are open{which.length > 0 && ` ${which.join(' and ')}`} are sent again as they
          came, the oldest first. Those that still are no ticks stay.
        </p>
      </ConfirmDialog>
    </>
  );
}

const EMPTY = {
  open: 'Nothing waits here: all that was sent was taken.',
  replayed: 'None was replayed.',
  dropped: 'None was dropped.',
} as const satisfies Record<LetterFilter['state'], string>;

function List(props: { readonly filter: LetterFilter }) {
  const { filter } = props;
  const who = useWho();
  const query = useInfiniteQuery(lettersQuery(who?.id ?? '', filter));
  if (query.error instanceof ApiError && query.error.status === 404) {
    return (
      <section className="card">
        <Empty>This node keeps no tables, so it keeps no ticks.</Empty>
      </section>
    );
  }
  if (!query.data && query.isError) {
    return <Failure error={query.error} retry={() => void query.refetch()} />;
  }
  if (!query.data) return <Skeleton lines={4} height={90} />;
  const letters = query.data.pages.flatMap(({ items }) => items);
  const open = query.data.pages[0]?.open ?? 0;
  const isNarrowed = filter.reason !== '' || filter.source !== '';
  return (
    <>
      {filter.state === 'open' && open > 0 && (
        <div className="house-line">
          <span className="grow">
            <b className="figures">{count(open)}</b> open in all
          </span>
          <ReplayAll key={`${filter.reason} ${filter.source}`} filter={filter} />
        </div>
      )}
      {letters.length === 0 && (
        <section className="card">
          <Empty>{isNarrowed ? 'None fits.' : EMPTY[filter.state]}</Empty>
        </section>
      )}
      <ul className="stack">
        {letters.map((letter) => (
          <Letter key={letter.id} letter={letter} />
        ))}
      </ul>
      {query.hasNextPage && (
        <button
          type="button"
          className="button more"
          disabled={query.isFetchingNextPage}
          onClick={() => void query.fetchNextPage()}
        >
          {query.isFetchingNextPage ? 'Reading …' : 'Show more'}
        </button>
      )}
    </>
  );
}

export function DeadLetters() {
  const [filter, setFilter] = useState<LetterFilter>({ state: 'open', reason: '', source: '' });
  return (
    <>
      <p className="quiet">
        Ticks that could not be taken lie here, each with its reason. A mended one is taken once.
      </p>
      <Filter filter={filter} onChange={(part) => setFilter({ ...filter, ...part })} />
      <List filter={filter} />
    </>
  );
}
