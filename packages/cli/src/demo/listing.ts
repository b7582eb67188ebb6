/** What is listed and on which terms: a stock for every player, "home wins" for every match; and how a match ended. */
import {
  type Amount,
  type CurveTerms,
  type Draft,
  type FactRule,
  type Hash,
  micro,
  whole,
} from '@fairground/engine';
import type { DemoText } from './port.js';
import type { OpenMatch } from './schedule.js';
import {
  finalScore,
  type Match,
  type Player,
  type Position,
  type Stage,
  type WorldCup,
} from './worldcup.js';

export const SOURCE = 'src_worldcup';
export const ADMIN = 'adm_demo';

/** How a goal or card moves the stock of the man who did it. An own goal is no merit: it lowers his stock. */
export const FACT_RULES: readonly FactRule[] = [
  { kind: 'goal', num: 27, den: 25 },
  { kind: 'penalty_goal', num: 53, den: 50 },
  { kind: 'own_goal', num: 24, den: 25 },
  { kind: 'yellow', num: 99, den: 100 },
  { kind: 'red', num: 19, den: 20 },
];

/** Points a share is worth before the first match: who is nearer to the goal moves more. */
const FUNDAMENTAL: Readonly<Record<Position, Amount>> = {
  GK: whole(10),
  DF: whole(12),
  MF: whole(20),
  FW: whole(30),
};
/** The crowd doubles a price when it holds this many shares: 100 Points on a forward move him by 1.6 %. */
const SHARES_TO_DOUBLE = 200n;
const FEE_BPS = 200;
/** Deep enough that 100 Points move an even match by 3 %. */
const MATCH_DEPOSIT = whole(1_500);

/**
 * Points for the treasury before anything is listed. Deposits, of which much comes back: matches 104 × 1,500 =
 * 156,000; b·ln n of the outrights: 2,000 · ln 48 = 7,743, 1,500 · ln 49 = 5,838 and 12 × 400 · ln 4 = 6,655,
 * together 20,236. Facts: at most 294 goals × 1,000 (cards and own goals pay it back). A rally asks nothing of
 * it. The sum is less than 471,000; with 600,000 the treasury stays above its floor of 10,000 whatever happens,
 * within a day's grants of one account, which leaves the operator some.
 */
export const TREASURY_GRANTS: readonly Amount[] = Array.from({ length: 6 }, () => whole(100_000));

export function stockTerms(player: Player): CurveTerms {
  const fundamental = FUNDAMENTAL[player.position];
  return {
    mechanism: 'curve',
    fundamental,
    slope: fundamental / SHARES_TO_DOUBLE,
    bps: FEE_BPS,
    source: SOURCE,
    rules: FACT_RULES,
  };
}

export const stockDraft = (player: Player, text: Hash): Draft => ({
  ...byHand(text),
  terms: stockTerms(player),
});

export function matchDraft(step: OpenMatch, text: Hash): Draft {
  return {
    ...byHand(text),
    terms: {
      mechanism: 'cpmm',
      outcomes: ['YES', 'NO'],
      deposit: MATCH_DEPOSIT,
      probability: step.probability,
      bps: FEE_BPS,
    },
  };
}

/**
 * Whatever hangs on the football is closed by hand: a deadline is wall-clock time, and that runs on while the demo is
 * stopped; a market would close before its match. The director closes at kick-off of its own clock.
 */
export function byHand(text: Hash): Omit<Draft, 'terms'> {
  return { text, closing: { mode: 'manual' }, twoPerson: false, refundCap: micro(0n) };
}

const POSITION_NAME: Readonly<Record<Position, string>> = {
  GK: 'goalkeeper',
  DF: 'defender',
  MF: 'midfielder',
  FW: 'forward',
};

export function stockText(player: Player, cup: WorldCup): DemoText {
  return {
    title: `${player.name} (${player.key.replace('-', ' ')})`,
    rules:
      `A share of ${player.name}, ${POSITION_NAME[player.position]} of ${teamName(cup, player.team)}. ` +
      'A goal lifts its fundamental by 8 %, a penalty by 6 %; an own goal takes 4 %, a yellow card 1 %, ' +
      'a red card 5 %. After the final every share is paid its fundamental.',
    category: 'players',
  };
}

const STAGE_NAME: Readonly<Record<Stage, string>> = {
  group: 'Group',
  r32: 'Round of 32',
  r16: 'Round of 16',
  qf: 'Quarter-final',
  sf: 'Semi-final',
  third: 'Match for third place',
  final: 'Final',
};

export const stageName = (match: Match): string =>
  match.group === undefined ? STAGE_NAME[match.stage] : `${STAGE_NAME[match.stage]} ${match.group}`;

export function matchText(match: Match, cup: WorldCup): DemoText {
  const home = teamName(cup, match.home);
  const away = teamName(cup, match.away);
  const wins =
    match.stage === 'group'
      ? 'wins; a draw means NO'
      : 'wins, after extra time or a shoot-out if need be';
  return {
    title: `${home} beat ${away}?`,
    rules: `YES pays 1 Point if ${home} ${wins}. ${stageName(match)}, ${match.date}, ${match.venue}, ${match.city}. Closes at kick-off.`,
    category: 'matches',
  };
}

/** `Spain 1–0 Argentina after extra time`. */
export function resultText(match: Match, cup: WorldCup): string {
  const { home, away } = finalScore(match);
  const score = `${teamName(cup, match.home)} ${home}–${away} ${teamName(cup, match.away)}`;
  if (match.shootOut) return `${score}, ${match.shootOut.home}–${match.shootOut.away} on penalties`;
  return match.extraTime ? `${score} after extra time` : score;
}

export const teamName = (cup: WorldCup, code: string): string => cup.teams.get(code)?.name ?? code;
