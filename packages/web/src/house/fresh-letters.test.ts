import { expect, test } from 'vitest';
import { newsOf } from './fresh-letters.js';

test('what came before the first that is shown is new; what went says nothing', () => {
  expect(newsOf(['e', 'd', 'c'], ['c', 'b', 'a'])).toBe(2);
  expect(newsOf(['c', 'a'], ['c', 'b', 'a'])).toBe(0);
  expect(newsOf(['e', 'b', 'a'], ['c', 'b', 'a'])).toBe(1);
  expect(newsOf(['e', 'd'], ['b', 'a'])).toBe(2);
  expect(newsOf(['e'], [])).toBe(1);
  expect(newsOf([], ['a'])).toBe(0);
});
