/** The types are the proof: what switches them off has two homes, and tests may assert. */
import ts from 'typescript';
import { collect, named } from './project.js';
import type { Code, Rule } from './project.js';

/** Where raw values become branded ones: the only files that may cast. */
const CASTS = /\/(math\/amount|wire)\.ts$/;

export const types: Rule = ({ code }) =>
  code.flatMap((file) => collect('types', file, (node) => judge(file, node)));

function judge(file: Code, node: ts.Node): string | undefined {
  if (node.kind === ts.SyntaxKind.AnyKeyword) return named('any', 'the real type, or unknown');
  if (file.place === 'test') return undefined;
  if (isCast(node) && !CASTS.test(file.path)) {
    return named('a cast', 'an annotation, satisfies, or a function that checks and narrows');
  }
  if (ts.isNonNullExpression(node)) {
    return named('a non-null !', 'a check that refuses, or assert with its reason');
  }
  const promised = ts.isPropertyDeclaration(node) && node.exclamationToken !== undefined;
  return promised ? named('a definite !', 'a value given in the constructor') : undefined;
}

function isCast(node: ts.Node): boolean {
  if (ts.isTypeAssertionExpression(node)) return true;
  if (!ts.isAsExpression(node)) return false;
  return node.type.getText() !== 'const';
}
