/** Joins rallies: new totals, the same again, less, more than is left; and sellers who think better of it. */
import { playerAccount } from '@fairground/engine';
import { type Actor, marketFor, playersOf, SELLERS, textOf } from './scene.js';

export const crowd: Actor = (scene) => {
  const { dice } = scene;
  const market = marketFor(scene, ({ state, draft }) => state === 'open' && 'tiers' in draft.terms);
  if (!market) return undefined;
  const { id, positions } = market;
  if (dice.chance(60)) {
    return { by: dice.pick(SELLERS), wish: { type: 'cancel', market: id, reason: textOf(scene) } };
  }
  const by = dice.pick([...playersOf(scene), ...SELLERS]) ?? 'p0';
  const pledged = positions.get(playerAccount(by))?.pledge?.units ?? 0;
  const units = Math.max(1, pledged + dice.pick([1, 1, 2, 3, 0, -1]));
  return { by, wish: { type: 'join_rally', market: id, units } };
};
