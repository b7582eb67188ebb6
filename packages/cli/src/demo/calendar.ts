/** Two clocks: the tournament's own (UTC) and the play clock, on which every match day lasts one minute. */
import type { Match, Moment, WorldCup } from './worldcup.js';

export const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const DAY_MS = 24 * HOUR_MS;

/** How long a match day lasts on the play clock. Nights and rest days last no time at all. */
export const DAY_PLAY_MS = 60_000;
/** Evening matches in America kick off after midnight UTC and belong to the day before. */
const DAY_BREAK_MS = 10 * HOUR_MS;
const BEFORE_FIRST_KICKOFF_MS = 2 * HOUR_MS;
/** Long enough for what follows the last whistle; after the final all stocks are delisted in it. */
const AFTER_LAST_WHISTLE_MS = 30 * MINUTE_MS;

export interface MatchDay {
  /** From 1. */
  readonly number: number;
  /** UTC date of its first kick-off. */
  readonly date: string;
  readonly startsAt: number;
  readonly endsAt: number;
  readonly matches: readonly Match[];
}

/**
 * Minutes from kick-off. The source has no wall-clock times, so pauses are taken as equally long in every
 * match: 15 minutes at half-time, 10 before extra time (longer than any stoppage of a match that had one),
 * 5 in its middle.
 */
export function minutesFromKickoff({
  minute,
  stoppage,
}: Pick<Moment, 'minute' | 'stoppage'>): number {
  const pauses = minute <= 45 ? 0 : minute <= 90 ? 15 : minute <= 105 ? 25 : 30;
  return minute + stoppage + pauses;
}

/** When something happened, on the tournament clock. */
export const happenedAt = (match: Match, moment: Moment): number =>
  match.kickoff + minutesFromKickoff(moment) * MINUTE_MS;

/** The end of every match, by number: after its regular time, extra time, shoot-out and its last goal or card. */
export function whistles(cup: WorldCup): ReadonlyMap<number, number> {
  const lastMoment = new Map<number, number>();
  for (const moment of [...cup.goals, ...cup.cards]) {
    const minutes = minutesFromKickoff(moment);
    lastMoment.set(moment.match, Math.max(minutes, lastMoment.get(moment.match) ?? 0));
  }
  return new Map(
    cup.matches.map((match) => {
      const played = minutesFromKickoff({ minute: match.extraTime ? 120 : 90, stoppage: 4 });
      const minutes =
        Math.max(played, lastMoment.get(match.number) ?? 0) + 1 + (match.shootOut ? 12 : 0);
      return [match.number, match.kickoff + minutes * MINUTE_MS];
    }),
  );
}

export function matchDays(cup: WorldCup): readonly MatchDay[] {
  const ends = whistles(cup);
  const byDay = new Map<number, Match[]>();
  for (const match of [...cup.matches].sort(
    (a, b) => a.kickoff - b.kickoff || a.number - b.number,
  )) {
    const day = Math.floor((match.kickoff - DAY_BREAK_MS) / DAY_MS);
    const played = byDay.get(day);
    if (played) played.push(match);
    else byDay.set(day, [match]);
  }
  return [...byDay.values()].map((matches, index) => ({
    number: index + 1,
    date: matches[0]?.date ?? '',
    startsAt: Math.min(...matches.map((match) => match.kickoff)) - BEFORE_FIRST_KICKOFF_MS,
    endsAt:
      Math.max(...matches.map((match) => ends.get(match.number) ?? 0)) + AFTER_LAST_WHISTLE_MS,
    matches,
  }));
}

/** Translates between the tournament clock and the play clock. */
export class Calendar {
  readonly days: readonly MatchDay[];

  constructor(days: readonly MatchDay[]) {
    this.days = days;
  }

  /** The play clock's end. */
  get lengthMs(): number {
    return this.days.length * DAY_PLAY_MS;
  }

  /** The match day at a play time; before the first and after the last the nearest one. */
  dayAt(playMs: number): MatchDay {
    const index = Math.max(0, Math.min(Math.floor(playMs / DAY_PLAY_MS), this.days.length - 1));
    const day = this.days[index];
    if (!day) throw new Error('demo: a tournament without match days');
    return day;
  }

  /** Tournament time at a play time. */
  timeAt(playMs: number): number {
    const day = this.dayAt(playMs);
    const played = Math.max(0, Math.min(playMs - (day.number - 1) * DAY_PLAY_MS, DAY_PLAY_MS));
    return Math.round(day.startsAt + (played * (day.endsAt - day.startsAt)) / DAY_PLAY_MS);
  }

  /** Play time at a tournament time; a moment in the night is the end of the day before it. */
  playAt(time: number): number {
    let play = 0;
    for (const day of this.days) {
      if (time < day.startsAt) break;
      const share = Math.min(1, (time - day.startsAt) / (day.endsAt - day.startsAt));
      play = (day.number - 1 + share) * DAY_PLAY_MS;
    }
    return play;
  }
}

/** The minute as people say it: `90+4`. */
export const minuteText = (moment: Pick<Moment, 'minute' | 'stoppage'>): string =>
  moment.stoppage === 0 ? `${moment.minute}'` : `${moment.minute}+${moment.stoppage}'`;
