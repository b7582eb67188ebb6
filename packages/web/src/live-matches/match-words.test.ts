import { expect, test } from 'vitest';
import type { LiveMatch } from '../wire-outside.js';
import { lineOf, marketsOf, minuteOf, talliesOf } from './match-words.js';

const MATCH: LiveMatch = {
  puller: 'pul_1',
  source: 'Cup',
  item: '1',
  names: ['Mexico', 'Spain'],
  status: 'live',
  minute: '34',
  counts: [
    { count: 'home', value: 2, market: 'P-MEX' },
    { count: 'away', value: 1, market: 'P-ESP' },
    { count: 'cards', value: 3, market: null },
  ],
  markets: [{ market: 'P-MEX', pauses: true, resolves: false }],
  ends: [],
  resolves_at: null,
  verdict: null,
  updated_at: '2026-06-15T19:00:00Z',
  seq: 1,
};

test('a match is one line, with the score between the names', () => {
  expect(lineOf(MATCH)).toBe('Mexico 2–1 Spain');
  expect(talliesOf(MATCH)).toEqual([MATCH.counts[2]]);
});

test('before it begins, and where no sides are counted, the names stand alone', () => {
  expect(lineOf({ ...MATCH, status: 'scheduled' })).toBe('Mexico – Spain');
  const counts = [{ count: 'runs', value: 4, market: null }];
  expect(lineOf({ ...MATCH, counts })).toBe('Mexico – Spain');
  expect(talliesOf({ ...MATCH, counts })).toEqual(counts);
});

test('a number is a minute, a word stands as it is', () => {
  expect(['34', '45+2', 'HT', null].map((minute) => minuteOf({ ...MATCH, minute }))).toEqual([
    '34′',
    '45+2′',
    'HT',
    undefined,
  ]);
});

test('each market of a match stands there once', () => {
  expect(marketsOf(MATCH)).toEqual(['P-MEX', 'P-ESP']);
});
