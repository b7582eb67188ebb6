import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const ROOT = join(import.meta.dirname, '..');

function testFiles(folder: string): string[] {
  return readdirSync(folder, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(folder, name));
}

test('every rule in SPEC.md has a test, and every tested rule is in SPEC.md', () => {
  const spec = readFileSync(join(ROOT, 'SPEC.md'), 'utf8');
  const stated = Array.from(spec.matchAll(/^- \*\*([A-Z]\d+)\*\* /gm), (match) => match[1]);
  const tests = [...testFiles(join(ROOT, 'src')), ...testFiles(join(ROOT, 'test'))].map((file) =>
    readFileSync(file, 'utf8'),
  );
  const tested = tests.flatMap((text) =>
    Array.from(text.matchAll(/\[([A-Z]\d+)\]/g), (match) => match[1]),
  );
  expect(new Set(stated).size).toBe(stated.length);
  expect([...new Set(tested)].sort()).toEqual([...stated].sort());
});
