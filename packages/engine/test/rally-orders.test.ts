/** Every order there is, not a sample: the space of a small rally can be walked to its end. */
import { describe, expect, test } from 'vitest';
import { type Decision, SYSTEM, whole, type Wish } from '../src/index.js';
import { Live, NOON } from './live.js';
import { END, isJust, type Plan, REASON, staged, stateOf, tiersOf } from './rallies.js';

/** What three people, a seller and the clock may do; each step is one of them, and has a key of its own. */
const MOVES: readonly ((live: Live) => Decision)[] = [
  ...['ana', 'bob', 'cid'].flatMap((who) => [1, 2].map((units) => asked(who, joinOf(units)))),
  asked('sam', { type: 'cancel', market: 'R1', reason: REASON }),
  (live) => {
    live.at = END;
    return live.submit({ by: SYSTEM, wish: { type: 'tick' } });
  },
];

function joinOf(units: number): Wish {
  return { type: 'join_rally', market: 'R1', units };
}

function asked(who: string, wish: Wish): (live: Live) => Decision {
  return (live) => live.submit(live.command(who, wish, `step ${live.world.seq}`));
}

describe('[G21] in every order of join, join again, cancel and end the books balance at one price', () => {
  const people = ['ana', 'bob', 'cid'];
  const tiers = tiersOf([0, 10], [2, 8], [4, 5]);

  test.each([
    [5, 3, 344],
    [4, 4, 200],
    [6, 1, 551],
  ])('a maximum of %i, a minimum of %i: %i orders', (maximum, minimum, count) => {
    const plan: Plan = { tiers, maximum, minimum };
    const base = staged(people, whole(100), plan);
    const ends = new Set<string>();
    let orders = 0;
    const walk = (lines: readonly string[], at: number): void => {
      for (const move of MOVES) {
        const live = new Live();
        live.world = base.refold(lines);
        live.at = at;
        if (move(live).kind !== 'accepted') continue;
        // Every accepted join adds units, so no order goes on for ever.
        if (stateOf(live) === 'open') {
          walk([...lines, ...live.lines], live.at);
          continue;
        }
        orders++;
        // Over is over: nobody moves it any more.
        for (const late of MOVES) expect(late(live).kind).not.toBe('accepted');
        live.payAll();
        isJust(live, whole(100), plan);
        ends.add(stateOf(live));
      }
    };
    walk(base.lines, NOON);
    expect([...ends].sort()).toEqual(['refunded', 'settled']);
    expect(orders).toBe(count);
  });
});
