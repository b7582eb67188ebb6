import { describe, expect, test } from 'vitest';
import {
  Calendar,
  DAY_PLAY_MS,
  happenedAt,
  matchDays,
  minutesFromKickoff,
  minuteText,
  whistles,
} from './calendar.js';
import { FACT_RULES } from './listing.js';
import { openingProbability } from './odds.js';
import { loadOffers } from './rallies.js';
import { homeWins, schedule, type Step, stockMarket } from './schedule.js';
import { finalScore, loadWorldCup } from './worldcup.js';

const cup = loadWorldCup();
const offers = loadOffers();
const steps = schedule(cup, offers);
const ends = whistles(cup);
const days = matchDays(cup);

const ofType = <T extends Step['type']>(type: T): Extract<Step, { type: T }>[] =>
  steps.filter((step): step is Extract<Step, { type: T }> => step.type === type);

const facts = ofType('record_fact');
const FELT = new Map(
  FACT_RULES.map((rule) => [rule.kind, 'num' in rule ? rule.num / rule.den : 1]),
);

describe('the calendar', () => {
  test('[D5] the tournament has 34 match days; an evening kick-off after midnight UTC belongs to the day before', () => {
    expect(days).toHaveLength(34);
    expect(days[0]).toMatchObject({ number: 1, date: '2026-06-11' });
    expect(days[0]?.matches.map((match) => match.number)).toEqual([1, 2]);
    expect(days.at(-1)).toMatchObject({ number: 34, date: '2026-07-19' });
    expect(days.flatMap((day) => day.matches)).toHaveLength(104);
    days
      .slice(1)
      .forEach((day, index) => expect(day.startsAt).toBeGreaterThan(days[index]!.endsAt));
  });

  test('[D5] every match day lasts a minute on the play clock, and a night no time at all', () => {
    const calendar = new Calendar(days);
    expect(calendar.lengthMs).toBe(34 * DAY_PLAY_MS);
    for (const day of days) {
      expect(calendar.playAt(day.startsAt)).toBe((day.number - 1) * DAY_PLAY_MS);
      expect(calendar.playAt(day.endsAt)).toBe(day.number * DAY_PLAY_MS);
      expect(calendar.playAt(day.endsAt + 3_600_000)).toBe(day.number * DAY_PLAY_MS);
      expect(calendar.timeAt((day.number - 0.5) * DAY_PLAY_MS)).toBe(
        (day.startsAt + day.endsAt) / 2,
      );
    }
    expect(calendar.playAt(0)).toBe(0);
    expect(calendar.timeAt(calendar.lengthMs)).toBe(days.at(-1)?.endsAt);
  });

  test('[D6] minutes follow each other through half-time, stoppage and extra time', () => {
    expect(minutesFromKickoff({ minute: 45, stoppage: 3 })).toBe(48);
    expect(minutesFromKickoff({ minute: 46, stoppage: 0 })).toBe(61);
    expect(minutesFromKickoff({ minute: 90, stoppage: 4 })).toBe(109);
    expect(minutesFromKickoff({ minute: 91, stoppage: 0 })).toBe(116);
    expect(minutesFromKickoff({ minute: 106, stoppage: 0 })).toBe(136);
    expect([
      minuteText({ minute: 23, stoppage: 0 }),
      minuteText({ minute: 90, stoppage: 4 }),
    ]).toEqual(["23'", "90+4'"]);
    for (const moments of [cup.goals, cup.cards]) {
      moments.slice(1).forEach((moment, index) => {
        const before = moments[index]!;
        if (before.match !== moment.match) return;
        expect(minutesFromKickoff(moment)).toBeGreaterThanOrEqual(minutesFromKickoff(before));
      });
    }
  });
});

describe('the steps', () => {
  test('[D7] come in order of time, under distinct keys, the same at every reading', () => {
    expect(schedule(loadWorldCup(), loadOffers())).toEqual(steps);
    expect(new Set(steps.map((step) => step.key)).size).toBe(steps.length);
    steps
      .slice(1)
      .forEach((step, index) => expect(step.at).toBeGreaterThanOrEqual(steps[index]!.at));
    for (const { key } of steps) expect(key).toMatch(/^[A-Za-z0-9_-]{1,64}$/);
  });

  test('[D7] betting opens before kick-off and closes at it; goals and cards come before the end', () => {
    const opened = new Map(ofType('open_match').map((step) => [step.match.number, step.at]));
    for (const { match, at } of ofType('close_match')) {
      expect(at).toBe(match.kickoff);
      expect(opened.get(match.number)).toBeLessThan(match.kickoff);
    }
    for (const { match, at } of facts) {
      expect(at).toBeGreaterThan(match.kickoff);
      expect(at).toBeLessThan(ends.get(match.number)!);
    }
    expect(ofType('resolve_match').map((step) => step.at)).toEqual(
      ofType('resolve_match').map((step) => ends.get(step.match.number)),
    );
  });

  test('[D8] there are 308 goals and 258 cards, each a fact of its own on the stock of who did it', () => {
    expect(facts).toHaveLength(308 + 258);
    expect(new Set(facts.map((step) => step.fact)).size).toBe(566);
    expect(facts.filter((step) => step.goal)).toHaveLength(308);
    for (const { fact } of facts) expect(fact).toMatch(/^(goal|card)\.\d+\.\d+$/);
    const told = facts
      .filter((step) => step.goal)
      .map((step) => `${step.fact} ${step.market} ${step.at}`);
    const scored = cup.goals.map((goal) => {
      const at = happenedAt(cup.matches[goal.match - 1]!, goal);
      return `goal.${goal.match}.${goal.seq} ${stockMarket(goal.player)} ${at}`;
    });
    expect(told.sort()).toEqual(scored.sort());
  });

  test('[D9] an own goal lowers the stock of who scored it and lifts nobody', () => {
    const own = facts.filter((step) => step.kind === 'own_goal');
    expect(own).toHaveLength(14);
    expect(FELT.get('own_goal')).toBeLessThan(1);
    const risers = facts.filter((step) => FELT.get(step.kind)! > 1);
    for (const { fact, market, goal } of own) {
      expect(market).toBe(stockMarket(goal!.goal.player));
      expect(facts.filter((step) => step.fact === fact)).toHaveLength(1);
    }
    // Whatever rises rises for a goal its own team was given.
    expect(risers).toHaveLength(294);
    for (const { goal } of risers)
      expect(cup.players.get(goal!.goal.player)?.team).toBe(goal!.goal.countsFor);
  });

  test('[D9] the score a goal is told with adds up to the result', () => {
    for (const match of cup.matches) {
      const last = facts.filter((step) => step.goal && step.match === match).at(-1);
      expect(last?.goal?.score ?? { home: 0, away: 0 }).toEqual(finalScore(match));
    }
  });

  test('[D10] every match resolves: by the score in a group, where a draw means NO; by who goes through after it', () => {
    const ended = ofType('resolve_match');
    expect(ended).toHaveLength(104);
    for (const { match, payout } of ended) {
      const { home, away } = finalScore(match);
      const kicks = match.shootOut ?? { home: 0, away: 0 };
      const wins = home > away || (home === away && kicks.home > kicks.away);
      expect(payout, String(match.number)).toEqual(wins ? [1_000_000, 0] : [0, 1_000_000]);
    }
    expect(cup.matches.filter((match) => match.winner === undefined && homeWins(match))).toEqual(
      [],
    );
    // Germany and Paraguay drew, and Paraguay went through on penalties.
    expect(ended.find((step) => step.match.number === 74)?.payout).toEqual([0, 1_000_000]);
  });

  test('[D11] opening odds know nothing that had not happened', () => {
    for (const { match, at, probability } of ofType('open_match')) {
      const results = cup.matches.filter((one) => ends.get(one.number)! <= at);
      expect(results.every((one) => one.kickoff < match.kickoff)).toBe(true);
      expect(probability).toBe(openingProbability(match, results));
      expect(probability).toBeGreaterThanOrEqual(150_000);
      expect(probability).toBeLessThanOrEqual(850_000);
    }
    const [first] = cup.matches;
    expect(openingProbability(first!, [])).toBe(400_000);
    // Mexico's 2-0 speaks for Mexico: margin 2 and a win, over one match and one that nobody saw.
    expect(openingProbability(first!, [first!])).toBe(400_000 + 3 * 60_000);
  });

  test('[D12] a knock-out match is listed only when it is known who plays it', () => {
    for (const { match, at } of ofType('open_match').filter(
      (step) => step.match.stage !== 'group',
    )) {
      const earlier = cup.matches.filter(
        (one) =>
          one.kickoff < match.kickoff &&
          (match.stage === 'r32'
            ? one.stage === 'group'
            : [one.home, one.away].some((team) => [match.home, match.away].includes(team))),
      );
      expect(earlier.length).toBeGreaterThan(0);
      for (const one of earlier) expect(ends.get(one.number)).toBeLessThan(at);
    }
  });

  test('[D13] after the final all 1,248 stocks go, team by team, within the last match day', () => {
    const gone = ofType('delist');
    expect(steps.slice(-60, -12)).toEqual(gone);
    expect(new Set(gone.flatMap((step) => step.markets)).size).toBe(1_248);
    expect(gone[0]?.at).toBeGreaterThan(ends.get(104)!);
    expect(gone.at(-1)?.at).toBeLessThan(days.at(-1)!.endsAt);
  });
});
