/** Dice from one seed (mulberry32): a seed is a bug report. */
export interface Seeded {
  /** 0 up to, not including, n. */
  below(n: number): number;
  pick<T>(values: readonly T[]): T;
  /** Micro-units from 1 up to so many Points, small ones as often as large. */
  size(points: number): bigint;
  /** These fields, or none. */
  maybe<T extends object>(fields: T): T | object;
}

export function seeded(seed: number): Seeded {
  let state = seed | 0;
  const next = (): number => {
    state = (state + 0x6d2b79f5) | 0;
    let t = Math.imul(state ^ (state >>> 15), 1 | state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return ((t ^ (t >>> 14)) >>> 0) / 4_294_967_296;
  };
  const below = (n: number): number => Math.floor(next() * n);
  return {
    below,
    pick: (values) => values[below(values.length)] as (typeof values)[number],
    size: (points) => BigInt(Math.max(1, Math.floor((points * 1_000_000) ** (0.5 + next() / 2)))),
    maybe: (fields) => (below(3) === 0 ? fields : {}),
  };
}
