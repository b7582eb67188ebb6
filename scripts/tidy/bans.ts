/** What ECMAScript leaves to the machine, the engine may not touch: every replica must agree. */
import ts from 'typescript';
import { collect, named } from './project.js';
import type { Rule } from './project.js';

const MATH_EXACT = ['abs', 'ceil', 'clz32', 'floor', 'imul', 'max', 'min', 'sign', 'trunc'];

const BANNED_NAMES = new Map([
  ['Date', 'the `at` that came with the command'],
  ['Intl', 'an explicit comparison'],
  ['parseFloat', 'a bigint of micro-units (math/amount.ts)'],
  ['WeakRef', 'a strong reference: the collector keeps no promises'],
  ['FinalizationRegistry', 'an explicit end of life: the collector keeps no promises'],
]);

const BANNED_METHODS: readonly (readonly [RegExp, string])[] = [
  [/^(localeCompare|toLocale\w*)$/, 'an explicit comparison'],
  [/^(toFixed|toPrecision|toExponential)$/, 'a bigint of micro-units (math/amount.ts)'],
];

export const bans: Rule = ({ code }) =>
  code
    .filter((file) => file.home === 'engine' && file.place === 'source')
    .flatMap((file) =>
      collect('bans', file, (node) => judgeName(node) ?? judgeTime(node) ?? judgeNumber(node)),
    );

function judgeName(node: ts.Node): string | undefined {
  if (!ts.isIdentifier(node)) return undefined;
  if (node.text === 'Math') return judgeMath(node);
  const instead = BANNED_NAMES.get(node.text);
  if (instead) return named(node.text, instead);
  const method = BANNED_METHODS.find(([pattern]) => pattern.test(node.text));
  return method ? named(node.text, method[1]) : undefined;
}

function judgeMath(node: ts.Identifier): string | undefined {
  const access = node.parent;
  const name = ts.isPropertyAccessExpression(access) ? access.name.text : undefined;
  if (name && MATH_EXACT.includes(name)) return undefined;
  return named(name ? `Math.${name}` : 'Math itself', 'math/prng.ts or math/fixed.ts');
}

function judgeTime(node: ts.Node): string | undefined {
  const later = ts.isAwaitExpression(node) || node.kind === ts.SyntaxKind.AsyncKeyword;
  const each = ts.isForOfStatement(node) && node.awaitModifier !== undefined;
  return later || each ? named('async and await', 'nothing: the engine is synchronous') : undefined;
}

function judgeNumber(node: ts.Node): string | undefined {
  if (!ts.isNumericLiteral(node) || !/[.]|^\d[\d_]*e/i.test(node.getText())) return undefined;
  return named(`the fraction ${node.getText()}`, 'an integer of a smaller unit (math/amount.ts)');
}
