/** All symbols that ticks have come of, each with its newest price; live are those that are in sight. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { memo, useCallback, useEffect, useState } from 'react';
import { count } from '../figures.js';
import { useTopic, usePageTitle } from '../hooks.js';
import { TimeAgo } from '../parts/figures.js';
import { SearchIcon } from '../parts/icons.js';
import { Empty, Failure, Skeleton } from '../parts/states.js';
import { useVisible } from '../parts/visible.js';
import { symbolsQuery } from '../ticks/queries-ticks.js';
import { TickPrice } from '../ticks/tick-price.js';
import type { LatestTick } from '../wire-outside.js';
import './home.css';
import './ticks.css';

/** A socket has room for 50 topics, and other parts of the page have theirs. */
const LIVE_MAX = 20;
const NOT_IN_SYMBOLS = /[^A-Za-z0-9._:/-]/g;
const SYMBOL_CHARS_MAX = 64;

interface RowProps {
  readonly tick: LatestTick;
  readonly isLive: boolean;
  readonly onSeen: (symbol: string, isSeen: boolean) => void;
}

const Row = memo(function Row({ tick: read, isLive, onSeen }: RowProps) {
  const [watch, isSeen] = useVisible();
  const { symbol } = read;
  useEffect(() => onSeen(symbol, isSeen), [symbol, isSeen, onSeen]);
  const told = useTopic(`ticks/${symbol}`, isLive);
  const tick = told && told.n >= read.n ? told : read;
  return (
    <li ref={watch}>
      <Link to="/ticks/$symbol" params={{ symbol }} className="symbol-row">
        <b>{symbol}</b>
        <TickPrice price={tick.price} />
        <span className="quiet symbol-source">
          {tick.source} · <TimeAgo at={tick.time} />
        </span>
        <span className="quiet figures symbol-count">
          {count(tick.ticks)} {tick.ticks === 1 ? 'tick' : 'ticks'}
        </span>
      </Link>
    </li>
  );
});

function Search(props: { readonly prefix: string; readonly onChange: (prefix: string) => void }) {
  return (
    <label className="search">
      <SearchIcon />
      <span className="hidden">Symbols that begin with</span>
      <input
        type="search"
        value={props.prefix}
        placeholder="Symbols that begin with"
        maxLength={SYMBOL_CHARS_MAX}
        onChange={(event) => props.onChange(event.target.value.replace(NOT_IN_SYMBOLS, ''))}
      />
    </label>
  );
}

/** Which rows are on the screen. */
function useSeen() {
  const [seen, setSeen] = useState<ReadonlySet<string>>(new Set());
  const tell = useCallback((symbol: string, isSeen: boolean) => {
    setSeen((all) => {
      if (all.has(symbol) === isSeen) return all;
      const next = new Set(all);
      if (isSeen) next.add(symbol);
      else next.delete(symbol);
      return next;
    });
  }, []);
  return { seen, tell };
}

function List(props: { readonly prefix: string }) {
  const { prefix } = props;
  const list = useInfiniteQuery(symbolsQuery(prefix));
  const { seen, tell } = useSeen();
  const ticks = list.data?.pages.flatMap((page) => page.items) ?? [];
  const inSight = ticks.filter(({ symbol }) => seen.has(symbol)).slice(0, LIVE_MAX);
  const live = new Set(inSight.map(({ symbol }) => symbol));
  return (
    <>
      <div className="card" aria-busy={list.isFetching} data-old={list.isPlaceholderData}>
        {list.isPending && <Skeleton lines={8} height={44} />}
        {list.isError && !list.data && (
          <Failure error={list.error} retry={() => void list.refetch()} />
        )}
        {list.isSuccess && ticks.length === 0 && (
          <Empty>
            {prefix === ''
              ? 'No tick has come yet. Whoever has a key with the scope ingest sends them.'
              : `No symbol begins with ${prefix}.`}
          </Empty>
        )}
        {ticks.length > 0 && (
          <ul className="rows">
            {ticks.map((tick) => (
              <Row key={tick.symbol} tick={tick} isLive={live.has(tick.symbol)} onSeen={tell} />
            ))}
          </ul>
        )}
      </div>
      {list.hasNextPage && (
        <button
          type="button"
          className="button more"
          disabled={list.isFetchingNextPage}
          onClick={() => void list.fetchNextPage()}
        >
          {list.isFetchingNextPage ? 'Loading …' : 'Show more'}
        </button>
      )}
    </>
  );
}

export function TicksPage() {
  usePageTitle('Ticks');
  const { prefix = '' } = useSearch({ from: '/ticks' });
  const navigate = useNavigate({ from: '/ticks' });
  const change = (next: string): void =>
    void navigate({ search: next === '' ? {} : { prefix: next }, replace: true });
  return (
    <div className="stack">
      <header>
        <h1>Ticks</h1>
        <p className="quiet">
          Prices from outside, as their sources sent them. They move no market here by themselves.
        </p>
      </header>
      <Search prefix={prefix} onChange={change} />
      <List prefix={prefix} />
    </div>
  );
}
