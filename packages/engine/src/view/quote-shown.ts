/**
 * The quote of what is shown: whoever has a market's newest state and its terms works out the same figures as a
 * node at that seq, without asking it.
 */
import type { Instant, Trade } from '../command.js';
import { cannotProfit, fillOf, placeOf } from '../market/fill.js';
import { tradingRefusal } from '../market/lookup.js';
import { haltRefusal } from '../market/risk.js';
import { least, parseAmount } from '../math/amount.js';
import type { Fill } from '../mechanism/mechanism.js';
import type { TermsView } from '../mechanism/terms-view.js';
import { mechanismNamed } from '../mechanism/registry.js';
import { type Refusal, refuse } from '../refusal.js';
import type { HeldView } from './account.js';
import type { MarketView } from './market.js';
import { quoteView, type QuoteView } from './quote.js';
import { parseTime } from './time.js';

/** Of a market's state what a price is made of. */
export type PricedView = Pick<
  MarketView,
  | 'id'
  | 'mechanism'
  | 'status'
  | 'outcomes'
  | 'ends_at'
  | 'halted_until'
  | 'fee_bps'
  | 'fundamental'
  | 'escrow'
  | 'seq'
>;

export interface Shown {
  readonly market: PricedView;
  readonly terms: TermsView;
  /** What the asker holds here: his pairs are merged at once. */
  readonly held?: readonly HeldView[];
}

const figure = (text: string | undefined): bigint => parseAmount(text ?? '0') ?? 0n;

/** As `quoteTrade` says it of the world at that seq. */
export function quoteShown(
  { market, terms, held = [] }: Shown,
  wish: Trade,
  at: Instant,
): QuoteView | Refusal {
  const mechanism = mechanismNamed(market.mechanism);
  const priced = mechanism?.pool
    ? mechanism.shownPool(terms, {
        escrow: figure(market.escrow),
        held: market.outcomes.map((one) => figure(one.held)),
        fundamental: figure(market.fundamental),
      })
    : undefined;
  if (!mechanism?.pool || !priced) return refuse('not_supported');
  const names = market.outcomes.flatMap(({ outcome }) => outcome ?? []);
  const outcome = placeOf(names, wish.outcome);
  if (outcome < 0) return refuse('outcome_unknown');
  const wrong = tradingRefusal(statusAt(market, at));
  if (wrong) return wrong;
  const haltedUntil = parseTime(market.halted_until ?? '');
  const halted =
    wish.side === 'buy' && haltedUntil !== undefined ? haltRefusal({ haltedUntil }, at) : undefined;
  if (halted) return halted;
  const { pool, issued } = priced;
  const counter = { outcome, issued: issued[outcome] ?? 0n, bps: market.fee_bps };
  const fill = fillOf(pool, wish, counter);
  if ('kind' in fill) return fill;
  const quote = {
    kind: 'quote',
    fill,
    merged: mechanism.sets ? pairsAfter(fill, names, held) : 0n,
    pricesBefore: pool.prices(),
    cannotProfit: cannotProfit(fill, market.outcomes.length),
  } as const;
  return quoteView(wish, quote, market.seq);
}

/** Past its end a market is closed, whether or not its state has been told since. */
function statusAt({ status, ends_at }: PricedView, at: Instant): PricedView['status'] {
  const end = status === 'open' || status === 'paused' ? parseTime(ends_at ?? '') : undefined;
  return end !== undefined && at >= end ? 'closed' : status;
}

/** The complete sets a buyer would have. */
function pairsAfter(fill: Fill, names: readonly string[], held: readonly HeldView[]): bigint {
  if (fill.side !== 'buy') return 0n;
  const after = names.map((name, index) => {
    const mine = figure(held.find(({ outcome }) => outcome === name)?.shares);
    return index === fill.outcome ? mine + fill.gets : mine;
  });
  const [first = 0n, ...others] = after;
  return others.reduce(least, first);
}
