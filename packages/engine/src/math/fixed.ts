/**
 * e^−x and ln x between two fractions that are proven to enclose them, in integers only, at any precision.
 *
 * Every machine computes the same bits, and whoever must round the exact number asks for more of them until
 * both ends round alike. Inside, figures carry `GUARD` bits more than asked for. One unit there is an *ulp*;
 * a result is off by less than `slack` = 8·wide ulps (the proofs stand at each function), which the guard
 * makes less than half a unit of the result. Rounding both ends outward then gives a width of at most 2 units.
 */
import { assert } from '../assert.js';
import { divUp } from './amount.js';

/** low ≤ the number ≤ high, both in units of 2^−bits. */
export interface Interval {
  readonly low: bigint;
  readonly high: bigint;
}

/** What carries a number at one precision; made once for each. */
export interface Precision {
  readonly bits: number;
  /** 1, in units of 2^−bits. */
  readonly one: bigint;
}

interface Tables extends Precision {
  readonly size: bigint;
  /** bits + GUARD, and as a shift. */
  readonly wide: number;
  readonly shift: bigint;
  readonly unit: bigint;
  readonly slack: bigint;
  /** At most 2 ulps below ln 2. */
  readonly ln2: bigint;
  /** e^(−i/2^EXP_BITS) for i/2^EXP_BITS < ln 2, and ln(i/2^LN_BITS) for 1 ≤ i/2^LN_BITS < 2; filled as asked for. */
  readonly exps: (bigint | undefined)[];
  readonly logs: (bigint | undefined)[];
}

/** The guard is enough while 8·wide < 2^(GUARD − 1). */
const GUARD = 20;
const EXP_BITS = 10;
const LN_BITS = 8;
/**
 * Where trades start, and where they give up. With 64 outcomes that may lie 700·b apart, a sum of weights can be
 * tuned to about 2^−1,100 of a tie by choosing ever smaller weights, and no further.
 */
export const BITS_MIN = 128;
export const BITS_MAX = 4_096;

assert(8 * (BITS_MAX + GUARD) < 2 ** (GUARD - 1), 'fixed: the guard covers the slack');

const made = new Map<number, Tables>();

export function precision(bits: number): Precision {
  return tables(bits);
}

function tables(bits: number): Tables {
  const known = made.get(bits);
  if (known) return known;
  assert(bits >= BITS_MIN && bits <= BITS_MAX, 'fixed: a precision of 128 to 4096 bits');
  const wide = bits + GUARD;
  const table: Tables = {
    bits,
    one: 1n << BigInt(bits),
    size: BigInt(bits),
    wide,
    shift: BigInt(wide),
    unit: 1n << BigInt(wide),
    slack: 8n * BigInt(wide),
    ln2: ln2(wide),
    exps: [],
    logs: [],
  };
  made.set(bits, table);
  return table;
}

/**
 * ln 2 = 2·(1/3 + 1/(3·3³) + 1/(5·3⁵) + …), with 16 bits to spare. Each power and each term is cut by less than
 * 2, in at most 2^13 terms, so the sum is at most 2^15 of its units below; cut by 16 bits it is less than 2 ulps.
 */
function ln2(wide: number): bigint {
  let power = (1n << BigInt(wide + 17)) / 3n;
  let sum = 0n;
  for (let n = 1n; power > 0n; n += 2n, power /= 9n) sum += power / n;
  return sum >> 16n;
}

/**
 * e^(−num/den) for num ≥ 0, den > 0; exact at 0, else 2 units wide at most.
 *
 * x is cut to ulps, and k = ⌊x/ln 2⌋ leaves r in [0, ln 2): off by 1 for the cut and 2k for ln 2, and k is below
 * 1.45·bits + 2, so r is off by less than 3·wide. e^−r is the product of a table's entry and a short series,
 * each off by less than wide (see `series`), both at most 1, so their product is off by less than 2·wide + 1, and
 * r's error enters at most whole: less than 6·wide in all.
 */
export function expOfMinus(num: bigint, den: bigint, { bits }: Precision): Interval {
  const table = tables(bits);
  if (num === 0n) return { low: table.one, high: table.one };
  // e^−(bits + 1) < 2^−bits.
  if (num > den * BigInt(bits + 1)) return { low: 0n, high: 1n };
  const x = (num << table.shift) / den;
  const k = x / table.ln2;
  const r = x - k * table.ln2;
  const index = Number(r >> BigInt(table.wide - EXP_BITS));
  const rest = r - (BigInt(index) << BigInt(table.wide - EXP_BITS));
  const value = (expEntry(table, index) * series(rest, table)) >> table.shift;
  const shift = k + BigInt(GUARD);
  const low = (value - table.slack) >> shift;
  const high = ((value + table.slack) >> shift) + 1n;
  return { low: low > 0n ? low : 0n, high: high < table.one ? high : table.one };
}

function expEntry(table: Tables, index: number): bigint {
  const known = table.exps[index];
  if (known !== undefined) return known;
  const value = series(BigInt(index) << BigInt(table.wide - EXP_BITS), table);
  table.exps[index] = value;
  return value;
}

/**
 * e^−t for t in [0, 0.7], as Σ (−t)ⁿ/n!. A term is cut by less than 1 and inherits at most 0.7 of the cut before
 * it, so it is off by less than 4; there are fewer than wide/4 (36 at 148 bits, and later ones shrink
 * faster), and the tail is below the first term that vanished: off by less than wide in all.
 */
function series(t: bigint, { unit, shift }: Tables): bigint {
  let sum = unit;
  let term = unit;
  for (let n = 1n; ; n++) {
    term = ((term * t) >> shift) / n;
    if (term === 0n) return sum;
    sum += n % 2n === 0n ? term : -term;
  }
}

/**
 * ln of any number between `low` and `high`, above 0 and below 2^16; of one number 2 units wide at most, and of
 * two (high − low)/low more, for ln grows by no more than that.
 *
 * low = m·2^e with m in [1, 2), and ln m = ln c + 2·atanh((m − c)/(m + c)) for c, the 256th below m. e·ln 2 is
 * off by 2·wide at most, each of the two atanhs twice by wide at most: 6·wide in all.
 */
export function lnOf({ low, high }: Interval, { bits }: Precision): Interval {
  const table = tables(bits);
  const length = bitLength(low);
  assert(low > 0n && length <= bits + 16, 'fixed: a logarithm of more than nothing');
  const e = length - 1 - bits;
  const m = low << BigInt(table.wide - length + 1);
  const index = Number(m >> BigInt(table.wide - LN_BITS));
  const c = BigInt(index) << BigInt(table.wide - LN_BITS);
  const value = BigInt(e) * table.ln2 + lnEntry(table, index, c) + 2n * atanh(m - c, m + c, table);
  const guard = BigInt(GUARD);
  const more = high > low ? divUp((high - low) << table.size, low) : 0n;
  return {
    low: (value - table.slack) >> guard,
    high: ((value + table.slack) >> guard) + 1n + more,
  };
}

function lnEntry(table: Tables, index: number, c: bigint): bigint {
  const known = table.logs[index];
  if (known !== undefined) return known;
  const value = 2n * atanh(c - table.unit, c + table.unit, table);
  table.logs[index] = value;
  return value;
}

/**
 * atanh(num/den) for 0 ≤ num/den ≤ 1/3, as Σ u^(2n+1)/(2n+1). u is cut by less than 1, which weighs at most 9/8;
 * a power inherits a ninth of the cut before it, and with its own it is off by less than 2, a term by less than
 * 2 too; there are fewer than wide/3, and the tail is below 1: off by less than wide in all.
 */
function atanh(num: bigint, den: bigint, { shift }: Tables): bigint {
  let power = (num << shift) / den;
  const square = (power * power) >> shift;
  let sum = power;
  for (let n = 3n; ; n += 2n) {
    power = (power * square) >> shift;
    if (power === 0n) return sum;
    sum += power / n;
  }
}

function bitLength(n: bigint): number {
  const digits = n.toString(16);
  return digits.length * 4 - (LEADING_ZEROS[digits[0] ?? ''] ?? 0);
}

/** Of a hex digit's four bits. */
const LEADING_ZEROS: Readonly<Record<string, number>> = {
  '0': 4,
  '1': 3,
  '2': 2,
  '3': 2,
  '4': 1,
  '5': 1,
  '6': 1,
  '7': 1,
};

export const plus = (a: Interval, b: Interval): Interval => ({
  low: a.low + b.low,
  high: a.high + b.high,
});

/** The product of two numbers that are not below 0. */
export const times = (a: Interval, b: Interval, { bits }: Precision): Interval => ({
  low: (a.low * b.low) >> BigInt(bits),
  high: ((a.high * b.high) >> BigInt(bits)) + 1n,
});

/** A number that lies within bounds as narrow as asked for, to be rounded as if it were known exactly. */
export interface Real {
  /** Bounds of it; the more bits, the narrower. */
  readonly within: (at: Precision) => Interval;
  /** Is it this whole number exactly? Bounds could never tell. */
  readonly is: (whole: bigint) => boolean;
  /** What the rounded number is known to be at least, and at most, whatever the bounds say. */
  readonly least?: bigint;
  readonly most?: bigint;
}

/** ⌈x⌉ or ⌊x⌋ of the exact number: twice the bits whenever a whole number lies between the bounds and is not it. */
export function roundExactly(way: 'up' | 'down', real: Real): bigint {
  const { least, most } = real;
  for (let bits = BITS_MIN; bits <= BITS_MAX; bits *= 2) {
    const { low, high } = real.within(precision(bits));
    const size = BigInt(bits);
    let first = way === 'up' ? -(-low >> size) : low >> size;
    let last = way === 'up' ? -(-high >> size) : high >> size;
    if (least !== undefined && first < least) first = least;
    if (most !== undefined && last > most) last = most;
    if (first === last) return first;
    const whole = way === 'up' ? first : last;
    if (real.is(whole)) return whole;
  }
  assert(false, 'fixed: no number here lies so close to a whole one without being it');
}
