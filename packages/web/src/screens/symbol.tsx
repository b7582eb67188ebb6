/** One symbol: its price as it comes, its candles, its newest ticks, and all of them as a file. */
import { useQuery, useQueryClient } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useCallback, useEffect } from 'react';
import { count } from '../figures.js';
import { useFrame, useIsRefused, usePageTitle } from '../hooks.js';
import { TimeAgo } from '../parts/figures.js';
import { BackIcon } from '../parts/icons.js';
import { Empty, Failure, Skeleton } from '../parts/states.js';
import { useSparingly } from '../parts/use-facts.js';
import { CandlePanel } from '../ticks/candle-panel.js';
import { NewestTicks } from '../ticks/newest-ticks.js';
import { ownSymbol, topicOf } from '../ticks/own.js';
import { fileOf, latestQuery } from '../ticks/queries-ticks.js';
import { TickPrice } from '../ticks/tick-price.js';
import type { LatestTick } from '../wire-outside.js';
import './market.css';
import './ticks.css';

/** Lists and candles are read again at most so often, and only when something came. */
const READ_EVERY_MS = 1_000;

/** What the feed says of it now; lists follow. Of a market of ours it says only that something changed. */
function useTold(symbol: string): LatestTick | undefined {
  const queries = useQueryClient();
  const frame = useFrame(topicOf(symbol));
  const read = useCallback(
    () => void queries.invalidateQueries({ queryKey: ['ticks', symbol] }),
    [queries, symbol],
  );
  const readSparingly = useSparingly(read, READ_EVERY_MS);
  const seq = frame?.seq;
  useEffect(() => {
    if (seq !== undefined) readSparingly();
  }, [seq, readSparingly]);
  const data = frame?.data;
  return data && 'symbol' in data ? data : undefined;
}

/** Whichever is newer. */
const newerOf = (
  read: LatestTick | undefined,
  told: LatestTick | undefined,
): LatestTick | undefined => (told && (!read || told.n >= read.n) ? told : read);

function Figures(props: { readonly tick: LatestTick }) {
  const { tick } = props;
  return (
    <div className="market-price symbol-price">
      <TickPrice price={tick.price} />
      <span className="quiet">
        <TimeAgo at={tick.time} /> · {count(tick.ticks)} {tick.ticks === 1 ? 'tick' : 'ticks'} ·{' '}
        {tick.source}
      </span>
    </div>
  );
}

function Head(props: { readonly symbol: string; readonly tick: LatestTick | undefined }) {
  const { symbol, tick } = props;
  const own = ownSymbol(symbol);
  return (
    <header className="symbol-head">
      <Link to="/ticks" className="back">
        <BackIcon /> Ticks
      </Link>
      <h1 className="break">{symbol}</h1>
      {own && (
        <p className="quiet">
          Our own trades, at the average paid for each share.{' '}
          <Link to="/m/$id" params={{ id: own.market }}>
            The market
          </Link>
        </p>
      )}
      {tick && <Figures tick={tick} />}
    </header>
  );
}

function Shown(props: { readonly symbol: string }) {
  const { symbol } = props;
  usePageTitle(symbol);
  const told = useTold(symbol);
  const latest = useQuery(latestQuery(symbol));
  const isRefused = useIsRefused(topicOf(symbol));
  const tick = newerOf(latest.data?.items[0], told);
  return (
    <div className="stack symbol">
      <Head symbol={symbol} tick={tick} />
      {latest.isPending && <Skeleton lines={1} height={44} />}
      {latest.isError && !latest.data && (
        <Failure error={latest.error} retry={() => void latest.refetch()} />
      )}
      {latest.data && !tick && (
        <section className="card">
          <Empty>
            {isRefused
              ? 'There is no such symbol here.'
              : 'No tick of this symbol has come. The first one shows here by itself.'}
          </Empty>
        </section>
      )}
      {tick && (
        <>
          <CandlePanel symbol={symbol} told={told} />
          <NewestTicks symbol={symbol} />
          <p className="files">
            All of them as a file:{' '}
            <a href={fileOf(symbol, 'csv')} download>
              CSV
            </a>{' '}
            ·{' '}
            <a href={fileOf(symbol, 'ndjson')} download>
              NDJSON
            </a>
          </p>
        </>
      )}
    </div>
  );
}

export function SymbolPage() {
  const { symbol } = useParams({ from: '/ticks/$symbol' });
  return <Shown key={symbol} symbol={symbol} />;
}
