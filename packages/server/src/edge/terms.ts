/** The terms of each mechanism as a body states them, and as the engine takes them. */
import { BOUNDS, type FactRule, parseAmount, type Terms } from '@fairground/engine';
import { z } from 'zod';
import { amount, factId, fraction, id, outcome, time } from './fields.js';

export const cpmm = {
  mechanism: z.literal('cpmm'),
  outcomes: z.array(outcome).length(2).default(['YES', 'NO']),
  deposit: amount,
  /** Opening probability of the first outcome. */
  probability: fraction.default(500_000),
};

export const lmsr = {
  mechanism: z.literal('lmsr'),
  outcomes: z.array(outcome).min(2).max(BOUNDS.outcomesMax),
  /** b: the sponsor puts in b·ln n. */
  liquidity: amount,
};

const CHANGE_FORM = 'A change is a decimal string such as "-0.5"';
const change = z.string({ error: CHANGE_FORM }).transform((text, context): bigint => {
  const size = parseAmount(text.startsWith('-') ? text.slice(1) : text);
  if (size !== undefined) return text.startsWith('-') ? -size : size;
  context.issues.push({ code: 'custom', message: CHANGE_FORM, input: text });
  return z.NEVER;
});
const ratio = z.int().min(1).max(BOUNDS.ratioMax);
const factRule = z.union([
  z.strictObject({ kind: factId, add: change }),
  z.strictObject({ kind: factId, num: ratio, den: ratio }),
]);

export const curve = {
  mechanism: z.literal('curve'),
  fundamental: amount,
  slope: amount,
  source: id,
  fact_rules: z.array(factRule).max(BOUNDS.factRulesMax).default([]),
  fact_cost_max: amount.optional(),
  fact_move_max: amount.optional(),
};

/** Whole units, of a rally: never in quotes, for they are no amount. */
export const units = z.int().min(1).max(BOUNDS.unitsMax);

export const rally = {
  mechanism: z.literal('rally'),
  tiers: z
    .array(z.strictObject({ units: z.int().min(0).max(BOUNDS.unitsMax), price: amount }))
    .min(1)
    .max(BOUNDS.tiersMax),
  minimum: units.default(1),
  maximum: units,
  /** Absent: one person may have all. */
  per_person: units.optional(),
  seller: id,
  /** A rally ends by itself: without an end there is none. */
  closes_at: time,
};

type Body<Fields extends z.ZodRawShape> = z.infer<z.ZodObject<Fields>>;

export const cpmmTerms = (body: Body<typeof cpmm>): Terms => {
  const { mechanism, outcomes, deposit, probability } = body;
  return { mechanism, outcomes, deposit, probability };
};

export const lmsrTerms = (body: Body<typeof lmsr>): Terms => {
  const { mechanism, outcomes, liquidity } = body;
  return { mechanism, outcomes, liquidity };
};

export const curveTerms = (body: Body<typeof curve>): Terms => {
  const { mechanism, fundamental, slope, source } = body;
  const { fact_cost_max: factCostMax, fact_move_max: factMoveMax } = body;
  const rules: readonly FactRule[] = body.fact_rules;
  return {
    mechanism,
    fundamental,
    slope,
    source,
    rules,
    ...(factCostMax !== undefined && { factCostMax }),
    ...(factMoveMax !== undefined && { factMoveMax }),
  };
};

export const rallyTerms = (body: Body<typeof rally>): Terms => {
  const { mechanism, tiers, minimum, maximum, per_person, seller } = body;
  const perPerson = per_person ?? maximum;
  return { mechanism, tiers, minimum, maximum, perPerson, seller };
};
