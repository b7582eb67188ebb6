/** Seeds that once failed, each with what it found. A seed that fails goes here the same day. */
import { expect, test } from 'vitest';
import { play } from './helpers.js';

interface Regression {
  readonly seed: number;
  readonly found: string;
  /** A planted bug that this seed must go on catching. */
  readonly canary?: string;
}

const REGRESSIONS: readonly Regression[] = [
  { seed: 58, found: 'a node that a disk full of small segments and bad luck never let start' },
  {
    seed: 80,
    found: 'an end that came a minute late, after a clock that had run ahead was set right',
  },
  { seed: 111, found: 'a disk without power that was taken for a busy one' },
  { seed: 276, found: 'an auditor who forgot that the reserve of a curve may be a unit ahead' },
  { seed: 314, found: "half of the journal's mark, left by a full disk" },
  { seed: 318, found: 'a power cut that came although everything was healed' },
  { seed: 450, found: 'what is decided at a start, taken for durable before it was' },
  { seed: 659, found: 'a rebuild that outlived its process and was listened to' },
  { seed: 1229, found: 'a process that went on paying out after its end' },
  { seed: 5, found: 'an exact tie of lmsr', canary: 'outward_tie' },
  { seed: 394, found: 'an end that nobody came by for, after the clock had leapt past it' },
  { seed: 195, found: 'a shelf of snapshots that could not be read kept a node from starting' },
  {
    seed: 1,
    found: 'an order of movements that only deciding again shows',
    canary: 'map_order_of_legs',
  },
];

test.each(REGRESSIONS)('[X6] seed $seed: $found', { timeout: 60_000 }, async ({ seed, canary }) => {
  const { wrong } = await play(seed, canary);
  if (canary === undefined) expect(wrong).toBeUndefined();
  else expect(wrong?.law).toMatch(/^(auditor|verify)$/);
});
