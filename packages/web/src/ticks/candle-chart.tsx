/** Candles drawn: loaded only where they are shown. */
import { CandlestickSeries, type IChartApi, type ISeriesApi } from 'lightweight-charts';
import { useEffect, useRef } from 'react';
import { openChart, paintChart, token } from '../parts/chart-frame.js';
import { useTheme } from '../theme.js';
import type { Box } from './candle-points.js';

interface Drawn {
  readonly chart: IChartApi;
  readonly series: ISeriesApi<'Candlestick'>;
}

/** A chart is as wide as its newest boxes; older ones are behind its left edge. */
const BOXES_IN_SIGHT = { least: 24, most: 80 } as const;

function draw(box: HTMLElement, digits: number): Drawn {
  const format = (value: number): string => value.toFixed(digits);
  const chart = openChart(box, format);
  const priceFormat = { type: 'custom', minMove: 10 ** -digits, formatter: format } as const;
  const series = chart.addSeries(CandlestickSeries, { priceFormat, priceLineVisible: false });
  return { chart, series };
}

function paint({ chart, series }: Drawn): void {
  paintChart(chart);
  const [up, down] = [token('--up'), token('--down')];
  // Hollow where it rose: up and down are never told by colour alone.
  series.applyOptions({
    upColor: 'transparent',
    downColor: down,
    borderUpColor: up,
    borderDownColor: down,
    wickUpColor: up,
    wickDownColor: down,
    // Else the newest price stands on the inside of a hollow candle, which is no colour.
    priceLineColor: token('--ink'),
  });
}

export function CandleChart(props: {
  readonly boxes: readonly Box[];
  readonly newest: Box | undefined;
  readonly digits: number;
  /** What is drawn anew from its end on when it changes. */
  readonly of: string;
}) {
  const { boxes, newest, digits, of } = props;
  const theme = useTheme();
  const place = useRef<HTMLDivElement>(null);
  const drawn = useRef<Drawn>(undefined);
  const shown = useRef('');
  useEffect(() => {
    if (!place.current) return undefined;
    const made = draw(place.current, digits);
    drawn.current = made;
    return () => {
      drawn.current = undefined;
      shown.current = '';
      made.chart.remove();
    };
  }, [digits]);
  useEffect(() => {
    drawn.current?.series.setData([...boxes]);
    if (boxes.length === 0 || shown.current === of) return;
    shown.current = of;
    const inSight = Math.min(BOXES_IN_SIGHT.most, Math.max(BOXES_IN_SIGHT.least, boxes.length));
    const from = boxes.length - inSight;
    const to = boxes.length + 2;
    drawn.current?.chart.timeScale().setVisibleLogicalRange({ from, to });
  }, [boxes, digits, of]);
  useEffect(() => {
    const last = boxes.at(-1);
    if (newest && (!last || newest.time >= last.time)) drawn.current?.series.update(newest);
  }, [boxes, newest, digits]);
  useEffect(() => {
    if (drawn.current) paint(drawn.current);
  }, [theme, digits]);
  return <div className="chart-box" ref={place} />;
}
