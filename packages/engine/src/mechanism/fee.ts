/** Fees round up, against the trader; every mechanism takes them the same way. */
import { assert } from '../assert.js';
import type { Terms } from '../command.js';
import { BPS, divUp } from '../math/amount.js';

/** A stored market's fee in basis points: a wish may leave it out, its event never does. */
export function bpsOf({ bps }: Terms): number {
  assert(bps !== undefined, 'fee: a market that stands names its fee');
  return bps;
}

/** The fee on an amount. */
export function feeOn(amount: bigint, bps: number): bigint {
  return divUp(amount * BigInt(bps), BPS);
}

/** The least amount that leaves exactly `net` after its fee. */
export function grossOf(net: bigint, bps: number): bigint {
  return divUp(net * BPS, BPS - BigInt(bps));
}
