/**
 * What the auditor expects of the breaker, the minute and the position limit: prices by weight as they are defined, and
 * of each command whether one of them must stand before it. Never before a sale or merge.
 */
import type { LimitName, RefusalCode, Wish } from '@fairground/engine';
import { type Book, type Sheet, playerNamed, poolOf } from './book.js';
import { ONE, up } from './formulas.js';
import { lmsr } from './sums.js';
import type { Memory } from './trades.js';

/** The limits that risk rests on, as they are now. */
export type LimitOf = (name: LimitName) => bigint;

const MINUTE_MS = 60_000;

/** One Point by weight: floors, then a unit each to the largest remainders, then nobody has none. */
export function pointByWeight(weights: readonly bigint[]): bigint[] {
  const sum = weights.reduce((all, one) => all + one, 0n);
  const prices = weights.map((one) => (ONE * one) / sum);
  const rests = weights.map((one) => (ONE * one) % sum);
  const order = [...rests.keys()].sort((a, b) => {
    const [x, y] = [rests[a] ?? 0n, rests[b] ?? 0n];
    return x === y ? a - b : x > y ? -1 : 1;
  });
  const missing = prices.reduce((left, one) => left - one, ONE);
  for (const at of order.slice(0, Number(missing))) prices[at] = (prices[at] ?? 0n) + 1n;
  for (const at of prices.keys()) {
    if (prices[at] !== 0n) continue;
    const most = prices.reduce((a, b) => (a > b ? a : b));
    const giver = prices.indexOf(most);
    prices[giver] = most - 1n;
    prices[at] = 1n;
  }
  return prices;
}

/** What a share of each kind costs now. */
export function pricesIn(book: Book, sheet: Sheet, memory: Memory): readonly bigint[] {
  const { terms } = book.draft;
  if ('slope' in terms) {
    return [book.fundamental + (terms.slope * sheet.issued(book.assets[0] ?? '')) / ONE];
  }
  if (!('liquidity' in terms)) {
    // A side's price is the other side's part of the pool.
    return pointByWeight(book.assets.map((one) => sheet.get(poolOf(book), one)).reverse());
  }
  const q = book.assets.map((one) => sheet.issued(one));
  const key = [terms.liquidity, ...q].join(' ');
  const known = memory.prices.get(key) ?? pointByWeight(lmsr.weights(q, terms.liquidity));
  memory.prices.set(key, known);
  return known;
}

/** How far prices went from a mark: a stock's in proportion. */
export function distance(mark: readonly bigint[], prices: readonly bigint[]): bigint {
  const gaps = prices.map((price, at) => {
    const gap = price - (mark[at] ?? 0n);
    return gap < 0n ? -gap : gap;
  });
  const [gap = 0n] = gaps;
  if (gaps.length === 1) return up(gap * ONE, mark[0] ?? 1n);
  return gaps.reduce((most, one) => (one > most ? one : most), gap);
}

/** A trade at `at`: what the breaker makes of the prices before it and after it. */
export function watchTrade(
  book: Book,
  limit: LimitOf,
  at: number,
  before: readonly bigint[],
  after: () => readonly bigint[],
): void {
  const { risk } = book.draft;
  const window = risk?.breakerWindowMs ?? Number(limit('breaker_window_ms'));
  if (!book.mark || at >= book.mark.at + window) book.mark = { at, prices: before };
  if (isHalted(book, at)) return;
  const prices = after();
  if (distance(book.mark.prices, prices) <= (risk?.breakerMove ?? limit('breaker_move'))) return;
  book.mark = { at, prices };
  book.haltedUntil = at + (risk?.breakerHaltMs ?? Number(limit('breaker_halt_ms')));
}

export const isHalted = ({ haltedUntil = 0 }: Book, at: number): boolean => at < haltedUntil;

/** Accepted buys, mints and joins of one account: the minute of the last, and how many fell in it. */
export interface Pace {
  minute: number;
  made: number;
}

export function count(pace: Pace, at: number): void {
  const minute = Math.floor(at / MINUTE_MS);
  pace.made = pace.minute === minute ? pace.made + 1 : 1;
  pace.minute = minute;
}

const isFast = (pace: Pace | undefined, limit: LimitOf, at: number): boolean => {
  const made = pace?.minute === Math.floor(at / MINUTE_MS) ? pace.made : 0;
  return BigInt(made) >= limit('trades_per_minute');
};

/** Buys, mints and joins: what adds to what somebody holds. */
export const enters = (wish: Wish): boolean =>
  wish.type === 'mint' ||
  wish.type === 'join_rally' ||
  (wish.type === 'trade' && wish.side === 'buy');

/** What is known of the market and of who asks. */
export interface Seen {
  readonly book: Book;
  readonly sheet: Sheet;
  readonly pace: Pace | undefined;
  /** What it would add of which shares; undefined where that has no price, and nobody was told of it. */
  readonly added: (() => readonly (readonly [asset: string, added: bigint])[]) | undefined;
}

/** Which of these limits stand before a command in an open market, in the order of their table. */
export function standing(
  { by, wish, at }: { readonly by: string; readonly wish: Wish; readonly at: number },
  limit: LimitOf,
  { book, sheet, pace, added }: Seen,
): readonly RefusalCode[] {
  if (!enters(wish)) return [];
  const codes: RefusalCode[] = [];
  if (isHalted(book, at)) codes.push('halted');
  if (isFast(pace, limit, at)) codes.push('rate_limited');
  const most = book.draft.risk?.positionLimit;
  if (most === undefined || !added) return codes;
  const isMuch = added().some(([asset, more]) => sheet.get(playerNamed(by), asset) + more > most);
  return isMuch ? [...codes, 'position_limit'] : codes;
}
