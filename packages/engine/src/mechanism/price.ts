/** Outcome prices: one Point handed out in micro-Points by weight, so that they sum to exactly one. */
import { assert } from '../assert.js';
import { divUp, least, most, ONE } from '../math/amount.js';
import { BITS_MAX, BITS_MIN, expOfMinus, type Interval, plus, precision } from '../math/fixed.js';

/**
 * floor(10^6·wᵢ/Σw) each, the missing units to the largest remainders, then every 0 raised to 1 at the
 * expense of the largest; ties go to the lower index. Needs at least two positive weights.
 */
export function pricesByWeight(weights: readonly bigint[]): bigint[] {
  const [first = 0n, second = 0n] = weights;
  if (weights.length === 2) return pricesOfTwo(first, second);
  const sum = weights.reduce((total, weight) => total + weight, 0n);
  const prices = weights.map((weight) => (ONE * weight) / sum);
  const rests = weights.map((weight) => (ONE * weight) % sum);
  let missing = missingOf(prices);
  for (; missing > 0n; missing--) {
    const best = indexOfMost(rests);
    prices[best] = (prices[best] ?? 0n) + 1n;
    rests[best] = -1n;
  }
  return raised(prices);
}

/** The same for two, who are asked with every trade: one remainder is what the other lacks, so the rule is rounding. */
function pricesOfTwo(first: bigint, second: bigint): bigint[] {
  const sum = first + second;
  const scaled = ONE * first;
  const floor = scaled / sum;
  const price = 2n * (scaled - floor * sum) >= sum ? floor + 1n : floor;
  const shown = least(most(price, 1n), ONE - 1n);
  return [shown, ONE - shown];
}

/**
 * The same rule for weights e^(xᵢ/b), decided for the exact numbers. Equal exponents share alike; of others no
 * share is a whole number of micro-Points and no two remainders are equal, so enough bits tell.
 */
export function pricesByExponent(exponents: readonly bigint[], b: bigint): bigint[] {
  const [first = 0n] = exponents;
  if (exponents.every((one) => one === first)) return pricesByWeight(exponents.map(() => 1n));
  const top = exponents.reduce(most);
  for (let bits = BITS_MIN; bits <= BITS_MAX; bits *= 2) {
    const weights = exponents.map((one) => expOfMinus(top - one, b, precision(bits)));
    const prices = pricesWithin(weights, exponents, BigInt(bits));
    if (prices) return raised(prices);
  }
  assert(false, 'price: no weights here lie so close to a tie without being one');
}

/** Floors and missing units, or undefined where bounds so wide leave a choice. */
function pricesWithin(
  weights: readonly Interval[],
  exponents: readonly bigint[],
  size: bigint,
): bigint[] | undefined {
  const sum = weights.reduce(plus);
  const prices: bigint[] = [];
  const rests: Interval[] = [];
  for (const { low, high } of weights) {
    const floor = ((ONE * low) << size) / sum.high;
    // Nobody has all of the Point.
    const ceiling = least(divUp((ONE * high) << size, sum.low), (ONE << size) - 1n);
    const price = floor >> size;
    if (ceiling >> size !== price) return undefined;
    prices.push(price);
    rests.push({ low: floor - (price << size), high: ceiling - (price << size) });
  }
  const order = rests.map((_, index) => index).sort((i, j) => byRest(rests, i, j));
  const count = Number(missingOf(prices));
  const [served, others] = [order.slice(0, count), order.slice(count)];
  const isClear = (i: number, j: number): boolean =>
    exponents[i] === exponents[j] || (rests[i]?.low ?? 0n) > (rests[j]?.high ?? 0n);
  if (!served.every((i) => others.every((j) => isClear(i, j)))) return undefined;
  for (const index of served) prices[index] = (prices[index] ?? 0n) + 1n;
  return prices;
}

/** Larger remainders first; equal exponents have equal bounds, and stay in their order. */
function byRest(rests: readonly Interval[], i: number, j: number): number {
  const [a, b] = [rests[i]?.low ?? 0n, rests[j]?.low ?? 0n];
  if (a !== b) return a > b ? -1 : 1;
  return i - j;
}

/** How far the furthest of some outcome prices went, in micro-Points: millionths of a Point. */
export function movedApart(mark: readonly bigint[], prices: readonly bigint[]): bigint {
  let furthest = 0n;
  for (let n = 0; n < prices.length; n++) {
    const change = (prices[n] ?? 0n) - (mark[n] ?? 0n);
    furthest = most(furthest, change < 0n ? -change : change);
  }
  return furthest;
}

/** How far a price without a ceiling went, in millionths of what it was, rounded up. */
export function movedInProportion([mark = 1n]: Prices, [price = 1n]: Prices): bigint {
  return divUp((price > mark ? price - mark : mark - price) * ONE, mark);
}

type Prices = readonly bigint[];

const missingOf = (prices: readonly bigint[]): bigint =>
  prices.reduce((left, price) => left - price, ONE);

/** Every 0 raised to 1 at the expense of the largest. */
function raised(prices: bigint[]): bigint[] {
  for (let zero = prices.indexOf(0n); zero >= 0; zero = prices.indexOf(0n)) {
    const largest = indexOfMost(prices);
    prices[largest] = (prices[largest] ?? 0n) - 1n;
    prices[zero] = 1n;
  }
  return prices;
}

/** The index of the largest; the lower one of equals. */
function indexOfMost(values: readonly bigint[]): number {
  let best = 0;
  values.forEach((value, index) => {
    if (value > (values[best] ?? 0n)) best = index;
  });
  return best;
}
