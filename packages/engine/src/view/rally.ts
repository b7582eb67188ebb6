/** A rally as it is told: how far it is, and, when it is over, what everybody paid. */
import { endOf, type MarketState, type Position, type ReadonlyMarket } from '../market/market.js';
import type { ReadonlyBooks } from '../ledger/book.js';
import { changeOf, pledgedIn, unitsOf } from '../market/pledge.js';
import { formatAmount } from '../math/amount.js';
import { bpsOf, feeOn } from '../mechanism/fee.js';
import type { PledgeVerbs } from '../mechanism/mechanism.js';
import { mechanismOf } from '../mechanism/registry.js';
import { playerAccount, playerOf } from '../ledger/account.js';
import { formatTime } from './time.js';

export interface TierView {
  readonly units: number;
  readonly price: string;
}

export interface RallyView {
  /** All that were ever pledged here, also when the rally is over. */
  readonly units: number;
  readonly minimum: number;
  readonly maximum: number;
  readonly per_person: number;
  /** The next price, and from how many units it holds; absent at the last tier. */
  readonly next?: TierView;
}

export function rallyView(
  market: ReadonlyMarket,
  books: ReadonlyBooks,
  pledges: PledgeVerbs,
): RallyView {
  const { terms } = market.draft;
  const { minimum, maximum, perPerson } = pledges.bounds(terms);
  // While it runs, its units are the issued ones; they are burnt as it is paid out.
  const isOver = market.resolution ?? market.refund;
  const units = isOver ? pledgedIn(market) : unitsOf({ books }, market);
  const next = pledges.next(terms, units);
  return {
    units,
    minimum,
    maximum,
    per_person: perPerson,
    ...(next ? { next: { units: next.units, price: formatAmount(next.price) } } : {}),
  };
}

/** What one member put in, paid in the end and got back; `seq` is the entry of his last word. */
export interface ReceiptLine {
  readonly account: string;
  readonly units: number;
  readonly held: string;
  readonly pays: string;
  readonly back: string;
  readonly seq: number;
}

export interface ReceiptView {
  readonly market: string;
  readonly outcome: 'sold' | 'refunded';
  readonly units: number;
  /** The one price of a unit. */
  readonly price: string;
  readonly sum: string;
  readonly fee: string;
  readonly seller: string;
  readonly seller_gets: string;
  readonly members: readonly ReceiptLine[];
  /** The last entry that changed this rally. */
  readonly seq: number;
}

/** Which members a receipt lists, in order of joining; all of them unless said. */
export interface Members {
  /** The number of the first, from 1. */
  readonly first?: number;
  readonly count?: number;
  /** Only this one, if he is a member. */
  readonly account?: string;
}

/** A function of the market alone, the same from the end of a rally on; undefined before, and of other markets. */
export function receiptView(
  market: ReadonlyMarket,
  members: Members = {},
): ReceiptView | undefined {
  const { mechanism: id, resolution, refund, draft } = market;
  const mechanism = mechanismOf(id);
  const { pledges } = mechanism;
  if (!pledges || !(resolution ?? refund)) return undefined;
  const units = pledgedIn(market);
  const price = resolution ? pledges.price(draft.terms, units) : 0n;
  const sum = price * BigInt(units);
  const fee = feeOn(sum, bpsOf(draft.terms));
  return {
    market: market.id,
    outcome: resolution ? 'sold' : 'refunded',
    units,
    price: formatAmount(price),
    sum: formatAmount(sum),
    fee: formatAmount(fee),
    seller: pledges.sellerOf(draft.terms),
    seller_gets: formatAmount(sum - fee),
    members: listed(market, members).map((position) => lineOf(position, price)),
    seq: market.seq,
  };
}

function listed(
  { holders, positions }: ReadonlyMarket,
  { first = 1, count = holders.length, account }: Members,
): readonly Readonly<Position>[] {
  if (account === undefined) return holders.slice(first - 1, first - 1 + count);
  const position = positions.get(playerAccount(account));
  return position ? [position] : [];
}

function lineOf(position: Readonly<Position>, price: bigint): ReceiptLine {
  const back = changeOf(position, price);
  return {
    account: playerOf(position.holder) ?? '',
    units: position.pledge?.units ?? 0,
    held: formatAmount(position.net),
    pays: formatAmount(position.net - back),
    back: formatAmount(back),
    seq: position.pledge?.seq ?? 0,
  };
}

/** What a watcher of `rally/<id>` sees: how far it is, and at what price. */
export interface RallyState extends RallyView {
  readonly id: string;
  readonly status: MarketState;
  readonly price: string;
  readonly members: number;
  readonly ends_at?: string;
  readonly seq: number;
}

/** Undefined of other markets. */
export function rallyState(market: ReadonlyMarket, books: ReadonlyBooks): RallyState | undefined {
  const { pledges } = mechanismOf(market.mechanism);
  if (!pledges) return undefined;
  const view = rallyView(market, books, pledges);
  const end = endOf(market.draft);
  return {
    id: market.id,
    status: market.state,
    price: formatAmount(pledges.price(market.draft.terms, view.units)),
    ...view,
    members: market.holders.length,
    ...(end === undefined ? {} : { ends_at: formatTime(end) }),
    seq: market.seq,
  };
}
