/** What somebody may think of the whole tournament: results so far, and his own opinion; never what comes. */
import type { ReadonlyWorld } from '@fairground/engine';
import type { Bot } from './cast.js';
import { dice } from './dice.js';
import { form } from './odds.js';
import { OTHER, type Outright } from './outrights.js';

import { matchMarket, stockMarket } from './schedule.js';
import { goalsByPlayer, standings } from './standings.js';
import type { Match, WorldCup } from './worldcup.js';

/** What the exchange has been told: whoever looks at the world can know as much. */
export interface Known {
  /** Form of every team, from the matches whose markets are over. */
  readonly form: ReadonlyMap<string, number>;
  readonly points: ReadonlyMap<string, number>;
  /** Teams that cannot be champions any more. */
  readonly out: ReadonlySet<string>;
  readonly goals: ReadonlyMap<string, number>;
}

/** One whole point of form, of the table or of opinion makes a team so many times e as likely. */
const FORM_WEIGHT = 0.6;
const POINTS_WEIGHT = 0.5;
const GOAL_WEIGHT = 0.9;
const OPINION_WEIGHT = 0.8;
/** A fan believes. */
const LOVE = 1.5;
/** All whom the list of candidates leaves out, against one who is on it. */
const OTHERS_WEIGHT = 3;

export function knownOf(cup: WorldCup, world: ReadonlyWorld): Known {
  const results = cup.matches.filter(({ number }) =>
    isResolved(world.markets.get(matchMarket(number))?.state),
  );
  const told = cup.goals.filter(({ player, match, seq }) =>
    world.markets.get(stockMarket(player))?.facts.has(`goal.${match}.${seq}`),
  );
  const teams = [...cup.teams.keys()];
  const table = standings(
    teams,
    results.filter(({ stage }) => stage === 'group'),
  );
  return {
    form: new Map(teams.map((team) => [team, form(team, results)])),
    points: new Map(table.map(({ team, points }) => [team, points])),
    out: outOf(cup, results),
    goals: goalsByPlayer(told),
  };
}

const isResolved = (state: string | undefined): boolean =>
  state === 'resolved' || state === 'settled';

/** Who lost a knock-out match; and, once all groups are played, who is not among those that go on. */
function outOf(cup: WorldCup, results: readonly Match[]): ReadonlySet<string> {
  const out = new Set<string>();
  for (const { stage, home, away, winner } of results) {
    if (stage !== 'group') out.add(winner === home ? away : home);
  }
  const ofGroups = (matches: readonly Match[]): number =>
    matches.filter(({ stage }) => stage === 'group').length;
  if (ofGroups(results) < ofGroups(cup.matches)) return out;
  const goOn = new Set(
    cup.matches.filter(({ stage }) => stage === 'r32').flatMap(({ home, away }) => [home, away]),
  );
  for (const team of cup.teams.keys()) if (!goOn.has(team)) out.add(team);
  return out;
}

/** The chances of the outcomes as this bot sees them, in order; without a bot, as the plain figures have it. */
export function beliefs(outright: Outright, known: Known, bot?: Bot): readonly number[] {
  const weights = outright.outcomes.map((outcome) => weightOf(outright, outcome, known, bot));
  const sum = weights.reduce((total, weight) => total + weight, 0);
  return weights.map((weight) => (sum > 0 ? weight / sum : 1 / weights.length));
}

function weightOf(outright: Outright, outcome: string, known: Known, bot?: Bot): number {
  const team = outcome.split('-')[0] ?? '';
  const opinion = bot === undefined ? 0 : opinionOf(bot, outcome, team);
  switch (outright.kind) {
    case 'champion':
      return known.out.has(team)
        ? 0
        : Math.exp(FORM_WEIGHT * (known.form.get(team) ?? 0) + opinion);
    case 'group':
      return Math.exp(
        POINTS_WEIGHT * (known.points.get(team) ?? 0) +
          FORM_WEIGHT * (known.form.get(team) ?? 0) +
          opinion,
      );
    case 'scorer':
      return scorerWeight(outright, outcome, known, opinion);
  }
}

/** Who has gone home scores no more: he is only in it while nobody has passed him. */
function scorerWeight(
  { outcomes }: Outright,
  outcome: string,
  { goals, out }: Known,
  opinion: number,
): number {
  const others = [...goals].filter(([player]) => !outcomes.includes(player));
  const scored =
    outcome === OTHER
      ? Math.max(0, ...others.map(([, count]) => count))
      : (goals.get(outcome) ?? 0);
  const most = Math.max(0, ...goals.values());
  const isHome = out.has(outcome.split('-')[0] ?? '');
  if (isHome && scored < most) return 0;
  const weight = Math.exp(GOAL_WEIGHT * (scored - most) + opinion - (isHome ? 1 : 0));
  return outcome === OTHER ? weight * OTHERS_WEIGHT : weight;
}

/** From −1 to 1 of its weight, the same every time he is asked; and a fan is a fan. */
function opinionOf(bot: Bot, outcome: string, team: string): number {
  const letters = Array.from(outcome, (letter) => letter.charCodeAt(0));
  const noise = (dice(bot.taste, ...letters).below(2_001) - 1_000) / 1_000;
  return OPINION_WEIGHT * noise + (bot.style === 'fan' && bot.team === team ? LOVE : 0);
}
