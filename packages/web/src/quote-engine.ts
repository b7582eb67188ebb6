/** The exchange itself, as far as a quote needs it: loaded only where somebody may trade. */
import { parseAmount, quoteShown, REFUSALS, type Shown, type Trade } from '@fairground/engine';
import type { Ask, Quote } from './wire.js';

export interface Refused {
  readonly kind: 'refused';
  readonly code: string;
  readonly says: string;
}

function tradeOf(market: string, { side, outcome, spend, shares }: Ask): Trade {
  const [points, held] = [amountOf(spend), amountOf(shares)];
  return {
    type: 'trade',
    market,
    side,
    ...(outcome === undefined ? {} : { outcome }),
    ...(points === undefined ? {} : { spend: points }),
    ...(held === undefined ? {} : { shares: held }),
  };
}

const amountOf = (text: string | undefined) => (text === undefined ? undefined : parseAmount(text));

/** What a node would quote of that state at that time. */
export function quoteOf(shown: Shown, ask: Ask, at: number): Quote | Refused {
  const quote = quoteShown(shown, tradeOf(shown.market.id, ask), at);
  if (!('kind' in quote)) return quote;
  return { kind: 'refused', code: quote.code, says: quote.detail ?? REFUSALS[quote.code] };
}
