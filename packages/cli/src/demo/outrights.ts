/** Bets on the whole tournament, which the trade calls outrights: the champion, the groups, the top scorer. */
import { type Amount, type Draft, type Hash, whole } from '@fairground/engine';
import { type MatchDay, whistles } from './calendar.js';
import { byHand, resultText, teamName } from './listing.js';
import type { DemoText } from './port.js';

import {
  goalsByPlayer,
  groupNames,
  groupWinner,
  matchesOf,
  teamsOf,
  topScorers,
} from './standings.js';
import type { Match, Player, WorldCup } from './worldcup.js';

/** What is asked; the outcomes are teams, or players and `OTHER`. */
export type OutrightKind = 'champion' | 'group' | 'scorer';

export interface Outright {
  readonly kind: OutrightKind;
  readonly market: string;
  readonly group?: string;
  readonly outcomes: readonly string[];
  /** b of the market: the more, the less a trade moves a price. */
  readonly liquidity: Amount;
  /** On the tournament clock: before the first match, at the kick-off that decides, after its whistle. */
  readonly opensAt: number;
  readonly closesAt: number;
  readonly endsAt: number;
  /** By outcome, in millionths. */
  readonly payout: readonly number[];
  readonly text: DemoText;
  /** Why it ended as it did, in words. */
  readonly result: string;
}

export const CHAMPION = 'CHAMPION';
export const SCORER = 'SCORER';
export const groupMarket = (group: string): string => `GROUP-${group}`;
/** Everybody who is not on the list of candidates. */
export const OTHER = 'OTHER';

/** 100 Points move an outsider of 48 from 2 % to 6 %, and a favourite at 50 % by less than 3. */
const CHAMPION_LIQUIDITY = whole(2_000);
const SCORER_LIQUIDITY = whole(1_500);
/** 100 Points move one of four level teams from 25 % to 35 %. */
const GROUP_LIQUIDITY = whole(400);
const ONE_MILLION = 1_000_000;

export function outrights(cup: WorldCup, days: readonly MatchDay[]): readonly Outright[] {
  const ends = whistles(cup);
  const opensAt = days[0]?.startsAt ?? 0;
  /** From before the first match up to the last kick-off among those that decide. */
  const span = (deciding: readonly Match[]) => ({
    opensAt,
    closesAt: Math.max(...deciding.map(({ kickoff }) => kickoff)),
    endsAt: Math.max(...deciding.map(({ number, kickoff }) => ends.get(number) ?? kickoff)),
  });
  const groups = groupNames(cup).map((group) => ({
    ...span(matchesOf(cup, group)),
    ...groupBet(cup, group),
  }));
  return [
    { ...span(cup.matches), ...championBet(cup) },
    { ...span(cup.matches), ...scorerBet(cup) },
    ...groups,
  ];
}

type Bet = Omit<Outright, 'opensAt' | 'closesAt' | 'endsAt'>;

function championBet(cup: WorldCup): Bet {
  const outcomes = [...cup.teams.keys()];
  const final = cup.matches.find(({ stage }) => stage === 'final');
  if (final?.winner === undefined) throw new Error('demo: a tournament without a champion');
  return {
    kind: 'champion',
    market: CHAMPION,
    outcomes,
    liquidity: CHAMPION_LIQUIDITY,
    payout: shared(outcomes, [final.winner]),
    text: {
      title: 'Who wins the World Cup?',
      rules:
        'A share of the team that wins the final, after extra time or a shoot-out if need be, pays 1 Point; all ' +
        'others pay nothing. Closes at the kick-off of the final.',
      category: 'outrights',
    },
    result: resultText(final, cup),
  };
}

function groupBet(cup: WorldCup, group: string): Bet {
  const outcomes = teamsOf(cup, group);
  const winner = groupWinner(cup, group);
  return {
    kind: 'group',
    market: groupMarket(group),
    group,
    outcomes,
    liquidity: GROUP_LIQUIDITY,
    payout: shared(outcomes, [winner]),
    text: {
      title: `Who wins group ${group}?`,
      rules:
        `${outcomes.map((team) => teamName(cup, team)).join(', ')}: a share of the team that ends first pays 1 ` +
        'Point. Points count first, then goal difference, then goals, then the same among those who are level. ' +
        'Closes when the last two matches kick off.',
      category: 'outrights',
    },
    result: `${teamName(cup, winner)} won group ${group}`,
  };
}

/**
 * Chosen from the squads alone, before a ball is kicked: of every team the forward who wears 10, or 9, or else
 * the lowest number. That is one a team, so the list fits a market whoever scores.
 */
export function scorerCandidates(cup: WorldCup): readonly Player[] {
  return [...cup.teams.keys()].flatMap((team) => {
    const forwards = [...cup.players.values()]
      .filter((player) => player.team === team && player.position === 'FW')
      .sort((a, b) => shirtRank(a) - shirtRank(b));
    return forwards.slice(0, 1);
  });
}

function shirtRank({ key }: Player): number {
  const shirt = Number(key.split('-')[1]);
  return shirt === 10 ? 0 : shirt === 9 ? 1 : shirt + 1;
}

function scorerBet(cup: WorldCup): Bet {
  const candidates = scorerCandidates(cup);
  const outcomes = [...candidates.map(({ key }) => key), OTHER];
  const best = topScorers(cup.goals);
  const nameOf = (key: string): string => cup.players.get(key)?.name ?? key;
  return {
    kind: 'scorer',
    market: SCORER,
    outcomes,
    liquidity: SCORER_LIQUIDITY,
    payout: shared(
      outcomes,
      best.map((player) => (outcomes.includes(player) ? player : OTHER)),
    ),
    text: {
      title: 'Who scores most goals?',
      rules:
        'One forward of every team, and OTHER for everybody else. A share of whoever has scored most in all ' +
        'matches pays 1 Point; several at the top share it equally. Penalties in a match count, own goals and ' +
        'kicks of a shoot-out do not. Closes at the kick-off of the final.',
      category: 'outrights',
    },
    result: `${best.map(nameOf).join(', ')}: ${goalsByPlayer(cup.goals).get(best[0] ?? '') ?? 0} goals`,
  };
}

/**
 * One Point shared equally by whoever is named; an outcome named twice has two parts. What does not divide goes
 * a millionth each to the first, so that the sum is exactly one.
 */
export function shared(outcomes: readonly string[], named: readonly string[]): readonly number[] {
  const part = Math.floor(ONE_MILLION / named.length);
  const over = ONE_MILLION - part * named.length;
  return outcomes.map((outcome) =>
    named.reduce((sum, one, at) => sum + (one === outcome ? part + (at < over ? 1 : 0) : 0), 0),
  );
}

export const outrightDraft = ({ outcomes, liquidity }: Outright, text: Hash): Draft => ({
  ...byHand(text),
  // No fee: what the sponsor puts in is the price of knowing what the crowd thinks.
  terms: { mechanism: 'lmsr', outcomes, liquidity, bps: 0 },
});
