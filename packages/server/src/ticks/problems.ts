/** What a store could not do, as its caller is told: that nothing was done, or that nobody knows. */
import { Problem } from '../errors.js';
import { LogBroken, LogFull } from './log.js';

export function problemOf(error: unknown): unknown {
  if (error instanceof Problem) return error;
  if (error instanceof LogFull) return new Problem('storage_full', { retryAfterMs: 1_000 });
  if (error instanceof LogBroken) return new Problem('rebuilding', { retryAfterMs: 5_000 });
  // Whatever became of it, sent again it is taken once.
  return new Problem('outcome_unknown', { retryAfterMs: 1_000 });
}
