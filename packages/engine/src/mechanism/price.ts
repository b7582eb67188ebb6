/** Outcome prices: one Point handed out in micro-Points by weight, so that they sum to exactly one. */
import { ONE } from '../math/amount.js';

/**
 * floor(10^6·wᵢ/Σw) each, the missing units to the largest remainders, then every 0 raised to 1 at the
 * expense of the largest; ties go to the lower index. Needs at least two positive weights.
 */
export function pricesByWeight(weights: readonly bigint[]): bigint[] {
  const sum = weights.reduce((total, weight) => total + weight, 0n);
  const prices = weights.map((weight) => (ONE * weight) / sum);
  const rests = weights.map((weight) => (ONE * weight) % sum);
  let missing = ONE - prices.reduce((total, price) => total + price, 0n);
  for (; missing > 0n; missing--) {
    const best = indexOfMost(rests);
    prices[best] = (prices[best] ?? 0n) + 1n;
    rests[best] = -1n;
  }
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
