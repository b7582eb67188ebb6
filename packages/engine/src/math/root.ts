/** Integer square roots: the floor is exact, the ceiling is the floor of what lies below plus one. */

/** floor(√n) for n ≥ 0 (Newton from a power of two above the root, falling until it stands). */
export function rootDown(n: bigint): bigint {
  if (n < 2n) return n;
  let high = 1n << BigInt((bitLength(n) + 1) >> 1);
  for (;;) {
    const next = (high + n / high) >> 1n;
    if (next >= high) return high;
    high = next;
  }
}

/** ceil(√n) for n ≥ 0. */
export function rootUp(n: bigint): bigint {
  return n === 0n ? 0n : rootDown(n - 1n) + 1n;
}

function bitLength(n: bigint): number {
  return n.toString(16).length * 4;
}
