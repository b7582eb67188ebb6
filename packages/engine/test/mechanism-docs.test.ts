/** docs/mechanisms has a page for each mechanism, in one form; what it tells as a story is told to the engine. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { CAST, tell } from './story.js';

const ENGINE = join(import.meta.dirname, '..');
const PAGES = join(ENGINE, '../../docs/mechanisms');
const MECHANISMS = ['cpmm', 'curve', 'lmsr', 'rally'];
const SECTIONS = [
  'The law',
  'Why it is so',
  'A worked example',
  'Popular forms that are wrong',
  'What it does not have',
];

const PEOPLE = `
  ${CAST}
  system registers sam
  system appoints  sam seller
`;

/** Of the last figure of a line; an asset may follow it. */
const LAST_DIGIT = /\d(?=( [A-Z]\d:[A-Z]+)?\s*$)/;

const page = (name: string): string => readFileSync(join(PAGES, `${name}.md`), 'utf8');
const storiesIn = (text: string): readonly string[] =>
  [...text.matchAll(/```story\n([\s\S]*?)```/g)].map(([, table]) => table ?? '');

test('each mechanism has its page, and each page its mechanism', () => {
  expect(readdirSync(PAGES).sort()).toEqual(MECHANISMS.map((name) => `${name}.md`));
  const sources = readdirSync(join(ENGINE, 'src/mechanism'));
  for (const name of MECHANISMS) expect(sources).toContain(`${name}.ts`);
});

describe.each(MECHANISMS)('%s', (name) => {
  const text = page(name);

  test('says its law, why it is so, an example, and which popular forms are wrong', () => {
    const headings = [...text.matchAll(/^## (.+)$/gm)].map(([, heading]) => heading ?? '');
    expect(headings.filter((heading) => SECTIONS.includes(heading))).toEqual(SECTIONS);
  });

  test('its examples are what the exchange does', () => {
    const stories = storiesIn(text);
    expect(stories.length).toBeGreaterThan(0);
    for (const table of stories) tell(`${PEOPLE}${table}`);
  });

  test('and every figure in them is looked at: the next one up is red', () => {
    for (const table of storiesIn(text)) {
      const lines = table.split('\n');
      const shown = lines.flatMap((line, index) =>
        /-> \w+ \d| (has|shows|paid) /.test(line) ? [index] : [],
      );
      expect(shown.length).toBeGreaterThan(5);
      for (const at of shown) {
        const [told = '', comment = ''] = (lines[at] ?? '').split(/(?=#)/);
        const wrong = told.replace(LAST_DIGIT, (digit) => `${(Number(digit) + 1) % 10}`);
        const changed = lines
          .map((line, index) => (index === at ? `${wrong}${comment}` : line))
          .join('\n');
        expect(() => tell(`${PEOPLE}${changed}`), lines[at]).toThrow(told.split(/\s+/)[0]);
      }
    }
  });

  test('names rules that there are', () => {
    const spec = readFileSync(join(ENGINE, 'SPEC.md'), 'utf8');
    const named = [...text.matchAll(/\b([A-Z]\d{1,2})\b/g)].map(([, id]) => id ?? '');
    const rules = named.filter((id) => !/^[SLMR]1$/.test(id) && id !== 'L2');
    expect(rules.length).toBeGreaterThan(0);
    for (const id of rules) expect(spec).toContain(`- **${id}** `);
  });
});
