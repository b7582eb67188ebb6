/** Every file is reached from a program, a package's index or a test; the rest is deleted. */
import ts from 'typescript';
import { importsOf, resolvePath, walk } from './project.js';
import type { Code, Finding, Project, Rule } from './project.js';

const ENTRY = /\/src\/(main\.tsx?|index\.ts)$|-worker\.ts$/;
const MANIFEST = /(^|\/)(package\.json|index\.html)$|^\.ci\/run$|^vitest\.config\.ts$/;

export const dead: Rule = (project) => {
  const links = linksOf(project);
  const entries = project.code.filter((file) => isEntry(project, file)).map((file) => file.path);
  const tests = project.code.filter((file) => file.place === 'test' || file.place === 'bench');
  const alive = reach(links, entries);
  const tested = reach(links, [...alive, ...tests.map((file) => file.path)]);
  return [...project.texts.keys()]
    .filter((path) => isJudged(path) && !alive.has(path))
    .flatMap((path) => judge(path, tested.has(path)));
};

function judge(path: string, tested: boolean): readonly Finding[] {
  const found = { path, line: 1, rule: 'dead' };
  if (!tested) return [{ ...found, says: 'nobody imports this file: delete it' }];
  if (!isProduction(path)) return [];
  const says =
    'only tests import this file: move it to test/ or name it *.contract.ts, or delete it';
  return [{ ...found, says }];
}

function isJudged(path: string): boolean {
  return /\.(tsx?|mjs|css)$/.test(path) && !path.endsWith('.d.ts');
}

function isProduction(path: string): boolean {
  return (
    /^packages\/[^/]+\/src\//.test(path) &&
    !/\.(test|contract)\.|\/bench\/|^packages\/sim\//.test(path)
  );
}

/** Programs, indexes, workers, configs, and whatever a manifest names as one. */
function isEntry(project: Project, file: Code): boolean {
  if (file.place === 'config' || ENTRY.test(file.path)) return true;
  return [...project.texts].some(([path, text]) => MANIFEST.test(path) && text.includes(file.path));
}

function linksOf({ code, texts }: Project): ReadonlyMap<string, readonly string[]> {
  return new Map(
    code.map((file) => {
      const names = [...importsOf(file).map((one) => one.name), ...urlsOf(file)];
      const relative = names.filter((name) => name.startsWith('.'));
      const paths = relative.map((name) => resolvePath(file.path, name));
      return [file.path, paths.flatMap((path) => fileAt(path, texts))];
    }),
  );
}

/** `new URL('./x.js', import.meta.url)` starts a worker: an import by other means. */
function urlsOf(file: Code): readonly string[] {
  const found: string[] = [];
  walk(file.tree, (node) => {
    if (!ts.isNewExpression(node) || node.expression.getText() !== 'URL') return;
    const name = node.arguments?.[0];
    if (name && ts.isStringLiteralLike(name)) found.push(name.text);
  });
  return found;
}

/** Sources are imported as the JavaScript they become. */
function fileAt(path: string, texts: Project['texts']): readonly string[] {
  const stem = path.replace(/\.js$/, '');
  return [path, `${stem}.ts`, `${stem}.tsx`].filter((one) => texts.has(one)).slice(0, 1);
}

function reach(
  links: ReadonlyMap<string, readonly string[]>,
  from: readonly string[],
): ReadonlySet<string> {
  const reached = new Set(from);
  for (const path of reached) for (const next of links.get(path) ?? []) reached.add(next);
  return reached;
}
