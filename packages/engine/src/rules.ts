/** The number that everything carries which is not a market's mechanism; raised only by `adopt_rules`. */

/** The newest rules this build can decide by. */
export const RULES = 1;
/** The version of an entry's shape that this build writes. */
export const ENTRY_VERSION = 1;
