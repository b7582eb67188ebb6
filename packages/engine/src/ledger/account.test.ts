import { expect, test } from 'vitest';
import { isFactId, isHolder, isId, isOutcome, playerAccount, playerOf } from './account.js';

test.each(['a', 'A', '0', '_', '-', 'ana', 'P-ARG-10', 'x'.repeat(64)])(
  '[B5] %j is an id',
  (text) => {
    expect(isId(text)).toBe(true);
  },
);

test.each([
  '',
  ' ',
  'a b',
  'a:b',
  'a/b',
  'a.b',
  'ä',
  'é',
  'x'.repeat(65),
  'a\n',
  '\na',
  'a\u0000',
  'player:ana',
  '"',
  '\\',
  '１',
  'a\u200b',
  '😀',
])('[B5] %j is none', (text) => {
  expect(isId(text)).toBe(false);
});

test.each(['YES', 'NO', 'A', '0', 'X_1', 'A-B', 'A'.repeat(16)])(
  '[B5] %j is an outcome',
  (text) => {
    expect(isOutcome(text)).toBe(true);
  },
);

test.each(['', 'yes', 'Yes', 'NO ', ' NO', 'A:B', 'A'.repeat(17), 'ÄB', 'NO\n', 'А'])(
  '[B5] %j is none',
  (text) => {
    expect(isOutcome(text)).toBe(false);
  },
);

test.each(['goal', 'match:7.goal-3', 'a_b', 'x'.repeat(64)])('[B5] %j names a fact', (text) => {
  expect(isFactId(text)).toBe(true);
});

test.each(['', 'a b', 'a/b', 'x'.repeat(65), 'tor!', 'goal\n'])('[B5] %j names none', (text) => {
  expect(isFactId(text)).toBe(false);
});

test('[B5] an account name says whose it is', () => {
  expect(playerAccount('ana')).toBe('player:ana');
  expect(playerOf('player:ana')).toBe('ana');
  for (const other of [
    'mint',
    'house:treasury',
    'house:fees',
    'pool:M1',
    'escrow:M1',
    'fees:M1',
  ] as const) {
    expect(playerOf(other)).toBeUndefined();
    expect(isHolder(other)).toBe(other === 'house:treasury');
  }
  expect(isHolder('player:ana')).toBe(true);
});
