/** A machine may lack what a suite needs; a machine that must have everything says so. */

/**
 * Whether a suite can run. Where `FAIRGROUND_REQUIRE=all` (CI), a missing requirement throws, so
 * that a suite nobody ran can never look like one that passed.
 *
 *     const ready = requiredOrSkip(existsSync('/usr/bin/chromium'), 'Chromium is not installed');
 *     describe.runIf(ready)('the ticket', …)
 */
export function requiredOrSkip(met: boolean, why: string): boolean {
  if (met) return true;
  if (process.env['FAIRGROUND_REQUIRE'] === 'all') throw new Error(`required here, but: ${why}`);
  console.warn(`skipped: ${why}`);
  return false;
}

/** The same for what no machine must have, such as data beside the checkout: it only says so. */
export function optionalOrSkip(met: boolean, why: string): boolean {
  if (!met) console.warn(`skipped: ${why}`);
  return met;
}
