/** The drawing itself: loaded only where a chart is shown. */
import type { IChartApi, ISeriesApi, ISeriesMarkersPluginApi, Time } from 'lightweight-charts';
import {
  AreaSeries,
  createChart,
  createSeriesMarkers,
  LineSeries,
  LineStyle,
  LineType,
  TickMarkType,
} from 'lightweight-charts';
import { useEffect, useRef } from 'react';
import { useTheme } from '../theme.js';
import type { Point } from './series.js';

export interface Mark {
  readonly point: Point;
  readonly up: boolean;
  readonly text: string;
}

interface Drawn {
  readonly chart: IChartApi;
  readonly series: ISeriesApi<'Area'>;
  /** What the price is held against; empty where there is nothing. */
  readonly ground: ISeriesApi<'Line'>;
  readonly marks: ISeriesMarkersPluginApi<Time>;
}

const DAY = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short' });
const SECOND = new Intl.DateTimeFormat('en-GB', { timeStyle: 'medium' });
const CLOCK = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit' });
const EXACT = new Intl.DateTimeFormat('en-GB', {
  day: 'numeric',
  month: 'short',
  hour: '2-digit',
  minute: '2-digit',
  second: '2-digit',
});

const dateOf = (time: Time): Date => new Date(typeof time === 'number' ? time * 1_000 : 0);

function tickWords(time: Time, type: TickMarkType): string {
  if (type === TickMarkType.TimeWithSeconds) return SECOND.format(dateOf(time));
  return (type === TickMarkType.Time ? CLOCK : DAY).format(dateOf(time));
}

function draw(box: HTMLElement, format: (value: number) => string): Drawn {
  const chart = createChart(box, {
    autoSize: true,
    // Its logo comes with an inline style, which a strict CSP forbids: the panel carries the attribution.
    layout: { attributionLogo: false, background: { color: 'transparent' }, fontSize: 12 },
    grid: { vertLines: { visible: false } },
    rightPriceScale: { borderVisible: false, scaleMargins: { top: 0.16, bottom: 0.1 } },
    timeScale: {
      borderVisible: false,
      timeVisible: true,
      rightOffset: 3,
      secondsVisible: true,
      tickMarkFormatter: tickWords,
    },
    localization: {
      priceFormatter: format,
      timeFormatter: (time: Time) => EXACT.format(dateOf(time)),
    },
    handleScroll: { vertTouchDrag: false, mouseWheel: false },
    handleScale: { mouseWheel: false },
  });
  const series = chart.addSeries(AreaSeries, { lineWidth: 2, priceLineVisible: false });
  const ground = chart.addSeries(LineSeries, {
    lineWidth: 2,
    lineType: LineType.WithSteps,
    lineStyle: LineStyle.Dashed,
    priceLineVisible: false,
    crosshairMarkerVisible: false,
  });
  return { chart, series, ground, marks: createSeriesMarkers(series, []) };
}

const token = (name: string): string =>
  getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function paint({ chart, series, ground }: Drawn): void {
  const ink = token('--muted');
  const line = token('--line');
  chart.applyOptions({
    layout: { textColor: ink, fontFamily: token('--font') },
    grid: { horzLines: { color: line } },
    crosshair: { vertLine: { color: ink }, horzLine: { color: ink } },
  });
  series.applyOptions({
    lineColor: token('--chart'),
    topColor: token('--chart-top'),
    bottomColor: 'transparent',
  });
  ground.applyOptions({ color: token('--muted') });
}

function mark({ marks }: Drawn, all: readonly Mark[]): void {
  const colors = { up: token('--up'), down: token('--down') };
  marks.setMarkers(
    all.map((one) => ({
      time: one.point.time,
      position: 'aboveBar' as const,
      shape: one.up ? ('arrowUp' as const) : ('arrowDown' as const),
      color: one.up ? colors.up : colors.down,
      text: one.text,
    })),
  );
}

/** A line, and how it goes on while it is looked at. */
export interface Line {
  readonly points: readonly Point[];
  readonly newest: Point | undefined;
}

/** A point in the past of a line cannot be added to it. */
function goOn(series: ISeriesApi<'Area'> | ISeriesApi<'Line'>, { points, newest }: Line): void {
  const last = points.at(-1);
  if (newest && (!last || newest.time >= last.time)) series.update(newest);
}

export function PriceChart(props: {
  readonly price: Line;
  readonly ground?: Line | undefined;
  readonly marks: readonly Mark[];
  readonly format: (value: number) => string;
}) {
  const { price, ground, marks, format } = props;
  const theme = useTheme();
  const box = useRef<HTMLDivElement>(null);
  const drawn = useRef<Drawn>(undefined);
  useEffect(() => {
    if (!box.current) return undefined;
    const made = draw(box.current, format);
    drawn.current = made;
    return () => {
      drawn.current = undefined;
      made.chart.remove();
    };
  }, [format]);
  const { points } = price;
  const groundPoints = ground?.points;
  useEffect(() => {
    drawn.current?.series.setData([...points]);
    drawn.current?.ground.setData([...(groundPoints ?? [])]);
    drawn.current?.chart.timeScale().fitContent();
  }, [points, groundPoints, format]);
  useEffect(() => {
    if (drawn.current) goOn(drawn.current.series, price);
    if (drawn.current && ground) goOn(drawn.current.ground, ground);
  }, [price, ground, format]);
  useEffect(() => {
    if (!drawn.current) return;
    paint(drawn.current);
    mark(drawn.current, marks);
  }, [marks, theme, format]);
  return <div className="chart-box" ref={box} />;
}
