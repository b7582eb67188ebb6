/** Dice from one seed (mulberry32): whatever happens in a run was drawn here, so a seed is a bug report. */

export class Dice {
  #state: number;

  constructor(seed: number) {
    this.#state = (Math.imul(seed, 0x9e3779b1) ^ 0x5bd1e995) | 0;
  }

  /** 0 up to, not including, n. */
  below(n: number): number {
    this.#state = (this.#state + 0x6d2b79f5) | 0;
    let t = Math.imul(this.#state ^ (this.#state >>> 15), 1 | this.#state);
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t;
    return Math.floor((((t ^ (t >>> 14)) >>> 0) / 4_294_967_296) * n);
  }

  /** True in `permille` of a thousand cases. */
  chance(permille: number): boolean {
    return this.below(1_000) < permille;
  }

  pick<T>(values: readonly [T, ...T[]]): T;
  pick<T>(values: readonly T[]): T | undefined;
  pick<T>(values: readonly T[]): T | undefined {
    return values[this.below(values.length)];
  }

  /** One of them, with its weight; nothing where all weights are 0. */
  weighted<T>(values: readonly (readonly [T, number])[]): T | undefined {
    const all = values.reduce((sum, [, weight]) => sum + weight, 0);
    let left = this.below(all);
    for (const [value, weight] of values) {
      left -= weight;
      if (left < 0) return value;
    }
    return undefined;
  }

  /** Micro-units from 1 up to so many Points, small ones as often as large. */
  size(points: number): bigint {
    const exponent = 0.3 + (this.below(1_000_000) / 1_000_000) * 0.7;
    return BigInt(Math.max(1, Math.floor((points * 1_000_000) ** exponent)));
  }

  /** Dice of their own, which change nothing for those who draw here. */
  fork(): Dice {
    return new Dice(this.below(2_147_483_647));
  }
}
