/** Who joins a rally: everybody has a price he would pay, waits until it has melted to it, and then takes more. */
import {
  ONE,
  playerAccount,
  pricesOf,
  type ReadonlyMarket,
  type ReadonlyWorld,
  type WishOf,
} from '@fairground/engine';
import { type Bot, type Look, pointsOf } from './cast.js';
import { dice } from './dice.js';
import type { Offer } from './rallies.js';

/** Per cent of the first price that the least interested would pay. */
const WILLING_MIN = 60;
/** Every so many per cent below what he would have paid he takes another one. */
const MORE_EVERY = 10;

export function chooseJoin({ world, scene, bot, dice }: Look): WishOf<'join_rally'> | undefined {
  const wishes = scene.offers.flatMap((offer) => joinOf(world, bot, offer) ?? []);
  return dice.pick(wishes);
}

/** The total he wants now, if that is more than he has pledged already. */
function joinOf(world: ReadonlyWorld, bot: Bot, offer: Offer): WishOf<'join_rally'> | undefined {
  const market = world.markets.get(offer.market);
  if (market?.state !== 'open') return undefined;
  const { maximum, perPerson, tiers } = offer.terms;
  const [now = 0n] = pricesOf(market, world.books);
  const first = tiers[0]?.price ?? now;
  const taste = dice(bot.taste, offer.product);
  const willing = WILLING_MIN + taste.below(offer.appeal - WILLING_MIN + 1);
  const asked = Number((now * 100n + first - 1n) / first);
  if (asked > willing) return undefined;
  const pledged = market.positions.get(playerAccount(bot.account))?.pledge?.units ?? 0;
  const left = maximum - unitsOf(world, market);
  const wanted = 1 + taste.below(perPerson) + Math.floor((willing - asked) / MORE_EVERY);
  const units = Math.min(wanted, perPerson, pledged + left);
  const cost = BigInt(units - pledged) * now;
  if (units <= pledged || pointsOf(world, bot) < cost) return undefined;
  return { type: 'join_rally', market: offer.market, units };
}

const unitsOf = ({ books }: ReadonlyWorld, { names }: ReadonlyMarket): number =>
  Number(books.issued(names.assets[0] ?? '') / ONE);
