/** The books: for every asset the balances over all accounts sum to zero, because only transfers change them. */
import { assert } from '../assert.js';
import { type Amount, micro } from '../math/amount.js';
import { type AccountName, type AssetName, MINT } from './account.js';
import type { Transfer } from './transfer.js';

export interface ReadonlyBooks {
  /** Micro-units of `asset` that `account` has; negative only for `mint`. */
  balance(account: AccountName, asset: AssetName): Amount;
  /** What of `asset` has been issued and not burnt. */
  issued(asset: AssetName): Amount;
  /** Every non-zero balance of an account. */
  of(account: AccountName): ReadonlyMap<AssetName, Amount>;
  accounts(): IterableIterator<AccountName>;
}

const NOTHING: ReadonlyMap<AssetName, Amount> = new Map();

export class Books implements ReadonlyBooks {
  readonly #accounts = new Map<AccountName, Map<AssetName, Amount>>();

  balance(account: AccountName, asset: AssetName): Amount {
    return this.#accounts.get(account)?.get(asset) ?? micro(0n);
  }

  issued(asset: AssetName): Amount {
    return micro(-this.balance(MINT, asset));
  }

  of(account: AccountName): ReadonlyMap<AssetName, Amount> {
    return this.#accounts.get(account) ?? NOTHING;
  }

  accounts(): IterableIterator<AccountName> {
    return this.#accounts.keys();
  }

  post(transfer: Transfer): void {
    this.#add(transfer.from, transfer.asset, -transfer.amount);
    this.#add(transfer.to, transfer.asset, transfer.amount);
  }

  /** One balance of a snapshot, into books that do not have it yet. */
  restore(account: AccountName, asset: AssetName, balance: Amount): void {
    assert(this.balance(account, asset) === 0n && balance !== 0n, 'books: a balance stands once');
    this.#add(account, asset, balance);
  }

  #add(account: AccountName, asset: AssetName, change: bigint): void {
    let balances = this.#accounts.get(account);
    if (!balances) {
      balances = new Map<AssetName, Amount>();
      this.#accounts.set(account, balances);
    }
    const after = (balances.get(asset) ?? 0n) + change;
    if (after !== 0n) balances.set(asset, micro(after));
    else if (balances.delete(asset) && balances.size === 0) this.#accounts.delete(account);
  }
}
