/** Every queue is bounded, and every wait; here with their reasons. */
export const SEQUENCER_LIMITS = {
  /** Commands that wait to be decided or to become durable: about two seconds of a full load. */
  queuedMax: 10_000,
  queuedBytesMax: 16 * 1024 * 1024,
  /** A command that waited this long undecided is answered `busy`: its caller has better use for the time. */
  queuedMsMax: 2_000,
  /** A caller whose command is decided but not yet durable is told `unknown` after this. */
  answerMsMax: 5_000,
  /** Whoever waits for a deadline looks at the clock this often: it may be set forward, or the machine have slept. */
  lookMsMax: 1_000,
  /** How often waiting callers are looked at. */
  sweepMs: 250,
  /** A definite failure of the store is tried again after this, doubling … */
  retryMsMin: 20,
  /** … up to this. */
  retryMsMax: 1_000,
} as const;
