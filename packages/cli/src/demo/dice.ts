/** Chance that can be repeated: every throw is a function of the numbers it was made from. */

export interface Dice {
  /** A whole number from 0 to `limit` − 1. */
  below(limit: number): number;
  /** True in `percent` of 100 cases. */
  chance(percent: number): boolean;
  /** One of these; undefined of none. */
  pick<T>(items: readonly T[]): T | undefined;
}

/** Dice seeded by any whole numbers. */
export function dice(...seeds: readonly number[]): Dice {
  let state = seeds.reduce(
    (mixed, seed) => mix(mixed ^ mix(seed >>> 0) ^ mix(Math.floor(seed / 2 ** 32))),
    0x2545f491,
  );
  const throwOnce = (): number => {
    state = (state + 0x9e3779b9) | 0;
    return mix(state) >>> 0;
  };
  const below = (limit: number): number => throwOnce() % limit;
  return {
    below,
    chance: (percent) => below(100) < percent,
    pick: (items) => items[below(Math.max(1, items.length))],
  };
}

/** Spreads the bits of 32 of them (the finisher of MurmurHash3): near seeds give unlike throws. */
function mix(value: number): number {
  let bits = value | 0;
  bits = Math.imul(bits ^ (bits >>> 16), 0x85ebca6b);
  bits = Math.imul(bits ^ (bits >>> 13), 0xc2b2ae35);
  return bits ^ (bits >>> 16);
}
