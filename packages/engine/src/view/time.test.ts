import { expect, test } from 'vitest';
import { BOUNDS } from '../limits.js';
import { formatTime, parseTime } from './time.js';

test('a time is written as the platform writes it, from 1970 to 9999', () => {
  const step = 86_400_000 * 97 + 12_345_678;
  for (let at = 0; at <= BOUNDS.instantMax; at += step)
    expect(formatTime(at)).toBe(new Date(at).toISOString());
  for (const at of [0, 951_782_400_000, 951_868_799_999, 4_107_542_400_000, BOUNDS.instantMax]) {
    expect(formatTime(at)).toBe(new Date(at).toISOString());
    expect(parseTime(formatTime(at))).toBe(at);
  }
});

test('a time is read back, with or without decimals', () => {
  expect(parseTime('2026-11-21T02:53:24Z')).toBe(Date.parse('2026-11-21T02:53:24Z'));
  expect(parseTime('2026-11-21T02:53:24.5Z')).toBe(Date.parse('2026-11-21T02:53:24.500Z'));
  expect(parseTime('2024-02-29T00:00:00Z')).toBe(Date.parse('2024-02-29T00:00:00Z'));
});

test.each([
  '',
  '2026',
  '2026-11-21',
  '2026-11-21T02:53Z',
  '2026-11-21T02:53:24',
  '2026-11-21T02:53:24+01:00',
  '2026-02-30T00:00:00Z',
  '2025-02-29T00:00:00Z',
  '2026-13-01T00:00:00Z',
  '2026-00-10T00:00:00Z',
  '2026-01-01T24:00:00Z',
  '2026-01-01T00:60:00Z',
  '1969-12-31T23:59:59Z',
  '2026-11-21T02:53:24.1234Z',
])('%j is not a time', (text) => {
  expect(parseTime(text)).toBeUndefined();
});
