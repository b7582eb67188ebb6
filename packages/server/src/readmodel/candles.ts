/** A market's price in boxes of time: each opens where the one before closed. */
import { formatAmount, formatTime, type Instant } from '@fairground/engine';

export const INTERVALS = ['1s', '1m', '5m', '1h', '1d'] as const;
export type Interval = (typeof INTERVALS)[number];

/** How long each box is, and how many a market keeps. */
export const BOXES: Readonly<Record<Interval, { readonly ms: number; readonly kept: number }>> = {
  '1s': { ms: 1_000, kept: 600 },
  '1m': { ms: 60_000, kept: 720 },
  '5m': { ms: 300_000, kept: 576 },
  '1h': { ms: 3_600_000, kept: 720 },
  '1d': { ms: 86_400_000, kept: 365 },
};

/** Prices by line, in micro-Points per share; they are below 2^53. */
interface Box {
  readonly at: Instant;
  readonly open: Float64Array;
  readonly high: Float64Array;
  readonly low: Float64Array;
  readonly close: Float64Array;
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

/** Two prices sum to one Point: the first tells the second. Of more, each has a line of its own. */
const linesOf = (prices: readonly number[]): Float64Array =>
  Float64Array.from(prices.length === 2 ? prices.slice(0, 1) : prices);

/** One market's candles: a line for each outcome whose price the others do not tell. */
export class Candles {
  readonly #boxes = new Map<Interval, Box[]>(INTERVALS.map((interval) => [interval, []]));

  /** The prices by outcome after something happened at `at`, and the Points that changed hands. */
  add(at: Instant, prices: readonly number[], volume: bigint): void {
    const lines = linesOf(prices);
    for (const [interval, boxes] of this.#boxes) {
      const { ms, kept } = BOXES[interval];
      const start = at - (at % ms);
      let last = boxes.at(-1);
      if (last?.at !== start) {
        last = opened(start, last?.close ?? lines);
        boxes.push(last);
        // In larger steps than one, for shifting an array moves all of it.
        if (boxes.length > kept + kept / 4) boxes.splice(0, boxes.length - kept);
      }
      moved(last, lines, volume);
    }
  }

  /** Where the oldest box begins, if there were older ones. */
  since(interval: Interval): Instant | undefined {
    const boxes = this.#boxes.get(interval) ?? [];
    const { kept } = BOXES[interval];
    return boxes.length < kept ? undefined : boxes.at(-kept)?.at;
  }

  /** The boxes that begin in [from, to). */
  view({ interval, from, to, outcome }: CandleQuery): readonly CandleView[] {
    const boxes = (this.#boxes.get(interval) ?? []).slice(-BOXES[interval].kept);
    return boxes.filter(({ at }) => at >= from && at < to).map((box) => boxView(box, outcome));
  }
}

const opened = (at: Instant, prices: Float64Array): Box => {
  const copy = (): Float64Array => prices.slice();
  return { at, open: copy(), high: copy(), low: copy(), close: copy(), volume: 0n };
};

function moved(box: Box, prices: Float64Array, volume: bigint): void {
  prices.forEach((price, line) => {
    box.high[line] = Math.max(box.high[line] ?? price, price);
    box.low[line] = Math.min(box.low[line] ?? price, price);
    box.close[line] = price;
  });
  box.volume += volume;
}

function boxView({ at, open, high, low, close, volume }: Box, outcome: number): CandleView {
  // The second of two is the first one's complement, and its high the first one's low.
  const isTurned = outcome > 0 && open.length === 1;
  const shown = (prices: Float64Array): string =>
    formatAmount(BigInt(isTurned ? 1_000_000 - (prices[0] ?? 0) : (prices[outcome] ?? 0)));
  return {
    time: formatTime(at),
    open: shown(open),
    high: shown(isTurned ? low : high),
    low: shown(isTurned ? high : low),
    close: shown(close),
    volume: formatAmount(volume),
  };
}
