/** The drawing itself: loaded only where a chart is shown. */
import type { IChartApi, ISeriesApi, ISeriesMarkersPluginApi, Time } from 'lightweight-charts';
import {
  AreaSeries,
  createSeriesMarkers,
  LineSeries,
  LineStyle,
  LineType,
} from 'lightweight-charts';
import { useEffect, useRef } from 'react';
import { useTheme } from '../theme.js';
import { openChart, paintChart, token } from './chart-frame.js';
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

function draw(box: HTMLElement, format: (value: number) => string): Drawn {
  const chart = openChart(box, format);
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

function paint({ chart, series, ground }: Drawn): void {
  paintChart(chart);
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
