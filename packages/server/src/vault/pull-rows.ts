/** What the vault remembers of pullers: what they are to do, and how far each has come with what it has seen. */
import { z } from 'zod';
import { Mapping } from '../pull/mapping.js';

const PullerRow = z.strictObject({
  type: z.literal('puller'),
  id: z.string(),
  name: z.string(),
  url: z.string(),
  everySeconds: z.int(),
  mapping: Mapping,
  /** The account whose facts they are. */
  source: z.string(),
  /** The admin in whose name markets are paused and resolved. */
  by: z.string(),
  /** What is sent along; the values may be secret, and are shown to nobody. */
  headers: z.array(z.strictObject({ name: z.string(), value: z.string() })),
  on: z.boolean(),
  created: z.int(),
});
const PullerDroppedRow = z.strictObject({ type: z.literal('puller_dropped'), puller: z.string() });

/** A fact by its number: when it was seen first, and whether it was taken back. */
const Fact = z.strictObject({ at: z.int(), undone: z.boolean() });
const Count = z.strictObject({
  count: z.string(),
  /** Whose fundamental it moves, and by which kind of fact; null where it is only shown. */
  market: z.string().nullable(),
  kind: z.string().nullable(),
  value: z.int(),
  facts: z.array(Fact),
});
/** The `n`th change of whether a market stands still for a match. */
const Pause = z.strictObject({
  n: z.int(),
  on: z.boolean(),
  /** Whether that was carried out. */
  done: z.boolean(),
  /** Whether the pause that stands is this puller's own: no other is ended. */
  ours: z.boolean(),
});
const Market = z.strictObject({
  market: z.string(),
  resolves: z.boolean(),
  pause: Pause.nullable(),
});
const End = z.strictObject({ market: z.string(), outcome: z.string() });
/** One item as it was seen last. It is kept before anything is done about it, and so says all that is to be done. */
const PullItemRow = z.strictObject({
  type: z.literal('pull_item'),
  puller: z.string(),
  item: z.string(),
  names: z.array(z.string()),
  minute: z.string().nullable(),
  status: z.enum(['scheduled', 'live', 'finished']),
  counts: z.array(Count),
  markets: z.array(Market),
  /** What it comes to, and since when nothing of it has changed. */
  verdict: z.strictObject({ since: z.int(), ends: z.array(End) }).nullable(),
  /** The entry of its newest fact. */
  seq: z.int(),
  born: z.int(),
  at: z.int(),
  expires: z.int(),
});
/** What becomes of a verdict: one row has its place, on whichever node it was made. */
const PullVerdictRow = z.strictObject({
  type: z.literal('pull_verdict'),
  puller: z.string(),
  item: z.string(),
  act: z.enum(['veto', 'resolve']),
  by: z.string(),
  at: z.int(),
  /** The hash of why not. */
  reason: z.string().optional(),
  ends: z.array(End),
});
const Rejected = z.strictObject({
  at: z.int(),
  item: z.string().nullable(),
  reason: z.string(),
  times: z.int(),
});
/** How it went the last time. */
const PullStateRow = z.strictObject({
  type: z.literal('pull_state'),
  puller: z.string(),
  at: z.int(),
  error: z.string().nullable(),
  items: z.int(),
  rejected: z.array(Rejected),
  expires: z.int(),
});
/** Somebody wants it pulled now. */
const PullAskedRow = z.strictObject({
  type: z.literal('pull_asked'),
  puller: z.string(),
  at: z.int(),
  /** Once, whatever is beyond its bounds is taken for true. */
  acceptJumps: z.boolean(),
  expires: z.int(),
});

export const PullRow = z.discriminatedUnion('type', [
  PullerRow,
  PullerDroppedRow,
  PullItemRow,
  PullVerdictRow,
  PullStateRow,
  PullAskedRow,
]);
export type PullRow = z.infer<typeof PullRow>;
export type PullerRow = z.infer<typeof PullerRow>;
export type PullItemRow = z.infer<typeof PullItemRow>;
export type PullCount = z.infer<typeof Count>;
export type PullMarket = z.infer<typeof Market>;
export type PullEnd = z.infer<typeof End>;
export type PullVerdictRow = z.infer<typeof PullVerdictRow>;
export type PullStateRow = z.infer<typeof PullStateRow>;
export type PullAskedRow = z.infer<typeof PullAskedRow>;
export type Rejected = z.infer<typeof Rejected>;
