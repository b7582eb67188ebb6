/** A market's price in boxes of time: each opens where the one before closed. */
import { formatAmount, formatTime, type Instant } from '@fairground/engine';

export const INTERVALS = ['1s', '1m', '5m', '1h', '1d'] as const;
export type Interval = (typeof INTERVALS)[number];

/** How long each box is, and how many a market keeps. */
const BOXES: Readonly<Record<Interval, { readonly ms: number; readonly kept: number }>> = {
  '1s': { ms: 1_000, kept: 600 },
  '1m': { ms: 60_000, kept: 720 },
  '5m': { ms: 300_000, kept: 576 },
  '1h': { ms: 3_600_000, kept: 720 },
  '1d': { ms: 86_400_000, kept: 365 },
};

/** Micro-Points per share; prices are below 2^53. */
interface Box {
  readonly at: Instant;
  readonly open: number;
  high: number;
  low: number;
  close: number;
  volume: bigint;
}

export interface CandleView {
  readonly time: string;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
}

export interface CandleQuery {
  readonly interval: Interval;
  readonly from: Instant;
  readonly to: Instant;
  /** Index of the outcome. */
  readonly outcome: number;
}

/** One market's candles, of the price of its first outcome. */
export class Candles {
  readonly #boxes = new Map<Interval, Box[]>(INTERVALS.map((interval) => [interval, []]));

  /** The price after something happened at `at`, and the Points that changed hands. */
  add(at: Instant, price: number, volume: bigint): void {
    for (const [interval, boxes] of this.#boxes) {
      const { ms, kept } = BOXES[interval];
      const start = at - (at % ms);
      const last = boxes.at(-1);
      if (last?.at === start) {
        last.high = Math.max(last.high, price);
        last.low = Math.min(last.low, price);
        last.close = price;
        last.volume += volume;
        continue;
      }
      const open = last?.close ?? price;
      boxes.push({
        at: start,
        open,
        high: Math.max(open, price),
        low: Math.min(open, price),
        close: price,
        volume,
      });
      // In larger steps than one, for shifting an array moves all of it.
      if (boxes.length > kept + kept / 4) boxes.splice(0, boxes.length - kept);
    }
  }

  /** The boxes that begin in [from, to). The second of two outcomes is the first one's complement. */
  view({ interval, from, to, outcome }: CandleQuery): readonly CandleView[] {
    const boxes = (this.#boxes.get(interval) ?? []).slice(-BOXES[interval].kept);
    const turn = (price: number): string =>
      formatAmount(BigInt(outcome === 0 ? price : 1_000_000 - price));
    return boxes
      .filter(({ at }) => at >= from && at < to)
      .map(({ at, open, high, low, close, volume }) => ({
        time: formatTime(at),
        open: turn(open),
        high: turn(outcome === 0 ? high : low),
        low: turn(outcome === 0 ? low : high),
        close: turn(close),
        volume: formatAmount(volume),
      }));
  }
}
