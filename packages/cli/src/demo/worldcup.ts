/** The tournament as typed facts. Who scored is one thing, whom the goal counts for another. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Row, readTable } from './csv.js';

export const STAGES = ['group', 'r32', 'r16', 'qf', 'sf', 'third', 'final'] as const;
export type Stage = (typeof STAGES)[number];
export const POSITIONS = ['GK', 'DF', 'MF', 'FW'] as const;
export type Position = (typeof POSITIONS)[number];
export const GOAL_KINDS = ['goal', 'penalty_goal', 'own_goal'] as const;
export type GoalKind = (typeof GOAL_KINDS)[number];
export const CARD_KINDS = ['yellow', 'red'] as const;
export type CardKind = (typeof CARD_KINDS)[number];

export interface Team {
  readonly code: string;
  readonly name: string;
  readonly group: string;
}

export interface Player {
  /** Team and shirt number, `ARG-10`. Names are no keys: two men may share one. */
  readonly key: string;
  readonly team: string;
  readonly name: string;
  readonly position: Position;
}

export interface Score {
  readonly home: number;
  readonly away: number;
}

export interface Match {
  readonly number: number;
  readonly stage: Stage;
  readonly group?: string;
  /** Milliseconds since 1970. */
  readonly kickoff: number;
  /** Its UTC date, `2026-06-11`. */
  readonly date: string;
  readonly home: string;
  readonly away: string;
  readonly venue: string;
  readonly city: string;
  readonly fullTime: Score;
  readonly extraTime?: Score;
  readonly shootOut?: Score;
  /** Who won or went through; a draw in a group has none. */
  readonly winner?: string;
}

/** When something happened on the pitch: 90+4 is minute 90, stoppage 4. */
export interface Moment {
  readonly match: number;
  /** From 1 within the match, goals and cards counted apart. */
  readonly seq: number;
  readonly minute: number;
  readonly stoppage: number;
}

export interface Goal extends Moment {
  readonly player: string;
  readonly kind: GoalKind;
  /** The team it counts for. Nothing that moves a player's stock may read this. */
  readonly countsFor: string;
}

export interface Card extends Moment {
  readonly player: string;
  readonly kind: CardKind;
}

export interface WorldCup {
  readonly teams: ReadonlyMap<string, Team>;
  readonly players: ReadonlyMap<string, Player>;
  /** In order of number. */
  readonly matches: readonly Match[];
  readonly goals: readonly Goal[];
  readonly cards: readonly Card[];
}

/** The text of each table, by the name of its file. */
export type Tables = Readonly<Record<(typeof TABLES)[number], string>>;
const TABLES = ['teams', 'players', 'matches', 'events', 'cards'] as const;

export const WORLD_CUP_DIRECTORY = fileURLToPath(new URL('../../worldcup-2026/', import.meta.url));

export function loadTables(directory: string = WORLD_CUP_DIRECTORY): Tables {
  const read = (name: string): string => readFileSync(join(directory, `${name}.csv`), 'utf8');
  return {
    teams: read('teams'),
    players: read('players'),
    matches: read('matches'),
    events: read('events'),
    cards: read('cards'),
  };
}

/** Reads the tables and checks them against each other; throws with file and line on the first contradiction. */
export function readWorldCup(tables: Tables): WorldCup {
  const teams = keyed(readTable('teams.csv', tables.teams), 'code', (row) => ({
    code: row.text('code'),
    name: row.text('name'),
    group: row.text('group'),
  }));
  const players = keyed(readTable('players.csv', tables.players), 'key', (row) =>
    readPlayer(row, teams),
  );
  const matches = readTable('matches.csv', tables.matches).map((row, index) =>
    readMatch(row, index + 1, teams),
  );
  const cup = { teams, players, matches };
  const goals = readMoments(readTable('events.csv', tables.events), cup).map(({ row, moment }) =>
    readGoal(row, moment, cup),
  );
  const cards = readMoments(readTable('cards.csv', tables.cards), cup).map(({ row, moment }) => ({
    ...moment,
    player: knownPlayer(row, players).key,
    kind: row.oneOf('kind', CARD_KINDS),
  }));
  for (const match of matches) checkScore(match, goals);
  return { ...cup, goals, cards };
}

export const loadWorldCup = (): WorldCup => readWorldCup(loadTables());

/** The score that counts: after extra time where there was some. */
export const finalScore = (match: Match): Score => match.extraTime ?? match.fullTime;

type People = Pick<WorldCup, 'teams' | 'players' | 'matches'>;

function keyed<T>(
  rows: readonly Row[],
  column: string,
  read: (row: Row) => T,
): ReadonlyMap<string, T> {
  const all = new Map<string, T>();
  for (const row of rows) {
    const key = row.text(column);
    if (all.has(key)) throw row.fault(`"${key}" is there twice`);
    all.set(key, read(row));
  }
  return all;
}

function knownTeam(row: Row, column: string, teams: ReadonlyMap<string, Team>): string {
  const code = row.text(column);
  if (!teams.has(code)) throw row.fault(`there is no team "${code}"`);
  return code;
}

function readPlayer(row: Row, teams: ReadonlyMap<string, Team>): Player {
  const team = knownTeam(row, 'team', teams);
  const key = `${team}-${row.whole('number')}`;
  if (row.text('key') !== key) throw row.fault(`the key must be "${key}"`);
  return { key, team, name: row.text('name'), position: row.oneOf('position', POSITIONS) };
}

function readScore(row: Row, part: string): Score | undefined {
  const home = row.maybeWhole(`home_${part}`);
  const away = row.maybeWhole(`away_${part}`);
  if ((home === undefined) !== (away === undefined)) throw row.fault(`half a score in "${part}"`);
  return home === undefined || away === undefined ? undefined : { home, away };
}

function readMatch(row: Row, number: number, teams: ReadonlyMap<string, Team>): Match {
  if (row.whole('number') !== number) throw row.fault(`match ${number} was expected here`);
  const fullTime = readScore(row, 'ft');
  if (!fullTime) throw row.fault('the score after 90 minutes is missing');
  const extraTime = readScore(row, 'et');
  const shootOut = readScore(row, 'pens');
  const group = row.maybe('group');
  const winner = row.maybe('winner');
  const match: Match = {
    number,
    stage: row.oneOf('stage', STAGES),
    ...(group !== undefined && { group }),
    kickoff: row.instant('kickoff_utc'),
    date: row.text('kickoff_utc').slice(0, 10),
    home: knownTeam(row, 'home', teams),
    away: knownTeam(row, 'away', teams),
    venue: row.text('venue'),
    city: row.text('city'),
    fullTime,
    ...(extraTime && { extraTime }),
    ...(shootOut && { shootOut }),
    ...(winner !== undefined && { winner }),
  };
  if (winner !== winnerByScore(match))
    throw row.fault(`"${winner ?? ''}" did not win by this score`);
  if (winner === undefined && match.stage !== 'group')
    throw row.fault('a knock-out match needs a winner');
  return match;
}

function winnerByScore(match: Match): string | undefined {
  const score = finalScore(match);
  const decisive = score.home === score.away ? (match.shootOut ?? score) : score;
  if (decisive.home === decisive.away) return undefined;
  return decisive.home > decisive.away ? match.home : match.away;
}

function knownPlayer(row: Row, players: ReadonlyMap<string, Player>): Player {
  const player = players.get(row.text('player'));
  if (!player) throw row.fault(`there is no player "${row.text('player')}"`);
  if (player.team !== row.text('team'))
    throw row.fault(`${player.key} does not play for "${row.text('team')}"`);
  return player;
}

/** Numbers the rows within their match and checks that they stand in the order of the minutes. */
function readMoments(rows: readonly Row[], cup: People): readonly { row: Row; moment: Moment }[] {
  const last = new Map<number, Moment>();
  return rows.map((row) => {
    const match = row.whole('match');
    const played = cup.matches[match - 1];
    if (!played) throw row.fault(`there is no match ${match}`);
    const before = last.get(match);
    const moment = {
      match,
      seq: (before?.seq ?? 0) + 1,
      minute: row.whole('minute'),
      stoppage: row.whole('stoppage'),
    };
    if (moment.minute < 1 || moment.minute > 120)
      throw row.fault(`there is no minute ${moment.minute}`);
    if (before && compareMoments(before, moment) > 0)
      throw row.fault('the minutes are out of order');
    const team = row.text('team');
    if (team !== played.home && team !== played.away)
      throw row.fault(`"${team}" does not play in match ${match}`);
    last.set(match, moment);
    return { row, moment };
  });
}

function compareMoments(a: Moment, b: Moment): number {
  return a.minute - b.minute || a.stoppage - b.stoppage;
}

function readGoal(row: Row, moment: Moment, cup: People): Goal {
  if (row.whole('seq') !== moment.seq) throw row.fault(`seq ${moment.seq} was expected here`);
  const player = knownPlayer(row, cup.players);
  const kind = row.oneOf('kind', GOAL_KINDS);
  const countsFor = knownTeam(row, 'for', cup.teams);
  if ((countsFor !== player.team) !== (kind === 'own_goal')) {
    throw row.fault('only an own goal counts for the other team');
  }
  return { ...moment, player: player.key, kind, countsFor };
}

/** The goals of a match must add up to its score. */
function checkScore(match: Match, goals: readonly Goal[]): void {
  const count = (team: string): number =>
    goals.filter((goal) => goal.match === match.number && goal.countsFor === team).length;
  const score = finalScore(match);
  if (count(match.home) !== score.home || count(match.away) !== score.away) {
    throw new Error(
      `events.csv: the goals of match ${match.number} do not add up to ${score.home}-${score.away}`,
    );
  }
}
