/** The tournament as an ordered list of steps. Same facts, same steps, same keys: a step is never done twice. */
import {
  DAY_PLAY_MS,
  happenedAt,
  type MatchDay,
  matchDays,
  MINUTE_MS,
  whistles,
} from './calendar.js';
import { openingProbability } from './odds.js';
import { type Outright, outrights } from './outrights.js';
import type { Offer } from './rallies.js';
import type { Card, Goal, Match, Score, WorldCup } from './worldcup.js';

/** Once both teams are known, the market of a knock-out match opens after a breath. */
const AFTER_PAIRING_MS = 5 * MINUTE_MS;
const DELISTING_STARTS_MS = 5 * MINUTE_MS;
const DELISTING_EVERY_MS = 20_000;
/** After the last delisting: what must be waited for comes last. */
const LAST_RALLIES_MS = 25 * MINUTE_MS;

interface Timed {
  /** Distinct; also the idempotency key of the step's first command. */
  readonly key: string;
  /** On the tournament clock. */
  readonly at: number;
}

export interface OpenMatch extends Timed {
  readonly type: 'open_match';
  readonly market: string;
  readonly match: Match;
  /** Of "home wins", in millionths. */
  readonly probability: number;
}

export interface CloseMatch extends Timed {
  readonly type: 'close_match';
  readonly market: string;
  readonly match: Match;
}

export interface ResolveMatch extends Timed {
  readonly type: 'resolve_match';
  readonly market: string;
  readonly match: Match;
  /** Of YES and NO, in millionths. */
  readonly payout: readonly [number, number];
}

/** A goal or card, told to the market of the player who did it. */
export interface RecordFact extends Timed {
  readonly type: 'record_fact';
  readonly market: string;
  readonly fact: string;
  readonly kind: Goal['kind'] | Card['kind'];
  readonly match: Match;
  /** For a goal: the score with it. */
  readonly goal?: { readonly goal: Goal; readonly score: Score };
}

/** The end of the 26 stocks of one team. */
export interface Delist extends Timed {
  readonly type: 'delist';
  readonly team: string;
  readonly markets: readonly string[];
}

export interface OutrightStep extends Timed {
  readonly type: 'open_outright' | 'close_outright' | 'resolve_outright';
  readonly market: string;
  readonly outright: Outright;
}

export interface OpenRally extends Timed {
  readonly type: 'open_rally';
  readonly market: string;
  readonly offer: Offer;
  /** How long the crowd is given, on the play clock. */
  readonly playMs: number;
}

/** By now the rally is over and paid, or the tournament waits for it. */
export interface SettleRally extends Timed {
  readonly type: 'settle_rally';
  readonly market: string;
}

export type Step =
  | OpenMatch
  | CloseMatch
  | RecordFact
  | ResolveMatch
  | Delist
  | OutrightStep
  | OpenRally
  | SettleRally;

export const stockMarket = (player: string): string => `P-${player}`;
export const matchMarket = (number: number): string => `M-${String(number).padStart(3, '0')}`;

/**
 * What "home wins" pays. In a knock-out match the winner is who goes through, after extra time or a
 * shoot-out if need be; in a group it is the score, and a draw means NO.
 */
export const homeWins = (match: Match): boolean => match.winner === match.home;

/** All steps in the order they are to be done. */
export function schedule(cup: WorldCup, offers: readonly Offer[]): readonly Step[] {
  const days = matchDays(cup);
  const ends = whistles(cup);
  const steps: Step[] = [
    ...cup.matches.flatMap((match) => matchSteps(match, { cup, days, ends })),
    ...goalSteps(cup),
    ...cup.cards.map((card) => cardStep(card, matchOf(cup, card.match))),
    ...outrights(cup, days).flatMap(outrightSteps),
    ...offers.flatMap((offer) => rallySteps(offer, days, lastWhistle(cup, ends))),
    ...delistings(cup, ends),
  ];
  return steps.sort(
    (a, b) => a.at - b.at || RANK[a.type] - RANK[b.type] || compareText(a.key, b.key),
  );
}

/** Of steps at one instant: betting on a match ends before anything in it can be known. */
const RANK = {
  close_match: 0,
  close_outright: 0,
  record_fact: 1,
  resolve_match: 2,
  resolve_outright: 2,
  open_match: 3,
  open_outright: 3,
  open_rally: 3,
  delist: 4,
  settle_rally: 5,
} as const;

interface Season {
  readonly cup: WorldCup;
  readonly days: readonly MatchDay[];
  readonly ends: ReadonlyMap<number, number>;
}

function matchSteps(match: Match, season: Season): readonly Step[] {
  const market = matchMarket(match.number);
  const opensAt = openingTime(match, season);
  const results = season.cup.matches.filter((one) => endOf(season.ends, one) <= opensAt);
  const probability = openingProbability(match, results);
  return [
    { type: 'open_match', key: `open-${market}`, at: opensAt, market, match, probability },
    { type: 'close_match', key: `close-${market}`, at: match.kickoff, market, match },
    {
      type: 'resolve_match',
      key: `resolve-${market}`,
      at: endOf(season.ends, match),
      market,
      match,
      payout: homeWins(match) ? [1_000_000, 0] : [0, 1_000_000],
    },
  ];
}

/** The start of the match day before, but not before it is known who plays. */
function openingTime(match: Match, { cup, days, ends }: Season): number {
  const today = days.findIndex((day) => day.matches.includes(match));
  const dayBefore = days[Math.max(0, today - 1)]?.startsAt ?? match.kickoff;
  const before = cup.matches.filter(
    (one) => one.kickoff < match.kickoff && decidesWhoPlays(one, match),
  );
  const known = Math.max(0, ...before.map((one) => endOf(ends, one) + AFTER_PAIRING_MS));
  const opensAt = Math.max(dayBefore, known);
  if (opensAt >= match.kickoff)
    throw new Error(`demo: match ${match.number} kicks off before it is known who plays`);
  return opensAt;
}

/** The first knock-out round rests on all groups, each later match on what its two teams did before. */
function decidesWhoPlays(earlier: Match, match: Match): boolean {
  if (match.stage === 'group') return false;
  if (match.stage === 'r32') return earlier.stage === 'group';
  return [earlier.home, earlier.away].some((team) => team === match.home || team === match.away);
}

function goalSteps(cup: WorldCup): readonly Step[] {
  const scores = new Map<number, Score>();
  return cup.goals.map((goal) => {
    const match = matchOf(cup, goal.match);
    const before = scores.get(goal.match) ?? { home: 0, away: 0 };
    const forHome = goal.countsFor === match.home;
    const score = { home: before.home + (forHome ? 1 : 0), away: before.away + (forHome ? 0 : 1) };
    scores.set(goal.match, score);
    return {
      type: 'record_fact',
      key: `fact-goal-${goal.match}-${goal.seq}`,
      at: happenedAt(match, goal),
      // The player's own stock, also for an own goal: it falls, and nobody is credited.
      market: stockMarket(goal.player),
      fact: `goal.${goal.match}.${goal.seq}`,
      kind: goal.kind,
      match,
      goal: { goal, score },
    };
  });
}

function cardStep(card: Card, match: Match): Step {
  return {
    type: 'record_fact',
    key: `fact-card-${card.match}-${card.seq}`,
    at: happenedAt(match, card),
    market: stockMarket(card.player),
    fact: `card.${card.match}.${card.seq}`,
    kind: card.kind,
    match,
  };
}

function outrightSteps(outright: Outright): readonly Step[] {
  const { market, opensAt, closesAt, endsAt } = outright;
  const step = (
    type: OutrightStep['type'],
    verb: 'open' | 'close' | 'resolve',
    at: number,
  ): Step => ({ type, key: `${verb}-${market}`, at, market, outright });
  return [
    step('open_outright', 'open', opensAt),
    step('close_outright', 'close', closesAt),
    step('resolve_outright', 'resolve', endsAt),
  ];
}

/**
 * A rally opens with its match day and ends by the exchange's own clock, at a time that is set when it opens: the
 * director makes it of `playMs` and the pace of then. The play clock may be stopped meanwhile, or go at another
 * pace, and a rally that is over by then is over. So nothing happens at the end of its time here. Only the
 * end of all waits for those that are still on.
 */
function rallySteps(offer: Offer, days: readonly MatchDay[], last: number): readonly Step[] {
  const { market } = offer;
  const day = days[offer.day - 1];
  if (!day) throw new Error(`demo: there is no match day ${offer.day}`);
  const playMs = offer.days * DAY_PLAY_MS;
  return [
    { type: 'open_rally', key: `open-${market}`, at: day.startsAt, market, offer, playMs },
    { type: 'settle_rally', key: `settle-${market}`, at: last + LAST_RALLIES_MS, market },
  ];
}

/** After the final every stock goes off the list, team by team. */
function delistings(cup: WorldCup, ends: ReadonlyMap<number, number>): readonly Step[] {
  const last = lastWhistle(cup, ends);
  const players = [...cup.players.values()];
  return [...cup.teams.keys()].sort(compareText).map((team, index) => ({
    type: 'delist',
    key: `delist-${team}`,
    at: last + DELISTING_STARTS_MS + index * DELISTING_EVERY_MS,
    team,
    markets: players
      .filter((player) => player.team === team)
      .map((player) => stockMarket(player.key)),
  }));
}

const endOf = (ends: ReadonlyMap<number, number>, match: Match): number =>
  ends.get(match.number) ?? match.kickoff;

const lastWhistle = (cup: WorldCup, ends: ReadonlyMap<number, number>): number =>
  Math.max(...cup.matches.map((match) => endOf(ends, match)));

function matchOf(cup: WorldCup, number: number): Match {
  const match = cup.matches[number - 1];
  if (!match) throw new Error(`demo: there is no match ${number}`);
  return match;
}

/** By code unit: the same everywhere, whatever the language of the machine. */
function compareText(a: string, b: string): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
