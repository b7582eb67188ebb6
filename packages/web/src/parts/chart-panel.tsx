/** The price over time, going on as it moves; facts are marked where they moved it. */
import { useMemo, useState } from 'react';
import { now, useNow } from '../clock.js';
import { useMarketEvents } from '../hooks.js';
import type { Fact, MarketDetail } from '../wire.js';
import { type Range, scaleOf, useGround, useHistory, useMarks } from './chart-points.js';
import { LazyChart } from './lazy-chart.js';
import { Premium } from './premium.js';
import { pointAt, type Span, SPANS, spanOfAll } from './series.js';
import { Failure } from './states.js';
import { ChartCredit } from './chart-credit.js';

/** A line that was not fed for so many points is read anew. */
const SLEPT_STEPS = 10;

const ALL = 'All';
const CHOICES = [
  ...SPANS.map(({ name, says }) => ({ name, says })),
  { name: ALL, says: 'Since it opened' },
] as const;

function SpanChoice(props: { readonly name: string; readonly onChange: (name: string) => void }) {
  return (
    <fieldset className="chips small">
      <legend className="hidden">How far back</legend>
      {CHOICES.map(({ name, says }) => (
        <button
          key={name}
          type="button"
          className="chip"
          aria-pressed={name === props.name}
          aria-label={says}
          onClick={() => props.onChange(name)}
        >
          {name}
        </button>
      ))}
    </fieldset>
  );
}

function spanNamed(name: string, { opened_at: openedAt }: MarketDetail, to: number): Span {
  const fixed = SPANS.find((one) => one.name === name);
  if (fixed) return fixed;
  const opened = openedAt === undefined ? to : Math.floor(Date.parse(openedAt) / 1_000);
  return spanOfAll(Math.max(60, to - opened));
}

/** The span that is shown, and its end; both move on when the page has slept. */
function useRange(market: MarketDetail) {
  const rangeOf = (name: string): Range => {
    const end = market.ended_at === undefined ? now() : Date.parse(market.ended_at);
    const to = Math.floor(end / 1_000);
    return { span: spanNamed(name, market, to), to };
  };
  const [range, setRange] = useState(() => rangeOf(SPANS[0].name));
  const { step, name } = range.span;
  const tick = Math.floor(useNow() / 1_000 / step) * step;
  const [last, setLast] = useState(tick);
  if (tick !== last) {
    setLast(tick);
    // What happened while the page slept is missing from the line.
    if (tick - last > step * SLEPT_STEPS) setRange(rangeOf(name));
  }
  useMarketEvents(market.id, (event) => {
    if (event === 'gap') setRange(rangeOf(name));
  });
  return { range, tick, choose: (next: string) => setRange(rangeOf(next)) };
}

export function ChartPanel(props: {
  readonly market: MarketDetail;
  readonly facts: readonly Fact[];
  /** Absent: the first. */
  readonly outcome?: string | undefined;
}) {
  const { market, facts, outcome } = props;
  const { range, tick, choose } = useRange(market);
  const { candles, points } = useHistory(market, range, outcome);
  const marks = useMarks(facts, range, points);
  const shown = market.outcomes.find((one) => one.outcome === outcome);
  const price = Number(shown?.price ?? market.price);
  const { step } = range.span;
  const moves = market.status === 'open' || market.status === 'paused';
  const line = useMemo(
    () => ({ points, newest: moves ? pointAt(tick, step, price) : undefined }),
    [points, moves, tick, step, price],
  );
  const ground = useGround(market, facts, line);
  return (
    <section className="card chart" aria-label={`Price of ${outcome ?? market.title} over time`}>
      <SpanChoice name={range.span.name} onChange={choose} />
      <Premium market={market} />
      <div className="chart-frame">
        {candles.isError ? (
          <Failure error={candles.error} retry={() => void candles.refetch()} />
        ) : (
          <LazyChart
            price={line}
            ground={ground}
            marks={marks}
            format={scaleOf(market.mechanism)}
          />
        )}
      </div>
      <ChartCredit />
    </section>
  );
}
