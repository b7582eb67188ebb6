/** What a trade, a mint, a merge, a funding and a pledge move, by the rules and from the command alone. */
import type { Terms, Trade, Wish } from '@fairground/engine';
import { must, Wrong } from '../wrong.js';
import { type Book, escrowOf, feesOf, MINT, POINTS, poolOf, type Sheet, stakeOf } from './book.js';
import { areaOf, cpmm, curve, feeOf, grossFor, greatest, ONE, smaller, up } from './formulas.js';
import { lmsr } from './sums.js';

/** How one kind of market prices: by a spent net, by shares, and what shares bring. */
interface Prices {
  spend(net: bigint): bigint;
  shares(shares: bigint): bigint;
  sell(shares: bigint): bigint;
}

/** Reserves change places with the side; every net and every fee's half stays in the pool. */
const isPooled = (terms: Terms): boolean => 'probability' in terms;

/** What was worked out once by hard labour, by all that it depends on. */
export interface Memory {
  readonly trades: Map<string, bigint>;
  readonly prices: Map<string, readonly bigint[]>;
}

export const newMemory = (): Memory => ({ trades: new Map(), prices: new Map() });

function pricesOf(book: Book, sheet: Sheet, at: number, memory: Memory): Prices {
  const { terms } = book.draft;
  const [asset = ''] = book.assets;
  if ('probability' in terms) {
    const reserves = book.assets.map((one) => sheet.get(poolOf(book), one));
    const [x = 0n, y = 0n] = at === 0 ? reserves : reserves.reverse();
    return {
      spend: (net) => cpmm.spend(x, y, net),
      shares: (s) => cpmm.shares(x, y, s),
      sell: (s) => cpmm.sell(x, y, s),
    };
  }
  if ('liquidity' in terms) {
    const q = book.assets.map((one) => sheet.issued(one));
    const b = terms.liquidity;
    const known = (what: 'spend' | 'shares' | 'sell', amount: bigint): bigint => {
      const key = [what, amount, b, at, ...q].join(' ');
      const price = memory.trades.get(key) ?? lmsr[what](q, b, at, amount);
      memory.trades.set(key, price);
      return price;
    };
    return {
      spend: (net) => known('spend', net),
      shares: (s) => known('shares', s),
      sell: (s) => known('sell', s),
    };
  }
  if ('slope' in terms) {
    const [f, m, s] = [book.fundamental, terms.slope, sheet.issued(asset)];
    const cost = (from: bigint, to: bigint): bigint => areaOf(f, m, to) - areaOf(f, m, from);
    return {
      spend: (net) => curve.spend(f, m, s, net) - s,
      shares: (shares) => cost(s, s + shares),
      sell: (shares) => cost(s - shares, s),
    };
  }
  throw new Wrong('auditor', `${book.id} has no prices`);
}

/** A trade as the rules make it: what it moves, and that it keeps to its own bounds. */
export function tradeIn(
  book: Book,
  sheet: Sheet,
  holder: string,
  wish: Trade,
  memory: Memory,
): void {
  const { terms } = book.draft;
  const at = 'outcomes' in terms ? terms.outcomes.indexOf(wish.outcome ?? '') : 0;
  const asset = book.assets[at] ?? '';
  must(at >= 0 && book.state === 'open', 'auditor', () => `a trade in ${book.id}, ${book.state}`);
  const prices = pricesOf(book, sheet, at, memory);
  const { bps } = book;
  if (wish.side === 'sell') {
    const shares = wish.shares ?? 0n;
    const r = prices.sell(shares);
    const gets = r - feeOf(r, bps);
    must(gets >= (wish.getsMin ?? 0n), 'auditor', () => `a sale below its bound in ${book.id}`);
    sold(book, sheet, { holder, asset, shares, r, fee: r - gets });
    stakeOf(book, holder).net -= gets;
    return;
  }
  const { pays, gets } = bought(book, prices, wish);
  must(gets >= (wish.getsMin ?? 0n), 'auditor', () => `a buy below its bound in ${book.id}`);
  must(pays <= (wish.paysMax ?? pays), 'auditor', () => `a buy above its bound in ${book.id}`);
  const fee = feeOf(pays, bps);
  issued(book, sheet, { holder, asset, shares: gets, pays, fee });
  const pairs = isPooled(terms) ? pairsOf(book, sheet, holder) : 0n;
  if (pairs > 0n) setsIn(book, sheet, holder, -pairs);
  stakeOf(book, holder).net += pays;
}

function bought(book: Book, prices: Prices, wish: Trade): { pays: bigint; gets: bigint } {
  const { bps } = book;
  const { spend, shares = 0n } = wish;
  if (spend === undefined) return { pays: grossFor(prices.shares(shares), bps), gets: shares };
  const gets = prices.spend(spend - feeOf(spend, bps));
  // A curve charges what the shares cost; elsewhere the whole budget is spent.
  if (!('slope' in book.draft.terms)) return { pays: spend, gets };
  return { pays: grossFor(prices.shares(gets), bps), gets };
}

/** What a buy or mint adds to what is held of each kind of share it is of, after its netting. */
export function addedBy(
  book: Book,
  sheet: Sheet,
  holder: string,
  wish: Wish,
  memory: Memory,
): readonly (readonly [asset: string, added: bigint])[] {
  if (wish.type === 'mint') return book.assets.map((asset) => [asset, wish.amount]);
  const { terms } = book.draft;
  if (wish.type !== 'trade') return [];
  const at = 'outcomes' in terms ? terms.outcomes.indexOf(wish.outcome ?? '') : 0;
  const asset = book.assets[at];
  if (asset === undefined) return [];
  const gets = wish.shares ?? bought(book, pricesOf(book, sheet, at, memory), wish).gets;
  const held = book.assets.map((one) => sheet.get(holder, one) + (one === asset ? gets : 0n));
  return [[asset, isPooled(terms) ? gets - held.reduce(smaller) : gets]];
}

interface Leg {
  readonly holder: string;
  readonly asset: string;
  readonly shares: bigint;
  readonly fee: bigint;
}

function issued(book: Book, sheet: Sheet, leg: Leg & { readonly pays: bigint }): void {
  const { holder, asset, shares, fee, pays } = leg;
  const pooled = isPooled(book.draft.terms);
  const toHouse = pooled ? fee / 2n : fee;
  sheet.move(holder, escrowOf(book), POINTS, pays - toHouse);
  sheet.move(holder, feesOf(book), POINTS, toHouse);
  if (!pooled) return sheet.move(MINT, holder, asset, shares);
  for (const one of book.assets) sheet.move(MINT, poolOf(book), one, pays - toHouse);
  sheet.move(poolOf(book), holder, asset, shares);
}

function sold(book: Book, sheet: Sheet, leg: Leg & { readonly r: bigint }): void {
  const { holder, asset, shares, fee, r } = leg;
  const pooled = isPooled(book.draft.terms);
  const toHouse = pooled ? fee / 2n : fee;
  sheet.move(escrowOf(book), holder, POINTS, r - fee);
  sheet.move(escrowOf(book), feesOf(book), POINTS, toHouse);
  if (!pooled) return sheet.move(holder, MINT, asset, shares);
  sheet.move(holder, poolOf(book), asset, shares);
  for (const one of book.assets) sheet.move(poolOf(book), MINT, one, r - fee + toHouse);
}

const pairsOf = (book: Book, sheet: Sheet, holder: string): bigint =>
  book.assets.map((asset) => sheet.get(holder, asset)).reduce(smaller);

/** Mints so many sets to a holder, or merges them: one Point each, no fee. */
export function setsIn(book: Book, sheet: Sheet, holder: string, sets: bigint): void {
  const mints = sets > 0n;
  const amount = mints ? sets : -sets;
  const [payer, payee] = mints ? [holder, escrowOf(book)] : [escrowOf(book), holder];
  sheet.move(payer, payee, POINTS, amount);
  for (const asset of book.assets) {
    if (mints) sheet.move(MINT, holder, asset, amount);
    else sheet.move(holder, MINT, asset, amount);
  }
  stakeOf(book, holder).net += sets;
}

/** At opening the pool keeps what makes the first outcome as likely as it is said to be. */
export function openIn(book: Book, sheet: Sheet): void {
  const { terms } = book.draft;
  book.state = 'open';
  book.hasOpened = true;
  if (!('probability' in terms)) return;
  const { deposit } = terms;
  const p = BigInt(terms.probability);
  const isCheap = 2n * p < ONE;
  const dear = isCheap ? up(deposit * p, ONE - p) : up(deposit * (ONE - p), p);
  keep(book, sheet, deposit, isCheap ? [deposit, dear] : [dear, deposit]);
}

export function fundIn(book: Book, sheet: Sheet, amount: bigint): void {
  const [x = 0n, y = 0n] = book.assets.map((asset) => sheet.get(poolOf(book), asset));
  sheet.move(book.sponsor, escrowOf(book), POINTS, amount);
  keep(book, sheet, amount, x >= y ? [amount, up(amount * y, x)] : [up(amount * x, y), amount]);
}

/** Sets of which the pool keeps so much; the rest is an ordinary position of the sponsor's. */
function keep(book: Book, sheet: Sheet, sets: bigint, kept: readonly bigint[]): void {
  book.assets.forEach((asset, index) => {
    const mine = kept[index] ?? 0n;
    sheet.move(MINT, poolOf(book), asset, mine);
    sheet.move(MINT, book.sponsor, asset, sets - mine);
    if (sets > mine) stakeOf(book, book.sponsor);
  });
}

export const unitsIn = ({ stakes }: Book): number =>
  [...stakes.values()].reduce((sum, { units }) => sum + units, 0);

/** The tier that so many units reach. */
export function priceIn({ draft: { terms } }: Book, units: number): bigint {
  const tiers = 'tiers' in terms ? terms.tiers : [];
  const reached = tiers.filter((tier) => tier.units <= units);
  return reached.reduce((low, { price }) => smaller(low, price), reached[0]?.price ?? 0n);
}

/** A pledge grows to so many units; true when that was the last of them. */
export function joinIn(book: Book, sheet: Sheet, holder: string, units: number): boolean {
  const { terms } = book.draft;
  must('tiers' in terms && book.state === 'open', 'auditor', () => `a pledge in ${book.id}`);
  const before = book.stakes.get(holder)?.units ?? 0;
  const added = units - before;
  const total = unitsIn(book) + added;
  must(added > 0, 'auditor', () => `a pledge of ${before} became ${units}`);
  const cost = priceIn(book, total) * BigInt(added);
  sheet.move(holder, escrowOf(book), POINTS, cost);
  sheet.move(MINT, holder, book.assets[0] ?? '', BigInt(added) * ONE);
  const stake = stakeOf(book, holder);
  stake.net += cost;
  stake.units = units;
  return 'tiers' in terms && total >= terms.maximum;
}

/** Where F goes when it is asked to move so far: the cap, the bounds, the treasury's purse. */
export function movedTo(
  book: Book,
  sheet: Sheet,
  asked: bigint,
  { purse, moveMax }: { readonly purse: bigint; readonly moveMax: bigint },
): bigint {
  const { terms } = book.draft;
  if (!('slope' in terms)) throw new Wrong('auditor', `${book.id} has no facts`);
  const before = book.fundamental;
  const cap = terms.factMoveMax ?? (before * moveMax) / 1_000_000n;
  const within = (low: bigint, high: bigint, n: bigint): bigint =>
    n < low ? low : n > high ? high : n;
  const after = within(10_000n, 10n ** 12n, before + within(-cap, cap, asked));
  const s = sheet.issued(book.assets[0] ?? '');
  if (after <= before || s === 0n) return after;
  return greatest(before, after, (f) => {
    return areaOf(f, terms.slope, s) - areaOf(before, terms.slope, s) <= purse;
  });
}
