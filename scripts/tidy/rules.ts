/** All rules, over one project. */
import { arrows } from './arrows.js';
import { bans } from './bans.js';
import { dead } from './dead.js';
import { exports } from './exports.js';
import { homes } from './homes.js';
import { lengths } from './lengths.js';
import { names } from './names.js';
import type { Finding, Project, Rule } from './project.js';
import { types } from './types.js';
import { words } from './words.js';

const RULES: readonly Rule[] = [arrows, bans, names, homes, types, exports, dead, lengths, words];

/** Every finding, in the order of the files and of the lines in them. */
export function judgeProject(project: Project): readonly Finding[] {
  const findings = RULES.flatMap((rule) => rule(project));
  return findings.sort((a, b) => compare(a.path, b.path) || a.line - b.line);
}

function compare(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}

export function print(finding: Finding): string {
  return `${finding.path}:${finding.line}  ${finding.says}`;
}
