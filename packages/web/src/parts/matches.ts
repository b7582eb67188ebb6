/** The matches of a season, found in its facts, and the price after each. */
import type { Candle, Fact } from '../wire.js';

/** What happens within so long of each other happened in one match: nobody plays twice on a day. */
const MATCH_MS = 6 * 3_600_000;

export interface Match {
  readonly key: string;
  readonly happenedAt: string;
  /** In the order in which they were told. */
  readonly facts: readonly Fact[];
}

const timeOf = (fact: Fact): string => fact.happened_at ?? fact.at;

/** `facts` are newest first, and so are the matches. A fact taken back belongs to the match of what it undoes. */
export function matchesOf(facts: readonly Fact[]): readonly Match[] {
  const known = new Map(facts.map((fact) => [fact.fact, fact]));
  const when = (fact: Fact): string => timeOf(known.get(fact.undoes ?? '') ?? fact);
  const sorted = [...facts].sort((a, b) => Date.parse(when(a)) - Date.parse(when(b)));
  const matches: { key: string; happenedAt: string; facts: Fact[] }[] = [];
  for (const fact of sorted) {
    const last = matches.at(-1);
    const begins = last === undefined ? Number.NEGATIVE_INFINITY : Date.parse(last.happenedAt);
    if (last && Date.parse(when(fact)) - begins < MATCH_MS) last.facts.push(fact);
    else matches.push({ key: fact.fact, happenedAt: when(fact), facts: [fact] });
  }
  for (const match of matches) match.facts.sort((a, b) => a.seq - b.seq);
  return matches.reverse();
}

export const toldAt = (fact: Fact | undefined): number => Date.parse(fact?.at ?? '');

/**
 * The price when a match had been told: where the box of its last fact closed. Where the next match was told in the
 * same box, that close is the next one's.
 */
export function priceAfter(
  candles: readonly Candle[],
  match: Match,
  next: Match | undefined,
): string | undefined {
  const boxAt = (at: number): Candle | undefined =>
    candles.filter((one) => Date.parse(one.time) <= at).at(-1);
  const box = boxAt(toldAt(match.facts.at(-1)));
  return next && boxAt(toldAt(next.facts[0])) === box ? undefined : box?.close;
}
