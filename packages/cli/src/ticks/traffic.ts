/** Made traffic: which request is due when, and what is in it, is a function of the wish and its seed alone. */
import type { NewTick } from '@fairground/client';
import { dice } from '../demo/dice.js';

export interface Wish {
  /** Ticks a second. */
  readonly rate: number;
  readonly symbols: number;
  readonly seconds: number;
  /** In every fifth second it is so many times as much. */
  readonly burst: number;
  /** What prices do in a second, in hundredths of a percent. */
  readonly drift: number;
  /** Ticks in a request. */
  readonly batch: number;
  readonly seed: number;
}

export const BURST_EVERY_S = 5;
export const TRAFFIC_SOURCE = 'traffic';

export interface DueTick {
  /** Microseconds since the beginning. */
  readonly dueMicros: number;
  readonly symbol: string;
  readonly price: string;
  readonly size: string;
  readonly side: 'buy' | 'sell';
}

export const ticksIn = ({ rate, seconds, burst }: Wish): number =>
  rate * (seconds + Math.floor(seconds / BURST_EVERY_S) * (burst - 1));

const MICRO = 1_000_000n;
const CENT = 10_000n;
/** How far a price goes in one tick at most: five hundredths of a percent. */
const STEP = 5;

/** In order of time. */
export function* dueTicks(wish: Wish): Generator<DueTick, void> {
  const { rate, symbols, seconds, burst, drift, seed } = wish;
  const chance = dice(seed);
  const prices = Array.from({ length: symbols }, (_, n) => 100n * MICRO * BigInt(n + 1));
  for (let second = 0; second < seconds; second++) {
    const count = second % BURST_EVERY_S === BURST_EVERY_S - 1 ? rate * burst : rate;
    for (let n = 0; n < count; n++) {
      const which = chance.below(symbols);
      const before = prices[which] ?? MICRO;
      const step = (before * BigInt(chance.below(2 * STEP + 1) - STEP)) / 10_000n;
      // What a second drifts, each of its ticks has a share of.
      const drifts = (before * BigInt(drift) * BigInt(symbols)) / (10_000n * BigInt(count));
      const moved = before + step + drifts;
      const price = moved < CENT ? CENT : moved;
      prices[which] = price;
      yield {
        dueMicros: second * 1_000_000 + Math.floor((n * 1_000_000) / count),
        symbol: `TRAFFIC-${which + 1}`,
        price: decimal(price / CENT),
        size: decimal(BigInt(1 + chance.below(1_000))),
        side: chance.chance(50) ? 'buy' : 'sell',
      };
    }
  }
}

const decimal = (hundredths: bigint): string =>
  `${hundredths / 100n}.${String(hundredths % 100n).padStart(2, '0')}`;

export interface DueRequest {
  readonly dueMicros: number;
  readonly ticks: readonly DueTick[];
}

/** A request is due with the last of its ticks. */
export function* dueRequests(wish: Wish): Generator<DueRequest, void> {
  let ticks: DueTick[] = [];
  for (const tick of dueTicks(wish)) {
    ticks.push(tick);
    if (ticks.length < wish.batch) continue;
    yield { dueMicros: tick.dueMicros, ticks };
    ticks = [];
  }
  const last = ticks.at(-1);
  if (last) yield { dueMicros: last.dueMicros, ticks };
}

/** As it is sent by whoever began then: in another life these are other ticks. */
export const asSent = (tick: DueTick, begunMicros: number, n: number): NewTick => ({
  source: TRAFFIC_SOURCE,
  symbol: tick.symbol,
  time: begunMicros + tick.dueMicros,
  price: tick.price,
  size: tick.size,
  side: tick.side,
  id: `${begunMicros}-${n}`,
});

export interface Latency {
  readonly p50Ms: number;
  readonly p90Ms: number;
  readonly p99Ms: number;
  readonly p999Ms: number;
  readonly maxMs: number;
}

/** Nearest rank, in whole hundredths of a millisecond; undefined of nothing. */
export function latencyOf(ms: readonly number[]): Latency | undefined {
  if (ms.length === 0) return undefined;
  const sorted = Float64Array.from(ms).sort();
  const at = (perMille: number): number => {
    const rank = Math.max(1, Math.ceil((sorted.length * perMille) / 1_000));
    return Math.round((sorted[rank - 1] ?? 0) * 100) / 100;
  };
  return { p50Ms: at(500), p90Ms: at(900), p99Ms: at(990), p999Ms: at(999), maxMs: at(1_000) };
}
