/** What no crowd may break: everyone pays one price, and every Point is somewhere. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { micro, payoutsDue, SYSTEM, type Tier, whole, type Wish } from '../src/index.js';
import { rally, tierOf } from '../src/mechanism/rally.js';
import type { Live } from './live.js';
import { END, isJust, type Plan, REASON, staged, tiersOf } from './rallies.js';
import { seeded } from './seeded.js';

describe('[G2] tier(units)', () => {
  const tiers = tiersOf([0, 100], [3, 80], [5, 60]);

  test.each([
    [0, 100],
    [2, 100],
    [3, 80],
    [4, 80],
    [5, 60],
    [1_000_000_000, 60],
  ])('%i units: %i', (units, price) => {
    expect(tierOf(tiers, units).price).toBe(whole(price));
  });

  test('never rises', () => {
    fc.assert(
      fc.property(fc.nat(20), fc.nat(20), (a, b) => {
        expect(tierOf(tiers, a + b).price).toBeLessThanOrEqual(tierOf(tiers, a).price);
      }),
    );
  });

  test('[G13] a rally has no pool, and no verbs but its own', () => {
    expect([rally.pool, rally.sets, rally.facts]).toEqual([undefined, undefined, undefined]);
  });
});

test('[G22] whatever crowd comes, everyone pays one price and the escrow ends at 0', () => {
  const plan = fc
    .record({
      steps: fc.array(fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 999 })), {
        maxLength: 5,
      }),
      over: fc.nat(12),
      minimum: fc.nat(20),
      perPerson: fc.integer({ min: 1, max: 12 }),
      bps: fc.constantFrom(0, 1, 250, 1_000),
    })
    .map(({ steps, over, minimum, perPerson, bps }): Plan => {
      let units = 0;
      let price = 10_000n;
      const tiers: Tier[] = [{ units, price: micro(price) }];
      for (const [more, less] of steps) {
        units += more;
        price -= BigInt(less);
        tiers.push({ units, price: micro(price) });
      }
      const maximum = units + over + 1;
      return {
        tiers,
        maximum,
        minimum: 1 + (minimum % maximum),
        perPerson: 1 + (perPerson % maximum),
        bps,
      };
    });
  const joins = fc.array(
    fc.record({
      who: fc.constantFrom('ana', 'bob', 'cid', 'dan'),
      units: fc.integer({ min: 1, max: 12 }),
    }),
    { maxLength: 12 },
  );
  fc.assert(
    fc.property(plan, joins, (terms, wishes) => {
      const people = ['ana', 'bob', 'cid', 'dan'];
      const live = staged(people, 100_000n, terms);
      const most = new Map<string, bigint>();
      for (const { who, units } of wishes) {
        live.try(who, { type: 'join_rally', market: 'R1', units });
        most.set(who, 100_000n - live.world.books.balance(`player:${who}`, 'points'));
      }
      live.at = END;
      live.tick().payAll();
      isJust(live, 100_000n, terms);
      live.checkReplay();
      for (const [who, held] of most) {
        expect(100_000n - live.world.books.balance(`player:${who}`, 'points')).toBeLessThanOrEqual(
          held,
        );
      }
    }),
    { numRuns: 60 },
  );
});

const SEEDS = Array.from({ length: 12 }, (_, n) => n + 1);

test.each(SEEDS)(
  '[G22] at random, with pauses, freezes, late ticks and cancels: seed %i',
  (seed) => {
    const random = seeded(seed);
    const people = Array.from({ length: 8 }, (_, n) => `p${n}`);
    const plan: Plan = {
      tiers: tiersOf([0, 30], [5, 20], [9, 11], [14, 7]),
      maximum: 14 + random.below(12),
      perPerson: 4,
      minimum: 1 + random.below(14),
    };
    isJust(over(people, plan, random), whole(100), plan);
  },
);

/** A rally played to its end, with every law checked after every entry. */
function over(people: readonly string[], plan: Plan, random: ReturnType<typeof seeded>): Live {
  const live = staged(people, whole(100), plan);
  live.run(SYSTEM, { type: 'set_limits', limits: [['payouts_per_command', 2n]] });
  for (let step = 0; step < 120; step++) {
    if (random.below(5) === 0) live.at += random.below(4_000);
    if (random.below(2) === 0) live.submit({ by: SYSTEM, wish: { type: 'tick' } });
    const account = random.pick(people);
    const wish = random.pick<Wish>([
      ...Array.from({ length: 12 }, () => {
        return { type: 'join_rally', market: 'R1', units: 1 + random.below(5) } as const;
      }),
      { type: 'pause', market: 'R1' },
      { type: 'resume', market: 'R1' },
      { type: 'freeze_account', account, reason: REASON },
      { type: 'unfreeze_account', account, reason: REASON },
      { type: 'extend', market: 'R1', closesAt: END + 60_000 },
      { type: 'close', market: 'R1' },
      ...(random.below(20) === 0
        ? [{ type: 'cancel', market: 'R1', reason: REASON } as const]
        : []),
    ]);
    live.try(wish.type === 'join_rally' ? account : SYSTEM, wish);
    const [payout] = payoutsDue(live.world);
    if (payout && random.below(3) === 0) live.submit(payout);
  }
  live.at = END + 60_000;
  live.tick().payAll();
  live.checkReplay();
  return live;
}
