/** The terms of a market as they stand on the wire; the one place here that tells mechanisms apart. */
import type { Closing, Draft, FactRule, Resolution, Terms, Verdict } from '../command.js';
import { formatAmount } from '../math/amount.js';
import { formatTime } from './time.js';

/** Prices by outcome before anybody has traded: what the terms promise. */
export function openingPrices(terms: Terms): readonly bigint[] {
  switch (terms.mechanism) {
    case 'cpmm':
      return [BigInt(terms.probability), BigInt(1_000_000 - terms.probability)];
    case 'curve':
      return [terms.fundamental];
  }
}

export type FactRuleView =
  | { readonly kind: string; readonly add: string }
  | { readonly kind: string; readonly num: number; readonly den: number };

export type TermsView =
  | {
      readonly mechanism: 'cpmm';
      readonly outcomes: readonly string[];
      readonly deposit: string;
      readonly probability: string;
      readonly fee_bps: number;
    }
  | {
      readonly mechanism: 'curve';
      readonly fundamental: string;
      readonly slope: string;
      readonly fee_bps: number;
      readonly source: string;
      readonly fact_rules: readonly FactRuleView[];
      readonly fact_cost_max?: string;
      readonly fact_move_max?: string;
    };

export function termsView(terms: Terms): TermsView {
  switch (terms.mechanism) {
    case 'cpmm':
      return {
        mechanism: terms.mechanism,
        outcomes: terms.outcomes,
        deposit: formatAmount(terms.deposit),
        probability: formatAmount(BigInt(terms.probability)),
        fee_bps: terms.bps,
      };
    case 'curve':
      return {
        mechanism: terms.mechanism,
        fundamental: formatAmount(terms.fundamental),
        slope: formatAmount(terms.slope),
        fee_bps: terms.bps,
        source: terms.source,
        fact_rules: terms.rules.map(ruleView),
        ...(terms.factCostMax === undefined ? {} : { fact_cost_max: formatAmount(terms.factCostMax) }),
        ...(terms.factMoveMax === undefined ? {} : { fact_move_max: formatAmount(terms.factMoveMax) }),
      };
  }
}

function ruleView(rule: FactRule): FactRuleView {
  if ('add' in rule) return { kind: rule.kind, add: formatAmount(rule.add) };
  return { kind: rule.kind, num: rule.num, den: rule.den };
}

/** What a draft says beside its terms and its text. */
export interface DraftView {
  readonly closing: Closing;
  readonly opens_at?: string;
  readonly closes_at?: string;
  readonly two_person: boolean;
  readonly refund_cap: string;
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
    text: draft.text,
    terms: termsView(draft.terms),
  };
}

/** `payout` by outcome in parts of one Point that sum to 1, or the price one share is paid. */
export type ResolutionView = { readonly payout: readonly string[] } | { readonly price: string };

export function resolutionView(resolution: Resolution): ResolutionView {
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
