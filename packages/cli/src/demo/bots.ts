/** Four ways to look at the same prices. A choice is a function of the world, the scene and the dice. */
import {
  type Amount,
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
import { type Dice, dice } from './dice.js';

export const STYLES = ['momentum', 'contrarian', 'fan', 'noise'] as const;
export type Style = (typeof STYLES)[number];

export interface Bot {
  /** From 1. */
  readonly number: number;
  readonly account: string;
  readonly style: Style;
  /** The team a fan is a fan of. */
  readonly team: string;
}

/** What people talk about today. */
export interface Scene {
  /** Stocks of the teams that play. */
  readonly stocks: readonly string[];
  /** Matches one can bet on, those that are open now among them. */
  readonly matches: readonly Fixture[];
}

export interface Fixture {
  readonly market: string;
  readonly home: string;
  readonly away: string;
}

export interface Look {
  readonly world: ReadonlyWorld;
  readonly scene: Scene;
  readonly bot: Bot;
  readonly dice: Dice;
}

/** Whole Points to spend or whole shares to sell. */
const UNITS_MIN = 10;
const UNITS_MAX = 100;
/** So many stocks a bot compares before it takes one. */
const CANDIDATES = 8;
/** Of 100 looks, so many are at matches. */
const MATCH_PERCENT = 40;
/** The more a bot keeps selling, the nearer prices stay to what facts say. */
const SELL_PERCENT: Readonly<Record<Style, number>> = {
  momentum: 42,
  contrarian: 48,
  fan: 38,
  noise: 50,
};

/** The cast: the same seed gives everyone the same style and team at every start. */
export function makeBots(count: number, teams: readonly string[], seed: number): readonly Bot[] {
  return Array.from({ length: count }, (_, index) => {
    const number = index + 1;
    const birth = dice(seed, number);
    return {
      number,
      account: `bot_${String(number).padStart(3, '0')}`,
      style: birth.pick(STYLES) ?? 'noise',
      team: birth.pick(teams) ?? '',
    };
  });
}

/** What this bot would do now, or undefined when nothing suits it. */
export function chooseTrade(look: Look): Trade | undefined {
  if (look.dice.chance(SELL_PERCENT[look.bot.style])) return chooseSale(look);
  return look.dice.chance(MATCH_PERCENT) ? chooseBet(look) : chooseStock(look);
}

/** Sells something it holds: a follower what has cooled, a contrarian what has run hot, the others anything. */
function chooseSale({ world, bot, dice }: Look): Trade | undefined {
  const held = holdings(world, bot);
  const sample = several(() => dice.pick(held));
  const holding = preferred(sample, bot.style, 'sell', (one) =>
    heat(world, one.market, one.outcome),
  );
  if (!holding) return undefined;
  const wanted = BigInt(UNITS_MIN + dice.below(UNITS_MAX - UNITS_MIN + 1));
  const shares = whole(wanted < holding.shares ? wanted : holding.shares);
  return {
    type: 'trade',
    market: holding.market.id,
    side: 'sell',
    ...named(holding.outcome),
    shares,
  };
}

/** A fan backs his team; a follower the favourite, a contrarian the underdog; noise tosses a coin. */
function chooseBet({ world, scene, bot, dice }: Look): Trade | undefined {
  const open = scene.matches.filter((one) => world.markets.get(one.market)?.state === 'open');
  const own = open.find((one) => one.home === bot.team || one.away === bot.team);
  const fixture = bot.style === 'fan' && own ? own : dice.pick(open);
  const market = fixture && world.markets.get(fixture.market);
  if (!fixture || !market) return undefined;
  const favourite = price(world, market, 'YES') >= ONE / 2n ? 'YES' : 'NO';
  const underdog = favourite === 'YES' ? 'NO' : 'YES';
  const anything = dice.chance(50) ? 'YES' : 'NO';
  const fans = fixture === own ? (own.home === bot.team ? 'YES' : 'NO') : anything;
  const outcome = { momentum: favourite, contrarian: underdog, fan: fans, noise: anything }[
    bot.style
  ];
  // Now and then everyone thinks otherwise; a crowd of one mind would have nobody to trade with.
  return purchase({ world, bot, dice }, market, dice.chance(30) ? anything : outcome);
}

/** Buys one of a few stocks of the day: the hottest, the coldest, or the best known, a fan of his team. */
function chooseStock({ world, scene, bot, dice }: Look): Trade | undefined {
  const mine = scene.stocks.filter((id) => id.startsWith(`P-${bot.team}-`));
  const talked = bot.style === 'fan' && mine.length > 0 ? mine : scene.stocks;
  const sample = several(() => world.markets.get(dice.pick(talked) ?? ''));
  const open = sample.filter((one) => one.state === 'open').sort(byFame);
  const market = preferred(open, bot.style, 'buy', (one) => heat(world, one));
  return market && purchase({ world, bot, dice }, market);
}

function purchase(
  { world, bot, dice }: Omit<Look, 'scene'>,
  market: ReadonlyMarket,
  outcome?: string,
): Trade | undefined {
  const spend = whole(UNITS_MIN + dice.below(UNITS_MAX - UNITS_MIN + 1));
  if (world.books.balance(playerAccount(bot.account), POINTS) < spend) return undefined;
  return { type: 'trade', market: market.id, side: 'buy', ...named(outcome), spend };
}

const named = (outcome: string | undefined): { readonly outcome?: string } =>
  outcome === undefined ? {} : { outcome };

interface Holding {
  readonly market: ReadonlyMarket;
  readonly outcome?: string;
  /** Whole shares, at least 1. */
  readonly shares: bigint;
}

/** What the bot can sell now, in order of name: the order of the books is none. */
function holdings(world: ReadonlyWorld, bot: Bot): readonly Holding[] {
  const held: Holding[] = [];
  const balances: [string, Amount][] = [...world.books.of(playerAccount(bot.account))];
  for (const [asset, amount] of balances.sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [id, outcome] = asset.split(':');
    const market = world.markets.get(id ?? '');
    const shares = amount / ONE;
    if (market?.state !== 'open' || shares === 0n) continue;
    held.push({ market, ...named(outcome), shares });
  }
  return held;
}

/** Up to `CANDIDATES` of what `look` finds. */
function several<T>(look: () => T | undefined): T[] {
  return Array.from({ length: CANDIDATES }, look).filter((one) => one !== undefined);
}

/** Who is worth more is talked about more. */
function byFame(a: ReadonlyMarket, b: ReadonlyMarket): number {
  if (a.fundamental === b.fundamental) return 0;
  return a.fundamental > b.fundamental ? -1 : 1;
}

/** Followers of a trend buy the hottest and sell the coldest, contrarians the reverse; others take the first. */
function preferred<T>(
  sample: readonly T[],
  style: Style,
  side: 'buy' | 'sell',
  heatOf: (one: T) => bigint,
): T | undefined {
  if (style === 'fan' || style === 'noise') return sample[0];
  const wantsHot = (style === 'momentum') === (side === 'buy');
  return sample.reduce<T | undefined>((best, one) => {
    if (best === undefined) return one;
    return heatOf(one) > heatOf(best) === wantsHot ? one : best;
  }, undefined);
}

/** How far a price is from where it opened, in millionths of that. */
function heat(world: ReadonlyWorld, market: ReadonlyMarket, outcome?: string): bigint {
  const prices = mechanismOf(market.mechanism).openingPrices(market.draft.terms);
  const first = prices[outcome === 'NO' ? 1 : 0] ?? ONE;
  return ((price(world, market, outcome) - first) * ONE) / first;
}

/** Micro-Points per share now. */
function price(world: ReadonlyWorld, market: ReadonlyMarket, outcome?: string): bigint {
  const prices = pricesOf(market, world.books);
  return prices[outcome === 'NO' ? 1 : 0] ?? 0n;
}
