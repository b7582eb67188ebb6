/** Makes sets, merges them, and funds pools; also where there are none. */
import { micro, playerAccount, playerOf, SYSTEM } from '@fairground/engine';
import { ADMINS, type Actor, marketFor, playersOf } from './scene.js';

export const minter: Actor = (scene) => {
  const { dice, world } = scene;
  const market = marketFor(
    scene,
    ({ state, draft }) => state === 'open' && 'probability' in draft.terms,
  );
  if (!market) return undefined;
  const by = dice.pick([...playersOf(scene), ...ADMINS]) ?? 'p0';
  const held = market.names.assets.map((asset) => world.books.balance(playerAccount(by), asset));
  const pairs = held.reduce((least, one) => (one < least ? one : least));
  const merges = pairs > 0n && dice.chance(600);
  if (merges) {
    const amount = micro(dice.pick([pairs, pairs / 2n, pairs + 1n]));
    return { by, wish: { type: 'merge', market: market.id, amount } };
  }
  const amount = micro(dice.size(dice.pick([5, 100])));
  if (dice.chance(600)) return { by, wish: { type: 'mint', market: market.id, amount } };
  const sponsor = playerOf(market.sponsor) ?? dice.pick([SYSTEM, 'max', by]);
  const bounds = dice.chance(300) ? { priceMin: 400_000, priceMax: 600_000 } : {};
  return { by: sponsor, wish: { type: 'fund', market: market.id, amount, ...bounds } };
};
