import { createWorld } from '@fairground/engine';
import { describe, expect, test } from 'vitest';
import { matchText, resultText, stockText } from './listing.js';
import { factCounts, finalText, grouped, movers, unbalanced } from './result.js';
import { schedule } from './schedule.js';
import { width } from '../print.js';
import { Calendar, matchDays } from './calendar.js';
import { type DemoStatus, goalText, momentText, statusLine } from './status.js';
import { loadWorldCup } from './worldcup.js';

const cup = loadWorldCup();
const steps = schedule(cup, []);
const match = (number: number) => cup.matches[number - 1]!;

const STATUS: DemoStatus = {
  phase: 'playing',
  listed: 1_248,
  toList: 1_248,
  day: 3,
  days: 34,
  date: '2026-06-13',
  time: '19:23',
  tradesPerSecond: 20.4,
  seq: 12_345,
  lastGoal: "MEX Raúl Jiménez 67' vs South Africa (2–0)",
};

describe('what a watcher sees', () => {
  test('[D19] the line of each phase', () => {
    expect(statusLine({ ...STATUS, phase: 'listing', listed: 1_000 })).toBe(
      'listing stocks 1,000/1,248 · entry 12,345',
    );
    expect(statusLine(STATUS)).toBe(
      "day 3 of 34 · 2026-06-13 19:23 · 20 trades/s · entry 12,345 · MEX Raúl Jiménez 67' vs South Africa (2–0)",
    );
    const { lastGoal: _, ...early } = STATUS;
    expect(statusLine(early)).toBe('day 3 of 34 · 2026-06-13 19:23 · 20 trades/s · entry 12,345');
    expect(statusLine({ ...STATUS, phase: 'finished' })).toContain('the cup is over');
  });

  test('[D19] an evening match goes on after midnight UTC, and the date with it', () => {
    const calendar = new Calendar(matchDays(cup));
    const shown = Array.from({ length: 34 * 240 }, (_, n) => {
      const { date, time } = momentText(calendar.timeAt(n * 250));
      return `${date} ${time}`;
    });
    expect(shown[0]).toBe('2026-06-11 17:00');
    expect(shown.slice(0, 240).some((moment) => moment.startsWith('2026-06-12 00:'))).toBe(true);
    expect(shown).toEqual([...shown].sort());
  });

  test('[D19] where columns are few the goal is the last to go', () => {
    expect(statusLine(STATUS, 100)).toBe(
      "day 3 of 34 · 2026-06-13 19:23 · 20 trades/s · MEX Raúl Jiménez 67' vs South Africa (2–0)",
    );
    expect(statusLine(STATUS, 79)).toBe(
      "day 3 of 34 · 2026-06-13 19:23 · MEX Raúl Jiménez 67' vs South Africa (2–0)",
    );
    expect(width(statusLine(STATUS, 79))).toBeLessThanOrEqual(79);
    expect(statusLine(STATUS, 39)).toBe("MEX Raúl Jiménez 67' vs South Africa (2–0)");
    const { lastGoal: _, ...early } = STATUS;
    expect(statusLine(early, 39)).toBe('day 3 of 34 · 2026-06-13 19:23');
    expect(statusLine(early, 9)).toBe('day 3 of 34');
  });

  test('[D19] a goal names team, player, minute, opponent and score; an own goal says so', () => {
    const goals = steps.map((step) => goalText(step, cup)).filter((text) => text !== undefined);
    expect(goals).toHaveLength(308);
    expect(goals[0]).toMatch(/^MEX .+ 9' vs South Africa \(1–0\)$/);
    expect(goals.filter((text) => text.includes('(own goal)'))).toHaveLength(14);
    expect(goals.filter((text) => text.includes('(penalty)'))).toHaveLength(16);
  });

  test('[D19] results, times and numbers as people write them', () => {
    expect(resultText(match(1), cup)).toBe('Mexico 2–0 South Africa');
    expect(resultText(match(74), cup)).toBe('Germany 1–1 Paraguay, 3–4 on penalties');
    expect(resultText(match(104), cup)).toBe('Spain 1–0 Argentina after extra time');
    expect([999, 1_000, 1_234_567].map(grouped)).toEqual(['999', '1,000', '1,234,567']);
  });

  test('[D19] texts of markets say what is paid for what', () => {
    expect(matchText(match(1), cup)).toMatchObject({
      title: 'Mexico beat South Africa?',
      category: 'matches',
    });
    expect(matchText(match(1), cup).rules).toContain('a draw means NO');
    expect(matchText(match(74), cup).rules).toContain('after extra time or a shoot-out if need be');
    expect(stockText(cup.players.get('ARG-10')!, cup)).toMatchObject({
      title: 'Lionel Messi (ARG 10)',
      category: 'players',
    });
  });

  test('[D19] a world where nothing happened has no movers, no facts and balanced books', () => {
    const world = createWorld();
    expect(movers(world, cup)).toEqual([]);
    expect(factCounts(world, cup).size).toBe(0);
    expect(unbalanced(world)).toEqual([]);
    expect(finalText(world, cup, [])).toContain(
      '0 match markets, 0 outrights and 0 stocks settled, nothing left in them; 0 trades.',
    );
  });
});
