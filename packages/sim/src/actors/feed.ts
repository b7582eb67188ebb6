/** Tells stocks what happened: once, again, otherwise, in a wrong voice; and takes it back. */
import { type Actor, marketFor, SOURCES } from './scene.js';

export const feed: Actor = (scene) => {
  const { dice, number, now } = scene;
  const market = marketFor(scene, ({ draft }) => 'slope' in draft.terms);
  if (!market) return undefined;
  const { id, facts, draft } = market;
  const source = 'slope' in draft.terms ? draft.terms.source : SOURCES[0];
  const by = dice.chance(900) ? source : dice.pick([...SOURCES, 'p0']);
  const known = dice.pick([...facts.keys()]);
  if (known !== undefined && dice.chance(300)) {
    const fact = dice.chance(800) ? `u${number}` : known;
    return { by, wish: { type: 'undo_fact', market: id, fact, undoes: known } };
  }
  const isAgain = known !== undefined && dice.chance(350);
  const record = known === undefined ? undefined : facts.get(known);
  const kind = dice.pick(['goal', 'card', 'slip', 'wonder', 'throw', 'nothing']);
  if (isAgain && record?.happenedAt !== undefined && dice.chance(700)) {
    const { kind: same = kind, happenedAt } = record;
    return { by, wish: { type: 'record_fact', market: id, fact: known, kind: same, happenedAt } };
  }
  const fact = isAgain ? known : `f${number}`;
  return { by, wish: { type: 'record_fact', market: id, fact, kind, happenedAt: now } };
};
