/** The body of a new market: its words go to the vault, its terms to the engine. */
import {
  BOUNDS,
  type Closing,
  type Draft,
  type FactRule,
  micro,
  parseAmount,
  type Risk,
  type Terms,
} from '@fairground/engine';
import { z } from 'zod';
import { amount, bps, factId, fraction, id, outcome, prose, time } from './fields.js';

const BPS_USUAL = 200;

const said = {
  title: prose(120),
  rules: prose(10_000).optional(),
  category: z
    .string()
    .regex(/^[a-z0-9-]{1,32}$/, '1 to 32 of a-z 0-9 -')
    .optional(),
};

const common = {
  opens_at: time.optional(),
  closes_at: time.optional(),
  /** Absent: `auto` where there is a `closes_at`, else `manual`. */
  closing: z
    .discriminatedUnion('mode', [
      z.strictObject({ mode: z.literal('auto') }),
      z.strictObject({
        mode: z.literal('auto_with_buffer'),
        minutes: z.int().min(1).max(BOUNDS.bufferMinutesMax),
      }),
      z.strictObject({ mode: z.literal('manual') }),
    ])
    .optional(),
  two_person: z.boolean().default(false),
  refund_cap: amount.default(micro(0n)),
  /** What this market watches for, where it is not as the limits say. */
  risk: z
    .strictObject({
      /** A part of one Point, of a stock's price: "0.2" halts at a move of more than a fifth. */
      breaker_move: amount.optional(),
      breaker_window_ms: z.int().min(0).optional(),
      breaker_halt_ms: z.int().min(0).optional(),
      /** Shares of one outcome. */
      position_limit: amount.optional(),
      extreme_price: fraction.optional(),
    })
    .optional(),
  fee_bps: bps.default(BPS_USUAL),
};

const cpmm = {
  mechanism: z.literal('cpmm'),
  outcomes: z.array(outcome).length(2).default(['YES', 'NO']),
  deposit: amount,
  /** Opening probability of the first outcome. */
  probability: fraction.default(500_000),
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

const curve = {
  mechanism: z.literal('curve'),
  fundamental: amount,
  slope: amount,
  source: id,
  fact_rules: z.array(factRule).max(BOUNDS.factRulesMax).default([]),
  fact_cost_max: amount.optional(),
  fact_move_max: amount.optional(),
};

/** Who puts the deposit in: the treasury, or the admin's own account. */
const fresh = { id: id.optional(), sponsor: id.default('treasury') };

const cpmmTerms = ({
  mechanism,
  outcomes,
  deposit,
  probability,
  fee_bps,
}: Shape<typeof cpmm>): Terms => {
  return { mechanism, outcomes, deposit, probability, bps: fee_bps };
};

const curveTerms = (body: Shape<typeof curve>): Terms => {
  const { mechanism, fundamental, slope, source, fee_bps } = body;
  const { fact_cost_max: factCostMax, fact_move_max: factMoveMax } = body;
  const rules: readonly FactRule[] = body.fact_rules;
  return {
    mechanism,
    fundamental,
    slope,
    bps: fee_bps,
    source,
    rules,
    ...(factCostMax !== undefined && { factCostMax }),
    ...(factMoveMax !== undefined && { factMoveMax }),
  };
};

type Shape<Fields extends z.ZodRawShape> = z.infer<z.ZodObject<Fields & typeof common>>;

const MECHANISM_FORM = 'A mechanism is "cpmm" (two outcomes) or "curve" (a stock)';
const form = { error: MECHANISM_FORM };

/** Each mechanism says in its own body what its terms are. */
export const NewMarket = z.discriminatedUnion(
  'mechanism',
  [
    z
      .strictObject({ ...fresh, ...said, ...common, ...cpmm })
      .transform((body) => ({ ...body, terms: cpmmTerms(body) })),
    z
      .strictObject({ ...fresh, ...said, ...common, ...curve })
      .transform((body) => ({ ...body, terms: curveTerms(body) })),
  ],
  form,
);
export const EditedMarket = z.discriminatedUnion(
  'mechanism',
  [
    z
      .strictObject({ ...said, ...common, ...cpmm })
      .transform((body) => ({ ...body, terms: cpmmTerms(body) })),
    z
      .strictObject({ ...said, ...common, ...curve })
      .transform((body) => ({ ...body, terms: curveTerms(body) })),
  ],
  form,
);
export type EditedMarket = z.infer<typeof EditedMarket>;

/** The text that is hashed: fields in one order, so that equal words have equal bytes. */
export function textOf({
  title,
  rules,
  category,
}: Pick<EditedMarket, 'title' | 'rules' | 'category'>): string {
  return JSON.stringify({ title, rules, category });
}

export function draftOf(body: EditedMarket, text: string): Draft {
  const { opens_at: opensAt, closes_at: closesAt, terms } = body;
  return {
    text,
    closing: body.closing ?? usualClosing(closesAt),
    ...(opensAt !== undefined && { opensAt }),
    ...(closesAt !== undefined && { closesAt }),
    twoPerson: body.two_person,
    refundCap: body.refund_cap,
    ...(body.risk !== undefined && { risk: riskOf(body.risk) }),
    terms,
  };
}

function riskOf(risk: NonNullable<EditedMarket['risk']>): Risk {
  return {
    ...(risk.breaker_move !== undefined && { breakerMove: risk.breaker_move }),
    ...(risk.breaker_window_ms !== undefined && { breakerWindowMs: risk.breaker_window_ms }),
    ...(risk.breaker_halt_ms !== undefined && { breakerHaltMs: risk.breaker_halt_ms }),
    ...(risk.position_limit !== undefined && { positionLimit: risk.position_limit }),
    ...(risk.extreme_price !== undefined && { extremePrice: risk.extreme_price }),
  };
}

const usualClosing = (closesAt: number | undefined): Closing =>
  closesAt === undefined ? { mode: 'manual' } : { mode: 'auto' };
