/** Ways to look at the same prices: what a bot does with what it sees. */
import {
  type Amount,
  mechanismOf,
  ONE,
  playerAccount,
  type ReadonlyMarket,
  type ReadonlyWorld,
  type Trade,
  type WishOf,
} from '@fairground/engine';
import {
  type Bot,
  heat,
  type Holding,
  type Look,
  named,
  price,
  purchase,
  sale,
  type Style,
} from './cast.js';
import { chooseJoin } from './joiners.js';
import { chooseOutright } from './pundits.js';

/** So many stocks a bot compares before it takes one. */
const CANDIDATES = 8;
/** Of 100 looks, so many are at the rallies that are on … */
const RALLY_PERCENT = 20;
/** … of the others at bets on the whole tournament … */
const OUTRIGHT_PERCENT = 20;
/** … and of those that do not sell, at matches. */
const MATCH_PERCENT = 40;
/** The more a bot keeps selling, the nearer prices stay to what facts say. */
const SELL_PERCENT: Readonly<Record<Style, number>> = {
  momentum: 42,
  contrarian: 48,
  fan: 38,
  arbitrageur: 45,
  noise: 50,
};

export type BotWish = Trade | WishOf<'join_rally'>;

/** What this bot would do now, or undefined when nothing suits it. */
export function chooseWish(look: Look): BotWish | undefined {
  const joins = look.dice.chance(RALLY_PERCENT) ? chooseJoin(look) : undefined;
  return joins ?? chooseTrade(look);
}

function chooseTrade(look: Look): Trade | undefined {
  const bets = look.dice.chance(OUTRIGHT_PERCENT) ? chooseOutright(look) : undefined;
  if (bets) return bets;
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
  return holding && sale({ dice }, holding);
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
  const outcome = {
    momentum: favourite,
    contrarian: underdog,
    fan: fans,
    arbitrageur: anything,
    noise: anything,
  }[bot.style];
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

/** What the bot can sell now, in order of name: the order of the books is none. */
function holdings(world: ReadonlyWorld, bot: Bot): readonly Holding[] {
  const held: Holding[] = [];
  const balances: [string, Amount][] = [...world.books.of(playerAccount(bot.account))];
  for (const [asset, amount] of balances.sort(([a], [b]) => (a < b ? -1 : 1))) {
    const [id, outcome] = asset.split(':');
    const market = world.markets.get(id ?? '');
    const shares = amount / ONE;
    // A pledge binds: its units are no shares to sell.
    if (market?.state !== 'open' || shares === 0n || mechanismOf(market.mechanism).pledges)
      continue;
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
  if (style !== 'momentum' && style !== 'contrarian') return sample[0];
  const wantsHot = (style === 'momentum') === (side === 'buy');
  return sample.reduce<T | undefined>((best, one) => {
    if (best === undefined) return one;
    return heatOf(one) > heatOf(best) === wantsHot ? one : best;
  }, undefined);
}
