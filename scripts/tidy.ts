/** `npm run tidy`: what the compiler cannot see. `--long` lists, `--ratchet` lowers lengths. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { root } from './prepare.mjs';
import { longFunctions, lowered } from './tidy/lengths.js';
import { projectOf } from './tidy/project.js';
import { RATCHET, readRatchet, readTexts } from './tidy/read.js';
import { judgeProject, print } from './tidy/rules.js';

function main(flags: readonly string[]): void {
  const project = projectOf(readTexts(root), readRatchet(root));
  if (flags.includes('--ratchet')) {
    writeFileSync(join(root, RATCHET), `${JSON.stringify(lowered(project), null, 2)}\n`);
    return;
  }
  const findings = judgeProject(project);
  for (const finding of findings) console.log(print(finding));
  const long = longFunctions(project.code);
  if (flags.includes('--long')) {
    for (const one of long) console.log(`${one.path}:${one.line}  ${one.lines} lines  ${one.key}`);
  }
  const also = `${long.length} functions over 40 lines (--long lists them)`;
  console.log(`tidy: ${project.texts.size} files, ${findings.length} findings, ${also}`);
  if (findings.length > 0) process.exitCode = 1;
}

main(process.argv.slice(2));
