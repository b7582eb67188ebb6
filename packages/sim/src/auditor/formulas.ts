/**
 * The rules of pricing as they are defined: the least or the greatest integer with a property, found by trying. Slow,
 * and nothing like the engine's closed forms: where both agree, both are right.
 */

export const ONE = 1_000_000n;
const BPS = 10_000n;

export const up = (a: bigint, b: bigint): bigint => (a + b - 1n) / b;
export const over0 = (a: bigint): bigint => (a > 0n ? a : 0n);
export const smaller = (a: bigint, b: bigint): bigint => (a < b ? a : b);
export const larger = (a: bigint, b: bigint): bigint => (a > b ? a : b);

/** The least integer from `low` on that has the property; `high` has it, and all above the first that has. */
export function least(low: bigint, high: bigint, has: (n: bigint) => boolean): bigint {
  let [from, to] = [low, high];
  while (from < to) {
    const middle = (from + to) >> 1n;
    if (has(middle)) to = middle;
    else from = middle + 1n;
  }
  return from;
}

/** The greatest integer up to `high` that has the property; `low` has it, and all below the last that has. */
export function greatest(low: bigint, high: bigint, has: (n: bigint) => boolean): bigint {
  return -least(-high, -low, (n) => has(-n));
}

/** Fees round up. */
export const feeOf = (amount: bigint, bps: number): bigint => up(amount * BigInt(bps), BPS);

/** The least amount that leaves so much after its fee. */
export const grossFor = (net: bigint, bps: number): bigint =>
  least(net, net * 2n + 2n, (amount) => amount - feeOf(amount, bps) >= net);

/** cpmm: the product of the reserves (bought side first) never falls. */
export const cpmm = {
  spend: (x: bigint, y: bigint, net: bigint): bigint =>
    greatest(0n, x + net, (s) => (x + net - s) * (y + net) >= x * y),
  shares: (x: bigint, y: bigint, s: bigint): bigint =>
    least(0n, s, (n) => x + n >= s && (x + n - s) * (y + n) >= x * y),
  sell: (x: bigint, y: bigint, s: bigint): bigint =>
    greatest(0n, y, (r) => (x + s - r) * (y - r) >= x * y),
};

/** K(s): the area under F + m·s, rounded up. */
export const areaOf = (f: bigint, m: bigint, s: bigint): bigint =>
  up(2n * ONE * f * s + m * s * s, 2n * ONE * ONE);

/** curve: the reserve is the area. */
export const curve = {
  spend: (f: bigint, m: bigint, s: bigint, net: bigint): bigint => {
    const reach = areaOf(f, m, s) + net;
    // A share costs at least F, and the reserve may be a unit ahead of the area: so nobody gets more than these.
    return greatest(s, s + ((net + 1n) * ONE) / f + 1n, (after) => areaOf(f, m, after) <= reach);
  },
};
