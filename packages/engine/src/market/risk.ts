/**
 * Risk: a breaker on prices that move too fast, and how much one account may do and hold. It rests on command
 * times alone, and never stands before an exit: a halt that blocked sales would lock everyone in.
 */
import type { AccountId, Draft, Instant } from '../command.js';
import type { Event, Prices } from '../event.js';
import type { Holder } from '../ledger/account.js';
import { BOUNDS, LIMIT_RANGES } from '../limits.js';
import { FIGURE_MAX } from '../math/amount.js';
import type { AnyMechanism, Mechanism, Pool } from '../mechanism/mechanism.js';
import { type Refusal, refuse } from '../refusal.js';
import { formatTime } from '../view/time.js';
import type { ReadonlyWorld } from '../world.js';
import type { ReadonlyMarket } from './market.js';

const MINUTE_MS = 60_000;

/** The UTC minute an instant falls on, counted from 1970. */
export const minuteOf = (at: Instant): number => Math.floor(at / MINUTE_MS);

/** A halt is not a state and needs no tick: it is over by the time alone. */
export function haltRefusal(
  { haltedUntil = 0 }: Pick<ReadonlyMarket, 'haltedUntil'>,
  at: Instant,
): Refusal | undefined {
  return haltedUntil > at ? refuse('halted', `Until ${formatTime(haltedUntil)}.`) : undefined;
}

/** Of buys, mints and joins; sales and merges are not counted. */
export function rateRefusal(world: ReadonlyWorld, by: AccountId, at: Instant): Refusal | undefined {
  const account = world.accounts.get(by);
  const made = account?.minute === minuteOf(at) ? account.tradesInMinute : 0;
  const { trades_per_minute: most } = world.limits;
  return BigInt(made) < most ? undefined : refuse('rate_limited', `${most} in a UTC minute.`);
}

/** May he hold so many more shares of this outcome? */
export function positionRefusal(
  world: ReadonlyWorld,
  market: ReadonlyMarket,
  holder: Holder,
  outcome: number,
  more: bigint,
): Refusal | undefined {
  const most = market.draft.risk?.positionLimit;
  if (most === undefined) return undefined;
  const held = world.books.balance(holder, market.names.assets[outcome] ?? '');
  return held + more > most ? refuse('position_limit') : undefined;
}

/** What a trade does to the breaker: the mark it renews with the prices before it, and the halt it trips. */
export function breaker(
  world: ReadonlyWorld,
  market: ReadonlyMarket,
  mechanism: Mechanism,
  [before, after]: readonly [Pool, Pool],
  at: Instant,
): { readonly mark?: Prices; readonly halted?: Event } {
  const { limits } = world;
  const { risk } = market.draft;
  const window = risk?.breakerWindowMs ?? Number(limits.breaker_window_ms);
  const isOld = market.mark === undefined || at - market.mark.at >= window;
  const renewed = isOld ? { mark: before.prices() } : {};
  if ((market.haltedUntil ?? 0) > at) return renewed;
  const mark = renewed.mark ?? market.mark?.prices ?? [];
  const prices = after.prices();
  if (mechanism.moved(mark, prices) <= (risk?.breakerMove ?? limits.breaker_move)) return renewed;
  const until = at + (risk?.breakerHaltMs ?? Number(limits.breaker_halt_ms));
  return { ...renewed, halted: { type: 'market_halted', market: market.id, until, mark, prices } };
}

/** Derived, shown, nothing else: an outcome that is all but certain. */
export function isExtreme(market: ReadonlyMarket, prices: Prices): boolean {
  if (prices.length < 2) return false;
  const most = BigInt(market.draft.risk?.extremePrice ?? BOUNDS.extremePrice);
  return prices.some((price) => price > most);
}

/** What is wrong with what a draft wants watched, or undefined. */
export function faultOfRisk({ risk }: Draft, mechanism: AnyMechanism): string | undefined {
  if (risk === undefined) return undefined;
  if (mechanism.pledges) return 'a rally has no trades to watch';
  const { breakerMove, breakerWindowMs, breakerHaltMs, positionLimit, extremePrice } = risk;
  const isWithin = (value: bigint | undefined, [least, most]: readonly [bigint, bigint]) =>
    value === undefined || (value >= least && value <= most);
  const isTime = (ms: number | undefined, range: readonly [bigint, bigint]) =>
    ms === undefined || (Number.isSafeInteger(ms) && isWithin(BigInt(ms), range));
  if (!isWithin(breakerMove, LIMIT_RANGES.breaker_move)) return 'breaker_move is out of range';
  if (!isTime(breakerWindowMs, LIMIT_RANGES.breaker_window_ms))
    return 'breaker_window_ms is out of range';
  if (!isTime(breakerHaltMs, LIMIT_RANGES.breaker_halt_ms))
    return 'breaker_halt_ms is out of range';
  if (!isWithin(positionLimit, [1n, FIGURE_MAX])) return 'position_limit is an amount above 0';
  return isTime(extremePrice, EXTREME) ? undefined : 'extreme_price is above 0.5 and below 1';
}

/** Micro-Points. */
const EXTREME = [500_000n, 999_999n] as const;
