/**
 * lmsr by its definition: sums of exponentials are compared, exactly. A float guesses near the answer; which integer it
 * is, is decided by numbers of 512 bits and, where they cannot tell, by the theorem that says when two sums are equal.
 */
import { Wrong } from '../wrong.js';

const WIDE = 512;
const HALVINGS = 12n;

/** e^(num/den)·2^512, off by less than 2^−300 of itself while |num/den| < 2^11. */
function expOf(num: bigint, den: bigint): bigint {
  const room = BigInt(WIDE + 64);
  // Squaring a small number loses what stands above it.
  const size = num < 0n ? room + (-num * 3n) / den : room;
  const t = (num << size) / (den << HALVINGS);
  let sum = 0n;
  for (let n = 1n, term = 1n << size; term !== 0n && term !== -1n; n++) {
    sum += term;
    term = ((term * t) >> size) / n;
  }
  for (let n = 0n; n < HALVINGS; n++) sum = (sum * sum) >> size;
  return sum >> (size - BigInt(WIDE));
}

/** One pool's b, and the exponentials that were asked for while one trade is priced. */
export class Sums {
  readonly #b: bigint;
  readonly #known = new Map<bigint, bigint>();
  #zero: bigint | undefined;

  constructor(b: bigint) {
    this.#b = b;
  }

  /** Is Σ e^(aⱼ/b) above (1), below (−1) or equal to (0) Σ e^(cⱼ/b)? */
  compare(a: readonly bigint[], c: readonly bigint[]): -1 | 0 | 1 {
    const counts = new Map<bigint, bigint>();
    for (const one of a) counts.set(one, (counts.get(one) ?? 0n) + 1n);
    for (const one of c) counts.set(one, (counts.get(one) ?? 0n) - 1n);
    const left = [...counts].filter(([, count]) => count !== 0n);
    // Lindemann and Weierstrass: equal only if the same exponents stand on both sides equally often.
    if (left.length === 0) return 0;
    let difference = 0n;
    let size = 0n;
    for (const [one, count] of left) {
      const term = count * this.#exp(one);
      difference += term;
      size += term < 0n ? -term : term;
    }
    const distance = difference < 0n ? -difference : difference;
    if (distance < size >> 250n) throw new Wrong('auditor', 'two sums are too close to tell apart');
    return difference > 0n ? 1 : -1;
  }

  /** Relative to the first one asked for, so that no exponent is far from 0. */
  #exp(one: bigint): bigint {
    const zero = (this.#zero ??= one);
    let known = this.#known.get(one);
    if (known === undefined) this.#known.set(one, (known = expOf(one - zero, this.#b)));
    return known;
  }
}

const changed = (q: readonly bigint[], at: number, by: bigint): bigint[] =>
  q.map((one, index) => (index === at ? one + by : one));
const all = (q: readonly bigint[], by: bigint): bigint[] => q.map((one) => one + by);

/** C(q) in floats: near, and no more. */
function near(q: readonly bigint[], b: bigint): number {
  const top = q.reduce((most, one) => (one > most ? one : most));
  const scale = Number(b);
  return (
    scale * Math.log(q.reduce((sum, one) => sum + Math.exp(Number(one - top) / scale), 0)) +
    Number(top)
  );
}

/** The least integer that has the property, near a guess. */
function leastNear(guess: number, has: (n: bigint) => boolean): bigint {
  let high = BigInt(Math.round(guess));
  let step = 1n;
  while (!has(high)) [high, step] = [high + step, step * 2n];
  step = 1n;
  let low = high - 1n;
  while (has(low)) [high, low, step] = [low, low - step, step * 2n];
  while (high - low > 1n) {
    const middle = (high + low) >> 1n;
    if (has(middle)) high = middle;
    else low = middle;
  }
  return high;
}

export const lmsr = {
  /** e^(q/b) of each, beside the least of them: so each is known as well as the largest. */
  weights(q: readonly bigint[], b: bigint): readonly bigint[] {
    const low = q.reduce((least, one) => (one < least ? one : least));
    return q.map((one) => expOf(one - low, b));
  },

  /** ⌈b·ln n⌉ */
  deposit(b: bigint, count: number): bigint {
    const sums = new Sums(b);
    const flat = Array.from({ length: count }, () => 0n);
    return leastNear(Number(b) * Math.log(count), (k) => sums.compare(flat, [k]) <= 0);
  },

  /** ⌈C(q + s) − C(q)⌉ */
  shares(q: readonly bigint[], b: bigint, at: number, s: bigint): bigint {
    const sums = new Sums(b);
    const after = changed(q, at, s);
    return leastNear(near(after, b) - near(q, b), (k) => sums.compare(after, all(q, k)) <= 0);
  },

  /** ⌊C(q) − C(q − s)⌋ */
  sell(q: readonly bigint[], b: bigint, at: number, s: bigint): bigint {
    const sums = new Sums(b);
    const after = changed(q, at, -s);
    const tooMuch = (k: bigint): boolean => sums.compare(all(after, k), q) > 0;
    return leastNear(near(q, b) - near(after, b), tooMuch) - 1n;
  },

  /** The most shares that so many Points buy. */
  spend(q: readonly bigint[], b: bigint, at: number, net: bigint): bigint {
    const sums = new Sums(b);
    const reach = all(q, net);
    const mine = q[at] ?? 0n;
    const scale = Number(b);
    // e^(C/b) grown by the budget, less all others: what stays is this outcome's own.
    const ratio = q.reduce((sum, one) => sum + Math.exp(Number(one - mine) / scale), 0);
    const guess = scale * Math.log1p(Math.expm1(Number(net) / scale) * ratio);
    const start = Number.isFinite(guess) ? guess : Number(net);
    return leastNear(start, (s) => sums.compare(changed(q, at, s), reach) > 0) - 1n;
  },
};
