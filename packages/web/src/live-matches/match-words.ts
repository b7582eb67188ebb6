/** What a match says in a line, whatever its puller counts. */
import type { LiveMatch } from '../wire-outside.js';

export interface Tally {
  readonly count: string;
  readonly value: number;
  readonly market: string | null;
}

const DASH = '–';

const valueOf = ({ counts }: LiveMatch, name: string): number | undefined =>
  counts.find(({ count }) => count === name)?.value;

/** "2–1", where two sides are counted as home and away. */
export function scoreOf(match: LiveMatch): string | undefined {
  const [home, away] = [valueOf(match, 'home'), valueOf(match, 'away')];
  const isScore = match.names.length === 2 && home !== undefined && away !== undefined;
  return isScore && match.status !== 'scheduled' ? `${home}${DASH}${away}` : undefined;
}

/** What is counted beside the score. */
export const talliesOf = (match: LiveMatch): readonly Tally[] =>
  scoreOf(match) === undefined
    ? match.counts.filter(({ value }) => value > 0)
    : match.counts.filter(({ count, value }) => count !== 'home' && count !== 'away' && value > 0);

export const nameOf = ({ names }: LiveMatch): string => names.join(` ${DASH} `);

/** "Mexico 2–1 Spain", or the names alone. */
export function lineOf(match: LiveMatch): string {
  const [home = '', away = ''] = match.names;
  const score = scoreOf(match);
  return score === undefined ? nameOf(match) : `${home} ${score} ${away}`;
}

/** "34'", "HT": a bare number is a minute. */
export const minuteOf = ({ minute }: LiveMatch): string | undefined => {
  if (minute === null || minute === '') return undefined;
  return /^\d+(\+\d+)?$/.test(minute) ? `${minute}′` : minute;
};

/** The markets of a match, each once, in their order. */
export const marketsOf = ({ markets, counts }: LiveMatch): readonly string[] => {
  const counted = counts.flatMap(({ market }) => (market === null ? [] : [market]));
  return [...new Set([...markets.map(({ market }) => market), ...counted])];
};
