/** A name is exported where it is written, by name, and listed once more in src/index.ts. */
import ts from 'typescript';
import { collect, named } from './project.js';
import type { Code, Finding, Rule } from './project.js';

const INDEX = /^packages\/[^/]+\/src\/index\.ts$/;

export const exports: Rule = ({ code }) => [
  ...code.filter((file) => file.place !== 'config').flatMap(judgeDefaults),
  ...code.filter((file) => isBarrel(file)).map(barrel),
];

function judgeDefaults(file: Code): readonly Finding[] {
  return collect('exports', file, (node) => {
    if (isStar(node)) return named('export *', 'a list of the names, one by one');
    return isDefault(node) ? named('a default export', 'a named one') : undefined;
  });
}

function isStar(node: ts.Node): boolean {
  if (!ts.isExportDeclaration(node) || !node.moduleSpecifier) return false;
  return node.exportClause === undefined || ts.isNamespaceExport(node.exportClause);
}

function isDefault(node: ts.Node): boolean {
  if (ts.isExportAssignment(node)) return true;
  if (ts.isExportSpecifier(node)) return node.name.text === 'default';
  return node.kind === ts.SyntaxKind.DefaultKeyword && !ts.isDefaultClause(node.parent);
}

/** A file that only passes on what others wrote. */
function isBarrel(file: Code): boolean {
  if (INDEX.test(file.path)) return false;
  const all = file.tree.statements;
  const passes = all.filter((one) => ts.isExportDeclaration(one) && one.moduleSpecifier);
  return (
    passes.length > 0 && all.every((one) => ts.isImportDeclaration(one) || passes.includes(one))
  );
}

function barrel(file: Code): Finding {
  const says = named('a barrel', 'imports of the files themselves; only src/index.ts lists names');
  return { path: file.path, line: 1, rule: 'exports', says };
}
