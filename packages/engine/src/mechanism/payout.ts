/** Outcomes share out one Point when a market is resolved: parts in millionths that sum to one. */
import type { Resolution } from '../command.js';
import { isOutcome } from '../ledger/account.js';

/** What one share of each of `count` outcomes is paid (millionths), or undefined where that is no end. */
export function valuesOfPayout(
  resolution: Resolution | undefined,
  count: number,
): readonly bigint[] | undefined {
  if (!resolution || !('payout' in resolution)) return undefined;
  const { payout } = resolution;
  const whole = payout.reduce((sum, value) => sum + value, 0);
  const sound = payout.every((value) => Number.isInteger(value) && value >= 0);
  return payout.length === count && sound && whole === 1_000_000 ? payout.map(BigInt) : undefined;
}

/** Each outcome has a name of its own. */
export const areOutcomes = (outcomes: readonly string[]): boolean =>
  new Set(outcomes).size === outcomes.length && outcomes.every(isOutcome);
