/** Golden journals lie in a folder for each (v, rules); of those that were released nothing is ever changed. */
import { createHash } from 'node:crypto';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { ENTRY_VERSION, RULES, stateHash } from '../../src/index.js';
import { Live } from '../live.js';
import { tell } from '../story.js';
import { STORIES } from './stories.js';

const HOME = import.meta.dirname;

/** The folder of what this build writes. */
export const NEWEST = `v${ENTRY_VERSION}-rules${RULES}`;
export const COMMAND = 'npm run golden';

/** What a folder says of each of its journals. */
export interface Golden {
  readonly entries: number;
  /** The hash of the last entry: it covers every byte before it. */
  readonly head: string;
  /** The state that folding it comes to. */
  readonly state: string;
}

export const folders = (): readonly string[] =>
  readdirSync(HOME).filter((name) => /^v\d+-rules\d+$/.test(name));

/** Folders that a released build has written. */
export const released = (): readonly string[] =>
  JSON.parse(readFileSync(join(HOME, 'released.json'), 'utf8')) as string[];

export const indexOf = (folder: string): Readonly<Record<string, Golden>> => {
  const path = join(HOME, folder, 'index.json');
  return existsSync(path) ? (JSON.parse(readFileSync(path, 'utf8')) as Record<string, Golden>) : {};
};

/** The journal's id and its entry lines. The file is what `export` writes, so `verify` reads it too. */
export function readGolden(folder: string, name: string): { journal: string; lines: string[] } {
  const text = readFileSync(join(HOME, folder, `${name}.ndjson`), 'utf8');
  const [header = '', ...lines] = text.trimEnd().split('\n');
  const [, journal = ''] = /^#fairground journal 1 ([0-9a-f]{32})$/.exec(header) ?? [];
  return { journal, lines };
}

/** A story told to this build. */
export function toldNow(name: string): { journal: string; live: Live } {
  const journal = createHash('sha256').update(`golden ${name}`).digest('hex').slice(0, 32);
  return { journal, live: tell(STORIES[name] ?? '', new Live(journal)) };
}

/** Tells every story anew and writes down what comes of it: all of them, or none. */
export function writeGoldens(folder: string): void {
  const home = join(HOME, folder);
  const told = Object.keys(STORIES).map((name) => ({ name, ...toldNow(name) }));
  const index: Record<string, Golden> = {};
  mkdirSync(home, { recursive: true });
  for (const { name, journal, live } of told) {
    const lines = [`#fairground journal 1 ${journal}`, ...live.lines];
    writeFileSync(join(home, `${name}.ndjson`), `${lines.join('\n')}\n`);
    index[name] = { entries: live.lines.length, head: live.hash, state: stateHash(live.world) };
  }
  writeFileSync(join(home, 'index.json'), `${JSON.stringify(index, null, 2)}\n`);
}
