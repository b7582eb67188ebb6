/** The engine asks nobody: no clock, no dice, no floats of the machine's own, no promises. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterEach, expect, test, vi } from 'vitest';
import { stateHash } from '../src/index.js';
import { CAST, tell } from './story.js';

const SRC = join(import.meta.dirname, '../src');

const BANNED =
  /\b(Date|performance|process|Intl|crypto|fetch|setTimeout|setInterval|setImmediate|queueMicrotask|globalThis|console|localeCompare|toLocaleString|toFixed|parseFloat|async|await|Promise|WeakRef|eval|require)\b|\bMath\.(?!abs\b|floor\b|ceil\b|min\b|max\b|imul\b|trunc\b)\w+/;

const withoutComments = (text: string): string =>
  text
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/(^|[^:'])\/\/.*$/gm, '$1')
    .replace(/'(?:[^'\\\n]|\\.)*'/g, "''");

afterEach(() => {
  vi.restoreAllMocks();
});

test('[D11] no source of the engine names a clock, dice, a locale, a promise or inexact arithmetic', () => {
  const files = readdirSync(SRC, { recursive: true, encoding: 'utf8' }).filter(
    (file) => file.endsWith('.ts') && !/\.(test|contract)\.ts$/.test(file),
  );
  expect(files.length).toBeGreaterThan(30);
  const found = files.flatMap((file) => {
    const match = BANNED.exec(withoutComments(readFileSync(join(SRC, file), 'utf8')));
    return match ? [`${file}: ${match[0]}`] : [];
  });
  expect(found).toEqual([]);
});

test('[D11] it imports nothing but itself', () => {
  for (const file of readdirSync(SRC, { recursive: true, encoding: 'utf8' })) {
    if (!file.endsWith('.ts') || /\.(test|contract)\.ts$/.test(file)) continue;
    const text = readFileSync(join(SRC, file), 'utf8');
    for (const [, from = ''] of text.matchAll(/\b(?:from|import)\s*\(?'([^'\n]+)';/g)) {
      expect(`${file} ${from}`).toMatch(/ \.{1,2}\/.*\.js$/);
    }
  }
});

test('[D11] it does the same without a clock and dice as with them', () => {
  const story = `
    ${CAST}
    eve  drafts M1 cpmm 100 closes=13:00
    eve  opens  M1
    ana  buys   M1 YES 10
    at 13:00
    clock ticks
    eve  resolves M1 NO
    clock pays  everyone
  `;
  const before = stateHash(tell(story).world);
  const none = (): never => {
    throw new Error('the engine asked');
  };
  vi.spyOn(Math, 'random').mockImplementation(none);
  vi.spyOn(Date, 'now').mockImplementation(none);
  expect(stateHash(tell(story).world)).toBe(before);
});
