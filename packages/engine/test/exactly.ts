/** e^x to any precision in the plainest way there is, for tests: halve the argument, sum the series, square again. */

/** e^(num/den)·2^wide, off by less than 2^(wide − 300) of itself while |num/den| < 2^11; num of either sign. */
export function expOf(num: bigint, den: bigint, wide: number): bigint {
  const halvings = 12;
  const room = BigInt(wide + 64);
  // Squaring a small number loses what stands above it.
  const size = num < 0n ? room + (-num * 3n) / den : room;
  const t = (num << size) / (den << BigInt(halvings));
  let sum = 0n;
  let term = 1n << size;
  for (let n = 1n; term !== 0n && term !== -1n; n++) {
    sum += term;
    term = ((term * t) >> size) / n;
  }
  for (let n = 0; n < halvings; n++) sum = (sum * sum) >> size;
  return sum >> (size - BigInt(wide));
}

/**
 * Is Σ e^(aⱼ/b) above (1), below (−1) or equal to (0) Σ e^(cⱼ/b)? Equal if and only if both have the same
 * exponents equally often: otherwise the difference must show at this precision.
 */
export function compareSums(
  a: readonly bigint[],
  c: readonly bigint[],
  b: bigint,
  wide = 400,
): -1 | 0 | 1 {
  const counts = new Map<bigint, bigint>();
  for (const one of a) counts.set(one, (counts.get(one) ?? 0n) + 1n);
  for (const one of c) counts.set(one, (counts.get(one) ?? 0n) - 1n);
  const left = [...counts].filter(([, count]) => count !== 0n);
  if (left.length === 0) return 0;
  const top = left.reduce((most, [one]) => (one > most ? one : most), left[0]?.[0] ?? 0n);
  const sum = left.reduce((total, [one, count]) => total + count * expOf(one - top, b, wide), 0n);
  const size = sum < 0n ? -sum : sum;
  if (size < 1n << 64n) throw new Error('not precise enough to tell');
  return sum > 0n ? 1 : -1;
}
