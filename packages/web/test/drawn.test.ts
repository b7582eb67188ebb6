/** What the pages work out themselves: they say of it what the engine says. */
import { mechanismOf } from '@fairground/engine';
import { describe, expect, test } from 'vitest';
import { hasSets, isChance } from '../src/figures.js';
import { matchesOf, priceAfter } from '../src/parts/matches.js';
import { premiumOf } from '../src/parts/premium.js';
import { pointAt, SPANS, spanOfAll, stepped } from '../src/parts/series.js';
import { standingOf } from '../src/standing.js';
import type { Candle, Fact, Market } from '../src/wire.js';

const AT = Date.parse('2026-06-20T12:00:00Z');
const time = (ms: number): string => new Date(AT + ms).toISOString();
const HOUR = 3_600_000;

const fact = (part: Partial<Fact> & Pick<Fact, 'fact' | 'seq'>): Fact => ({
  market: 'P-ARG-10',
  title: 'Lionel Messi',
  kind: 'goal',
  asked: '1',
  applied: '1',
  fundamental: '31',
  at: time(part.seq * 1_000),
  ...part,
});

describe('a figure', () => {
  test.each(['cpmm@1', 'lmsr@1', 'curve@1', 'rally@1'] as const)(
    'of %s means what the engine means',
    (id) => {
      expect(hasSets(id)).toBe(mechanismOf(id).sets !== undefined);
      const outcomes = id === 'cpmm@1' || id === 'lmsr@1';
      expect(isChance(id)).toBe(outcomes);
    },
  );

  test('of the crowd is signed, in Points and in parts of the fundamental', () => {
    expect(premiumOf('33', '30')).toEqual({ amount: '3', percent: '+10.0%' });
    expect(premiumOf('27', '30')).toEqual({ amount: '-3', percent: '−10.0%' });
    expect(premiumOf('30', '30')).toEqual({ amount: '0', percent: '0.0%' });
  });
});

describe('a line', () => {
  const times = [0, 10, 20, 30].flatMap((seconds) => pointAt(seconds, 10, 0) ?? []);

  test('of the facts stands still from one to the next', () => {
    const steps = [
      { at: 12, before: 30, after: 32 },
      { at: 19, before: 32, after: 34 },
    ];
    expect(stepped(times, steps, 99).map(({ value }) => value)).toEqual([30, 34, 34, 34]);
    expect(stepped(times, [], 99).map(({ value }) => value)).toEqual([99, 99, 99, 99]);
  });

  test.each([60, 599, 3_600, 40_000, 100_000, 2_000_000, 30_000_000])(
    'over %i seconds has a screenful of points, and the node keeps its boxes',
    (seconds) => {
      const { step } = spanOfAll(seconds);
      expect(seconds / step).toBeLessThanOrEqual(800);
    },
  );

  test('can go back an hour, a day, a week', () => {
    expect(SPANS.map(({ seconds }) => seconds)).toEqual(
      expect.arrayContaining([3_600, 86_400, 604_800]),
    );
  });
});

describe('a season', () => {
  test('is matches, the newest first, and what is taken back belongs to its match', () => {
    const facts = [
      fact({ fact: 'u', seq: 4, undoes: 'a' }),
      fact({ fact: 'c', seq: 3, happened_at: time(96 * HOUR) }),
      fact({ fact: 'b', seq: 2, happened_at: time(HOUR) }),
      fact({ fact: 'a', seq: 1, happened_at: time(0) }),
    ];
    const names = matchesOf(facts).map((match) => match.facts.map((one) => one.fact));
    expect(names).toEqual([['c'], ['a', 'b', 'u']]);
  });

  test('has the price after each match, unless the next one was told in the same box', () => {
    const [older, newer] = [
      { key: 'a', happenedAt: time(0), facts: [fact({ fact: 'a', seq: 1 })] },
      { key: 'b', happenedAt: time(96 * HOUR), facts: [fact({ fact: 'b', seq: 3 })] },
    ];
    const box = (ms: number, close: string): Candle => ({
      time: time(ms),
      open: '1',
      high: '1',
      low: '1',
      close,
      volume: '0',
    });
    const fine = [box(0, '30'), box(1_000, '31'), box(3_000, '33')];
    expect(priceAfter(fine, older, newer)).toBe('31');
    expect(priceAfter(fine, newer, undefined)).toBe('33');
    expect(priceAfter([box(0, '33')], older, newer)).toBeUndefined();
  });
});

describe('a standing', () => {
  const open = { status: 'open' } as Market;
  test.each([
    ['nothing in the way', open, false, 'all'],
    ['a frozen account', open, true, 'nothing'],
    ['a halt', { ...open, halted_until: time(1) }, false, 'leave'],
    ['a halt that is over', { ...open, halted_until: time(0) }, false, 'all'],
    ['its end', { ...open, ends_at: time(0) }, false, 'nothing'],
    ['before its end', { ...open, ends_at: time(1) }, false, 'all'],
    ['a pause', { ...open, status: 'paused' as const }, false, 'nothing'],
    ['a draft', { ...open, status: 'draft' as const }, false, 'nothing'],
  ])('with %s', (_, market, isFrozen, may) => {
    const standing = standingOf(market, isFrozen, AT);
    expect(standing.may).toBe(may);
    expect(standing.says === undefined).toBe(may === 'all');
  });
});
