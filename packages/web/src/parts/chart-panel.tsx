import { useQuery } from '@tanstack/react-query';
import { useMemo, useState } from 'react';
import { now, useNow } from '../clock.js';
import { isChance } from '../figures.js';
import { useMarketEvents } from '../hooks.js';
import { candlesQuery } from '../queries.js';
import type { Fact, MarketDetail } from '../wire.js';
import { kindMark } from '../words.js';
import type { Mark } from './chart.js';
import { LazyChart } from './lazy-chart.js';
import type { Span } from './series.js';
import { evenPoints, pointAt, SPANS } from './series.js';
import { Failure } from './states.js';

/** The scale may go on past what a chance can be; its words do not. */
const asChance = (value: number): string =>
  value < -1e-9 || value > 1 + 1e-9 ? '' : `${(value * 100).toFixed(1)}%`;
const asPoints = (value: number): string => value.toFixed(2);

/** A line that was not fed for so many points is read anew. */
const SLEPT_STEPS = 10;

const FIRST = SPANS[0] ?? { name: '', says: '', interval: '1m', seconds: 3_600, step: 60 };

function SpanChoice(props: { readonly span: Span; readonly onChange: (span: Span) => void }) {
  return (
    <fieldset className="chips small">
      <legend className="hidden">How far back</legend>
      {SPANS.map((span) => (
        <button
          key={span.name}
          type="button"
          className="chip"
          aria-pressed={span === props.span}
          aria-label={span.says}
          onClick={() => props.onChange(span)}
        >
          {span.name}
        </button>
      ))}
    </fieldset>
  );
}

/** The points of a span, from what the node has, and the marks of facts upon them. */
function usePoints(
  market: MarketDetail,
  facts: readonly Fact[],
  range: { span: Span; to: number; outcome: string | undefined },
) {
  const { span, to, outcome } = range;
  const { id, opening_price: opening, opened_at: openedAt } = market;
  const named = outcome === undefined ? {} : { outcome };
  const fromMs = (to - span.seconds) * 1_000;
  const candles = useQuery(candlesQuery(id, { interval: span.interval, fromMs, ...named }));
  const items = candles.data?.items;
  const points = useMemo(() => {
    if (!items) return [];
    const opened = openedAt === undefined ? 0 : Date.parse(openedAt) / 1_000;
    const earliest = Math.max(to - span.seconds, Math.min(opened, to - span.step * 10));
    const from = Math.floor(earliest / span.step) * span.step;
    return evenPoints(items, { from, to, step: span.step }, opening);
  }, [items, openedAt, opening, span, to]);
  const first = points[0]?.time ?? Number.POSITIVE_INFINITY;
  const marks = useMemo(
    () =>
      facts
        .flatMap((fact): readonly Mark[] => {
          const point = pointAt(Date.parse(fact.at) / 1_000, span.step, 0);
          if (!point || point.time < first) return [];
          const text = fact.undoes === undefined ? kindMark(fact.kind) : 'Taken back';
          return [{ point, up: !fact.applied.startsWith('-'), text }];
        })
        .reverse(),
    [facts, span, first],
  );
  return { candles, points, marks };
}

/** The price over time, going on as it moves; facts are marked where they moved it. */
export function ChartPanel(props: {
  readonly market: MarketDetail;
  readonly facts: readonly Fact[];
  /** Absent: the first. */
  readonly outcome?: string | undefined;
}) {
  const { market, outcome } = props;
  const end = (): number =>
    Math.floor((market.ended_at === undefined ? now() : Date.parse(market.ended_at)) / 1_000);
  const [range, setRange] = useState(() => ({ span: FIRST, to: end() }));
  const { candles, points, marks } = usePoints(market, props.facts, { ...range, outcome });
  const shown = market.outcomes.find((one) => one.outcome === outcome);
  const price = Number(shown?.price ?? market.price);
  const { step } = range.span;
  const tick = Math.floor(useNow() / 1_000 / step) * step;
  const readAgain = (): void => setRange({ span: range.span, to: end() });
  useMarketEvents(market.id, (event) => {
    if (event === 'gap') readAgain();
  });
  const [last, setLast] = useState(tick);
  if (tick !== last) {
    setLast(tick);
    // The page slept: what happened meanwhile is missing from the line.
    if (tick - last > step * SLEPT_STEPS) readAgain();
  }
  const moves = market.status === 'open' || market.status === 'paused';
  const newest = useMemo(
    () => (moves ? pointAt(tick, step, price) : undefined),
    [moves, tick, step, price],
  );
  return (
    <section className="card chart" aria-label={`Price of ${outcome ?? market.title} over time`}>
      <SpanChoice span={range.span} onChange={(span) => setRange({ span, to: end() })} />
      <div className="chart-frame">
        {candles.isError ? (
          <Failure error={candles.error} retry={() => void candles.refetch()} />
        ) : (
          <LazyChart
            points={points}
            newest={newest}
            marks={marks}
            format={isChance(market.mechanism) ? asChance : asPoints}
          />
        )}
      </div>
      <p className="chart-credit">
        Chart:{' '}
        <a href="https://www.tradingview.com/" rel="noreferrer">
          TradingView Lightweight Charts™
        </a>
      </p>
    </section>
  );
}
