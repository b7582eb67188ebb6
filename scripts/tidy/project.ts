/** What tidy looks at: texts by path, trees where there is code, and where each file stands. */
import ts from 'typescript';

/** Paths from the root of the repository, with forward slashes, to their texts. */
export type Texts = ReadonlyMap<string, string>;

export interface Code {
  readonly path: string;
  readonly text: string;
  readonly tree: ts.SourceFile;
  /** `engine` for `packages/engine/…`; undefined for scripts and configs at the root. */
  readonly home: string | undefined;
  readonly place: Place;
}

/** `source` is what runs in production; the other places may do what production may not. */
export type Place = 'source' | 'test' | 'bench' | 'script' | 'config';

export interface Project {
  readonly texts: Texts;
  readonly code: readonly Code[];
  readonly ratchet: Ratchet;
}

/** The functions that may be longer than the limit, with the length they have now. */
export type Ratchet = Readonly<Record<string, number>>;

export interface Finding {
  readonly path: string;
  readonly line: number;
  readonly rule: string;
  /** What is wrong, and what to write instead. */
  readonly says: string;
}

export type Rule = (project: Project) => readonly Finding[];

export function projectOf(texts: Texts, ratchet: Ratchet = {}): Project {
  const code = [...texts].filter(([path]) => /\.(tsx?|mjs)$/.test(path)).map(codeOf);
  return { texts, code, ratchet };
}

function codeOf([path, text]: readonly [string, string]): Code {
  const tree = ts.createSourceFile(path, text, ts.ScriptTarget.ES2022, true, kindOf(path));
  const home = /^packages\/([^/]+)\//.exec(path)?.[1];
  return { path, text, tree, home, place: placeOf(path) };
}

function kindOf(path: string): ts.ScriptKind {
  if (path.endsWith('.tsx')) return ts.ScriptKind.TSX;
  return path.endsWith('.mjs') ? ts.ScriptKind.JS : ts.ScriptKind.TS;
}

export function placeOf(path: string): Place {
  if (/\.(test|contract)\.tsx?$/.test(path)) return 'test';
  if (/^packages\/[^/]+\/test\//.test(path)) return 'test';
  if (/\.bench\.ts$|^packages\/[^/]+\/(src\/)?bench\//.test(path)) return 'bench';
  if (/\.config\.(ts|mjs)$/.test(path)) return 'config';
  return path.startsWith('packages/') ? 'source' : 'script';
}

/** Calls `look` on every node below `node`, in reading order. */
export function walk(node: ts.Node, look: (node: ts.Node) => void): void {
  ts.forEachChild(node, (child) => {
    look(child);
    walk(child, look);
  });
}

export function lineOf(code: Code, node: ts.Node): number {
  return code.tree.getLineAndCharacterOfPosition(node.getStart(code.tree)).line + 1;
}

/** One rule's findings in one file, collected node by node. */
export function collect(
  rule: string,
  code: Code,
  judge: (node: ts.Node) => string | undefined,
): readonly Finding[] {
  const findings: Finding[] = [];
  walk(code.tree, (node) => {
    const says = judge(node);
    if (says) findings.push({ path: code.path, line: lineOf(code, node), rule, says });
  });
  return findings;
}

/** The module names a file imports or exports from, types and dynamic imports included. */
export function importsOf(code: Code): readonly { readonly name: string; readonly line: number }[] {
  const found: { name: string; line: number }[] = [];
  walk(code.tree, (node) => {
    const name = moduleName(node);
    if (name && ts.isStringLiteralLike(name)) {
      found.push({ name: name.text, line: lineOf(code, node) });
    }
  });
  return found;
}

function moduleName(node: ts.Node): ts.Node | undefined {
  if (ts.isImportDeclaration(node) || ts.isExportDeclaration(node)) return node.moduleSpecifier;
  if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument))
    return node.argument.literal;
  if (!ts.isCallExpression(node)) return undefined;
  return node.expression.kind === ts.SyntaxKind.ImportKeyword ? node.arguments[0] : undefined;
}

/** The path a relative name leads to from a file, whether or not a file is there. */
export function resolvePath(from: string, name: string): string {
  const parts = from.split('/').slice(0, -1);
  for (const step of name.split('/')) {
    if (step === '..') parts.pop();
    else if (step !== '.') parts.push(step);
  }
  return parts.join('/');
}

/** `name` as a finding that names a replacement. */
export function named(what: string, instead: string): string {
  return `${what}: use ${instead}`;
}
