/** The page of the SDK: its first half is written by hand and run by a test, its second is made of the code. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import ts from 'typescript';
import { root } from '../prepare.mjs';

export const SDK_PAGE = 'docs/sdk.md';

const SOURCES = 'packages/client/src';
const ENGINE = 'packages/engine/src';
const MARK = '## Reference';
const INTRODUCTION = `${MARK}

Everything \`@fairground/client\` exports, file by file, as it is declared. From here on the page is made by
\`npm run docs\`; a test fails while it is stale.`;

/** The page as it should be: what stands before the mark stays. */
export function sdkPage(): string {
  const written = readFileSync(join(root, SDK_PAGE), 'utf8');
  const kept = written.slice(0, written.indexOf(`\n${MARK}\n`)).trimEnd();
  return `${[kept, INTRODUCTION, ...sections()].join('\n\n')}\n`;
}

/** The files in the order in which a reader wants them; those that are not named come after. */
const FIRST = [
  'client',
  'requests',
  'views',
  'people-views',
  'errors',
  'amounts',
  'verify',
  'engine/verify',
  'notices',
];

function sections(): readonly string[] {
  const names = exported();
  const rank = (path: string): number => {
    const at = FIRST.indexOf(nameOf(path));
    return at < 0 ? FIRST.length : at;
  };
  const files = [...names.keys()].sort((a, b) => rank(a) - rank(b) || (a < b ? -1 : 1));
  return files.map((file) => sectionOf(file, names.get(file) ?? []));
}

/** `client`, `engine/verify`. */
const nameOf = (path: string): string =>
  path.replace(`${SOURCES}/`, '').replace(`${ENGINE}/`, 'engine/').replace(/\.ts$/, '');

/** What the index lists: by the file it comes from. */
function exported(): ReadonlyMap<string, readonly string[]> {
  const names = new Map<string, string[]>();
  for (const statement of treeOf(`${SOURCES}/index.ts`).statements) {
    if (!ts.isExportDeclaration(statement) || !statement.moduleSpecifier) continue;
    const from = statement.moduleSpecifier.getText().slice(1, -1);
    if (!statement.exportClause || !ts.isNamedExports(statement.exportClause)) continue;
    for (const { name } of statement.exportClause.elements) {
      const file =
        from === '@fairground/engine' ? engineFile(name.text) : `${SOURCES}${pathOf(from)}`;
      names.set(file, [...(names.get(file) ?? []), name.text]);
    }
  }
  return names;
}

const pathOf = (from: string): string => from.replace(/^\./, '').replace(/\.js$/, '.ts');

/** Where the engine declares what the SDK passes on. */
function engineFile(wanted: string): string {
  for (const statement of treeOf(`${ENGINE}/index.ts`).statements) {
    if (!ts.isExportDeclaration(statement) || !statement.moduleSpecifier) continue;
    const clause = statement.exportClause;
    if (!clause || !ts.isNamedExports(clause)) continue;
    if (!clause.elements.some(({ name }) => name.text === wanted)) continue;
    return `${ENGINE}${pathOf(statement.moduleSpecifier.getText().slice(1, -1))}`;
  }
  throw new Error(`The engine exports no ${wanted}.`);
}

const treeOf = (path: string): ts.SourceFile =>
  ts.createSourceFile(path, readFileSync(join(root, path), 'utf8'), ts.ScriptTarget.ES2022, true);

function sectionOf(path: string, names: readonly string[]): string {
  const tree = treeOf(path);
  const file = nameOf(path);
  const shown = tree.statements.filter((one) => namesOf(one).some((name) => names.includes(name)));
  const code = shown.map((one) => signatureOf(tree, one)).join('\n\n');
  return [`### ${file}`, lawOf(tree), `\`\`\`typescript\n${code}\n\`\`\``].join('\n\n');
}

/** What the file itself says that it is. */
function lawOf(tree: ts.SourceFile): string {
  const comment = /^\/\*\*([^]*?)\*\//.exec(tree.text)?.[1] ?? '';
  return comment.replace(/^\s*\* ?/gm, '').trim();
}

function namesOf(statement: ts.Statement): readonly string[] {
  if (ts.isVariableStatement(statement))
    return statement.declarationList.declarations.map(({ name }) => name.getText());
  const isDeclared =
    ts.isInterfaceDeclaration(statement) ||
    ts.isTypeAliasDeclaration(statement) ||
    ts.isClassDeclaration(statement) ||
    ts.isFunctionDeclaration(statement);
  return isDeclared && statement.name ? [statement.name.text] : [];
}

/** Its text with its comments, without what only the machine needs. */
function signatureOf(tree: ts.SourceFile, statement: ts.Statement): string {
  const comment = commentOf(tree, statement);
  if (ts.isFunctionDeclaration(statement) && statement.body)
    return comment + textTo(tree, statement, statement.body).trimEnd() + ';';
  if (ts.isClassDeclaration(statement)) return comment + classOf(tree, statement);
  if (ts.isVariableStatement(statement)) return comment + constantsOf(statement);
  return comment + statement.getText();
}

function commentOf(tree: ts.SourceFile, node: ts.Node): string {
  const ranges = ts.getLeadingCommentRanges(tree.text, node.getFullStart()) ?? [];
  const last = ranges.at(-1);
  // The first comment of a file is about the file.
  return last && last.pos > 0 ? `${tree.text.slice(last.pos, last.end)}\n` : '';
}

const textTo = (tree: ts.SourceFile, from: ts.Node, end: ts.Node): string =>
  tree.text.slice(from.getStart(), end.getStart());

function classOf(tree: ts.SourceFile, found: ts.ClassDeclaration): string {
  const [first] = found.members;
  if (!first) return found.getText();
  const head = tree.text.slice(found.getStart(), first.getFullStart()).trimEnd();
  const members = found.members
    .filter((member) => !ts.isPrivateIdentifier(member.name ?? found))
    .map((member) => {
      const comment = commentOf(tree, member).replace(/\n$/, '\n  ');
      const hasBody = ts.isConstructorDeclaration(member) || ts.isMethodDeclaration(member);
      const text =
        hasBody && member.body
          ? `${textTo(tree, member, member.body).trimEnd()};`
          : member.getText();
      return `  ${comment}${text}`;
    });
  return [head, ...members, '}'].join('\n');
}

/** What is computed is told by its type alone. */
const constantsOf = (statement: ts.VariableStatement): string =>
  statement.declarationList.declarations
    .map((one) => {
      const isTable = one.initializer && !ts.isArrowFunction(one.initializer);
      if (isTable) return `export const ${one.getText()};`;
      const made =
        one.initializer && ts.isArrowFunction(one.initializer) ? one.initializer : undefined;
      const given = made?.parameters.map((each) => each.getText()).join(', ') ?? '';
      return `export function ${one.name.getText()}(${given}): ${made?.type?.getText() ?? 'string'};`;
    })
    .join('\n');
