/** How a market ends: who is owed what, who pays for it, and that nothing is left. */
import type { Resolution } from '@fairground/engine';
import { Wrong } from '../wrong.js';
import {
  type Book,
  escrowOf,
  feesOf,
  HOUSE,
  MINT,
  POINTS,
  poolOf,
  type Sheet,
  TREASURY,
} from './book.js';
import { feeOf, ONE, over0, smaller } from './formulas.js';
import { priceIn, unitsIn } from './trades.js';

/** What one share of each kind is worth, in millionths of a Point. */
function worthOf(book: Book, resolution: Resolution | undefined): readonly bigint[] {
  if (resolution === undefined) return [book.fundamental];
  if ('price' in resolution) return [resolution.price];
  if ('payout' in resolution) return resolution.payout.map(BigInt);
  throw new Wrong('auditor', `${book.id} cannot end by a number of units`);
}

export function resolveIn(book: Book, sheet: Sheet, resolution: Resolution | undefined): void {
  const worth = worthOf(book, resolution);
  const valueOf = (holder: string): bigint =>
    book.assets.reduce((sum, asset, at) => sum + (worth[at] ?? 0n) * sheet.get(holder, asset), 0n);
  let owed = 0n;
  for (const holder of book.stakes.keys()) owed += valueOf(holder);
  // What the reserve does not hold the treasury adds, before anybody is paid.
  const held = sheet.get(escrowOf(book), POINTS);
  sheet.move(TREASURY, escrowOf(book), POINTS, over0(owed / ONE - held));
  book.owed = (holder) => valueOf(holder) / ONE;
  endIn(book, sheet, 'resolved');
}

export function cancelIn(book: Book, sheet: Sheet): void {
  let due = 0n;
  for (const { net } of book.stakes.values()) due += over0(net);
  const missing = (): bigint => over0(due - sheet.get(escrowOf(book), POINTS));
  sheet.move(
    feesOf(book),
    escrowOf(book),
    POINTS,
    smaller(missing(), sheet.get(feesOf(book), POINTS)),
  );
  const purse = smaller(book.draft.refundCap, over0(sheet.get(TREASURY, POINTS)));
  sheet.move(TREASURY, escrowOf(book), POINTS, smaller(missing(), purse));
  const funds = smaller(due, sheet.get(escrowOf(book), POINTS));
  book.owed = (_holder, { net }) => (due === 0n ? 0n : (over0(net) * funds) / due);
  endIn(book, sheet, 'cancelled');
}

/** A rally's own end: one price for all, or everything back. */
export function rallyEnds(book: Book, sheet: Sheet): void {
  const { terms } = book.draft;
  const units = unitsIn(book);
  if (!('tiers' in terms) || units < (terms.minimum ?? 1)) return cancelIn(book, sheet);
  const price = priceIn(book, units);
  sheet.move(escrowOf(book), feesOf(book), POINTS, feeOf(price * BigInt(units), book.bps));
  book.owed = (_holder, stake) => stake.net - price * BigInt(stake.units);
  endIn(book, sheet, 'resolved');
}

function endIn(book: Book, sheet: Sheet, state: 'resolved' | 'cancelled'): void {
  book.state = state;
  if (book.stakes.size === 0) windUp(book, sheet);
}

/** The next `count` positions are paid; after the last nothing is left in the market's accounts. */
export function payIn(book: Book, sheet: Sheet, count: number): void {
  const chunk = [...book.stakes].slice(book.paid, book.paid + count);
  for (const [holder, stake] of chunk) {
    sheet.move(escrowOf(book), holder, POINTS, book.owed?.(holder, stake) ?? 0n);
    for (const asset of book.assets) sheet.move(holder, MINT, asset, sheet.get(holder, asset));
  }
  book.paid += chunk.length;
  if (book.paid === book.stakes.size) windUp(book, sheet);
}

function windUp(book: Book, sheet: Sheet): void {
  const sweep = (from: string, to: string, asset: string): void =>
    sheet.move(from, to, asset, sheet.get(from, asset));
  sweep(escrowOf(book), book.sponsor, POINTS);
  sweep(feesOf(book), HOUSE, POINTS);
  for (const asset of book.assets) sweep(poolOf(book), MINT, asset);
  book.state = book.state === 'resolved' ? 'settled' : 'refunded';
}
