/** What docs/mechanisms tells as a story is told to the engine: a page that is wrong is red. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { CAST, tell } from './story.js';

const PAGES = join(import.meta.dirname, '../../../docs/mechanisms');
const PEOPLE = `
  ${CAST}
  system registers sam
  system appoints  sam seller
`;

const storiesIn = (page: string): readonly string[] =>
  [...readFileSync(join(PAGES, page), 'utf8').matchAll(/```story\n([\s\S]*?)```/g)].map(
    ([, table]) => table ?? '',
  );

test.each(['rally.md'])('%s', (page) => {
  const stories = storiesIn(page);
  expect(stories.length).toBeGreaterThan(0);
  for (const table of stories) tell(`${PEOPLE}${table}`);
});
