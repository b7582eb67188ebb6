/** Nobody outside engine/src/mechanism asks a mechanism which one it is. */
import ts from 'typescript';
import { collect } from './project.js';
import type { Rule } from './project.js';

const MECHANISM = /^(cpmm|lmsr|curve|rally)(@\d+)?$/;
const HOME = 'packages/engine/src/mechanism/';
const INSTEAD =
  'ask the mechanism what it can do (its verbs and figures), or keep a table by name beside it';

const EQUALITIES = new Set([
  ts.SyntaxKind.EqualsEqualsToken,
  ts.SyntaxKind.EqualsEqualsEqualsToken,
  ts.SyntaxKind.ExclamationEqualsToken,
  ts.SyntaxKind.ExclamationEqualsEqualsToken,
]);

export const names: Rule = ({ code }) =>
  code
    .filter((file) => file.place === 'source' && !file.path.startsWith(HOME))
    .flatMap((file) =>
      collect('names', file, (node) => {
        const name = comparedNames(node).find((one) => MECHANISM.test(one));
        return name ? `a comparison with '${name}': ${INSTEAD}` : undefined;
      }),
    );

/** The string literals a node compares something with, as far as it is a comparison. */
function comparedNames(node: ts.Node): readonly string[] {
  if (ts.isBinaryExpression(node) && EQUALITIES.has(node.operatorToken.kind)) {
    return [node.left, node.right].flatMap(textOf);
  }
  if (ts.isCaseClause(node)) return textOf(node.expression);
  if (!ts.isCallExpression(node) || !ts.isPropertyAccessExpression(node.expression)) return [];
  const asks = /^(startsWith|includes|indexOf)$/.test(node.expression.name.text);
  return asks ? node.arguments.flatMap(textOf) : [];
}

function textOf(node: ts.Expression): readonly string[] {
  return ts.isStringLiteralLike(node) ? [node.text] : [];
}
