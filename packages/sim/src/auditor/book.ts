/** What the auditor writes down: plain sums, and of each market no more than the rules speak of. */
import type { Draft, MarketState, Verdict } from '@fairground/engine';
import { must } from '../wrong.js';

export const MINT = 'mint';
export const TREASURY = 'house:treasury';
export const HOUSE = 'house:fees';
export const POINTS = 'points';
export const playerNamed = (id: string): string => `player:${id}`;

/** Balances by account and asset; only the mint may owe. */
export class Sheet {
  readonly accounts = new Map<string, Map<string, bigint>>();

  get(account: string, asset: string): bigint {
    return this.accounts.get(account)?.get(asset) ?? 0n;
  }

  issued(asset: string): bigint {
    return -this.get(MINT, asset);
  }

  move(from: string, to: string, asset: string, amount: bigint): void {
    must(amount >= 0n, 'auditor', () => `${amount} ${asset} from ${from} to ${to}`);
    this.#add(from, asset, -amount);
    this.#add(to, asset, amount);
  }

  #add(account: string, asset: string, change: bigint): void {
    const assets = this.accounts.get(account) ?? new Map<string, bigint>();
    this.accounts.set(account, assets);
    const after = (assets.get(asset) ?? 0n) + change;
    if (after === 0n) assets.delete(asset);
    else assets.set(asset, after);
  }
}

export interface Stake {
  net: bigint;
  units: number;
}

export interface Heard {
  readonly content: string;
  readonly applied: bigint;
  readonly isUndoing: boolean;
  isUndone: boolean;
}

export interface Book {
  readonly id: string;
  readonly sponsor: string;
  draft: Draft;
  /** The fee in force: what the draft names, or what was usual when it was drafted. */
  bps: number;
  assets: readonly string[];
  state: MarketState;
  hasOpened: boolean;
  fundamental: bigint;
  /** Prices from which the breaker measures, and since when; until when it refuses buys. */
  mark?: { readonly at: number; readonly prices: readonly bigint[] };
  haltedUntil?: number;
  readonly facts: Map<string, Heard>;
  /** By holder, in order of first entry: a Map keeps it. */
  readonly stakes: Map<string, Stake>;
  /** How many of them are paid. */
  paid: number;
  proposal?: { readonly by: string; readonly verdict: Verdict };
  /** What one of them is paid at the end. */
  owed?: (holder: string, stake: Stake) => bigint;
}

export const poolOf = ({ id }: Book): string => `pool:${id}`;
export const escrowOf = ({ id }: Book): string => `escrow:${id}`;
export const feesOf = ({ id }: Book): string => `fees:${id}`;

export function stakeOf(book: Book, holder: string): Stake {
  const known = book.stakes.get(holder);
  if (known) return known;
  const stake = { net: 0n, units: 0 };
  book.stakes.set(holder, stake);
  return stake;
}

/** When the clock does something with a market, and undefined where it never does. */
export function deadlineOf({ state, draft }: Book): number | undefined {
  if (state === 'draft') return draft.opensAt;
  return state === 'open' || state === 'paused' ? endOf(draft) : undefined;
}

function endOf({ closing, closesAt }: Draft): number | undefined {
  if (closesAt === undefined || closing.mode === 'manual') return undefined;
  return closing.mode === 'auto' ? closesAt : closesAt + closing.minutes * 60_000;
}
