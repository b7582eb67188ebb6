/** What a watcher of the demo sees, as one line. */
import { width } from '../print.js';
import { minuteText } from './calendar.js';
import type { Headlines } from './headlines.js';
import { teamName } from './listing.js';
import { grouped } from './result.js';
import type { RecordFact, Step } from './schedule.js';
import type { WorldCup } from './worldcup.js';

export interface DemoStatus extends Headlines {
  readonly phase: 'listing' | 'playing' | 'finished';
  readonly listed: number;
  readonly toList: number;
  /** Match day, from 1, and how many there are. */
  readonly day: number;
  readonly days: number;
  /** The tournament's UTC date and time, `2026-06-11` and `19:23`. */
  readonly date: string;
  readonly time: string;
  readonly tradesPerSecond: number;
  readonly seq: number;
  readonly lastGoal?: string;
}

/** Where the columns are few, what people look for least goes first: the goal is the last to go. */
export function statusLine(status: DemoStatus, columns = Number.POSITIVE_INFINITY): string {
  const entry = `entry ${grouped(status.seq)}`;
  const goal = status.lastGoal ?? '';
  switch (status.phase) {
    case 'listing':
      return `listing stocks ${grouped(status.listed)}/${grouped(status.toList)} · ${entry}`;
    case 'playing': {
      const day = `day ${status.day} of ${status.days}`;
      const when = `${status.date} ${status.time}`;
      const trades = `${status.tradesPerSecond.toFixed(0)} trades/s`;
      const { favourite = '', scorer = '', rally = '' } = status;
      const lines = [
        [day, when, trades, entry, favourite, scorer, rally, goal],
        [day, when, trades, entry, favourite, rally, goal],
        [day, when, trades, favourite, rally, goal],
        [day, when, trades, favourite, goal],
        [day, when, trades, goal],
        [day, when, goal],
        [day, goal],
        [goal],
      ];
      return firstThatFits(lines, columns);
    }
    case 'finished':
      return firstThatFits([['the cup is over', entry, goal]], columns);
  }
}

function firstThatFits(lines: readonly (readonly string[])[], columns: number): string {
  const texts = lines
    .map((parts) => parts.filter((part) => part !== '').join(' · '))
    .filter((text) => text !== '');
  return texts.find((text) => width(text) <= columns) ?? texts.at(-1) ?? '';
}

/** `ARG Lionel Messi 17' vs Algeria (1–0)`, undefined for a step that is no goal. */
export function goalText(step: Step, cup: WorldCup): string | undefined {
  return step.type === 'record_fact' && step.goal ? scored(step, step.goal, cup) : undefined;
}

function scored(
  { match }: RecordFact,
  { goal, score }: NonNullable<RecordFact['goal']>,
  cup: WorldCup,
): string {
  const player = cup.players.get(goal.player);
  const opponent = player?.team === match.home ? match.away : match.home;
  const how = { goal: '', penalty_goal: ' (penalty)', own_goal: ' (own goal)' }[goal.kind];
  const name = `${player?.team ?? ''} ${player?.name ?? goal.player}`;
  return `${name} ${minuteText(goal)}${how} vs ${teamName(cup, opponent)} (${score.home}–${score.away})`;
}

/** A moment on the tournament clock, UTC. A match day may end on the date after the one it began on. */
export function momentText(time: number): Pick<DemoStatus, 'date' | 'time'> {
  const text = new Date(time).toISOString();
  return { date: text.slice(0, 10), time: text.slice(11, 16) };
}
