/** Documentation cannot drift: what SPEC.md states, a test shows, and what a test shows, SPEC.md states. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const HOME = join(import.meta.dirname, '..');

const idsIn = (text: string, pattern: RegExp): string[] =>
  [...text.matchAll(pattern)].map(([, id]) => id ?? '');

function tested(): string[] {
  const files = readdirSync(HOME, { recursive: true, encoding: 'utf8' });
  const ids = files
    .filter((file) => /\.(test|contract)\.ts$/.test(file) && !file.includes('node_modules'))
    .flatMap((file) => idsIn(readFileSync(join(HOME, file), 'utf8'), /\[([A-Z]\d+)\]/g));
  return [...new Set(ids)].sort();
}

const stated = idsIn(readFileSync(join(HOME, 'SPEC.md'), 'utf8'), /^- \*\*([A-Z]\d+)\*\* /gm);

test('every rule in SPEC.md has a test, and every tested rule is in SPEC.md', () => {
  expect(tested()).toEqual([...new Set(stated)].sort());
});

test('no two rules in SPEC.md share a name', () => {
  expect(stated).toEqual([...new Set(stated)]);
});
