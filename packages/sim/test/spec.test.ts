import fs from 'node:fs';
import path from 'node:path';
import { expect, test } from 'vitest';

const ROOT = path.join(import.meta.dirname, '..');
const THIS = path.basename(import.meta.filename);

function filesBelow(dir: string): string[] {
  const names = fs.readdirSync(dir, { recursive: true, encoding: 'utf8' });
  return names.filter(
    (name) => /\.(test|contract)\.ts$/.test(name) && path.basename(name) !== THIS,
  );
}

function idsIn(text: string, pattern: RegExp): string[] {
  return [...text.matchAll(pattern)].map((found) => found[1] ?? '');
}

test('every rule in SPEC.md has a test, and every tested rule is in SPEC.md', () => {
  const stated = idsIn(
    fs.readFileSync(path.join(ROOT, 'SPEC.md'), 'utf8'),
    /^- \*\*([A-Z]\d+)\*\*/gm,
  );
  const tested = ['src', 'test'].flatMap((part) =>
    filesBelow(path.join(ROOT, part)).flatMap((name) =>
      idsIn(fs.readFileSync(path.join(ROOT, part, name), 'utf8'), /\[([A-Z]\d+)\]/g),
    ),
  );
  expect(stated, 'a number stands for one rule').toEqual([...new Set(stated)]);
  expect([...new Set(tested)].sort()).toEqual([...stated].sort());
});
