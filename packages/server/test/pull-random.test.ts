/** Random matches at an endpoint in random moods: what stands in the end is what it said last and kept to. */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Cup, cup } from './pull-bench.js';
import type { Mood } from './match-server.js';

const MATCHES = ['1', '2', '3'];
const SEEDS = 12;
const STEPS = 60;
/** What it may do in between; after `never` a pull waits for its deadline, which is tried elsewhere. */
const MOODS: readonly Mood[] = [
  'late',
  'error',
  'moved',
  'garbage',
  'not_utf8',
  'no_list',
  'empty',
  'cut',
  'repeat',
  'reset',
  'absurd',
  'wrong_types',
  'twice',
];

/** Whole numbers below `most`, the same for a seed. */
function random(seed: number): (most: number) => number {
  let state = seed * 2_654_435_769;
  return (most) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % most;
  };
}

let at: Cup;
beforeAll(async () => {
  at = await cup({ matches: MATCHES });
});
afterAll(() => at.end());

/** All that the journal says of a stock: told, taken back, and nothing that was taken back twice. */
function stands(market: string): number {
  const facts = at.node.sequencer.world.markets.get(market)!.facts;
  const undone = [...facts.values()].filter(({ undoes }) => undoes).map(({ undoes }) => undoes);
  expect(new Set(undone).size).toBe(undone.length);
  return at.standing(market);
}

test.each(Array.from({ length: SEEDS }, (_, i) => i + 1))(
  '[L2] history %i',
  async (seed) => {
    const next = random(seed);
    const scores = new Map(
      MATCHES.map((id) => [id, at.row(id)?.counts.map(({ value }) => value) ?? [0, 0]]),
    );
    for (let step = 0; step < STEPS; step++) {
      const id = MATCHES[next(MATCHES.length)]!;
      const score = scores.get(id)!;
      const side = next(2);
      const before = score[side]!;
      // Mostly goals; now and then the referee changes his mind.
      if (next(4) > 0) score[side] = Math.min(80, before + 1 + next(2));
      else score[side] = Math.max(0, before - 1);
      for (const [match, [home, away]] of scores)
        at.server.set(match, { goals: [home, away], status: '1H', minute: step });
      at.server.mood = next(3) === 0 ? MOODS[next(MOODS.length)]! : 'well';
      await at.pull();
    }
    // What it shows from now on it keeps to.
    at.server.mood = 'well';
    for (let i = 0; i < 2; i++) await at.pull();
    // More at once than is believed: somebody has to say that it is true.
    if (
      MATCHES.some(
        (id) => String(at.row(id)?.counts.map(({ value }) => value)) !== String(scores.get(id)),
      )
    )
      await at.pull(true);
    for (const id of MATCHES) {
      expect([stands(`P-H${id}`), stands(`P-A${id}`)]).toEqual(scores.get(id));
      const { fundamental } = at.node.sequencer.world.markets.get(`P-H${id}`)!;
      expect(fundamental).toBe(10_000_000n + 500_000n * BigInt(at.standing(`P-H${id}`)));
    }
  },
  60_000,
);
