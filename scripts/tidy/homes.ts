/** Each impurity has one home: elsewhere its effect arrives as a parameter. */
import ts from 'typescript';
import { collect, importsOf, named } from './project.js';
import type { Code, Finding, Rule } from './project.js';

/** Where the clock, the process, chance, SQL and React may be touched. */
const HOMES = {
  clock: /^packages\/(server|web)\/src\/clock\.ts$|^packages\/client\/src\/platform\.ts$/,
  process: /^packages\/[^/]+\/src\/(.*\/)?(main|config)\.tsx?$|-worker\.ts$/,
  journalProcess: /^packages\/journal\/src\/.*(worker|lock)[^/]*\.ts$/,
  /** An SDK has no main.ts: what it needs of its platform stands in one file. */
  chance: /\/main\.tsx?$|^packages\/client\/src\/platform\.ts$/,
  sql: /^packages\/(journal\/src|server\/src\/(readmodel|ticks))\//,
  react: /^packages\/web\//,
};

const DATABASE = /^(pg|pg-boss|drizzle-orm|kysely|@electric-sql\/pglite)(\/|$)/;
const REACT = /^(react|react-dom|@mantine\/\w+|@tanstack\/react-[\w-]+)(\/|$)/;

/** How statements begin, in one case throughout: an English sentence is not SQL. */
const SQL_STARTS = [
  'select\\s[^]*\\sfrom\\s',
  'insert\\s+into\\s',
  'update\\s+[\\w."]+\\s+set\\s',
  'delete\\s+from\\s',
  '(create|alter|drop)\\s+(unique\\s+)?(table|index|schema|view)\\s',
  'with\\s+\\w+\\s+as\\s*\\(',
].join('|');
const SQL = new RegExp(`^\\s*(${SQL_STARTS}|${SQL_STARTS.replace(/(?<!\\)[a-z]+/g, upper)})`);

function upper(word: string): string {
  return word.toUpperCase();
}

export const homes: Rule = ({ code }) => [
  ...code.filter((file) => isProduction(file)).flatMap(judgeFile),
  ...code.filter((file) => !HOMES.chance.test(file.path)).flatMap(judgeChance),
];

/** The proving ground measures and breaks things; like tests it may read clocks and write SQL. */
function isProduction(file: Code): boolean {
  return file.place === 'source' && file.home !== 'sim';
}

function judgeFile(file: Code): readonly Finding[] {
  const judge = (node: ts.Node): string | undefined =>
    judgeClock(file, node) ?? judgeProcess(file, node) ?? judgeSql(file, node);
  return [...collect('homes', file, judge), ...judgeImports(file)];
}

function judgeClock(file: Code, node: ts.Node): string | undefined {
  if (HOMES.clock.test(file.path) || !readsClock(node)) return undefined;
  return named(node.getText(), 'a clock passed in as a parameter; its home is server/src/clock.ts');
}

function readsClock(node: ts.Node): boolean {
  if (ts.isPropertyAccessExpression(node)) return node.getText() === 'Date.now';
  const makes = ts.isNewExpression(node) || ts.isCallExpression(node);
  return makes && node.expression.getText() === 'Date' && (node.arguments ?? []).length === 0;
}

function judgeProcess(file: Code, node: ts.Node): string | undefined {
  if (!ts.isIdentifier(node) || node.text !== 'process' || !isValue(node)) return undefined;
  return mayUseProcess(file) ? undefined : named('process', PROCESS_INSTEAD);
}

const PROCESS_INSTEAD = 'a parameter that main.ts or config.ts fills in';

function mayUseProcess(file: Code): boolean {
  return HOMES.process.test(file.path) || HOMES.journalProcess.test(file.path);
}

/** Whether an identifier is the global in use, not a property, a key or a declaration of ours. */
function isValue(node: ts.Identifier): boolean {
  const parent = node.parent;
  if (ts.isPropertyAccessExpression(parent)) return parent.expression === node;
  if (ts.isPropertyAssignment(parent)) return parent.initializer === node;
  const declares =
    ts.isMethodDeclaration(parent) ||
    ts.isMethodSignature(parent) ||
    ts.isPropertySignature(parent) ||
    ts.isPropertyDeclaration(parent) ||
    ts.isBindingElement(parent) ||
    ts.isParameter(parent);
  return !declares;
}

function judgeSql(file: Code, node: ts.Node): string | undefined {
  if (HOMES.sql.test(file.path) || !isText(node) || !SQL.test(node.text)) return undefined;
  return 'SQL: use a query of journal or server/src/readmodel';
}

function isText(node: ts.Node): node is ts.StringLiteralLike | ts.TemplateHead {
  return ts.isStringLiteralLike(node) || ts.isTemplateHead(node);
}

function judgeImports(file: Code): readonly Finding[] {
  return importsOf(file).flatMap(({ name, line }) => {
    const says = judgeImport(file, name);
    return says ? [{ path: file.path, line, rule: 'homes', says }] : [];
  });
}

function judgeImport(file: Code, name: string): string | undefined {
  if (DATABASE.test(name) && !HOMES.sql.test(file.path)) {
    return named(`'${name}'`, 'a query of journal or server/src/readmodel');
  }
  if (REACT.test(name) && !HOMES.react.test(file.path)) {
    return named(`'${name}'`, 'plain TypeScript: React lives in packages/web');
  }
  const process = name === 'node:process' && !mayUseProcess(file);
  return process ? named(`'${name}'`, PROCESS_INSTEAD) : undefined;
}

/** Chance is a seed that a main.ts draws once and prints, in tests and benches too. */
function judgeChance(file: Code): readonly Finding[] {
  return collect('homes', file, (node) => {
    const draws = ts.isPropertyAccessExpression(node) && node.getText() === 'Math.random';
    return draws ? named('Math.random', 'a generator with a seed that a main.ts draws') : undefined;
  });
}
