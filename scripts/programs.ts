/**
 * The programs of the packages as tests start them: compiled once, because reading a thousand sources takes a process
 * three times as long as starting does.
 */
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import ts from 'typescript';
import { buildWeb, bundleIsStale, root } from './prepare.mjs';

/** What a test starts, and where the package lies that it starts in. */
export type Program = 'packages/cli/src/main.ts' | 'packages/server/src/main.ts';

/** What the better compiler takes for an embedded database is never won back in a process that lives for seconds. */
export const FLAGS = ['--liftoff-only'] as const;

/** For Node: the program as `makePrograms` left it. */
export const compiled = (program: Program): readonly string[] => [
  ...FLAGS,
  join(root, target(program)),
];

const PACKAGES = ['engine', 'journal', 'server', 'client', 'cli'];
const target = (source: string): string =>
  source.replace(/\/src\/(?!.*\/src\/)/, '/dist/').replace(/\.ts$/, '.js');
const timeOf = (path: string): number => statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0;

/** Brings the pages and each package's dist up to their sources. Types are the business of `npm run check`. */
export function makePrograms(): void {
  if (bundleIsStale(root)) buildWeb();
  for (const name of PACKAGES) {
    const sources = join(root, 'packages', name, 'src');
    for (const path of readdirSync(sources, { recursive: true, encoding: 'utf8' })) {
      if (path.endsWith('.ts') && !/\.(test|contract)\.ts$/.test(path))
        compile(join(sources, path));
    }
  }
}

function compile(source: string): void {
  const to = target(source);
  if (timeOf(to) > timeOf(source)) return;
  const { outputText } = ts.transpileModule(readFileSync(source, 'utf8'), {
    fileName: source,
    compilerOptions: {
      target: ts.ScriptTarget.ES2022,
      module: ts.ModuleKind.ESNext,
      verbatimModuleSyntax: true,
    },
  });
  mkdirSync(dirname(to), { recursive: true });
  writeFileSync(to, outputText);
}
