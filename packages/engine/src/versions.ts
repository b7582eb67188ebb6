/** A build decides by the versions it knows and by no other: what it does not know it says, and never guesses. */
import type { Entry } from './event.js';
import { decidesBy } from './mechanism/registry.js';
import { ENTRY_VERSION, RETIRED, RULES } from './rules.js';
import type { ReadonlyWorld } from './world.js';

/** A version this build does not decide by, and why. */
export interface Undecided {
  /** `form 2`, `rules 2`, `cpmm@2`. */
  readonly version: string;
  readonly why: string;
}

const NEWER = 'a newer build wrote it';
const undecided = (version: string): Undecided => ({
  version,
  why: RETIRED.get(version) ?? NEWER,
});

/** Undefined where this build decides by these rules. */
export function undecidedRules(rules: number): Undecided | undefined {
  const version = `rules ${rules}`;
  return rules > RULES || RETIRED.has(version) ? undecided(version) : undefined;
}

/**
 * What keeps a node from leading past this entry: a form, rules or a mechanism that it does not know. Rules that
 * are retired are no such thing once later ones are in force.
 */
export function unreadable({ v, rules, events }: Entry): Undecided | undefined {
  if (v > ENTRY_VERSION) return undecided(`form ${v}`);
  if (rules > RULES) return undecided(`rules ${rules}`);
  for (const event of events) {
    if (event.type === 'rules_adopted' && event.rules > RULES)
      return undecided(`rules ${event.rules}`);
    if (event.type === 'market_created' && !decidesBy(event.mechanism))
      return undecided(event.mechanism);
  }
  return undefined;
}

/** Why an entry can only be folded, not decided again. `world` is the one before it. */
export function undecidedEntry(world: ReadonlyWorld, entry: Entry): Undecided | undefined {
  const { wish } = entry.command;
  const newer = wish.type === 'adopt_rules' ? undecidedRules(wish.rules) : undefined;
  return unreadable(entry) ?? undecidedRules(entry.rules) ?? newer ?? undecidedMarket(world, entry);
}

/** A market of another version that the entry is about. */
function undecidedMarket(
  { markets }: ReadonlyWorld,
  { command, events }: Entry,
): Undecided | undefined {
  for (const one of [command.wish, ...events]) {
    const market = 'market' in one ? markets.get(one.market) : undefined;
    if (market && !decidesBy(market.mechanism)) return undecided(market.mechanism);
  }
  return undefined;
}
