/** Money is an integer number of millionths, branded so that a raw bigint cannot slip in. */

declare const unit: unique symbol;

/** Micro-Points or microshares: 1 Point (or share) is 1,000,000 of them. */
export type Amount = bigint & { readonly [unit]: 'micro' };

/** One Point, or one share, in micro-units. */
export const ONE = 1_000_000n;
/** No stored figure passes this on either side; it fits a Postgres `bigint`. */
export const FIGURE_MAX = 10n ** 18n;
/** bps are of this many. */
export const BPS = 10_000n;

export const micro = (value: bigint): Amount => value as Amount;
export const ZERO = micro(0n);

/** Whole Points (or shares) as an amount. */
export const whole = (count: number | bigint): Amount => micro(BigInt(count) * ONE);

export const withinBounds = (value: bigint): boolean => value <= FIGURE_MAX && value >= -FIGURE_MAX;

/** floor(a / b) for b > 0, also where a < 0 (BigInt division truncates towards zero). */
export function divDown(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a < 0n && quotient * b !== a ? quotient - 1n : quotient;
}

/** ceil(a / b) for b > 0. */
export function divUp(a: bigint, b: bigint): bigint {
  const quotient = a / b;
  return a > 0n && quotient * b !== a ? quotient + 1n : quotient;
}

export const least = (a: bigint, b: bigint): bigint => (a < b ? a : b);
export const most = (a: bigint, b: bigint): bigint => (a > b ? a : b);

const POINTS = /^(0|[1-9]\d{0,12})(?:\.(\d{1,6}))?$/;
const WIRE_MAX = 10n ** 12n * ONE;

/**
 * Reads an amount as it stands on every wire, `"12.5"`: at most 13 digits before the point, 6 behind it,
 * and at most 10^12 in all. Undefined for anything else.
 */
export function parseAmount(text: string): Amount | undefined {
  const match = POINTS.exec(text);
  if (!match) return undefined;
  const value = BigInt(match[1] ?? '0') * ONE + BigInt((match[2] ?? '').padEnd(6, '0'));
  return value <= WIRE_MAX ? micro(value) : undefined;
}

/** Writes the shortest decimal form: 12500000n is `"12.5"`. Negative only where a change is shown. */
export function formatAmount(value: bigint): string {
  const sign = value < 0n ? '-' : '';
  const size = value < 0n ? -value : value;
  const rest = size % ONE;
  if (rest === 0n) return `${sign}${size / ONE}`;
  return `${sign}${size / ONE}.${rest.toString().padStart(6, '0').replace(/0+$/, '')}`;
}
