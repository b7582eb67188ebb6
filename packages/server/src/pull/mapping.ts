/** What a puller makes of an answer, declared as data: where the items are, what counts, and what follows from it. */
import { isFactId, isId, isOutcome } from '@fairground/engine';
import { z } from 'zod';

/** The most of each there may be, and what stands where nothing is said. */
export const PULLS = {
  pullersMax: 50,
  /** More would be more than a page shows, and more than one pull carries out in its time. */
  itemsMax: 500,
  everySecondsMax: 86_400,
  headersMax: 10,
  /** The newest that were not taken are kept, so many of a puller. */
  rejectedMax: 50,
  /** Corrections of one count: a source that says more than this is not one. */
  factsMax: 500,
  /** What was seen stays so long after it changed last. */
  keptMs: 30 * 86_400_000,
} as const;

/** `teams.0.goals`: fields and places in lists, from the item (or the body) on; '' is itself. */
const path = z
  .string()
  .max(200)
  .regex(/^(|[A-Za-z0-9_-]{1,40}(\.[A-Za-z0-9_-]{1,40}){0,7})$/, 'A path is like "teams.0.goals"');

const MARKET_FORM = 'A market is an id with fields in braces, such as "P-{home.code}"';
/** Which market: an id with fields of the item in it, or a table by one field. */
const market = z.union([
  z
    .string({ error: MARKET_FORM })
    .max(200)
    .regex(/^([A-Za-z0-9_-]|\{[A-Za-z0-9_.-]{1,120}\})+$/, MARKET_FORM),
  z.strictObject({
    path,
    is: z.record(z.string().min(1).max(64), z.string().refine(isId, 'A market id')),
  }),
]);
export type MarketRef = z.infer<typeof market>;

const words = z.array(z.string().min(1).max(40)).min(1).max(40);
const Count = z.strictObject({
  count: z.string().regex(/^[A-Za-z0-9_-]{1,20}$/, '1 to 20 of A-Z a-z 0-9 _ -'),
  path,
  market: market.optional(),
  kind: z.string().refine(isFactId, 'A kind of fact').optional(),
  /** Beyond these it is not believed. */
  max: z.int().min(1).max(1_000).default(99),
  rise_max: z.int().min(1).max(1_000).default(5),
  fall_max: z.int().min(1).max(1_000).default(2),
});

export const Mapping = z
  .strictObject({
    items: path,
    item: path,
    names: z.array(path).min(1).max(4),
    minute: path.optional(),
    /** Absent: whatever is in the list is live. */
    status: z.strictObject({ path, scheduled: words, live: words, finished: words }).optional(),
    counts: z.array(Count).max(16),
    markets: z
      .array(
        z.strictObject({
          market,
          /** Nobody trades there from kick-off to whistle. */
          pauses: z.boolean().default(false),
          resolves: z
            .strictObject({
              path,
              is: z.record(z.string().min(1).max(64), z.string().refine(isOutcome, 'An outcome')),
            })
            .optional(),
        }),
      )
      .max(16)
      .default([]),
    /** So long a result must stand, unchanged, before markets are resolved by it. */
    hold_s: z.int().min(0).max(86_400).default(600),
    /** What goes back counts once it was seen so often, one time after the other. */
    falls_after: z.int().min(1).max(20).default(2),
  })
  .superRefine(({ counts, markets, status }, context) => {
    const wrong = (message: string, at: PropertyKey[]): void =>
      context.addIssue({ code: 'custom', message, path: at });
    counts.forEach((one, i) => {
      if ((one.market === undefined) !== (one.kind === undefined))
        wrong('A count has a market and a kind, or neither', ['counts', i]);
      if (counts.findIndex(({ count }) => count === one.count) < i)
        wrong('Each count has its own name', ['counts', i]);
    });
    if (!status && markets.some(({ pauses, resolves }) => pauses || resolves))
      wrong('Who pauses or resolves needs a status', ['markets']);
    const all = status ? [...status.scheduled, ...status.live, ...status.finished] : [];
    if (new Set(all).size < all.length) wrong('Each word has one status', ['status']);
  });
export type Mapping = z.infer<typeof Mapping>;
