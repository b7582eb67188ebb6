/** The body of a new market: its words go to the vault, its terms to the engine. */
import { BOUNDS, type Closing, type Draft, micro, type Risk } from '@fairground/engine';
import { z } from 'zod';
import { amount, bps, fraction, id, prose, time } from './fields.js';
import { cpmm, cpmmTerms, curve, curveTerms, lmsr, lmsrTerms, rally, rallyTerms } from './terms.js';

const said = {
  title: prose(120),
  rules: prose(10_000).optional(),
  category: z
    .string()
    .regex(/^[a-z0-9-]{1,32}$/, '1 to 32 of a-z 0-9 -')
    .optional(),
};

const common = {
  ...said,
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
  /** Absent: the usual one of its mechanism, as the limits say when it is drafted. */
  fee_bps: bps.optional(),
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
};

/** Who puts the deposit in: the treasury, or the admin's own account. */
const fresh = { ...common, id: id.optional(), sponsor: id.default('treasury') };
/** A rally is put up by its seller, whom its body names. */
const freshRally = { ...common, id: id.optional() };

const MECHANISM_FORM =
  'A mechanism is "cpmm" (two outcomes), "lmsr" (two to 64), "curve" (a stock) or "rally" (a falling price)';
const form = { error: MECHANISM_FORM };

/** Each mechanism says in its own body what its terms are. */
export const NewMarket = z.discriminatedUnion(
  'mechanism',
  [
    z
      .strictObject({ ...fresh, ...cpmm })
      .transform((body) => ({ ...body, terms: cpmmTerms(body) })),
    z
      .strictObject({ ...fresh, ...lmsr })
      .transform((body) => ({ ...body, terms: lmsrTerms(body) })),
    z
      .strictObject({ ...fresh, ...curve })
      .transform((body) => ({ ...body, terms: curveTerms(body) })),
    z
      .strictObject({ ...freshRally, ...rally })
      .transform((body) => ({ ...body, sponsor: body.seller, terms: rallyTerms(body) })),
  ],
  form,
);
export const EditedMarket = z.discriminatedUnion(
  'mechanism',
  [
    z
      .strictObject({ ...common, ...cpmm })
      .transform((body) => ({ ...body, terms: cpmmTerms(body) })),
    z
      .strictObject({ ...common, ...lmsr })
      .transform((body) => ({ ...body, terms: lmsrTerms(body) })),
    z
      .strictObject({ ...common, ...curve })
      .transform((body) => ({ ...body, terms: curveTerms(body) })),
    z
      .strictObject({ ...common, ...rally })
      .transform((body) => ({ ...body, terms: rallyTerms(body) })),
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
    terms: body.fee_bps === undefined ? terms : { ...terms, bps: body.fee_bps },
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
