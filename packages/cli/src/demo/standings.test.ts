import { describe, expect, test } from 'vitest';
import {
  goalsByPlayer,
  groupNames,
  groupWinner,
  matchesOf,
  standings,
  teamsOf,
  topScorers,
} from './standings.js';
import { loadWorldCup, type WorldCup } from './worldcup.js';

const cup = loadWorldCup();

describe('tables and scorers', () => {
  test('[D29] the twelve groups are won on points and goals alone, and their winners met whom winners meet', () => {
    const winners = groupNames(cup).map((group) => groupWinner(cup, group));
    expect(winners.join(' ')).toBe('MEX SUI BRA USA GER NED BEL ESP FRA ARG COL ENG');
    // The draw: in these matches of the first knock-out round the winner of the group is the first team.
    const first = [79, 85, 76, 81, 74, 75, 82, 84, 77, 86, 87, 80];
    expect(first.map((number) => cup.matches[number - 1]?.home)).toEqual(winners);
  });

  test('[D29] who asks first about the matches among those who are level comes to the same winners', () => {
    for (const group of groupNames(cup)) {
      const teams = teamsOf(cup, group);
      const points = new Map(
        standings(teams, matchesOf(cup, group)).map((row) => [row.team, row.points]),
      );
      const most = Math.max(...points.values());
      const level = teams.filter((team) => points.get(team) === most);
      const among = standings(level, matchesOf(cup, group));
      const winner = among.find((row) => row.team === groupWinner(cup, group))!;
      for (const row of among) expect(winner.points).toBeGreaterThanOrEqual(row.points);
    }
  });

  test('[D29] a table counts each match once for both: 3, 1 or 0 points, and margins sum to nothing', () => {
    for (const group of groupNames(cup)) {
      const matches = matchesOf(cup, group);
      const table = standings(teamsOf(cup, group), matches);
      const drawn = matches.filter(({ winner }) => winner === undefined).length;
      expect(table.reduce((sum, { points }) => sum + points, 0)).toBe(3 * 6 - drawn);
      expect(table.reduce((sum, { margin }) => sum + margin, 0)).toBe(0);
    }
    expect(standings(['MEX'], matchesOf(cup, 'A'))[0]).toMatchObject({ points: 0, goals: 0 });
    expect(standings(teamsOf(cup, 'A'), matchesOf(cup, 'A'))).toContainEqual({
      team: 'MEX',
      points: 9,
      margin: 6,
      goals: 6,
    });
  });

  test('[D29] level on points, margin and goals, the match between the two decides; a tie that is left is said', () => {
    const small = (scores: readonly string[]): WorldCup => ({
      ...cup,
      teams: new Map(
        [...new Set(scores.flatMap((score) => [score[0]!, score.at(-1)!]))].map((code) => [
          code,
          { code, name: code, group: 'S' },
        ]),
      ),
      matches: scores.map((score, at) => {
        const [home, scored, conceded, away] = score.split(' ');
        const fullTime = { home: Number(scored), away: Number(conceded) };
        return {
          ...cup.matches[0]!,
          number: at + 1,
          group: 'S',
          home: home!,
          away: away!,
          fullTime,
        };
      }),
    });
    const level = small(['X 1 0 Y', 'Z 1 0 X', 'X 1 0 W', 'Y 1 0 Z', 'Y 1 0 W', 'Z 0 0 W']);
    const [x, y] = standings(['X', 'Y', 'Z', 'W'], level.matches);
    expect({ ...x, team: '' }).toEqual({ ...y, team: '' });
    expect(groupWinner(level, 'S')).toBe('X');
    const circle = small(['X 1 0 Y', 'Y 1 0 Z', 'Z 1 0 X']);
    expect(() => groupWinner(circle, 'S')).toThrow('cannot say who won group S: X, Y, Z');
  });

  test('[D30] the top scorer has ten goals; own goals and shoot-outs make nobody one', () => {
    expect(topScorers(cup.goals)).toEqual(['FRA-10']);
    expect(goalsByPlayer(cup.goals).get('FRA-10')).toBe(10);
    const sum = [...goalsByPlayer(cup.goals).values()].reduce((total, count) => total + count, 0);
    expect(sum).toBe(308 - 14);
    const [first] = cup.goals;
    expect(topScorers([])).toEqual([]);
    expect(topScorers([{ ...first!, player: 'A', kind: 'own_goal' }])).toEqual([]);
    expect(
      topScorers([
        { ...first!, player: 'A' },
        { ...first!, player: 'B', kind: 'penalty_goal' },
      ]),
    ).toEqual(['A', 'B']);
  });
});
