import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';

const HERE = import.meta.dirname;

function testFiles(dir: string): string[] {
  return readdirSync(dir, { recursive: true, encoding: 'utf8' })
    .filter((name) => name.endsWith('.test.ts'))
    .map((name) => join(dir, name));
}

test('every rule in SPEC.md has a test, and every tested rule is in SPEC.md', () => {
  const spec = readFileSync(join(HERE, '../SPEC.md'), 'utf8');
  const stated = new Set([...spec.matchAll(/^- \*\*([HWKNMUPEIL]\d+)\*\*/gm)].map(([, id]) => id));
  const tested = new Set<string | undefined>();
  for (const file of [...testFiles(HERE), ...testFiles(join(HERE, '../src'))]) {
    for (const [, id] of readFileSync(file, 'utf8').matchAll(/\[([HWKNMUPEIL]\d+)\]/g))
      tested.add(id);
  }
  expect([...tested].sort()).toEqual([...stated].sort());
});
