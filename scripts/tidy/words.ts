/** Around the code: documents with one title, no notes to self, a portable lockfile. */
import ts from 'typescript';
import { walk } from './project.js';
import type { Code, Finding, Project, Rule } from './project.js';

export const words: Rule = (project) => [
  ...project.code.flatMap(judgeNotes),
  ...[...project.texts].filter(([path]) => path.endsWith('.md')).flatMap(judgeDocument),
  ...judgeLockfile(project),
];

const NOTE = /\b(TODO|FIXME|XXX|HACK)\b|@ts-(ignore|expect-error|nocheck)\b/;

function judgeNotes(file: Code): readonly Finding[] {
  return withoutLiterals(file)
    .split('\n')
    .flatMap((text, index) => {
      const note = NOTE.exec(text)?.[0];
      if (!note || (note.startsWith('@') && file.place === 'test')) return [];
      const says = `${note}: do it now, or write down what is missing in the documentation`;
      return [{ path: file.path, line: index + 1, rule: 'words', says }];
    });
}

/** The text with every literal blanked out: code and comments remain, in their places. */
function withoutLiterals(file: Code): string {
  const text = file.text.split('');
  walk(file.tree, (node) => {
    const literal = ts.isStringLiteralLike(node) || ts.isRegularExpressionLiteral(node);
    if (!literal && !ts.isTemplateExpression(node)) return;
    for (let at = node.getStart(); at < node.end; at++) if (text[at] !== '\n') text[at] = ' ';
  });
  return text.join('');
}

function judgeDocument([path, text]: readonly [string, string]): readonly Finding[] {
  const prose = text.replace(/^(```|~~~)[^]*?^\1/gm, (block) => block.replace(/[^\n]/g, ''));
  const lines = prose.split('\n');
  const titles = lines.flatMap((line, index) => (line.startsWith('# ') ? [index + 1] : []));
  const [first, second] = titles;
  const found = { path, rule: 'words' };
  if (first === undefined)
    return [{ ...found, line: 1, says: 'no title: begin with one `# Title`' }];
  if (second !== undefined) {
    return [{ ...found, line: second, says: 'a second title: use `## Heading` below the first' }];
  }
  const begins = lines.findIndex((line) => line.trim() !== '') + 1 === first;
  return begins ? [] : [{ ...found, line: 1, says: 'text above the title: begin with `# Title`' }];
}

/** Where packages were fetched from is the fetcher's business; their hashes are ours. */
function judgeLockfile({ texts }: Project): readonly Finding[] {
  const path = 'package-lock.json';
  const lines = (texts.get(path) ?? '').split('\n');
  const line = lines.findIndex((one) => /"resolved": "https?:/.test(one)) + 1;
  if (line === 0) return [];
  const says = 'a registry address: keep omit-lockfile-registry-resolved=true and run npm install';
  return [{ path, line, rule: 'words', says }];
}
