/** The bare price formulas in a loop, each with one balance update: an engine that did nothing else. */
import { rateOf } from './report.js';

export type Bare = (trades: number, names: readonly string[]) => number;

/** What the n-th trade spends (micro-Points): as `tradeOf` has it. */
const spendOf = (n: number): bigint => BigInt(1_000_000 + ((n * 7_919) % 1_000_000));
const netOf = (spend: bigint): bigint => spend - (spend * 200n + 9_999n) / 10_000n;

/** One Map update a trade. */
function crowd(names: readonly string[]): (n: number, gets: bigint) => void {
  const held = new Map<string, bigint>();
  return (n, gets) => {
    const name = names[n % names.length] ?? '';
    held.set(name, (held.get(name) ?? 0n) + gets);
  };
}

export const bareCpmm: Bare = (trades, names) => {
  let x = 100_000_000_000n;
  let y = x;
  const give = crowd(names);
  return rateOf(trades, (n) => {
    const spend = spendOf(n);
    const fee = spend - netOf(spend);
    const net = spend - fee;
    const toPool = fee - fee / 2n;
    const gets = x + net - (x * y + y + net - 1n) / (y + net);
    x += net - gets + toPool;
    y += net + toPool;
    give(n, gets);
    if (n % 2 === 0) [x, y] = [y, x];
  });
};

export const bareCurve: Bare = (trades, names) => {
  const f = 10_000_000n;
  const m = 10n;
  let s = 0n;
  let reserve = 0n;
  const give = crowd(names);
  return rateOf(trades, (n) => {
    const net = netOf(spendOf(n));
    const a = 1_000_000n * f;
    const root = bareRoot(a * a + 2_000_000_000_000n * m * (reserve + net));
    const after = (root - a) / m;
    reserve =
      (2_000_000n * f * after + m * after * after + 1_999_999_999_999n) / 2_000_000_000_000n;
    give(n, after - s);
    s = after;
  });
};

/** One tier, one product. */
export const bareRally: Bare = (trades, names) => {
  const tiers = [100n, 80n, 60n];
  const give = crowd(names);
  let units = 0;
  return rateOf(trades, (n) => {
    units++;
    give(n, tiers[Math.min(2, Math.floor(units / 200_000))] ?? 0n);
  });
};

/** b·ln(1 + (e^(A/b) − 1)·(1 + e^((q₂ − q₁)/b))) on 128 fractional bits, rounded as it comes: without proof. */
export const bareLmsr: Bare = (trades, names) => {
  const b = 100_000_000_000n;
  const q: [bigint, bigint] = [0n, 0n];
  const give = crowd(names);
  return rateOf(trades, (n) => {
    const side = (n * 2_654_435_761) & 16 ? 0 : 1;
    const apart = ((q[side === 0 ? 1 : 0] - q[side]) << BITS) / b;
    const grown = exp((spendOf(n) << BITS) / b) - UNIT;
    const gets = (b * ln(UNIT + ((grown * (UNIT + exp(apart))) >> BITS))) >> BITS;
    q[side] += gets;
    give(n, gets);
  });
};

const BITS = 128n;
const UNIT = 1n << BITS;

/** e^x by its series, for the small x of this loop. */
function exp(x: bigint): bigint {
  let sum = UNIT;
  let term = UNIT;
  for (let n = 1n; term !== 0n && n < 60n; n++) {
    term = (term * x) / (n << BITS);
    sum += term;
  }
  return sum;
}

/** ln x by 2·artanh((x − 1)/(x + 1)), for x near 1. */
function ln(x: bigint): bigint {
  const z = ((x - UNIT) << BITS) / (x + UNIT);
  const square = (z * z) >> BITS;
  let sum = 0n;
  let power = z;
  for (let n = 1n; power !== 0n && n < 400n; n += 2n) {
    sum += power / n;
    power = (power * square) >> BITS;
  }
  return 2n * sum;
}

function bareRoot(n: bigint): bigint {
  let high = 1n << BigInt((n.toString(16).length * 4 + 1) >> 1);
  for (let next = (high + n / high) >> 1n; next < high; next = (high + n / high) >> 1n) high = next;
  return high;
}
