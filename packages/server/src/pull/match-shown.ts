/** The schema of a match as it is shown: one for the answer and the feed. */
import { z } from 'zod';

const text = z.string();
const time = z.iso.datetime();

export const MatchShown = z.strictObject({
  puller: text,
  source: text,
  item: text,
  names: z.array(text),
  status: z.enum(['scheduled', 'live', 'finished']),
  minute: text.nullable(),
  counts: z.array(z.strictObject({ count: text, value: z.int().min(0), market: text.nullable() })),
  markets: z.array(z.strictObject({ market: text, pauses: z.boolean(), resolves: z.boolean() })),
  ends: z.array(z.strictObject({ market: text, outcome: text })),
  resolves_at: time.nullable(),
  verdict: z.enum(['veto', 'resolve']).nullable(),
  updated_at: time,
  seq: z.int().min(0),
});
