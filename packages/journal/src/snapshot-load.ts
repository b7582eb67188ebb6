/** The newest snapshot that is whole and of this very journal. What is not is left aside: the journal has it all. */
import {
  type Chain,
  ENTRY_VERSION,
  RULES,
  SNAPSHOT_FORMAT,
  SnapshotReader,
  type World,
} from '@fairground/engine';
import type { Head, JournalReader, SnapshotShelf } from './journal.js';
import type { Laws } from './laws.js';
import { decodeManifest, type Manifest, sha256Of } from './snapshot-manifest.js';

export interface Loaded {
  readonly world: World;
  /** Its state hash. */
  readonly state: string;
  /** The group it ends with. */
  readonly head: Head;
}

export interface Loading {
  readonly journal: JournalReader;
  readonly chain: Chain;
  readonly laws: Laws;
  /** Told of each one that should have been good and is not. */
  readonly onWarning: (reason: string) => void;
}

/** Seqs of the manifests that are sound and of this journal, newest first; without a look at their parts. */
export async function manifestsOf(
  shelf: SnapshotShelf,
  journalId: string,
  onWarning: (reason: string) => void,
): Promise<readonly Manifest[]> {
  const found: Manifest[] = [];
  for (const seq of await shelf.list()) {
    const manifest = await manifestAt(shelf, { seq, journalId }, onWarning);
    if (manifest) found.push(manifest);
  }
  return found;
}

async function manifestAt(
  shelf: SnapshotShelf,
  { seq, journalId }: { readonly seq: number; readonly journalId: string },
  onWarning: (reason: string) => void,
): Promise<Manifest | undefined> {
  try {
    const text = await shelf.get(seq, 0);
    // Without a manifest it was never finished. One of another format may look otherwise altogether.
    if (text === undefined || isOtherFormat(text)) return undefined;
    const manifest = decodeManifest(text);
    if (manifest?.seq === seq && manifest.journal === journalId) return manifest;
    onWarning(`${nameOf(seq)} is left aside: its manifest is damaged or foreign.`);
  } catch (error) {
    onWarning(`${nameOf(seq)} is left aside: ${messageOf(error)}.`);
  }
  return undefined;
}

function isOtherFormat(text: string): boolean {
  const [, format] = /^\{"format":(\d+),/.exec(text) ?? [];
  return format !== undefined && Number(format) !== SNAPSHOT_FORMAT;
}

/** The same for a start, which a shelf that cannot be read at all does not keep from folding every entry. */
export async function manifestsIfAny(
  shelf: SnapshotShelf,
  journalId: string,
  onWarning: (reason: string) => void,
): Promise<readonly Manifest[]> {
  try {
    return await manifestsOf(shelf, journalId, onWarning);
  } catch (error) {
    onWarning(`The snapshots are left aside: ${messageOf(error)}.`);
    return [];
  }
}

/** Undefined where there is none to start from. */
export async function newestSnapshot(
  loading: Loading,
  manifests: readonly Manifest[],
): Promise<Loaded | undefined> {
  for (const manifest of manifests) {
    // A newer build's: whether its journal may be read on is decided by the entries.
    if (manifest.v > ENTRY_VERSION || manifest.rules > RULES) continue;
    try {
      return await load(loading, manifest);
    } catch (error) {
      loading.onWarning(`${nameOf(manifest.seq)} is left aside: ${messageOf(error)}.`);
    }
  }
  return undefined;
}

async function load({ journal, chain, laws }: Loading, manifest: Manifest): Promise<Loaded> {
  const { seq, grp, hash } = manifest;
  const [group] = await journal.read(grp - 1, 1);
  if (group?.grp !== grp || group.lastSeq !== seq || group.hash !== hash)
    throw new Error('the journal has another history there');
  const reader = new SnapshotReader(chain, laws.createWorld());
  let rest = '';
  for (const [index, sum] of manifest.parts.entries()) {
    const text = await journal.snapshots?.get(seq, index + 1);
    if (text === undefined) throw new Error(`its part ${index + 1} is missing`);
    if (sha256Of(text) !== sum) throw new Error(`its part ${index + 1} has changed`);
    rest = addLines(reader, rest + text);
  }
  if (rest !== '') throw new Error('its last line has no end');
  const { world, hash: state } = reader.finish();
  if (state !== manifest.state || world.seq !== seq) throw new Error('it holds another state');
  return { world, state, head: { grp, term: group.term, lastSeq: seq, hash } };
}

/** Hands on the whole lines; returns what is left of the last. */
function addLines(reader: SnapshotReader, text: string): string {
  let at = 0;
  for (let end = text.indexOf('\n'); end >= 0; end = text.indexOf('\n', at)) {
    reader.add(text.slice(at, end));
    at = end + 1;
  }
  return text.slice(at);
}

const nameOf = (seq: number): string => `The snapshot of entry ${seq}`;

const messageOf = (error: unknown): string => {
  const text = error instanceof Error ? error.message : String(error);
  return text.replace(/\.$/, '');
};
