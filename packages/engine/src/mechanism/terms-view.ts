/** The terms of a market as they stand on the wire: each mechanism shows its own. */
import type { FactRule } from '../command.js';
import { formatAmount } from '../math/amount.js';

export type FactRuleView =
  | { readonly kind: string; readonly add: string }
  | { readonly kind: string; readonly num: number; readonly den: number };

export interface CpmmTermsView {
  readonly mechanism: 'cpmm';
  readonly outcomes: readonly string[];
  readonly deposit: string;
  readonly probability: string;
  readonly fee_bps: number;
}

export interface LmsrTermsView {
  readonly mechanism: 'lmsr';
  readonly outcomes: readonly string[];
  readonly liquidity: string;
  readonly fee_bps: number;
}

export interface CurveTermsView {
  readonly mechanism: 'curve';
  readonly fundamental: string;
  readonly slope: string;
  readonly fee_bps: number;
  readonly source: string;
  readonly fact_rules: readonly FactRuleView[];
  readonly fact_cost_max?: string;
  readonly fact_move_max?: string;
}

export interface RallyTermsView {
  readonly mechanism: 'rally';
  readonly tiers: readonly { readonly units: number; readonly price: string }[];
  readonly minimum: number;
  readonly maximum: number;
  readonly per_person: number;
  readonly seller: string;
  readonly fee_bps: number;
}

export type TermsView = CpmmTermsView | LmsrTermsView | CurveTermsView | RallyTermsView;

export function ruleView(rule: FactRule): FactRuleView {
  if ('add' in rule) return { kind: rule.kind, add: formatAmount(rule.add) };
  return { kind: rule.kind, num: rule.num, den: rule.den };
}
