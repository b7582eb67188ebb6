import { assert } from '../assert.js';
import { type Amount, micro } from '../math/amount.js';
import type { AccountName, AssetName } from './account.js';

/** One movement of one asset between two accounts: `amount` > 0 micro-units leave `from` and reach `to`. */
export interface Transfer {
  readonly from: AccountName;
  readonly to: AccountName;
  readonly asset: AssetName;
  readonly amount: Amount;
}

/** Collects the transfers of one event. */
export class Moves {
  readonly made: Transfer[];

  /** Goes on after what has been collected already. */
  constructor(made: Transfer[] = []) {
    this.made = made;
  }

  /** Adds a movement; one of nothing is left out. */
  add(from: AccountName, to: AccountName, asset: AssetName, amount: bigint): void {
    assert(amount >= 0n, 'transfer: an amount never runs backwards');
    if (amount > 0n) this.made.push({ from, to, asset, amount: micro(amount) });
  }
}

/** Two quotes a name, commas, brackets, and the digits of the largest amount. */
const LEG_CHARS = 32;

/** At least how many characters these legs take in an entry. */
export function charsOf(transfers: readonly Transfer[]): number {
  let chars = 0;
  for (const { from, to, asset } of transfers)
    chars += from.length + to.length + asset.length + LEG_CHARS;
  return chars;
}
