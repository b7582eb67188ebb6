/** What a chart draws of a market: the price over a span, what it is held against, and the facts upon it. */
import { useQuery } from '@tanstack/react-query';
import { useMemo } from 'react';
import { isChance } from '../figures.js';
import { candlesQuery } from '../queries.js';
import type { Fact, MarketDetail } from '../wire.js';
import { kindMark } from '../words.js';
import type { Line, Mark } from './chart.js';
import { evenPoints, type Point, pointAt, type Span, type Step, stepped } from './series.js';

export interface Range {
  readonly span: Span;
  /** Its end, in seconds. */
  readonly to: number;
}

const NONE: readonly Point[] = [];

/** The scale may go on past what a chance can be; its words do not. */
const asChance = (value: number): string =>
  value < -1e-9 || value > 1 + 1e-9 ? '' : `${(value * 100).toFixed(1)}%`;
const asPoints = (value: number): string => value.toFixed(2);

export const scaleOf = (mechanism: string): ((value: number) => string) =>
  isChance(mechanism) ? asChance : asPoints;

/** The points of a span, from what the node has. */
export function useHistory(market: MarketDetail, { span, to }: Range, outcome: string | undefined) {
  const { id, opening_price: opening, opened_at: openedAt } = market;
  const named = outcome === undefined ? {} : { outcome };
  const fromMs = (to - span.seconds) * 1_000;
  const candles = useQuery(candlesQuery(id, { interval: span.interval, fromMs, ...named }));
  const items = candles.data?.items;
  const points = useMemo(() => {
    if (!items) return NONE;
    const opened = openedAt === undefined ? 0 : Date.parse(openedAt) / 1_000;
    const earliest = Math.max(to - span.seconds, Math.min(opened, to - span.step * 10));
    const from = Math.floor(earliest / span.step) * span.step;
    return evenPoints(items, { from, to, step: span.step }, opening);
  }, [items, openedAt, opening, span, to]);
  return { candles, points };
}

/** What is told at one point of the line stands there once: "Goal × 3". */
function gathered(marks: readonly Mark[]): readonly Mark[] {
  const found = new Map<number, { mark: Mark; words: Map<string, number> }>();
  for (const mark of marks) {
    const one = found.get(mark.point.time) ?? { mark, words: new Map<string, number>() };
    one.words.set(mark.text, (one.words.get(mark.text) ?? 0) + 1);
    found.set(mark.point.time, one);
  }
  return [...found.values()].map(({ mark, words }) => {
    const text = [...words].map(([word, times]) => (times > 1 ? `${word} × ${times}` : word));
    return { ...mark, text: text.join(', ') };
  });
}

/** Facts where they moved something, oldest first. */
export function useMarks(
  facts: readonly Fact[],
  { span }: Range,
  points: readonly Point[],
): readonly Mark[] {
  const first = points[0]?.time ?? Number.POSITIVE_INFINITY;
  return useMemo(() => {
    const marks = facts.flatMap((fact): readonly Mark[] => {
      const point = pointAt(Date.parse(fact.at) / 1_000, span.step, 0);
      if (!point || point.time < first) return [];
      const text = fact.undoes === undefined ? kindMark(fact.kind) : 'Taken back';
      return [{ point, up: !fact.applied.startsWith('-'), text }];
    });
    return gathered(marks.reverse());
  }, [facts, span, first]);
}

const stepOf = ({ at, applied, fundamental }: Fact): Step => {
  const after = Number(fundamental);
  return { at: Date.parse(at) / 1_000, before: after - Number(applied), after };
};

/** What the facts alone say a share is worth, at the times of the price; undefined where no facts count. */
export function useGround(
  market: MarketDetail,
  facts: readonly Fact[],
  price: Line,
): Line | undefined {
  const { fundamental } = market;
  const { points, newest } = price;
  const still = Number(fundamental);
  const line = useMemo(
    () => stepped(points, facts.map(stepOf).reverse(), still),
    [points, facts, still],
  );
  const time = newest?.time;
  return useMemo(() => {
    if (fundamental === undefined) return undefined;
    const end = time === undefined ? undefined : { time, value: Number(fundamental) };
    return { points: line, newest: end };
  }, [fundamental, line, time]);
}
