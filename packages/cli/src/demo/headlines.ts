/** What a watcher asks first: who is the favourite, who scores, which price melts. Read off the world each time. */
import { formatAmount, ONE, pricesOf, type ReadonlyWorld } from '@fairground/engine';
import { CHAMPION } from './outrights.js';
import type { Offer } from './rallies.js';
import { goalsByPlayer } from './standings.js';
import { stockMarket } from './schedule.js';
import { teamName } from './listing.js';
import type { WorldCup } from './worldcup.js';

export interface Headlines {
  readonly favourite?: string;
  readonly scorer?: string;
  readonly rally?: string;
}

export function headlines(
  world: ReadonlyWorld,
  cup: WorldCup,
  offers: readonly Offer[],
): Headlines {
  const favourite = favouriteText(world, cup);
  const scorer = scorerText(world, cup);
  const rally = rallyText(world, offers);
  return {
    ...(favourite !== undefined && { favourite }),
    ...(scorer !== undefined && { scorer }),
    ...(rally !== undefined && { rally }),
  };
}

/** `champion Spain 23 %`: the dearest of the market while it is open. */
function favouriteText(world: ReadonlyWorld, cup: WorldCup): string | undefined {
  const market = world.markets.get(CHAMPION);
  if (market?.state !== 'open' || market.trades === 0) return undefined;
  const prices = pricesOf(market, world.books);
  const teams = [...cup.teams.keys()];
  const best = prices.reduce((top, price, at) => (price > (prices[top] ?? 0n) ? at : top), 0);
  return `champion ${teamName(cup, teams[best] ?? '')} ${((prices[best] ?? 0n) * 100n) / ONE} %`;
}

/** `top scorer Lionel Messi 3`, of the goals that have been told; of several the first. */
function scorerText(world: ReadonlyWorld, cup: WorldCup): string | undefined {
  const told = cup.goals.filter(({ player, match, seq }) =>
    world.markets.get(stockMarket(player))?.facts.has(`goal.${match}.${seq}`),
  );
  const [best] = [...goalsByPlayer(told)].sort(([, a], [, b]) => b - a);
  return best && `top scorer ${cup.players.get(best[0])?.name ?? best[0]} ${best[1]}`;
}

/** `rally Football 14.39 (31 of 60)`: the one that opened last. */
function rallyText(world: ReadonlyWorld, offers: readonly Offer[]): string | undefined {
  const offer = offers.filter((one) => world.markets.get(one.market)?.state === 'open').at(-1);
  const market = offer && world.markets.get(offer.market);
  if (!offer || !market) return undefined;
  const units = world.books.issued(market.names.assets[0] ?? '') / ONE;
  const [price = 0n] = pricesOf(market, world.books);
  return `rally ${offer.title} ${formatAmount(price)} (${units} of ${offer.terms.maximum})`;
}
