/** Short enough to be read at once. What is longer stands on a list whose numbers may only fall. */
import ts from 'typescript';
import { lineOf, walk } from './project.js';
import type { Code, Finding, Project, Rule } from './project.js';
import { RATCHET } from './read.js';

export const LENGTHS = {
  /** A function that fits a screen; longer ones are counted. */
  functionLines: 40,
  /** Longer than this needs a place in the ratchet. */
  functionLinesMax: 70,
  fileLinesMax: 300,
  /** The reason of a subject file stands where a reader begins. */
  reasonWithinLines: 15,
  commentColumnsMax: 120,
};

export interface Long {
  readonly path: string;
  readonly line: number;
  /** `path#name`, as the ratchet writes it. */
  readonly key: string;
  readonly lines: number;
}

export const lengths: Rule = (project) => [
  ...judgeFunctions(project),
  ...project.code.flatMap(judgeFile),
];

function judgeFunctions(project: Project): readonly Finding[] {
  const long = longFunctions(project.code);
  const listed = Object.keys(project.ratchet).filter((key) => !long.some((one) => one.key === key));
  return [
    ...long.flatMap((one) => judgeFunction(one, project.ratchet[one.key])),
    ...listed.map((key) => {
      const says = `${key} is gone or short: remove its line (npm run tidy -- --ratchet)`;
      return { path: RATCHET, line: 1, rule: 'lengths', says };
    }),
  ];
}

function judgeFunction(long: Long, allowed: number | undefined): readonly Finding[] {
  const found = { path: long.path, line: long.line, rule: 'lengths' };
  const { key, lines } = long;
  if (allowed === undefined) {
    if (lines <= LENGTHS.functionLinesMax) return [];
    const says = `${key} has ${lines} lines: split it, ${LENGTHS.functionLinesMax} is the most`;
    return [{ ...found, says }];
  }
  if (lines > allowed)
    return [{ ...found, says: `${key} grew from ${allowed} to ${lines} lines: split it` }];
  if (lines === allowed) return [];
  const says = `${key} fell from ${allowed} to ${lines} lines: say so (npm run tidy -- --ratchet)`;
  return [{ ...found, says }];
}

/** Functions over the lower limit, outside tests; of two with one name the longer counts. */
export function longFunctions(code: readonly Code[]): readonly Long[] {
  const longest = new Map<string, Long>();
  for (const file of code) {
    if (file.place === 'test') continue;
    walk(file.tree, (node) => {
      if (!ts.isFunctionLike(node) || !('body' in node) || !node.body) return;
      const one = measure(file, node);
      if (one.lines > Math.max(LENGTHS.functionLines, longest.get(one.key)?.lines ?? 0)) {
        longest.set(one.key, one);
      }
    });
  }
  return [...longest.values()];
}

function measure(file: Code, node: ts.Node): Long {
  const line = lineOf(file, node);
  const last = file.tree.getLineAndCharacterOfPosition(node.end).line + 1;
  return { path: file.path, line, key: `${file.path}#${nameOf(node)}`, lines: last - line + 1 };
}

/** The function's own name, or that of what it is given to. */
function nameOf(node: ts.Node): string {
  for (let at = node; !ts.isSourceFile(at); at = at.parent) {
    const name = ts.getNameOfDeclaration(isDeclaration(at) ? at : undefined);
    if (name) return name.getText();
    if (ts.isConstructorDeclaration(at)) return 'constructor';
  }
  return 'top';
}

function isDeclaration(node: ts.Node): node is ts.NamedDeclaration {
  return (
    ts.isFunctionLike(node) ||
    ts.isVariableDeclaration(node) ||
    ts.isPropertyAssignment(node) ||
    ts.isPropertyDeclaration(node)
  );
}

function judgeFile(file: Code): readonly Finding[] {
  const lines = file.text.trimEnd().split('\n');
  const found = { path: file.path, rule: 'lengths' };
  const top = lines.slice(0, LENGTHS.reasonWithinLines);
  const reason = top.some((line) => /^\s*(\/\/|\/\*\*?|\*)\s*Long because /.test(line));
  const wide = lines.flatMap((text, index) => {
    if (text.length <= LENGTHS.commentColumnsMax || !/^\s*(\/\/|\/\*|\*)/.test(text)) return [];
    return [{ ...found, line: index + 1, says: `a comment of ${text.length} columns: wrap it` }];
  });
  if (reason || lines.length <= LENGTHS.fileLinesMax) return wide;
  const says =
    `${lines.length} lines, ${LENGTHS.fileLinesMax} is the most: split it by subject, ` +
    'or say why at its top in a comment line that starts `Long because`';
  return [{ ...found, line: 1, says }, ...wide];
}

/** The ratchet after a day's work: numbers fall, what is short leaves, nothing enters or grows. */
export function lowered(project: Project): Record<string, number> {
  const long = new Map(longFunctions(project.code).map((one) => [one.key, one.lines]));
  return Object.fromEntries(
    Object.entries(project.ratchet).flatMap(([key, allowed]) => {
      const lines = long.get(key) ?? 0;
      return lines > LENGTHS.functionLinesMax ? [[key, Math.min(lines, allowed)]] : [];
    }),
  );
}
