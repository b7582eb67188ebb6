/** A draft, an end and a verdict as they stand on the wire. */
import type { Closing, Draft, Resolution, Risk, Verdict } from '../command.js';
import { formatAmount } from '../math/amount.js';
import { mechanismOf, newestFor } from '../mechanism/registry.js';
import type { TermsView } from '../mechanism/terms-view.js';
import { formatTime } from './time.js';

/** What a market watches for where it is not as usual: moves and prices in parts of one, times in ms. */
export interface RiskView {
  readonly breaker_move?: string;
  readonly breaker_window_ms?: number;
  readonly breaker_halt_ms?: number;
  readonly position_limit?: string;
  readonly extreme_price?: string;
}

function riskView(risk: Risk): RiskView {
  const { breakerMove, breakerWindowMs, breakerHaltMs, positionLimit, extremePrice } = risk;
  return {
    ...(breakerMove === undefined ? {} : { breaker_move: formatAmount(breakerMove) }),
    ...(breakerWindowMs === undefined ? {} : { breaker_window_ms: breakerWindowMs }),
    ...(breakerHaltMs === undefined ? {} : { breaker_halt_ms: breakerHaltMs }),
    ...(positionLimit === undefined ? {} : { position_limit: formatAmount(positionLimit) }),
    ...(extremePrice === undefined ? {} : { extreme_price: formatAmount(BigInt(extremePrice)) }),
  };
}

/** What a draft says beside its terms and its text. */
export interface DraftView {
  readonly closing: Closing;
  readonly opens_at?: string;
  readonly closes_at?: string;
  readonly two_person: boolean;
  readonly refund_cap: string;
  readonly risk?: RiskView;
  readonly text: string;
  readonly terms: TermsView;
}

export function draftView(draft: Draft): DraftView {
  return {
    closing: draft.closing,
    ...(draft.opensAt === undefined ? {} : { opens_at: formatTime(draft.opensAt) }),
    ...(draft.closesAt === undefined ? {} : { closes_at: formatTime(draft.closesAt) }),
    two_person: draft.twoPerson,
    refund_cap: formatAmount(draft.refundCap),
    ...(draft.risk === undefined ? {} : { risk: riskView(draft.risk) }),
    text: draft.text,
    terms: mechanismOf(newestFor(draft.terms)).shown(draft.terms),
  };
}

/** `payout` by outcome in parts of one Point that sum to 1, the price one share is paid, or a rally's units. */
export type ResolutionView =
  | { readonly payout: readonly string[] }
  | { readonly price: string }
  | { readonly units: number };

export function resolutionView(resolution: Resolution): ResolutionView {
  if ('units' in resolution) return { units: resolution.units };
  if ('price' in resolution) return { price: formatAmount(resolution.price) };
  return { payout: resolution.payout.map((part) => formatAmount(BigInt(part))) };
}

export interface VerdictView {
  readonly act: 'resolve' | 'cancel';
  readonly resolution?: ResolutionView;
  readonly reason_hash: string;
}

export function verdictView(verdict: Verdict): VerdictView {
  return {
    act: verdict.act,
    ...(verdict.act === 'resolve' ? { resolution: resolutionView(verdict.resolution) } : {}),
    reason_hash: verdict.reason,
  };
}
