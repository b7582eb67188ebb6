/** Bets on the whole tournament: somebody compares a price with what he believes, or two prices with each other. */
import {
  ONE,
  playerAccount,
  pricesOf,
  type ReadonlyMarket,
  type ReadonlyWorld,
  type Trade,
  whole,
} from '@fairground/engine';
import { beliefs } from './beliefs.js';
import { type Bot, type Fixture, type Look, price, purchase, sale } from './cast.js';
import { CHAMPION, type Outright } from './outrights.js';

/** Prices this near, in millionths, are the same: a trade moves them further than it gains. */
const GAP = 20_000n;
/** What is worth less than this share of its price is sold … */
const SELL_BELOW = 0.8;
/** … and nobody bothers to sell what costs less than this (millionths). */
const SELL_FROM = 5_000;
/** Of 100 who find something too dear, so many sell it rather than look for something cheap. */
const SELL_PERCENT = 75;
/** Nor to buy what he thinks has next to no chance. */
const CHANCE_MIN = 0.002;

export function chooseOutright(look: Look): Trade | undefined {
  const { world, scene, bot, dice } = look;
  if (bot.style === 'arbitrageur') {
    const found = chooseGap(look);
    if (found) return found;
  }
  const open = scene.outrights.filter((one) => openMarket(world, one.market));
  // The champion is what most people bet on.
  const popular = open.find((one) => one.market === CHAMPION);
  const outright = popular && dice.chance(40) ? popular : dice.pick(open);
  const market = outright && openMarket(world, outright.market);
  if (!outright || !market) return undefined;
  return byBelief(look, outright, market);
}

interface View {
  readonly outcome: string;
  readonly chance: number;
  readonly price: number;
  /** Of what it costs. */
  readonly worth: number;
}

/** Sells what he thinks too dear, all of it, else buys what he thinks cheap. */
function byBelief(look: Look, outright: Outright, market: ReadonlyMarket): Trade | undefined {
  const { world, scene, bot, dice } = look;
  // Who compares prices has no opinion of his own, only the figures.
  const chances = beliefs(outright, scene.known, bot.style === 'arbitrageur' ? undefined : bot);
  const prices = pricesOf(market, world.books).map(Number);
  const views = outright.outcomes.map((outcome, at): View => {
    const [chance, price] = [chances[at] ?? 0, prices[at] ?? 0];
    return { outcome, chance, price, worth: (chance * 1e6) / Math.max(price, 1) };
  });
  const tooDear = views.filter(
    ({ outcome, price, worth }) =>
      worth < SELL_BELOW && price > SELL_FROM && sharesOf(world, bot, market, outcome) > 0n,
  );
  const dear = dice.pick(tooDear);
  if (dear && dice.chance(SELL_PERCENT)) {
    const shares = whole(sharesOf(world, bot, market, dear.outcome));
    return { type: 'trade', market: market.id, side: 'sell', outcome: dear.outcome, shares };
  }
  const wanted = wantedOf(
    look,
    views.filter(({ chance }) => chance > CHANCE_MIN),
  );
  return wanted && purchase(look, market, wanted.outcome);
}

/** Noise takes any that can still win, a fan his own; the others what is cheapest, a follower what is likeliest. */
function wantedOf({ bot, dice }: Look, views: readonly View[]): View | undefined {
  if (bot.style === 'noise') return dice.pick(views);
  const cheap = views.filter(({ worth }) => worth > 1);
  const own = cheap.find(({ outcome }) => outcome.startsWith(bot.team));
  if (bot.style === 'fan' && own) return own;
  const sorted = [...cheap].sort((a, b) =>
    bot.style === 'momentum' ? b.chance - a.chance : b.worth - a.worth,
  );
  return sorted[dice.below(Math.min(3, Math.max(1, sorted.length)))];
}

/**
 * A champion wins his next match too, so he cannot be dearer than that; and in the final the two are the same
 * bet. Where prices say otherwise the dear side is sold, or the cheap one bought.
 */
function chooseGap(look: Look): Trade | undefined {
  const { world, scene, bot, dice } = look;
  const champion = openMarket(world, CHAMPION);
  const fixture = dice.pick(
    scene.matches.filter((one) => one.knockOut && openMarket(world, one.market)),
  );
  const match = fixture && openMarket(world, fixture.market);
  if (!champion || !fixture || !match) return undefined;
  const team = dice.chance(50) ? fixture.home : fixture.away;
  const side = sideOf(fixture, team);
  const [cup, win] = [price(world, champion, team), price(world, match, side)];
  if (cup > win + GAP) {
    const shares = sharesOf(world, bot, champion, team);
    return shares > 0n
      ? sale(look, { market: champion, outcome: team, shares })
      : purchase(look, match, side);
  }
  if (!fixture.final || win <= cup + GAP) return undefined;
  const shares = sharesOf(world, bot, match, side);
  return shares > 0n
    ? sale(look, { market: match, outcome: side, shares })
    : purchase(look, champion, team);
}

const sideOf = ({ home }: Fixture, team: string): string => (team === home ? 'YES' : 'NO');

function openMarket(world: ReadonlyWorld, id: string): ReadonlyMarket | undefined {
  const market = world.markets.get(id);
  return market?.state === 'open' ? market : undefined;
}

const sharesOf = (
  { books }: ReadonlyWorld,
  bot: Bot,
  { id }: ReadonlyMarket,
  outcome: string,
): bigint => books.balance(playerAccount(bot.account), `${id}:${outcome}`) / ONE;
