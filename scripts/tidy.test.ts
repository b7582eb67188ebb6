// Long because it is one list: every rule goes red once on a planted line, and stays green once.
import { describe, expect, test } from 'vitest';
import { root } from './prepare.mjs';
import { longFunctions, lowered } from './tidy/lengths.js';
import { projectOf } from './tidy/project.js';
import type { Ratchet } from './tidy/project.js';
import { readRatchet, readTexts } from './tidy/read.js';
import { judgeProject, print } from './tidy/rules.js';

/** What tidy says about some planted files; each is kept alive by a manifest that names it. */
function tidy(files: Readonly<Record<string, string>>, ratchet: Ratchet = {}): readonly string[] {
  const alive = { 'package.json': Object.keys(files).join(' ') };
  const texts = new Map(Object.entries({ ...alive, ...files }));
  return judgeProject(projectOf(texts, ratchet)).map(print);
}

/** The same for one file. */
function tidyOne(path: string, text: string): readonly string[] {
  return tidy({ [path]: text });
}

const ENGINE = 'packages/engine/src/a.ts';
const SERVER = 'packages/server/src/a.ts';
const TEST = 'packages/server/src/a.test.ts';

test('this repository is tidy', () => {
  const project = projectOf(readTexts(root), readRatchet(root));
  expect(judgeProject(project).map(print)).toEqual([]);
});

describe('arrows', () => {
  test.each([
    ['engine', 'journal', 'it imports nothing'],
    ['journal', 'server', 'it imports engine'],
    ['server', 'client', 'it imports engine, journal'],
    ['client', 'server', 'it imports engine'],
    ['cli', 'web', 'it imports engine, journal, client, server'],
    ['web', 'journal', 'it imports engine, client'],
    ['cli', 'sim', 'it imports'],
  ])('%s may not import %s', (home, target, says) => {
    const path = `packages/${home}/src/a.ts`;
    const [found] = tidyOne(path, `import { a } from '@fairground/${target}';`);
    expect(found).toContain(`${path}:1  ${home} may not import ${target}: ${says}`);
  });

  test.each([
    ['journal', 'engine'],
    ['server', 'journal'],
    ['client', 'engine'],
    ['cli', 'server'],
    ['web', 'client'],
    ['sim', 'cli'],
  ])('%s may import %s', (home, target) => {
    const text = `import { a } from '@fairground/${target}';`;
    expect(tidyOne(`packages/${home}/src/a.ts`, text)).toEqual([]);
  });

  test('a package is imported by its name, whatever the form', () => {
    const inside = `import('@fairground/engine/src/hash.js');`;
    expect(tidyOne(SERVER, inside)).toEqual([
      `${SERVER}:1  a path inside a package: import from '@fairground/engine'`,
    ]);
    const path = `export type { A } from '../../engine/src/hash.js';\nconst a = 1;`;
    expect(tidyOne(SERVER, path)).toEqual([
      `${SERVER}:1  a path into packages/engine: import from '@fairground/engine'`,
    ]);
    const type = `type A = import('../../engine/src/hash.js').A;`;
    expect(tidyOne(SERVER, type)).toHaveLength(1);
    expect(tidyOne(SERVER, `import { a } from '@fairground/server';`)).toHaveLength(1);
  });

  test('only tests reach out of their package, and only for what they require', () => {
    const text = `import { requiredOrSkip } from '../../../scripts/required.js';`;
    expect(tidyOne(TEST, text)).toEqual([]);
    expect(tidyOne(SERVER, text)[0]).toContain('is outside this package');
  });

  test('engine and client stand on nothing, web has no Node', () => {
    const zod = `import { z } from 'zod';`;
    expect(tidyOne(ENGINE, zod)[0]).toContain(`engine may not import 'zod': use a port`);
    expect(tidyOne('packages/client/src/a.ts', zod)).toHaveLength(1);
    expect(tidyOne(SERVER, zod)).toEqual([]);
    const fs = `import fs from 'node:fs';`;
    expect(tidyOne('packages/web/src/a.ts', fs)).toHaveLength(1);
    expect(tidyOne('packages/journal/src/a.ts', fs)).toEqual([]);
  });
});

describe('bans in the engine', () => {
  test.each([
    ['const a = new Date(0);', 'the `at` that came with the command'],
    ['const a = Math.random();', 'math/prng.ts or math/fixed.ts'],
    ['const a = Math.exp(1);', 'math/prng.ts or math/fixed.ts'],
    ['const { sqrt } = Math;', 'math/prng.ts or math/fixed.ts'],
    [`const a = 'a'.localeCompare('b');`, 'an explicit comparison'],
    [`const a = (1n).toLocaleString();`, 'an explicit comparison'],
    ['const a = new Intl.Collator();', 'an explicit comparison'],
    ['async function a() {}', 'nothing: the engine is synchronous'],
    [`const a = parseFloat('1');`, 'a bigint of micro-units'],
    [`const a = Number.parseFloat('1');`, 'a bigint of micro-units'],
    ['const a = (1).toFixed(2);', 'a bigint of micro-units'],
    ['const a = 0.5;', 'an integer of a smaller unit'],
    ['const a = 1e-9;', 'an integer of a smaller unit'],
  ])('%s', (text, instead) => {
    const findings = tidyOne(ENGINE, text);
    expect(findings[0]).toContain(`${ENGINE}:1`);
    expect(findings[0]).toContain(`use ${instead}`);
  });

  test('comments, strings, integers and exact arithmetic are free', () => {
    const text = `/** A Date is not async. */\nconst a = ['Date', Math.max(1, 0xe1, 1_000)];`;
    expect(tidyOne(ENGINE, text)).toEqual([]);
    expect(tidyOne('packages/engine/src/a.test.ts', 'const a = new Date(0.5);')).toEqual([]);
  });
});

describe('names of mechanisms', () => {
  test.each([
    `const a = b === 'lmsr';`,
    `const a = 'cpmm' !== b;`,
    `switch (b) { case 'rally': break; }`,
    `const a = b === 'cpmm@1';`,
    `const a = b.startsWith('curve');`,
  ])('%s', (text) => {
    expect(tidyOne(SERVER, text)[0]).toContain('ask the mechanism what it can do');
    expect(tidyOne('packages/engine/src/market/a.ts', text)).toHaveLength(1);
    expect(tidyOne('packages/engine/src/mechanism/a.ts', text)).toEqual([]);
    expect(tidyOne(TEST, text)).toEqual([]);
  });

  test('a name given is not a comparison', () => {
    expect(tidyOne(SERVER, `const a = open('lmsr'); const b = c === 'open';`)).toEqual([]);
  });
});

describe('homes of impurities', () => {
  test.each([
    ['const a = Date.now();', 'packages/server/src/clock.ts', 'a clock passed in'],
    ['const a = new Date();', 'packages/client/src/platform.ts', 'a clock passed in'],
    ['const a = { now: Date.now };', 'packages/web/src/clock.ts', 'a clock passed in'],
    ['const a = process.env;', 'packages/server/src/config.ts', 'that main.ts or config.ts fills'],
    ['const a = { b: process };', 'packages/cli/src/main.ts', 'that main.ts or config.ts fills'],
    [`import { env } from 'node:process';`, 'packages/sim/src/main.ts', 'main.ts or config.ts'],
    ['process.exit(70);', 'packages/journal/src/file-worker.ts', 'main.ts or config.ts'],
    ['const a = process.pid;', 'packages/journal/src/file-lock.ts', 'main.ts or config.ts'],
    ['const a = `select a\n from b`;', 'packages/server/src/readmodel/a.ts', 'a query of journal'],
    [`const a = 'INSERT INTO a VALUES (1)';`, 'packages/journal/src/a.ts', 'a query of journal'],
    ['const a = `update a set b = ${c}`;', 'packages/journal/src/a.ts', 'a query of journal'],
    [`import pg from 'pg';`, 'packages/journal/src/postgres.ts', 'a query of journal'],
    [`import { useMemo } from 'react';`, 'packages/web/src/a.tsx', 'plain TypeScript'],
    ['const a = Math.random();', 'packages/sim/src/main.ts', 'a generator with a seed'],
  ])('%s has its home in %s', (text, home, instead) => {
    expect(tidyOne(home, text)).toEqual([]);
    const [found] = tidyOne(SERVER, text);
    expect(found).toContain(`${SERVER}:1`);
    expect(found).toContain(instead);
  });

  test('tests, benches, scripts and the proving ground may, but none of them draws lots', () => {
    for (const path of [
      TEST,
      'packages/server/bench/a.ts',
      'scripts/a.ts',
      'packages/sim/src/a.ts',
    ]) {
      expect(tidyOne(path, 'const a = Date.now() + process.pid;')).toEqual([]);
      expect(tidyOne(path, 'const a = Math.random();')).toHaveLength(1);
    }
  });

  test('a time given, a property of that name and a sentence are free', () => {
    expect(tidyOne(SERVER, 'const a = new Date(b);')).toEqual([]);
    expect(tidyOne(SERVER, 'const a = { process: 1 }.process;')).toEqual([]);
    expect(tidyOne(SERVER, `const a = 'Select a market from the list';`)).toEqual([]);
  });
});

describe('types', () => {
  test.each([
    ['const a: any = 1;', 'any: use the real type'],
    ['const a = b as string;', 'a cast: use an annotation'],
    ['const a = <string>b;', 'a cast: use an annotation'],
    ['const a = b!;', 'a non-null !: use a check'],
    ['class A { a!: string }', 'a definite !: use a value'],
  ])('%s', (text, says) => {
    expect(tidyOne(SERVER, text)[0]).toContain(`${SERVER}:1  ${says}`);
  });

  test('as const is no cast, and two kinds of file may cast', () => {
    expect(tidyOne(SERVER, 'const a = [1] as const;')).toEqual([]);
    const text = 'const a = b as Amount;';
    expect(tidyOne('packages/engine/src/math/amount.ts', text)).toEqual([]);
    expect(tidyOne('packages/journal/src/wire.ts', text)).toEqual([]);
  });

  test('tests may assert, but never any', () => {
    expect(tidyOne(TEST, 'const a = b! as never;')).toEqual([]);
    expect(tidyOne(TEST, 'const a: any = 1;')).toHaveLength(1);
  });
});

describe('exports', () => {
  test.each([
    ['export default 1;', 'a default export: use a named one'],
    ['export default function a() {}', 'a default export: use a named one'],
    ['const a = 1;\nexport { a as default };', 'a default export: use a named one'],
    [`export * from './b.js';\nconst a = 1;`, 'export *: use a list of the names'],
    [`export { a } from './b.js';`, 'a barrel: use imports of the files themselves'],
  ])('%s', (text, says) => {
    const findings = tidyOne(SERVER, text);
    expect(findings).toHaveLength(1);
    expect(findings[0]).toContain(says);
  });

  test('the index lists names, a config exports a default', () => {
    expect(tidyOne('packages/server/src/index.ts', `export { a } from './b.js';`)).toEqual([]);
    expect(tidyOne('packages/web/vite.config.ts', 'export default {};')).toEqual([]);
    expect(tidyOne(SERVER, 'switch (b) { default: break; }')).toEqual([]);
  });
});

describe('dead files', () => {
  /** Like tidy, but nothing is alive that nobody imports. */
  function deadOf(files: Readonly<Record<string, string>>): readonly string[] {
    return judgeProject(projectOf(new Map(Object.entries(files)))).map(print);
  }

  test('a file nobody imports is dead, and so is a pair that only knows each other', () => {
    const found = deadOf({
      'packages/server/src/index.ts': `export { a } from './a.js';`,
      'packages/server/src/a.ts': `import './theme.css';\nexport const a = 1;`,
      'packages/server/src/theme.css': '',
      'packages/server/src/b.ts': `import './c.js';`,
      'packages/server/src/c.ts': `import './b.js';`,
    });
    expect(found).toEqual([
      'packages/server/src/b.ts:1  nobody imports this file: delete it',
      'packages/server/src/c.ts:1  nobody imports this file: delete it',
    ]);
  });

  test('what only tests import is not production', () => {
    const test = `import './a.js';\nimport './b.contract.js';\nimport '../test/c.js';`;
    const found = deadOf({
      'packages/server/src/a.ts': '',
      'packages/server/src/a.test.ts': test,
      'packages/server/src/b.contract.ts': '',
      'packages/server/test/c.ts': '',
    });
    expect(found).toHaveLength(1);
    expect(found[0]).toContain('packages/server/src/a.ts:1  only tests import this file');
  });

  test('programs, workers, what a URL names and what a manifest names are alive', () => {
    const found = deadOf({
      'packages/web/src/main.tsx': `new URL('./pump.js', import.meta.url);`,
      'packages/web/src/pump.ts': '',
      'packages/web/src/verify-worker.ts': '',
      'package.json': 'tsx scripts/a.ts',
      'scripts/a.ts': '',
    });
    expect(found).toEqual([]);
  });
});

describe('lengths', () => {
  const functionOf = (lines: number): string =>
    `export function big() {\n${'  a();\n'.repeat(lines - 2)}}\n`;
  const key = `${SERVER}#big`;

  test('a function over 70 lines is refused, over 40 it is counted', () => {
    expect(tidyOne(SERVER, functionOf(70))).toEqual([]);
    expect(tidyOne(SERVER, functionOf(71))[0]).toContain(`${key} has 71 lines: split it, 70`);
    const { code } = projectOf(new Map([[SERVER, functionOf(41)]]));
    expect(longFunctions(code).map((one) => [one.key, one.lines])).toEqual([[key, 41]]);
    expect(tidyOne(TEST, functionOf(100))).toEqual([]);
  });

  test('a function is named by what it is given to', () => {
    const body = `{\n${'  a();\n'.repeat(45)}}`;
    const text = `const a = () => ${body};\nclass B { c() ${body} }\nconst d = { e: () => ${body} };`;
    const { code } = projectOf(new Map([[SERVER, text]]));
    expect(longFunctions(code).map((one) => one.key.split('#')[1])).toEqual(['a', 'c', 'e']);
  });

  test('the ratchet lets a number stand and fall, never rise', () => {
    const files = { [SERVER]: functionOf(90) };
    expect(tidy(files, { [key]: 90 })).toEqual([]);
    expect(tidy(files, { [key]: 89 })[0]).toContain('grew from 89 to 90 lines');
    expect(tidy(files, { [key]: 95 })[0]).toContain('fell from 95 to 90 lines');
    expect(tidy({ [SERVER]: '' }, { [key]: 90 })[0]).toContain('is gone or short: remove its line');
  });

  test('lowering the ratchet lets nothing in and nothing grow', () => {
    const ratchet = { [key]: 95, gone: 80 };
    const project = (lines: number) => projectOf(new Map([[SERVER, functionOf(lines)]]), ratchet);
    expect(lowered(project(90))).toEqual({ [key]: 90 });
    expect(lowered(project(99))).toEqual({ [key]: 95 });
    expect(lowered(project(60))).toEqual({});
    expect(lowered({ ...project(90), ratchet: {} })).toEqual({});
  });

  test('a file over 300 lines gives its reason at the top', () => {
    const lines = '\n'.repeat(300);
    expect(tidyOne(SERVER, `a();${lines}b();`)[0]).toContain('301 lines, 300 is the most');
    expect(tidyOne(SERVER, `// Long because the ladder is one.${lines}b();`)).toEqual([]);
    expect(tidyOne(SERVER, `a();${lines}// Long because it grew.`)).toHaveLength(1);
  });

  test('a comment is wrapped by hand, since no formatter does it', () => {
    expect(tidyOne(SERVER, `// ${'a '.repeat(70)}`)[0]).toContain('a comment of 142 columns');
  });
});

describe('words', () => {
  test('no notes to self in code', () => {
    expect(tidyOne(SERVER, '// TODO later')[0]).toContain(`${SERVER}:1  TODO: do it now`);
    expect(tidyOne(SERVER, '\n/* FIXME */')[0]).toContain(`${SERVER}:2  FIXME: do it now`);
    expect(tidyOne(SERVER, '// @ts-ignore')).toHaveLength(1);
    expect(tidyOne(TEST, '// @ts-expect-error the engine is synchronous')).toEqual([]);
    expect(tidyOne(SERVER, `const a = ['TODO', /FIXME/, \`\${b} HACK\`];`)).toEqual([]);
  });

  test('a document has one title, and begins with it', () => {
    expect(tidyOne('docs/a.md', '# A\n\n```sh\n# a comment\n```\n')).toEqual([]);
    expect(tidyOne('docs/a.md', 'A\n')[0]).toContain('no title');
    expect(tidyOne('docs/a.md', '# A\n\n# B\n')[0]).toContain('docs/a.md:3  a second title');
    expect(tidyOne('docs/a.md', 'Hello.\n\n# A\n')[0]).toContain('text above the title');
  });

  test('the lockfile names no registry', () => {
    const text = '{\n"resolved": "packages/cli",\n"resolved": "https://registry.example/a.tgz" }';
    expect(tidyOne('package-lock.json', text)[0]).toContain(
      'package-lock.json:3  a registry address',
    );
  });
});
