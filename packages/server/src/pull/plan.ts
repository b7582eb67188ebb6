/**
 * What follows from what was seen: the next row of an item, which says all that is to be done about it. A function of
 * that row, of what the journal holds and of the answer, so that whoever goes on after a crash comes to the same.
 */
import type { PullCount, PullItemRow, PullMarket } from '../vault/pull-rows.js';
import { factIdOf, type FactPlace } from './fact-id.js';
import { type Mapping, PULLS } from './mapping.js';
import type { Seen, SeenCount, SeenMarket, Status } from './seen.js';

/** A fact that is in the journal: when it happened, and whether it was taken back by this puller. */
export interface KnownFact {
  readonly at: number;
  readonly undone: boolean;
}

/** How often, one time after the other, an item has shown something that goes back. */
export interface Lows {
  readonly says: string;
  readonly times: number;
}

export interface Asked {
  readonly puller: string;
  readonly mapping: Mapping;
  readonly now: number;
  readonly acceptJumps: boolean;
  readonly lows: Lows | undefined;
  readonly known: (market: string, fact: string) => KnownFact | undefined;
}

export interface Plan {
  /** The same row where nothing has changed. */
  readonly row: PullItemRow | undefined;
  readonly lows?: Lows;
}

/** Why nothing of an item counts. */
export class Unbelievable extends Error {}

const RANK: Readonly<Record<Status, number>> = { scheduled: 0, live: 1, finished: 2 };

export function planOf(before: PullItemRow | undefined, seen: Seen, asked: Asked): Plan {
  const { now, mapping, puller } = asked;
  const counts = seen.counts.map((count, i) => foundOf(before, seen, count, i, asked));
  const says = backwards(before, counts, seen);
  if (says !== undefined && !asked.acceptJumps) {
    const times = asked.lows?.says === says ? asked.lows.times + 1 : 1;
    // Whatever speaks against a result makes it wait from the beginning.
    const waits = before?.verdict && { ...before, verdict: { ...before.verdict, since: now } };
    if (times < mapping.falls_after) return { row: waits ?? before, lows: { says, times } };
  }
  const base = before ?? first(puller, seen, now);
  const moved = counts.map((count, i) => countMoved(count, seen.counts[i]?.value, now));
  const next: PullItemRow = {
    ...base,
    names: [...seen.names],
    minute: seen.minute,
    status: seen.status,
    counts: moved,
    markets: seen.markets.map((market) => marketMoved(base, market, seen.status)),
  };
  const told = { ...next, verdict: verdictOf(base, next, seen, now) };
  if (before && JSON.stringify(told) === JSON.stringify(before)) return { row: before };
  return { row: { ...told, at: now, expires: now + PULLS.keptMs } };
}

function first(puller: string, seen: Seen, now: number): PullItemRow {
  return {
    type: 'pull_item',
    puller,
    item: seen.item,
    names: [...seen.names],
    minute: seen.minute,
    status: 'scheduled',
    counts: [],
    markets: [],
    verdict: null,
    seq: 0,
    born: now,
    at: now,
    expires: now + PULLS.keptMs,
  };
}

/** A count as it stands, with the facts that the journal has beyond what this row knows. */
function foundOf(
  before: PullItemRow | undefined,
  { item }: Seen,
  { market, value }: SeenCount,
  i: number,
  asked: Asked,
): PullCount {
  const rule = asked.mapping.counts[i];
  const count = rule?.count ?? '';
  const kind = market === null ? null : (rule?.kind ?? null);
  const kept = before?.counts.find((one) => one.count === count && one.market === market);
  const facts = [...(kept?.facts ?? [])];
  let standing = kept?.value ?? 0;
  for (; market !== null; ) {
    const place: FactPlace = { puller: asked.puller, item, count, n: facts.length + 1 };
    const more = asked.known(market, factIdOf(place));
    if (!more) break;
    facts.push({ at: more.at, undone: more.undone });
    if (!more.undone) standing++;
  }
  const found = { count, market, kind, value: standing, facts };
  judge(found, value, rule, asked.acceptJumps);
  return found;
}

/** A jump that is not believed, or a source that never comes to rest, throws. */
function judge(
  { count, value, facts }: PullCount,
  seen: number | undefined,
  rule: Mapping['counts'][number] | undefined,
  acceptJumps: boolean,
): void {
  if (seen === undefined || !rule) return;
  const by = seen - value;
  if (facts.length + Math.max(0, by) > PULLS.factsMax)
    throw new Unbelievable(`${count} was corrected too often`);
  if (acceptJumps) return;
  if (by > rule.rise_max) throw new Unbelievable(`${count} rose by ${by} at once`);
  if (-by > rule.fall_max) throw new Unbelievable(`${count} fell by ${-by} at once`);
}

/** What of it goes back, as one word; undefined where nothing does. */
function backwards(
  before: PullItemRow | undefined,
  counts: readonly PullCount[],
  seen: Seen,
): string | undefined {
  const falls = counts.map(({ value }, i) => {
    const now = seen.counts[i]?.value;
    return now !== undefined && now < value ? `${i}:${now}` : '';
  });
  const isBack = before !== undefined && RANK[seen.status] < RANK[before.status];
  const says = [...falls, isBack ? seen.status : ''].join(' ').trim();
  return says === '' ? undefined : says;
}

/** Up: so many new facts. Down: the newest that stand are taken back. */
function countMoved(count: PullCount, seen: number | undefined, now: number): PullCount {
  if (seen === undefined || seen === count.value) return count;
  if (count.market === null) return { ...count, value: seen };
  const facts = [...count.facts];
  for (let n = count.value; n < seen; n++) facts.push({ at: now, undone: false });
  for (let n = count.value; n > seen; n--) {
    const newest = facts.map(({ undone }) => undone).lastIndexOf(false);
    const fact = facts[newest];
    if (fact) facts[newest] = { ...fact, undone: true };
  }
  return { ...count, value: seen, facts };
}

/** A market that is resolved by a match stands still until it is; any other until the whistle. */
function marketMoved(
  { markets }: PullItemRow,
  { market, pauses, resolves }: SeenMarket,
  status: Status,
): PullMarket {
  const before = markets.find((one) => one.market === market)?.pause;
  if (!pauses && !before) return { market, resolves, pause: null };
  const on = pauses && (status === 'live' || (status === 'finished' && resolves));
  const pause = before ?? { n: 0, on: false, done: true, ours: false };
  if (pause.on === on) return { market, resolves, pause };
  return { market, resolves, pause: { ...pause, n: pause.n + 1, on, done: false } };
}

function verdictOf(
  before: PullItemRow,
  next: PullItemRow,
  seen: Seen,
  now: number,
): PullItemRow['verdict'] {
  const ends = seen.markets.flatMap(({ market, outcome }) =>
    outcome === undefined ? [] : [{ market, outcome }],
  );
  if (seen.status !== 'finished' || ends.length === 0) return null;
  const said = (row: PullItemRow): string =>
    JSON.stringify([row.status, row.counts.map(({ value }) => value)]);
  const isSame =
    before.verdict !== null &&
    JSON.stringify(before.verdict.ends) === JSON.stringify(ends) &&
    said(before) === said(next);
  return isSame ? before.verdict : { since: now, ends };
}
