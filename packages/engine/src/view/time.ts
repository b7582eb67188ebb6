/** Times on the wire are ISO-8601 in UTC, inside integer milliseconds. No `Date`: pure arithmetic. */
import type { Instant } from '../command.js';
import { BOUNDS } from '../limits.js';

const DAY_MS = 86_400_000;
const pad = (value: number, width: number): string => value.toString().padStart(width, '0');

/** `2026-11-21T02:53:24.000Z`, always with milliseconds, so that equal times have equal bytes. */
export function formatTime(at: Instant): string {
  const days = Math.floor(at / DAY_MS);
  const ms = at - days * DAY_MS;
  const { year, month, day } = dateOf(days);
  const clock = [
    Math.floor(ms / 3_600_000),
    Math.floor(ms / 60_000) % 60,
    Math.floor(ms / 1_000) % 60,
  ];
  const time = clock.map((part) => pad(part, 2)).join(':');
  return `${pad(year, 4)}-${pad(month, 2)}-${pad(day, 2)}T${time}.${pad(ms % 1_000, 3)}Z`;
}

const ISO = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,3}))?Z$/;

/** Reads `2026-11-21T02:53:24Z` (seconds needed, up to three decimals); undefined for anything else. */
export function parseTime(text: string): Instant | undefined {
  const match = ISO.exec(text);
  if (!match) return undefined;
  const [year = 0, month = 0, day = 0, hour = 0, minute = 0, second = 0] = match
    .slice(1, 7)
    .map(Number);
  const days = daysTo(year, month, day);
  const back = dateOf(days);
  const isReal = back.year === year && back.month === month && back.day === day;
  if (!isReal || hour > 23 || minute > 59 || second > 59) return undefined;
  const fraction = Number((match[7] ?? '').padEnd(3, '0'));
  const at = days * DAY_MS + hour * 3_600_000 + minute * 60_000 + second * 1_000 + fraction;
  return at >= 0 && at <= BOUNDS.instantMax ? at : undefined;
}

/** Days since 1970 as a date of the Gregorian calendar, counted in eras of 400 years that begin in March. */
function dateOf(days: number): { year: number; month: number; day: number } {
  const shifted = days + 719_468;
  const era = Math.floor(shifted / 146_097);
  const dayOfEra = shifted - era * 146_097;
  const leaps =
    Math.floor(dayOfEra / 1_460) - Math.floor(dayOfEra / 36_524) + Math.floor(dayOfEra / 146_096);
  const yearOfEra = Math.floor((dayOfEra - leaps) / 365);
  const dayOfYear =
    dayOfEra - (365 * yearOfEra + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100));
  const fromMarch = Math.floor((5 * dayOfYear + 2) / 153);
  const month = fromMarch < 10 ? fromMarch + 3 : fromMarch - 9;
  const day = dayOfYear - Math.floor((153 * fromMarch + 2) / 5) + 1;
  return { year: yearOfEra + era * 400 + (month <= 2 ? 1 : 0), month, day };
}

function daysTo(year: number, month: number, day: number): number {
  const fromMarch = month > 2 ? month - 3 : month + 9;
  const shiftedYear = month > 2 ? year : year - 1;
  const era = Math.floor(shiftedYear / 400);
  const yearOfEra = shiftedYear - era * 400;
  const dayOfYear = Math.floor((153 * fromMarch + 2) / 5) + day - 1;
  const dayOfEra =
    yearOfEra * 365 + Math.floor(yearOfEra / 4) - Math.floor(yearOfEra / 100) + dayOfYear;
  return era * 146_097 + dayOfEra - 719_468;
}
