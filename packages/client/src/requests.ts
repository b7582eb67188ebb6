/** What a caller asks for, checked, as the bodies and queries the wire wants. */
import type { Side } from '@fairground/engine';
import { outgoingAmount, outgoingBound, outgoingId, outgoingOutcome } from './amounts.js';
import { FairgroundInvalid } from './errors.js';

/** `spend` Points, or as many as `shares` cost; the bound is `getsMin` for the one, `paysMax` for the other. */
export interface BuyRequest {
  readonly market: string;
  /** Absent where the market has a single share (a stock). */
  readonly outcome?: string | undefined;
  readonly spend?: bigint | undefined;
  readonly shares?: bigint | undefined;
  readonly getsMin?: bigint | undefined;
  readonly paysMax?: bigint | undefined;
}

export interface SellRequest {
  readonly market: string;
  readonly outcome?: string | undefined;
  readonly shares: bigint;
  readonly getsMin?: bigint | undefined;
}

export interface QuoteRequest {
  readonly market: string;
  readonly side: Side;
  readonly outcome?: string | undefined;
  readonly spend?: bigint | undefined;
  readonly shares?: bigint | undefined;
}

export const MARKET_SORTS = ['newest', 'volume', 'moved', 'closing'] as const;

export interface MarketQuery {
  readonly status?: string | undefined;
  readonly mechanism?: string | undefined;
  readonly category?: string | undefined;
  readonly search?: string | undefined;
  readonly sort?: (typeof MARKET_SORTS)[number] | undefined;
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

/** `account`: only this member. */
export interface ReceiptQuery {
  readonly account?: string | undefined;
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

export interface CandleQuery {
  /** A minute when absent. */
  readonly interval?: '1s' | '1m' | '5m' | '1h' | '1d' | undefined;
  /** Milliseconds since 1970. */
  readonly from?: number | undefined;
  readonly to?: number | undefined;
  /** The first when absent. */
  readonly outcome?: string | undefined;
}

export interface LeaderboardQuery extends PageQuery {
  readonly by?: 'profit' | 'return' | undefined;
  readonly window?: 'day' | 'week' | 'all' | undefined;
}

export interface PageQuery {
  readonly cursor?: string | undefined;
  readonly limit?: number | undefined;
}

type Body = Readonly<Record<string, string>>;

export function bodyOfBuy(request: BuyRequest): Body {
  const body = {
    market: outgoingId('market', request.market),
    side: 'buy',
    ...quantity(request, 'buy'),
  };
  const { getsMin, paysMax } = request;
  if (getsMin !== undefined && request.spend === undefined) {
    throw new FairgroundInvalid(
      'getsMin',
      'getsMin bounds a buy by spend; a buy by shares is bounded by paysMax.',
    );
  }
  if (paysMax !== undefined && request.shares === undefined) {
    throw new FairgroundInvalid(
      'paysMax',
      'paysMax bounds a buy by shares; a buy by spend is bounded by getsMin.',
    );
  }
  return {
    ...body,
    ...(getsMin !== undefined && { gets_min: outgoingBound('getsMin', getsMin) }),
    ...(paysMax !== undefined && { pays_max: outgoingAmount('paysMax', paysMax) }),
  };
}

export function bodyOfSell(request: SellRequest): Body {
  return {
    market: outgoingId('market', request.market),
    side: 'sell',
    ...quantity(request, 'sell'),
    ...(request.getsMin !== undefined && { gets_min: outgoingBound('getsMin', request.getsMin) }),
  };
}

/** The market stands in the path. */
export const bodyOfQuote = (request: QuoteRequest): Body => ({
  side: request.side,
  ...quantity(request, request.side),
});

function quantity(
  request: {
    readonly outcome?: string | undefined;
    readonly spend?: bigint | undefined;
    readonly shares?: bigint | undefined;
  },
  side: Side,
): Body {
  const { outcome, spend, shares } = request;
  if (side === 'sell' && shares === undefined)
    throw new FairgroundInvalid('shares', 'A sale names shares.');
  if ((spend === undefined) === (shares === undefined)) {
    throw new FairgroundInvalid('spend', 'A buy names either spend or shares.');
  }
  if (side === 'sell' && spend !== undefined)
    throw new FairgroundInvalid('spend', 'A sale has no spend.');
  return {
    ...(outcome !== undefined && { outcome: outgoingOutcome(outcome) }),
    ...(spend !== undefined && { spend: outgoingAmount('spend', spend) }),
    ...(shares !== undefined && { shares: outgoingAmount('shares', shares) }),
  };
}

/** `?a=b&c=d`, or nothing; what is undefined is left out. */
export function queryText(query: Readonly<Record<string, string | number | undefined>>): string {
  const parts = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) {
    if (value !== undefined) parts.set(name, String(value));
  }
  const text = parts.toString();
  return text === '' ? '' : `?${text}`;
}

/** The server's address without a slash at its end, so that paths can follow. */
export function baseUrl(url: string): string {
  let parsed: URL;
  try {
    parsed = new URL(url);
  } catch {
    throw new FairgroundInvalid('url', `“${url}” is not an address.`);
  }
  if (parsed.protocol !== 'http:' && parsed.protocol !== 'https:') {
    throw new FairgroundInvalid(
      'url',
      `The address must begin with http: or https:, not ${parsed.protocol}`,
    );
  }
  return `${parsed.origin}${parsed.pathname}`.replace(/\/+$/, '');
}

export const rallyPath = (rally: string): string => `/v1/rallies/${outgoingId('rally', rally)}`;

export const marketPath = (market: string): string => `/v1/markets/${outgoingId('market', market)}`;
