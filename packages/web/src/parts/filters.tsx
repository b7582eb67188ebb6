import { useEffect, useRef, useState } from 'react';
import type { Filters } from '../queries.js';
import { SearchIcon } from './icons.js';

const CATEGORIES = [
  ['', 'All'],
  ['players', 'Players'],
  ['matches', 'Matches'],
  ['outrights', 'Outrights'],
  ['rallies', 'Rallies'],
] as const;

const STATUSES = [
  ['any', 'Any state'],
  ['open', 'Open'],
  ['paused', 'Paused'],
  ['closed', 'Closed'],
  ['resolved', 'Paying out'],
  ['settled', 'Settled'],
  ['cancelled', 'Cancelled'],
  ['refunded', 'Refunded'],
] as const;

const SORTS = [
  ['volume', 'Most traded'],
  ['moved', 'Most moved'],
  ['closing', 'Closing soon'],
  ['newest', 'Newest'],
] as const;

const TYPING_MS = 250;

type Change = (change: Partial<Filters>) => void;

function Search(props: { readonly value: string; readonly onChange: Change }) {
  const { value, onChange } = props;
  const [text, setText] = useState(value);
  const [last, setLast] = useState(value);
  if (value !== last) {
    setLast(value);
    if (value !== text.trim()) setText(value);
  }
  const tell = useRef(onChange);
  useEffect(() => {
    tell.current = onChange;
  });
  useEffect(() => {
    if (text.trim() === value) return undefined;
    const timer = setTimeout(() => tell.current({ search: text.trim() }), TYPING_MS);
    return () => clearTimeout(timer);
  }, [text, value]);
  return (
    <label className="search">
      <SearchIcon />
      <span className="hidden">Search markets</span>
      <input
        type="search"
        value={text}
        placeholder="Search markets"
        maxLength={90}
        onChange={(event) => setText(event.target.value)}
      />
    </label>
  );
}

export function Choice(props: {
  readonly label: string;
  readonly value: string;
  readonly options: readonly (readonly [string, string])[];
  readonly onChange: (value: string) => void;
}) {
  return (
    <label className="choice">
      <span className="hidden">{props.label}</span>
      <select value={props.value} onChange={(event) => props.onChange(event.target.value)}>
        {props.options.map(([value, word]) => (
          <option key={value} value={value}>
            {word}
          </option>
        ))}
      </select>
    </label>
  );
}

export function CategoryChips(props: { readonly value: string; readonly onChange: Change }) {
  return (
    <fieldset className="chips small">
      <legend className="hidden">Kind of market</legend>
      {CATEGORIES.map(([value, word]) => (
        <button
          key={value}
          type="button"
          className="chip"
          aria-pressed={props.value === value}
          onClick={() => props.onChange({ category: value })}
        >
          {word}
        </button>
      ))}
    </fieldset>
  );
}

export function FilterBar(props: { readonly filters: Filters; readonly onChange: Change }) {
  const { filters, onChange } = props;
  return (
    <div className="filters">
      <Search value={filters.search} onChange={onChange} />
      <Choice
        label="State"
        value={filters.status}
        options={STATUSES}
        onChange={(status) => onChange({ status })}
      />
      <Choice
        label="Order"
        value={filters.sort}
        options={SORTS}
        onChange={(sort) => onChange({ sort })}
      />
    </div>
  );
}
