/** Opening odds from nothing but earlier results of the same tournament: no rating from outside, no hindsight. */
import { finalScore, type Match } from './worldcup.js';

/** How often the first team wins when nothing is known of either: a third is lost, some are drawn. */
const GROUP_BASE = 400_000;
/** Somebody goes through. */
const KNOCK_OUT_BASE = 500_000;
/** What one whole point of form is worth. */
const FORM_WEIGHT = 60_000;
const PROBABILITY_MIN = 150_000;
const PROBABILITY_MAX = 850_000;
/** Matches without a result that every team starts with, so that one match does not say everything. */
const PHANTOM_MATCHES = 1;
/** A 7-0 says little more than a 3-0. */
const MARGIN_MAX = 3;

/** The chance that "home wins" pays, in millionths, as of the results given. */
export function openingProbability(match: Match, results: readonly Match[]): number {
  const base = match.stage === 'group' ? GROUP_BASE : KNOCK_OUT_BASE;
  const lead = form(match.home, results) - form(match.away, results);
  const probability = base + Math.round(lead * FORM_WEIGHT);
  return Math.max(PROBABILITY_MIN, Math.min(probability, PROBABILITY_MAX));
}

/** Mean of goal margin plus 1 for a win or minus 1 for a defeat, over all matches so far. */
export function form(team: string, results: readonly Match[]): number {
  let sum = 0;
  let count = PHANTOM_MATCHES;
  for (const result of results) {
    if (result.home !== team && result.away !== team) continue;
    const { home, away } = finalScore(result);
    const margin = result.home === team ? home - away : away - home;
    const outcome = result.winner === undefined ? 0 : result.winner === team ? 1 : -1;
    sum += Math.max(-MARGIN_MAX, Math.min(margin, MARGIN_MAX)) + outcome;
    count += 1;
  }
  return sum / count;
}
