/** Packages express permissions: who may import whom is a table, and only by the package's name. */
import { importsOf, resolvePath } from './project.js';
import type { Code, Finding, Rule } from './project.js';

interface Permission {
  /** The packages of ours it may import. */
  readonly ours: readonly string[];
  /** Which modules that are not ours it may import. */
  readonly others: RegExp;
}

const ANYTHING = /./;
const NOTHING = /^$/;
const NOT_NODE = /^(?!node:)/;
const NODE_AND_DATABASES = /^(node:|pg$|pg\/|@electric-sql\/)/;

const PERMISSIONS: Readonly<Record<string, Permission>> = {
  engine: { ours: [], others: NOTHING },
  journal: { ours: ['engine'], others: NODE_AND_DATABASES },
  server: { ours: ['engine', 'journal'], others: ANYTHING },
  client: { ours: ['engine'], others: NOTHING },
  cli: { ours: ['engine', 'journal', 'client', 'server'], others: ANYTHING },
  web: { ours: ['engine', 'client'], others: NOT_NODE },
  sim: { ours: ['engine', 'journal', 'server', 'client', 'cli', 'web'], others: ANYTHING },
};

/** What tests and benchmarks of several packages may reach outside them: whether they can run, and what they start. */
const SHARED_BY_TESTS = new Set([
  'scripts/required.js',
  'scripts/postgres.js',
  'scripts/programs.js',
  'scripts/proxy.js',
  'scripts/tables.js',
]);

export const arrows: Rule = ({ code }) => code.flatMap(judgeFile);

function judgeFile(file: Code): readonly Finding[] {
  return importsOf(file).flatMap(({ name, line }) => {
    const says = name.startsWith('.') ? judgePath(file, name) : judgeName(file, name);
    return says ? [{ path: file.path, line, rule: 'arrows', says }] : [];
  });
}

function judgePath(file: Code, name: string): string | undefined {
  const target = resolvePath(file.path, name);
  if ((file.place === 'test' || file.home === 'sim') && SHARED_BY_TESTS.has(target))
    return undefined;
  const home = /^packages\/([^/]+)\//.exec(target)?.[1];
  if (home === file.home) return undefined;
  if (home) return `a path into packages/${home}: import from '@fairground/${home}'`;
  return `${target} is outside this package: import a package by its name`;
}

function judgeName(file: Code, name: string): string | undefined {
  const [scope, target = '', ...inside] = name.split('/');
  if (scope !== '@fairground') return judgeOther(file, name);
  if (inside.length > 0) return `a path inside a package: import from '@fairground/${target}'`;
  if (file.home === undefined) return undefined;
  if (target === file.home) {
    return file.place === 'test'
      ? undefined
      : 'a package by its own name: import the file by its path';
  }
  const ours = PERMISSIONS[file.home]?.ours ?? [];
  if (ours.includes(target)) return undefined;
  const allowed = ours.length === 0 ? 'nothing' : ours.join(', ');
  const instead = `it imports ${allowed}; take the value as a parameter`;
  return `${file.home} may not import ${target}: ${instead}`;
}

/** Tests import their tools; what production imports is the package's permission. */
function judgeOther(file: Code, name: string): string | undefined {
  if (file.place !== 'source' || file.home === undefined) return undefined;
  const permission = PERMISSIONS[file.home];
  if (!permission || permission.others.test(name)) return undefined;
  return `${file.home} may not import '${name}': use a port that its caller implements`;
}
