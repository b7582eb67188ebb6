/** Rallies to try: a plan, its people, and what must be so at the end of each. */
import { expect } from 'vitest';
import { micro, SYSTEM, type Tier, whole, type Wish } from '../src/index.js';
import { tierOf } from '../src/mechanism/rally.js';
import { Live, NOON, textOf } from './live.js';

export const END = NOON + 60_000;
export const REASON = textOf('it was so');

export const tiersOf = (...pairs: readonly (readonly [number, number])[]): readonly Tier[] =>
  pairs.map(([units, price]) => ({ units, price: whole(price) }));

export interface Plan {
  readonly tiers: readonly Tier[];
  readonly maximum: number;
  readonly perPerson?: number;
  readonly minimum?: number;
  readonly bps?: number;
}

export function creation({
  tiers,
  maximum,
  perPerson = maximum,
  minimum = 1,
  bps = 250,
}: Plan): Wish {
  const terms = {
    mechanism: 'rally',
    tiers,
    maximum,
    perPerson,
    minimum,
    seller: 'sam',
    bps,
  } as const;
  return {
    type: 'create_market',
    market: 'R1',
    sponsor: 'sam',
    draft: {
      text: REASON,
      closing: { mode: 'auto' },
      closesAt: END,
      twoPerson: false,
      refundCap: micro(0n),
      terms,
    },
  };
}

/** An open rally, and its people with so many Points each. */
export function staged(people: readonly string[], points: bigint, plan: Plan): Live {
  const live = new Live();
  live.run(SYSTEM, { type: 'set_limits', limits: [['welcome', points]] });
  for (const account of [...people, 'sam']) live.run(SYSTEM, { type: 'open_account', account });
  live.run(SYSTEM, { type: 'grant_role', account: 'sam', role: 'seller' });
  live.run(SYSTEM, creation(plan));
  return live.run(SYSTEM, { type: 'open', market: 'R1' });
}

export const stateOf = (live: Live): string => live.world.markets.get('R1')?.state ?? '';

/** The end of every rally: one price or everything back, nothing left anywhere. */
export function isJust(live: Live, points: bigint, plan: Plan): void {
  const { world } = live;
  const market = world.markets.get('R1');
  if (!market) throw new Error('no rally');
  expect(['settled', 'refunded']).toContain(market.state);
  const units = market.holders.reduce((sum, { pledge }) => sum + (pledge?.units ?? 0), 0);
  const isSold = market.state === 'settled';
  const { price } = tierOf(plan.tiers, units);
  let sum = 0n;
  for (const { holder, pledge } of market.holders) {
    const cost = isSold ? price * BigInt(pledge?.units ?? 0) : 0n;
    sum += cost;
    expect(points - world.books.balance(holder, 'points')).toBe(cost);
  }
  const fee = (sum * BigInt(plan.bps ?? 250) + 9_999n) / 10_000n;
  expect(world.books.balance('player:sam', 'points') - points).toBe(sum - fee);
  expect(world.books.balance('house:fees', 'points')).toBe(fee);
  expect(world.books.of('escrow:R1').size + world.books.of('fees:R1').size).toBe(0);
  expect(world.books.issued('R1:UNIT')).toBe(0n);
}
