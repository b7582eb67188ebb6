import { describe, expect, test } from 'vitest';
import { readTable } from './csv.js';
import { finalScore, loadTables, loadWorldCup, readWorldCup, type Tables } from './worldcup.js';

const tables = loadTables();
const cup = loadWorldCup();

const count = <T>(items: readonly T[], keyOf: (item: T) => string): Record<string, number> => {
  const counts: Record<string, number> = {};
  for (const item of items) counts[keyOf(item)] = (counts[keyOf(item)] ?? 0) + 1;
  return counts;
};

describe('reading the tournament', () => {
  test('[D1] it has 48 teams, 1,248 players, 104 matches, 308 goals and 258 cards', () => {
    expect([cup.teams.size, cup.players.size, cup.matches.length]).toEqual([48, 1_248, 104]);
    expect(count([...cup.players.values()], (player) => player.team)).toEqual(
      Object.fromEntries([...cup.teams.keys()].map((team) => [team, 26])),
    );
    expect(count(cup.goals, (goal) => goal.kind)).toEqual({
      goal: 278,
      penalty_goal: 16,
      own_goal: 14,
    });
    expect(count(cup.cards, (card) => card.kind)).toEqual({ yellow: 245, red: 13 });
    expect(cup.matches.filter((match) => match.extraTime)).toHaveLength(9);
    expect(cup.matches.filter((match) => match.shootOut)).toHaveLength(4);
  });

  test('[D1] one name may belong to two men', () => {
    expect(cup.players.get('ARG-23')?.name).toBe(cup.players.get('URU-15')?.name);
  });

  test('[D2] an own goal belongs to the player who scored it and counts for the other team', () => {
    for (const goal of cup.goals) {
      const own = cup.players.get(goal.player)?.team;
      expect(own !== goal.countsFor).toBe(goal.kind === 'own_goal');
    }
  });

  test('[D1] the final was won by Spain after extra time', () => {
    const final = cup.matches.at(-1)!;
    expect([final.stage, final.home, final.away, final.winner]).toEqual([
      'final',
      'ESP',
      'ARG',
      'ESP',
    ]);
    expect(finalScore(final)).toEqual({ home: 1, away: 0 });
  });
});

/** The tables with one text in one of them replaced. */
function with_(name: keyof Tables, from: string, to: string): Tables {
  expect(tables[name]).toContain(from);
  return { ...tables, [name]: tables[name].replace(from, to) };
}

describe('what is wrong is named with its file and line', () => {
  test.each([
    ['teams', 'AUS,Australia', 'ARG,Australia', 'teams.csv, line 4: "ARG" is there twice'],
    ['players', 'ALG-2,ALG,2', 'ALG-2,ALG,3', 'players.csv, line 3: the key must be "ALG-3"'],
    ['players', ',GK,2000-02-19', ',XX,2000-02-19', '"position" is none of GK, DF, MF, FW: "XX"'],
    [
      'matches',
      '2026-06-11T19:00:00Z',
      '11 June',
      'matches.csv, line 2: "kickoff_utc" is not a UTC time',
    ],
    ['matches', '1,0,2,0,,,,,MEX', '1,0,2,0,,,,,RSA', 'line 2: "RSA" did not win by this score'],
    ['matches', '1,0,2,0,,,,,MEX', '1,0,3,0,,,,,MEX', 'the goals of match 1 do not add up to 3-0'],
    ['matches', '2,group,A', '3,group,A', 'line 3: match 2 was expected here'],
    [
      'events',
      '1,1,9,0,MEX,MEX-16,goal,MEX',
      '1,1,9,0,MEX,MEX-16,goal,RSA',
      'line 2: only an own goal counts',
    ],
    ['events', '1,1,9,0,MEX,MEX-16', '1,1,9,0,MEX,MEX-61', 'line 2: there is no player "MEX-61"'],
    ['events', '1,1,9,0,MEX,MEX-16', '1,1,99,0,MEX,MEX-16', 'line 3: the minutes are out of order'],
    [
      'events',
      '1,1,9,0,MEX,MEX-16',
      '1,1,soon,0,MEX,MEX-16',
      '"minute" is not a whole number: "soon"',
    ],
    [
      'cards',
      '1,17,0,RSA,RSA-4',
      '1,17,0,ARG,ARG-4',
      'cards.csv, line 2: "ARG" does not play in match 1',
    ],
  ] as const)('[D3] %s: "%s" as "%s"', (name, from, to, complaint) => {
    expect(() => readWorldCup(with_(name, from, to))).toThrow(complaint);
  });

  test('[D4] a row has as many fields as the header, and no quotes', () => {
    expect(() => readTable('x.csv', 'a,b\n1,2\n1\n')).toThrow(
      'x.csv, line 3: 1 fields instead of 2',
    );
    expect(() => readTable('x.csv', 'a,b\n"1",2\n')).toThrow('x.csv, line 2: quotes are not used');
    const [row] = readTable('x.csv', 'a,b\r\n1,\r\n');
    expect([row?.whole('a'), row?.maybe('b')]).toEqual([1, undefined]);
    expect(() => row?.text('b')).toThrow('x.csv, line 2: "b" is empty');
    expect(() => row?.text('c')).toThrow('there is no column "c"');
  });
});
