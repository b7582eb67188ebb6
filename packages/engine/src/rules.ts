/** The number that everything carries which is not a market's mechanism; raised only by `adopt_rules`. */

/** The newest rules this build can decide by. */
export const RULES = 1;
/** The version of an entry's shape that this build writes. */
export const ENTRY_VERSION = 1;

/**
 * What was once decided by and no longer is, `cpmm@1` or `rules 1`, each with the reason. Its entries are
 * folded and counted, and no node leads a journal that still needs it.
 */
export const RETIRED: ReadonlyMap<string, string> = new Map();
