/** What a watcher of the demo sees, as one line. */
import { minuteText } from './calendar.js';
import { teamName } from './listing.js';
import { grouped } from './result.js';
import type { RecordFact, Step } from './schedule.js';
import type { WorldCup } from './worldcup.js';

export interface DemoStatus {
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

export function statusLine(status: DemoStatus): string {
  switch (status.phase) {
    case 'listing':
      return `listing stocks ${grouped(status.listed)}/${grouped(status.toList)} · entry ${grouped(status.seq)}`;
    case 'playing':
    case 'finished': {
      const day = `day ${status.day} of ${status.days} · ${status.date} ${status.time}`;
      const trades = `${status.tradesPerSecond.toFixed(0)} trades/s · entry ${grouped(status.seq)}`;
      const goal = status.lastGoal === undefined ? '' : ` · ${status.lastGoal}`;
      return status.phase === 'playing'
        ? `${day} · ${trades}${goal}`
        : `the cup is over · ${trades}${goal}`;
    }
  }
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

const MINUTE_MS = 60_000;
const DAY_MINUTES = 1_440;

/** Hours and minutes of a moment on the tournament clock. */
export function timeText(time: number): string {
  const minutes = Math.floor(time / MINUTE_MS) % DAY_MINUTES;
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`;
}
