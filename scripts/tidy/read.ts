/** Reads the texts of a checkout: sources, documents, manifests; not what was made or fetched. */
import { readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Ratchet, Texts } from './project.js';

const SKIPPED = /^(node_modules|dist|data|coverage|bench-results|test-results)$/;
const READ = /\.(tsx?|mjs|css|md|html)$|^package(-lock)?\.json$/;

export const RATCHET = 'scripts/tidy/ratchet.json';

export function readTexts(root: string): Texts {
  const paths = pathsBelow(root, '').filter((path) => READ.test(path.split('/').at(-1) ?? ''));
  const all = ['.ci/run', ...paths.sort()];
  return new Map(all.map((path) => [path, readFileSync(join(root, path), 'utf8')]));
}

/** Folders that begin with a dot hold tools and data; the one script among them is named above. */
function pathsBelow(root: string, below: string): readonly string[] {
  return readdirSync(join(root, below), { withFileTypes: true }).flatMap((entry) => {
    const path = below === '' ? entry.name : `${below}/${entry.name}`;
    if (entry.isFile()) return [path];
    const skipped = SKIPPED.test(entry.name) || entry.name.startsWith('.') || !entry.isDirectory();
    return skipped ? [] : pathsBelow(root, path);
  });
}

export function readRatchet(root: string): Ratchet {
  const read: unknown = JSON.parse(readFileSync(join(root, RATCHET), 'utf8'));
  if (!isRatchet(read)) throw new Error(`${RATCHET} is not an object of numbers`);
  return read;
}

function isRatchet(read: unknown): read is Ratchet {
  if (typeof read !== 'object' || read === null) return false;
  return Object.values(read).every((lines) => Number.isInteger(lines));
}
