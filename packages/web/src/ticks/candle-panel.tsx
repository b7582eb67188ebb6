/** The candles of a symbol, box by box, going on as ticks come. */
import { useQuery } from '@tanstack/react-query';
import { lazy, Suspense, useMemo, useState } from 'react';
import { Segments } from '../parts/segments.js';
import { Empty, Failure } from '../parts/states.js';
import type { Interval } from '../wire.js';
import type { LatestTick } from '../wire-outside.js';
import { boxesOf, boxWith, digitsOf, HOLE_MAX } from './candle-points.js';
import { tickCandlesQuery } from './queries-ticks.js';
import { ChartCredit } from '../parts/chart-credit.js';

const Drawn = lazy(async () => ({ default: (await import('./candle-chart.js')).CandleChart }));

const INTERVALS = [
  ['1s', '1 s'],
  ['1m', '1 min'],
  ['5m', '5 min'],
  ['1h', '1 h'],
  ['1d', '1 d'],
] as const satisfies readonly (readonly [Interval, string])[];

const COMING = <div className="chart-box chart-coming" aria-busy="true" />;

export function CandlePanel(props: {
  readonly symbol: string;
  /** What the feed said last. */
  readonly told: LatestTick | undefined;
}) {
  const { symbol, told } = props;
  const [interval, choose] = useState<Interval>('1m');
  const query = useQuery(tickCandlesQuery(symbol, interval));
  const items = query.data?.items;
  const boxes = useMemo(() => boxesOf(items ?? [], interval), [items, interval]);
  const digits = useMemo(() => digitsOf(items ?? []), [items]);
  const newest = useMemo(
    () => told && boxWith(boxes.at(-1), told, interval),
    [boxes, told, interval],
  );
  const late = items?.reduce((sum, one) => sum + one.late, 0) ?? 0;
  return (
    <section className="card chart" aria-label={`Candles of ${symbol}`}>
      <Segments label="Width of a candle" value={interval} options={INTERVALS} onChange={choose} />
      <div className="chart-frame">
        {query.isError && !items && (
          <Failure error={query.error} retry={() => void query.refetch()} />
        )}
        {items?.length === 0 && <Empty>No tick yet. The first one opens a candle here.</Empty>}
        {query.isPending && COMING}
        {items && items.length > 0 && (
          <Suspense fallback={COMING}>
            <Drawn boxes={boxes} newest={newest} digits={digits} of={`${symbol} ${interval}`} />
          </Suspense>
        )}
      </div>
      <p className="chart-says">
        A hollow candle rose. Where nothing came stands a gap, cut short after {HOLE_MAX} boxes.
        {late > 0 && ` ${late} of these ticks came late and were folded in.`}
      </p>
      <ChartCredit />
    </section>
  );
}
