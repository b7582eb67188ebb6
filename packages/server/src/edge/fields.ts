/** The fields of requests: the single source of what is accepted, and of what is said about the rest. */
import {
  type Amount,
  BOUNDS,
  isFactId,
  isId,
  isOutcome,
  parseAmount,
  parseTime,
} from '@fairground/engine';
import { z } from 'zod';

const AMOUNT_FORM =
  'An amount is a decimal string such as "12.5": up to 13 digits, at most six decimals, no sign, no exponent, at most 10^12.';
const NUMBER_FORM = `${AMOUNT_FORM} A JSON number is never an amount: write it in quotes.`;

/** Points or shares: `"12.5"` becomes 12500000n. */
export const amount = z
  .string({ error: NUMBER_FORM })
  .transform((text, context): Amount => {
    const value = parseAmount(text);
    if (value !== undefined) return value;
    context.issues.push({ code: 'custom', message: AMOUNT_FORM, input: text });
    return z.NEVER;
  })
  .meta({ pattern: String.raw`^\d{1,13}(\.\d{1,6})?$`, examples: ['12.5'] });

/** A part of one, such as a probability or the price of an outcome: `"0.35"` becomes 350000. */
export const fraction = amount.transform((value, context): number => {
  if (value <= 1_000_000n) return Number(value);
  context.issues.push({ code: 'custom', message: 'A part of one is at most "1".', input: value });
  return z.NEVER;
});

const ID_FORM = 'An id has 1 to 64 of A-Z a-z 0-9 _ -';
export const id = z
  .string({ error: ID_FORM })
  .refine(isId, ID_FORM)
  .meta({ pattern: '^[A-Za-z0-9_-]{1,64}$' });

const OUTCOME_FORM = 'An outcome has 1 to 16 of A-Z 0-9 _ - (upper case)';
export const outcome = z
  .string({ error: OUTCOME_FORM })
  .refine(isOutcome, OUTCOME_FORM)
  .meta({ pattern: '^[A-Z0-9_-]{1,16}$' });

const FACT_FORM = '1 to 64 of A-Z a-z 0-9 . _ : -';
export const factId = z
  .string({ error: FACT_FORM })
  .refine(isFactId, FACT_FORM)
  .meta({ pattern: '^[A-Za-z0-9._:-]{1,64}$' });

const TIME_FORM = 'A time is ISO-8601 in UTC, such as "2026-11-21T18:00:00Z"';
export const time = z
  .string({ error: TIME_FORM })
  .transform((text, context): number => {
    const at = parseTime(text);
    if (at !== undefined) return at;
    context.issues.push({ code: 'custom', message: TIME_FORM, input: text });
    return z.NEVER;
  })
  .meta({ format: 'date-time' });

/** A whole number that came in an address. */
export const count = (most: number) =>
  z
    .string()
    .regex(/^\d{1,15}$/, 'A whole number')
    .transform(Number)
    .refine((value) => value <= most, `At most ${most}`);

export const limit = count(100)
  .refine((value) => value >= 1, 'At least 1')
  .default(50);
export const seq = count(Number.MAX_SAFE_INTEGER);
export const cursor = z.string().max(200).optional();

/** Text for people: no control characters, so that no page or terminal is made to do anything. */
export const prose = (most: number) =>
  z
    .string()
    .trim()
    .min(1, 'This must not be empty')
    .max(most)
    .refine(
      (text) => !/[\u0000-\u0008\u000b-\u001f\u007f-\u009f]/.test(text),
      'No control characters',
    );

/** The name that others see. */
export const handle = z
  .string()
  .regex(
    /^[A-Za-z0-9][A-Za-z0-9_.-]{0,31}$/,
    '1 to 32 of A-Z a-z 0-9 _ . -, first a letter or digit',
  );

export const reason = prose(2_000);
export const side = z.enum(['buy', 'sell'], { error: 'A side is "buy" or "sell"' });
export const bps = z.int().min(0).max(BOUNDS.bpsMax);
/** Of a command that says nothing but its name. */
export const nothing = z.strictObject({}).nullish();
export const marketId = z.strictObject({ id });
