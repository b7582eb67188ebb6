/** Candles as they are drawn: a box without a tick leaves a hole. Floats: for drawing only. */
import type { UTCTimestamp } from 'lightweight-charts';
import type { Interval } from '../wire.js';
import { decimalsOf } from './decimal.js';
import type { TickCandle } from './queries-ticks.js';

export const SECONDS = { '1s': 1, '1m': 60, '5m': 300, '1h': 3_600, '1d': 86_400 } as const;

/** A hole is at most so wide: a night would push all else off the screen. */
export const HOLE_MAX = 12;

/** Without prices: nothing came in that box. */
export type Box =
  | { readonly time: UTCTimestamp }
  | {
      readonly time: UTCTimestamp;
      readonly open: number;
      readonly high: number;
      readonly low: number;
      readonly close: number;
    };

const isStamp = (seconds: number): seconds is UTCTimestamp => Number.isInteger(seconds);

export function boxesOf(candles: readonly TickCandle[], interval: Interval): readonly Box[] {
  const step = SECONDS[interval];
  return candles.flatMap(({ time, open, high, low, close, gap }): readonly Box[] => {
    const at = Date.parse(time) / 1_000;
    if (!isStamp(at)) return [];
    const holes = Array.from({ length: Math.min(gap, HOLE_MAX) }, (_, index) => {
      const hole = at - (Math.min(gap, HOLE_MAX) - index) * step;
      return isStamp(hole) ? [{ time: hole }] : [];
    });
    const [o, h, l, c] = [Number(open), Number(high), Number(low), Number(close)];
    return [...holes.flat(), { time: at, open: o, high: h, low: l, close: c }];
  });
}

/** A scale with more digits would be wider than its chart. */
const SCALE_DIGITS_MAX = 6;

/** As many digits as the prices have, so that the scale steps by what they step by. */
export const digitsOf = (candles: readonly TickCandle[]): number => {
  const digits = candles.map(({ close, high }) => Math.max(decimalsOf(close), decimalsOf(high)));
  return Math.min(SCALE_DIGITS_MAX, Math.max(0, ...digits));
};

/** A box with a price that has just come: it closes there, and reaches as far. */
export function boxWith(
  last: Box | undefined,
  told: { readonly time: string; readonly price: string },
  interval: Interval,
): Box | undefined {
  const step = SECONDS[interval];
  const at = Math.floor(Date.parse(told.time) / 1_000 / step) * step;
  const price = Number(told.price);
  if (!isStamp(at) || !Number.isFinite(price)) return undefined;
  if (last && last.time > at) return undefined;
  const same = last && 'open' in last && last.time === at ? last : undefined;
  return {
    time: at,
    open: same?.open ?? price,
    high: Math.max(same?.high ?? price, price),
    low: Math.min(same?.low ?? price, price),
    close: price,
  };
}
