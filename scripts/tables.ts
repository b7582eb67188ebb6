/**
 * The embedded database as a first start leaves it, made once per machine: a test that begins with a copy does so
 * seconds sooner. What a first start does by itself is for tests of just that.
 */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import v8 from 'node:v8';
import { PGlite } from '@electric-sql/pglite';
import { FLAGS } from './programs.js';

// Before anything is compiled.
for (const flag of FLAGS) v8.setFlagsFromString(flag);

/** Another version may lay its files out otherwise. */
function version(): string {
  const main = createRequire(import.meta.url).resolve('@electric-sql/pglite');
  const about = path.join(path.dirname(main), '..', 'package.json');
  return /"version": "([^"]+)"/.exec(readFileSync(about, 'utf8'))?.[1] ?? '';
}

const TEMPLATE = path.join(tmpdir(), `fairground-tables-${version()}-${process.getuid?.() ?? ''}`);
let made: Promise<void> | undefined;

/** Puts an empty database into the directory of a node that was never started; any other is left as it is. */
export async function layTables(data: string): Promise<void> {
  const tables = path.join(data, 'read');
  if (existsSync(tables) || existsSync(path.join(data, 'journal'))) return;
  await (made ??= make());
  mkdirSync(data, { recursive: true, mode: 0o700 });
  execFileSync('cp', ['-R', TEMPLATE, tables]);
  writeFileSync(`${tables}.mark`, 'closed');
}

/** Whole or not at all, however many make it at once. */
async function make(): Promise<void> {
  if (existsSync(TEMPLATE)) return;
  const own = `${TEMPLATE}.${process.pid}`;
  const db = await PGlite.create({ dataDir: own });
  await db.close();
  try {
    renameSync(own, TEMPLATE);
  } catch (error) {
    // Somebody else was faster.
    rmSync(own, { recursive: true });
    if (!existsSync(TEMPLATE)) throw error;
  }
}
