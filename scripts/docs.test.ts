import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { ASYNCAPI_FILE, asyncApiFile } from './docs/asyncapi.js';
import { OPENAPI_PAGE, openApiPage } from './docs/openapi.js';
import { REFUSALS_PAGE, refusalsPage } from './docs/refusals.js';
import { SDK_PAGE, sdkPage } from './docs/sdk.js';
import { root } from './prepare.mjs';
import { readTexts } from './tidy/read.js';

const read = (path: string): string => readFileSync(join(root, path), 'utf8');
const texts = readTexts(root);
const documents = [...texts.keys()].filter((path) => path.endsWith('.md'));

test('docs/refusals.md says what the tables of the code say (npm run docs)', () => {
  expect(read(REFUSALS_PAGE)).toBe(refusalsPage());
});

test('[W25] docs/asyncapi.json says what the schemas of the code say (npm run docs)', () => {
  expect(read(ASYNCAPI_FILE)).toBe(asyncApiFile());
});

test('docs/openapi.json says what the routes say (npm run docs)', async () => {
  expect(read(OPENAPI_PAGE)).toBe(await openApiPage());
});

test('docs/sdk.md declares what the SDK exports (npm run docs)', () => {
  expect(read(SDK_PAGE)).toBe(sdkPage());
});

test('every setting of a node stands in docs/operating.md, and no other', () => {
  const settings = read('packages/server/src/config.ts').matchAll(/^ {2}([A-Z][A-Z_]+): /gm);
  const rows = read('docs/operating.md').matchAll(/^\| `([A-Z][A-Z_]+)` \|/gm);
  const names = (found: Iterable<RegExpExecArray>): string[] => [
    ...new Set([...found].map(([, name]) => name!)),
  ];
  expect(names(rows).sort()).toEqual(names(settings).sort());
});

describe('every link in a document leads somewhere', () => {
  test.each(documents)('%s', (path) => {
    const dead = linksIn(texts.get(path) ?? '').filter((link) => !leads(path, link));
    expect(dead).toEqual([]);
  });
});

/** Links to files of this repository; what stands in code is none. */
function linksIn(text: string): readonly string[] {
  const prose = text.replace(/^ *(```|~~~)[^]*?^ *\1/gm, '').replace(/`[^`\n]*`/g, '');
  const links = [...prose.matchAll(/\]\(([^)\s]+)\)/g)].map(([, link]) => link!);
  return links.filter((link) => !/^[a-z]+:/.test(link));
}

function leads(from: string, link: string): boolean {
  const [file = '', heading] = link.split('#');
  const path = file === '' ? from : join(dirname(from), file);
  if (!existsSync(join(root, path))) return false;
  return heading === undefined || headingsIn(texts.get(path) ?? '').includes(heading);
}

/** As the pages that show them name them. */
function headingsIn(text: string): readonly string[] {
  return [...text.matchAll(/^#+ (.+)$/gm)].map(([, title]) =>
    title!
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, '')
      .replaceAll(' ', '-'),
  );
}
