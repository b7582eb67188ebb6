/** The cast: who the bots are and what they see. A choice is a function of the world, the scene and the dice. */
import {
  mechanismOf,
  ONE,
  playerAccount,
  POINTS,
  pricesOf,
  type ReadonlyMarket,
  type ReadonlyWorld,
  type Trade,
  whole,
} from '@fairground/engine';
import type { Known } from './beliefs.js';
import { type Dice, dice } from './dice.js';
import type { Outright } from './outrights.js';
import type { Offer } from './rallies.js';

export const STYLES = ['momentum', 'contrarian', 'fan', 'arbitrageur', 'noise'] as const;
export type Style = (typeof STYLES)[number];

export interface Bot {
  /** From 1. */
  readonly number: number;
  readonly account: string;
  readonly style: Style;
  /** The team a fan is a fan of. */
  readonly team: string;
  /** Seeds what nobody can argue about: how good he thinks a team is, how much he would like a lamp. */
  readonly taste: number;
}

/** What people talk about today. */
export interface Scene {
  /** Stocks of the teams that play. */
  readonly stocks: readonly string[];
  /** Matches one can bet on, those that are open now among them. */
  readonly matches: readonly Fixture[];
  readonly outrights: readonly Outright[];
  readonly offers: readonly Offer[];
  /** What has happened so far, and nothing else. */
  readonly known: Known;
}

export interface Fixture {
  readonly market: string;
  readonly home: string;
  readonly away: string;
  /** Who wins goes on: in a group a draw is possible. */
  readonly knockOut: boolean;
  readonly final: boolean;
}

export interface Look {
  readonly world: ReadonlyWorld;
  readonly scene: Scene;
  readonly bot: Bot;
  readonly dice: Dice;
}

/** Whole Points to spend or whole shares to sell. */
export const UNITS_MIN = 10;
export const UNITS_MAX = 100;

/** The cast: the same seed gives everyone the same style, team and taste at every start. */
export function makeBots(count: number, teams: readonly string[], seed: number): readonly Bot[] {
  return Array.from({ length: count }, (_, index) => {
    const number = index + 1;
    const birth = dice(seed, number);
    return {
      number,
      account: `bot_${String(number).padStart(3, '0')}`,
      style: birth.pick(STYLES) ?? 'noise',
      team: birth.pick(teams) ?? '',
      taste: birth.below(2 ** 31),
    };
  });
}

/** Spends some whole Points, if he has as many. */
export function purchase(
  { world, bot, dice }: Omit<Look, 'scene'>,
  market: ReadonlyMarket,
  outcome?: string,
): Trade | undefined {
  const spend = whole(UNITS_MIN + dice.below(UNITS_MAX - UNITS_MIN + 1));
  if (pointsOf(world, bot) < spend) return undefined;
  return { type: 'trade', market: market.id, side: 'buy', ...named(outcome), spend };
}

/** Sells some whole shares, of so many that he has. */
export function sale(
  { dice }: Pick<Look, 'dice'>,
  { market, outcome, shares: held }: Holding,
): Trade {
  const wanted = BigInt(UNITS_MIN + dice.below(UNITS_MAX - UNITS_MIN + 1));
  const shares = whole(wanted < held ? wanted : held);
  return { type: 'trade', market: market.id, side: 'sell', ...named(outcome), shares };
}

export interface Holding {
  readonly market: ReadonlyMarket;
  readonly outcome?: string;
  /** Whole shares, at least 1. */
  readonly shares: bigint;
}

export const pointsOf = (world: ReadonlyWorld, bot: Bot): bigint =>
  world.books.balance(playerAccount(bot.account), POINTS);

export const named = (outcome: string | undefined): { readonly outcome?: string } =>
  outcome === undefined ? {} : { outcome };

/** How far a price is from where it opened, in millionths of that. */
export function heat(world: ReadonlyWorld, market: ReadonlyMarket, outcome?: string): bigint {
  const prices = mechanismOf(market.mechanism).openingPrices(market.draft.terms);
  const first = prices[placeOf(market, outcome)] ?? ONE;
  return ((price(world, market, outcome) - first) * ONE) / first;
}

/** Micro-Points per share now. */
export const price = (world: ReadonlyWorld, market: ReadonlyMarket, outcome?: string): bigint =>
  pricesOf(market, world.books)[placeOf(market, outcome)] ?? 0n;

function placeOf(market: ReadonlyMarket, outcome: string | undefined): number {
  if (outcome === undefined) return 0;
  return mechanismOf(market.mechanism).outcomes(market.draft.terms).indexOf(outcome);
}
