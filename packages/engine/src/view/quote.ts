/** A quote as it is told: advice, with the bound that makes an order of it. */
import type { Trade } from '../command.js';
import type { Quote } from '../market/trade.js';
import { divDown, divUp, formatAmount, ONE } from '../math/amount.js';

export interface QuoteView {
  readonly market: string;
  readonly side: 'buy' | 'sell';
  readonly outcome?: string;
  readonly pays: string;
  readonly gets: string;
  /** Points per share, fee included. */
  readonly average: string;
  readonly price_before: string;
  readonly price_after: string;
  /** By how much the price moves, in parts of the price before (signed: "0.25" is 25 %). */
  readonly impact: string;
  readonly fee: string;
  readonly merged?: string;
  readonly cannot_profit: boolean;
  readonly gets_min?: string;
  readonly pays_max?: string;
  readonly seq: number;
}

/** How far a price may move between quote and order, of a hundred. The engine knows no tolerance. */
const TOLERANCE = 1n;

export function quoteView(wish: Trade, quote: Quote, seq: number): QuoteView {
  const { fill } = quote;
  const before = quote.pricesBefore[fill.outcome] ?? 0n;
  const after = fill.after.prices()[fill.outcome] ?? 0n;
  const [points, shares] = fill.side === 'buy' ? [fill.pays, fill.gets] : [fill.gets, fill.pays];
  return {
    market: wish.market,
    side: fill.side,
    ...(wish.outcome === undefined ? {} : { outcome: wish.outcome }),
    pays: formatAmount(fill.pays),
    gets: formatAmount(fill.gets),
    average: formatAmount(shares > 0n ? divUp(points * ONE, shares) : 0n),
    price_before: formatAmount(before),
    price_after: formatAmount(after),
    impact: formatAmount(before > 0n ? divDown((after - before) * ONE, before) : 0n),
    fee: formatAmount(fill.fee),
    ...(quote.merged > 0n ? { merged: formatAmount(quote.merged) } : {}),
    cannot_profit: quote.cannotProfit,
    ...(wish.side === 'buy' && wish.spend === undefined
      ? { pays_max: formatAmount(divUp(fill.pays * (100n + TOLERANCE), 100n)) }
      : { gets_min: formatAmount(divDown(fill.gets * (100n - TOLERANCE), 100n)) }),
    seq,
  };
}
