/** Fees round up, against the trader; every mechanism takes them the same way. */
import { BPS, divUp } from '../math/amount.js';

/** The fee on an amount. */
export function feeOn(amount: bigint, bps: number): bigint {
  return divUp(amount * BigInt(bps), BPS);
}

/** The least amount that leaves exactly `net` after its fee. */
export function grossOf(net: bigint, bps: number): bigint {
  return divUp(net * BPS, BPS - BigInt(bps));
}
