/** What a trade would cost, worked out in this browser from the state the screen shows. */
import { useEffect, useMemo, useState } from 'react';
import { nodeNow } from './api.js';
import { useNow } from './clock.js';
import { formatAmount } from '@fairground/engine';
import { micros } from './figures.js';
import { useHolding } from './me.js';
import type * as QuoteEngine from './quote-engine.js';
import type { Refused } from './quote-engine.js';
import type { Ask, MarketDetail, Quote } from './wire.js';

type Engine = typeof QuoteEngine;

let loading: Promise<Engine> | undefined;

/** The exchange's own code, once it is here; a failure to load it is thrown to the page's boundary. */
function useEngine(): Engine | undefined {
  const [engine, setEngine] = useState<Engine>();
  const [failed, setFailed] = useState<unknown>();
  useEffect(() => {
    loading ??= import('./quote-engine.js');
    loading.then(setEngine, (error: unknown) => {
      loading = undefined;
      setFailed(error);
    });
  }, []);
  if (failed instanceof Error) throw failed;
  return engine;
}

export type Quoted =
  /** Nothing is asked, or the engine is on its way. */
  | { readonly is: 'none' }
  | { readonly is: 'quote'; readonly quote: Quote }
  | { readonly is: 'refused'; readonly refusal: Refused };

const NONE: Quoted = { is: 'none' };

/** A market whose price can stop by the time alone: then the quote looks at the clock. */
const isTimed = ({ ends_at, halted_until }: MarketDetail): boolean =>
  ends_at !== undefined || halted_until !== undefined;

/**
 * The quote for what is asked, in step with every frame: `market` is the live one. The same figures as
 * `POST /v1/markets/:id/quote` at that seq, pairs that I would merge included.
 */
export function useQuote(market: MarketDetail, ask: Ask | undefined): Quoted {
  const engine = useEngine();
  const held = useHolding(market.id)?.shares;
  const tick = useNow();
  const { side, outcome, spend, shares } = ask ?? {};
  const second = isTimed(market) ? tick : 0;
  return useMemo(() => {
    if (!engine || side === undefined) return NONE;
    const wish = {
      side,
      ...(outcome === undefined ? {} : { outcome }),
      ...(spend === undefined ? {} : { spend }),
      ...(shares === undefined ? {} : { shares }),
    };
    const shown = { market, terms: market.terms, ...(held && { held }) };
    const quote = engine.quoteOf(shown, wish, second === 0 ? 0 : nodeNow());
    return 'kind' in quote ? { is: 'refused', refusal: quote } : { is: 'quote', quote };
  }, [engine, market, held, side, outcome, spend, shares, second]);
}

/** How far the price may move between quote and order, in hundredths of a percent. */
export const TOLERANCES = [10, 50, 100, 500] as const;
const BPS = 10_000n;

/** The bound that makes an order of a quote: it never pays more, or gets less, than that. */
export function bounded(
  { market, pays, gets, pays_max }: Quote,
  bps: number,
): Pick<Quote, 'market' | 'gets_min' | 'pays_max'> {
  const slack = BigInt(bps);
  if (pays_max === undefined) {
    return { market, gets_min: formatAmount(((micros(gets) ?? 0n) * (BPS - slack)) / BPS) };
  }
  const most = (micros(pays) ?? 0n) * (BPS + slack);
  return { market, pays_max: formatAmount((most + BPS - 1n) / BPS) };
}
