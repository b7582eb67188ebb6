/**
 * Which exchange this is. A copy of its database that is opened elsewhere, for a trial or after a mishap, knows all
 * the same people: under another name it must not write to them.
 */
import { createHash, randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Config } from '../config.js';
import { PlaceTaken } from '../vault/store.js';
import type { Vault } from '../vault/vault.js';

export const INSTANCE_FILE = 'instance';

export interface Instance {
  /** As this node is called; undefined where nobody ever said. */
  readonly own: string | undefined;
  /** As the vault says. */
  readonly kept: string;
}

export const isOurs = ({ own, kept }: Instance): boolean => own === kept;

/** The name is drawn with the first start, and kept both in the vault and beside it. */
export async function instanceOf(config: Config, vault: Vault): Promise<Instance> {
  const file = join(config.dataDir, INSTANCE_FILE);
  const own = config.instance ?? clusterName(config) ?? (await nameIn(file));
  if (vault.wishes.instance !== undefined) return { own, kept: vault.wishes.instance };
  const drawn = own ?? `fair-${randomBytes(6).toString('hex')}`;
  try {
    await vault.wishes.nameInstance(drawn);
  } catch (error) {
    // Another node was faster.
    if (!(error instanceof PlaceTaken)) throw error;
    await vault.refresh();
    return { own, kept: vault.wishes.instance ?? '' };
  }
  await writeFile(file, `${drawn}\n`, { mode: 0o600 });
  return { own: drawn, kept: drawn };
}

/** Nodes that share a secret are one exchange. */
function clusterName({ cluster }: Config): string | undefined {
  if (!cluster) return undefined;
  const hash = createHash('sha256').update(`fairground instance ${cluster.secret}`).digest('hex');
  return `fair-${hash.slice(0, 12)}`;
}

async function nameIn(file: string): Promise<string | undefined> {
  const text = await readFile(file, 'utf8').catch(() => '');
  return text.trim() === '' ? undefined : text.trim();
}

export const strangerSays = ({ own, kept }: Instance): string =>
  `This database belongs to the exchange ${kept}, and this node ${own === undefined ? 'was not told its name' : `is ${own}`}: it sends no mail and calls no webhooks. If it is that exchange, start it with FAIRGROUND_INSTANCE=${kept}.`;
