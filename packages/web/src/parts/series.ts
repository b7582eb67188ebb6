/** Candles as evenly spaced points, so that a quiet hour is as wide as a busy one. Floats: for drawing only. */
import type { UTCTimestamp } from 'lightweight-charts';
import type { Candle, Interval } from '../wire.js';

export interface Span {
  readonly name: string;
  readonly says: string;
  readonly interval: Interval;
  /** How far back, and how far apart the points are. */
  readonly seconds: number;
  readonly step: number;
}

export const SPANS = [
  { name: '5 min', says: 'Last five minutes', interval: '1s', seconds: 300, step: 1 },
  { name: '1 h', says: 'Last hour', interval: '1m', seconds: 3_600, step: 10 },
  { name: '1 d', says: 'Last day', interval: '5m', seconds: 86_400, step: 300 },
  { name: '1 w', says: 'Last week', interval: '1h', seconds: 604_800, step: 3_600 },
] as const satisfies readonly Span[];

/** How fine a line of everything can be, by its length; about as many points as a screen has room for. */
const FINENESS = [
  { upTo: 600, interval: '1s', step: 1 },
  { upTo: 7_200, interval: '1m', step: 10 },
  { upTo: 43_200, interval: '1m', step: 60 },
  { upTo: 172_800, interval: '5m', step: 300 },
  { upTo: 2_592_000, interval: '1h', step: 3_600 },
] as const;

/** Since it opened. */
export function spanOfAll(seconds: number): Span {
  const fine = FINENESS.find(({ upTo }) => seconds <= upTo) ?? { interval: '1d', step: 86_400 };
  const { interval, step } = fine;
  return { name: 'All', says: 'Since it opened', interval, step, seconds: seconds + step };
}

export interface Point {
  readonly time: UTCTimestamp;
  readonly value: number;
}

const isStamp = (seconds: number): seconds is UTCTimestamp => Number.isInteger(seconds);

export function pointAt(seconds: number, step: number, value: number): Point | undefined {
  const time = Math.floor(seconds / step) * step;
  return isStamp(time) && Number.isFinite(value) ? { time, value } : undefined;
}

/** A point each step from `from` to `to`: the close of the newest candle before it. */
export function evenPoints(
  candles: readonly Candle[],
  range: { readonly from: number; readonly to: number; readonly step: number },
  before: string,
): readonly Point[] {
  const closes = candles.map((one) => ({ at: Date.parse(one.time) / 1_000, price: one.close }));
  const points: Point[] = [];
  let next = 0;
  let price = Number(candles[0]?.open ?? before);
  for (let at = range.from; at <= range.to; at += range.step) {
    for (let one = closes[next]; one && one.at < at + range.step; one = closes[++next]) {
      price = Number(one.price);
    }
    const point = pointAt(at, range.step, price);
    if (point) points.push(point);
  }
  return points;
}

/** What a fact made of a figure, and when. */
export interface Step {
  readonly at: number;
  readonly before: number;
  readonly after: number;
}

/** The figure at each of the times: it stands still from one step to the next. `steps` are in order. */
export function stepped(
  times: readonly Point[],
  steps: readonly Step[],
  still: number,
): readonly Point[] {
  let next = 0;
  let value = steps[0]?.before ?? still;
  return times.map(({ time }, index) => {
    const end = times[index + 1]?.time ?? Number.POSITIVE_INFINITY;
    for (let one = steps[next]; one && one.at < end; one = steps[++next]) value = one.after;
    return { time, value };
  });
}
