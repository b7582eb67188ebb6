/** What was sent and could not be taken: mended, sent again, or given up. */
import { Button, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { ApiError } from '../api.js';
import { count } from '../figures.js';
import { ConfirmDialog } from '../parts/confirm-dialog.js';
import { Choice } from '../parts/filters.js';
import { Segments } from '../parts/segments.js';
import { Empty, Failure, Skeleton } from '../parts/states.js';
import { faultWords, useReadAgain } from './acts.js';
import { useLetters } from './fresh-letters.js';
import { Letter, REASONS } from './letter.js';
import { type LetterFilter, replayAll, ROWS } from './queries-letters.js';
import type { Replayed } from './wire-letters.js';
import './letters.css';

const STATES = [
  ['open', 'Open'],
  ['replayed', 'Replayed'],
  ['dropped', 'Dropped'],
] as const satisfies readonly (readonly [LetterFilter['state'], string])[];
const ANY_REASON = [['', 'Any reason'], ...REASONS] as const;
const NOT_IN_NAMES = /[^A-Za-z0-9._:/-]/g;

type Change = (part: Partial<LetterFilter>) => void;

/** What is typed counts once it is left, or sent. */
function Named(props: {
  readonly label: string;
  readonly hint: string;
  readonly value: string;
  readonly onChange: (text: string) => void;
}) {
  const { label, hint, value, onChange } = props;
  const [typed, setTyped] = useState(value);
  return (
    <TextInput
      aria-label={label}
      placeholder={hint}
      value={typed}
      maxLength={64}
      onChange={(event) => setTyped(event.currentTarget.value.replace(NOT_IN_NAMES, ''))}
      onBlur={() => onChange(typed)}
      onKeyDown={(event) => {
        if (event.key === 'Enter') onChange(typed);
      }}
    />
  );
}

function Filter(props: { readonly filter: LetterFilter; readonly onChange: Change }) {
  const { filter, onChange } = props;
  return (
    <div className="letter-filter" role="group" aria-label="Which letters">
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
      <Named
        label="Source"
        hint="Any source"
        value={filter.source}
        onChange={(source) => onChange({ source })}
      />
      <Named
        label="Symbol"
        hint="Any symbol"
        value={filter.symbol}
        onChange={(symbol) => onChange({ symbol })}
      />
    </div>
  );
}

function Outcome(props: { readonly told: Replayed }) {
  const { replayed, repeated, refused, cursor } = props.told;
  return (
    <div className="note" role="status">
      <p>
        {count(replayed)} replayed
        {repeated > 0 && `, ${count(repeated)} of them had got through before`}.{' '}
        {refused.length > 0 &&
          `${count(refused.length)} ${refused.length === 1 ? 'is still no tick and stays' : 'are still no ticks and stay'} here. `}
        {cursor !== undefined && 'There are more: replay again.'}
      </p>
    </div>
  );
}

function ReplayAll(props: { readonly filter: LetterFilter }) {
  const { reason, source, symbol } = props.filter;
  const [isOpen, setOpen] = useState(false);
  const readAgain = useReadAgain();
  const replayed = useMutation({
    mutationFn: () => replayAll({ reason, source, symbol }),
    onSuccess: () => setOpen(false),
    // Also where it broke off in its middle, some were taken.
    onSettled: readAgain,
  });
  const which = [
    reason === '' ? undefined : `with the reason ${reason.replaceAll('_', ' ')}`,
    source === '' ? undefined : `of the source ${source}`,
    symbol === '' ? undefined : `of the symbol ${symbol}`,
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

/** Rows that come by themselves would move what somebody is about to press. */
function News(props: {
  readonly count: number;
  readonly isBusy: boolean;
  readonly onShow: () => void;
}) {
  const { count: waits, isBusy, onShow } = props;
  const many = waits >= ROWS ? `${count(ROWS)} or more` : count(waits);
  return (
    <div role="status" className="letter-news">
      {waits > 0 && (
        <Button variant="light" fullWidth loading={isBusy} onClick={onShow}>
          Show {many} new
        </Button>
      )}
    </div>
  );
}

function List(props: { readonly filter: LetterFilter }) {
  const { filter } = props;
  const { list: query, waits, open } = useLetters(filter);
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
  const isNarrowed = `${filter.reason}${filter.source}${filter.symbol}` !== '';
  return (
    <>
      {filter.state === 'open' && open > 0 && (
        <div className="house-line">
          <span className="grow">
            <b className="figures">{count(open)}</b> open in all
          </span>
          <ReplayAll key={JSON.stringify(filter)} filter={filter} />
        </div>
      )}
      <News count={waits} isBusy={query.isRefetching} onShow={() => void query.refetch()} />
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

const ALL_OPEN: LetterFilter = { state: 'open', reason: '', source: '', symbol: '' };

export function DeadLetters() {
  const [filter, setFilter] = useState<LetterFilter>(ALL_OPEN);
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
