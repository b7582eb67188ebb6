/** `npm run budget`: what a visitor loads before the first page stands, and what each other page adds to it. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { bundleIsStale, buildWeb, root } from './prepare.mjs';

/** Of script, as it comes over the line, for the first page with its route. */
const BYTES_MAX = 200_000;
const DIST = join(root, 'packages/web/dist');
const FIRST = 'index.html';
const FIRST_PAGE = 'src/screens/home.tsx';

interface Chunk {
  readonly file: string;
  /** Loaded with it. */
  readonly imports?: readonly string[];
  /** Loaded when it asks for them. */
  readonly dynamicImports?: readonly string[];
}

type Manifest = Readonly<Record<string, Chunk>>;

const isManifest = (value: unknown): value is Manifest =>
  typeof value === 'object' && value !== null && FIRST in value;

function readManifest(): Manifest {
  const read: unknown = JSON.parse(readFileSync(join(DIST, 'manifest.json'), 'utf8'));
  if (!isManifest(read)) throw new Error(`${DIST}/manifest.json does not name ${FIRST}`);
  return read;
}

/** A chunk and all that come with it. */
function withImports(manifest: Manifest, name: string, seen = new Set<string>()): Set<string> {
  if (seen.has(name)) return seen;
  seen.add(name);
  for (const one of manifest[name]?.imports ?? []) withImports(manifest, one, seen);
  return seen;
}

function weigh(manifest: Manifest, names: Iterable<string>): number {
  let bytes = 0;
  for (const name of names) {
    const file = manifest[name]?.file;
    if (file?.endsWith('.js')) bytes += gzipSync(readFileSync(join(DIST, file))).length;
  }
  return bytes;
}

const kilo = (bytes: number): string => `${(bytes / 1_000).toFixed(1)} kB`.padStart(10);

function main(): void {
  if (bundleIsStale(root)) buildWeb();
  const manifest = readManifest();
  const shell = withImports(manifest, FIRST);
  const first = withImports(manifest, FIRST_PAGE, new Set(shell));
  for (const name of manifest[FIRST]?.dynamicImports ?? []) {
    const added = [...withImports(manifest, name)].filter((one) => !shell.has(one));
    console.log(`${kilo(weigh(manifest, added))}  ${name}`);
  }
  const bytes = weigh(manifest, first);
  console.log(`${kilo(weigh(manifest, shell))}  of script on every page`);
  console.log(`${kilo(bytes)}  on the first page, of ${kilo(BYTES_MAX).trim()}`);
  if (manifest[FIRST_PAGE] === undefined || bytes > BYTES_MAX) {
    console.log('The first page is too heavy: load later what it does not show.');
    process.exitCode = 1;
  }
}

main();
