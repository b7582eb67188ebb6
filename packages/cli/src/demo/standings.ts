/** Tables and scorers, from results alone: nobody's opinion is in them. */
import { finalScore, type Goal, type Match, type WorldCup } from './worldcup.js';

export interface Standing {
  readonly team: string;
  readonly points: number;
  readonly margin: number;
  readonly goals: number;
}

/** What each of these teams did in the matches they played among themselves, in the order given. */
export function standings(
  teams: readonly string[],
  matches: readonly Match[],
): readonly Standing[] {
  const among = matches.filter(({ home, away }) => teams.includes(home) && teams.includes(away));
  return teams.map((team) => {
    let [points, margin, goals] = [0, 0, 0];
    for (const match of among) {
      if (match.home !== team && match.away !== team) continue;
      const { home, away } = finalScore(match);
      const [scored, conceded] = match.home === team ? [home, away] : [away, home];
      points += scored > conceded ? 3 : scored === conceded ? 1 : 0;
      margin += scored - conceded;
      goals += scored;
    }
    return { team, points, margin, goals };
  });
}

const better = (a: Standing, b: Standing): number =>
  b.points - a.points || b.margin - a.margin || b.goals - a.goals;

/** The best of these by points, margin and goals: more than one where they are level in all three. */
function bestOf(teams: readonly string[], matches: readonly Match[]): readonly string[] {
  const [first, ...others] = [...standings(teams, matches)].sort(better);
  if (!first) return [];
  return [first, ...others.filter((one) => better(first, one) === 0)].map(({ team }) => team);
}

export const groupNames = (cup: WorldCup): readonly string[] =>
  [...new Set([...cup.teams.values()].map(({ group }) => group))].sort();

export const teamsOf = (cup: WorldCup, group: string): readonly string[] =>
  [...cup.teams.values()].filter((team) => team.group === group).map(({ code }) => code);

export const matchesOf = (cup: WorldCup, group: string): readonly Match[] =>
  cup.matches.filter((match) => match.group === group);

/**
 * Points, margin, goals; then the same among those who are level. After that the rules of football look at
 * cards and ratings, which our tables do not hold completely: a tie that is left is said aloud, not guessed.
 */
export function groupWinner(cup: WorldCup, group: string): string {
  const matches = matchesOf(cup, group);
  const level = bestOf(teamsOf(cup, group), matches);
  const [winner, ...others] = level.length > 1 ? bestOf(level, matches) : level;
  if (winner === undefined || others.length > 0) {
    throw new Error(`demo: the tables cannot say who won group ${group}: ${level.join(', ')}`);
  }
  return winner;
}

/** Goals by the player who scored them; an own goal is nobody's merit, and a shoot-out has no goals. */
export function goalsByPlayer(goals: readonly Goal[]): ReadonlyMap<string, number> {
  const count = new Map<string, number>();
  for (const { player, kind } of goals) {
    if (kind !== 'own_goal') count.set(player, (count.get(player) ?? 0) + 1);
  }
  return count;
}

/** All who have scored most, in the order of their first goals. */
export function topScorers(goals: readonly Goal[]): readonly string[] {
  const count = goalsByPlayer(goals);
  const most = Math.max(0, ...count.values());
  return [...count].filter(([, scored]) => scored === most).map(([player]) => player);
}
