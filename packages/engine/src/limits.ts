/** Everything has a limit, here, with its reason. Amounts are micro-units. */
import { assert } from './assert.js';
import { FIGURE_MAX, ONE } from './math/amount.js';

/** What `set_limits` may change; it acts on later commands only. */
export const LIMITS = {
  /** Points a new account is given, once. */
  welcome: 10_000_000_000n,
  /** One slip of a hand must not flood the game. */
  grant_per_call: 100_000_000_000n,
  /** Per granting account and UTC day. */
  grant_per_day: 1_000_000_000_000n,
  /** Paying a million holders must not stall the others. */
  payouts_per_command: 1_000n,
  /** A tick is one entry; the rest is due at once after it. */
  deadlines_per_tick: 1_000n,
  /** What the treasury pays for one fact, unless the market says otherwise. */
  fact_cost: 1_000_000_000n,
  /** How far one fact moves a fundamental, in millionths of it, unless the market says otherwise. */
  fact_move: 500_000n,
  /** Accepted buys, mints and joins of one account in a UTC minute: more is a loop that ran away. */
  trades_per_minute: 1_800n,
  /** A price further than this from the mark halts its market: millionths, of a stock's price in proportion. */
  breaker_move: 200_000n,
  /** So long a mark stands before a trade renews it: fixed windows need no history. */
  breaker_window_ms: 60_000n,
  /** So long a halt refuses buys. */
  breaker_halt_ms: 30_000n,
  /** Below this much the treasury is reported low, once a fall. */
  treasury_floor: 10_000_000_000n,
  /** The usual fee of a new market by its mechanism, in basis points: whoever drafts may name another. */
  bps_cpmm: 200n,
  bps_lmsr: 0n,
  bps_curve: 200n,
  bps_rally: 250n,
} as const satisfies Record<string, bigint>;

export type LimitName = keyof typeof LIMITS;
export type Limits = Readonly<Record<LimitName, bigint>>;

const FIGURE: Range = [0n, FIGURE_MAX];
const BATCH: Range = [1n, 1_000n];
const BPS: Range = [0n, 1_000n];
const DAY_MS = 86_400_000n;

type Range = readonly [least: bigint, most: bigint];

/** What `set_limits` may set each limit to, both ends included. */
export const LIMIT_RANGES: Readonly<Record<LimitName, Range>> = {
  welcome: FIGURE,
  grant_per_call: FIGURE,
  grant_per_day: FIGURE,
  payouts_per_command: BATCH,
  deadlines_per_tick: BATCH,
  fact_cost: FIGURE,
  fact_move: [0n, ONE],
  trades_per_minute: [0n, 1_000_000n],
  breaker_move: [1n, 1_000n * ONE],
  breaker_window_ms: [0n, DAY_MS],
  breaker_halt_ms: [0n, DAY_MS],
  treasury_floor: FIGURE,
  bps_cpmm: BPS,
  bps_lmsr: BPS,
  bps_curve: BPS,
  bps_rally: BPS,
};

/** What nobody may change while running: the shapes of bytes and memory rest on it. */
export const BOUNDS = {
  bpsMax: 1_000,
  probabilityMin: 10_000,
  probabilityMax: 990_000,
  /** Micro-Points: a pool starts with at least one Point. */
  depositMin: 1_000_000n,
  /** A World Cup has 48 teams; a payout vector and a position's shares of this many fit an entry. */
  outcomesMax: 64,
  /** b of lmsr, 1 to 10^9 Points: its deposit of at most 4.16·b stays within a figure. */
  liquidityMin: 1_000_000n,
  liquidityMax: 10n ** 15n,
  /** In b: outcomes further apart would be told apart by weights below e^−700, with more bits than a trade is worth. */
  spreadMax: 700n,
  /** A buy or mint pays at least this (micro-Points): dust costs more to store than it is worth. */
  paysMin: 1_000n,
  fundamentalMin: 10_000n,
  fundamentalMax: 10n ** 12n,
  slopeMax: 10n ** 12n,
  bufferMinutesMax: 1_440,
  factRulesMax: 32,
  /** Price steps of a rally: more are not read. */
  tiersMax: 12,
  /** Units of a rally: a thousandth of the microshares that a figure holds. */
  unitsMax: 1_000_000_000,
  /** A price above this makes its market `extreme`: shown, nothing else. Frames rest on it, so it is no limit. */
  extremePrice: 990_000,
  /** A seller's own rally ends within 92 days: it holds the pledges of people who cannot leave. */
  sellerSpanMsMax: 92 * 86_400_000,
  /** A multiplier's numerator and denominator. */
  ratioMax: 1_000_000_000,
  /** An entry has 128 KiB; a chunk of payouts, or a tick, ends when its transfers pass this many characters. */
  chunkCharsMax: 96 * 1024,
  /** A command may be valid this far ahead; ids are remembered at least so long. */
  validMsMax: 10 * 60 * 1_000,
  /** Ids are remembered at least this long back, in commands … */
  idsKept: 1_000_000,
  /** … and never more than this many (53 bytes each). */
  idsMax: 4_000_000,
  /** Times are whole milliseconds up to the year 9999. */
  instantMax: 253_402_300_799_999,
} as const;

assert(BOUNDS.idsMax > BOUNDS.idsKept, 'limits: ids kept must fit in ids held');
assert(BOUNDS.chunkCharsMax < 128 * 1024, 'limits: a chunk of payouts must fit an entry');
