/**
 * A snapshot is made from the one before it and the entries since, chain and laws checked as at a start. Only then
 * comes its manifest, and only then go the older ones.
 */
import {
  checkInvariants,
  ENTRY_VERSION,
  hashLines,
  SNAPSHOT_FORMAT,
  snapshotLines,
} from '@fairground/engine';
import { nodeChain, recover, type Recovered } from './recover.js';
import { GROUP_LIMITS } from './journal.js';
import type { Laws } from './laws.js';
import type { JournalReader, SnapshotMade, SnapshotShelf, SnapshotSize } from './journal.js';
import { manifestsOf } from './snapshot-load.js';
import { encodeManifest, type Manifest, sha256Of } from './snapshot-manifest.js';

export const SNAPSHOTS = {
  /** Loading one takes about as long as folding this many entries: more often would not start faster. */
  everyEntries: 100_000,
  /** The newest may turn out to be damaged. */
  kept: 2,
  /** As much as a group: one column of every store. */
  partBytesMax: GROUP_LIMITS.bytesMax,
} as const;

export interface MakeOptions {
  /** For tests, which have small worlds. */
  readonly partBytesMax?: number;
  /** The engine's own, unless a simulation brings others. */
  readonly laws?: Laws;
  /** Told how far the folding is. */
  readonly onProgress?: (done: number, all: number) => void;
}

/** Of everything that is durable now. Rejects where it cannot vouch for what it would write. */
export async function makeSnapshot(
  journal: JournalReader,
  options: MakeOptions = {},
): Promise<SnapshotMade> {
  const shelf = journal.snapshots;
  if (!shelf) throw new Error('This journal keeps no snapshots.');
  const { partBytesMax = SNAPSHOTS.partBytesMax, laws, onProgress } = options;
  const recovered = await recover(journal, {
    ...(laws && { laws }),
    ...(onProgress && { onProgress }),
  });
  const { world, head } = recovered;
  if (head.lastSeq === 0) throw new Error('There is no entry yet.');
  const [newest] = await manifestsOf(shelf, journal.id, () => {});
  if (recovered.snapshotSeq === head.lastSeq && newest?.seq === head.lastSeq) {
    return { ...(await sizeOf(shelf, newest)), isNew: false };
  }
  for (const { name, detail } of checkInvariants(world)) {
    if (detail !== undefined) throw new Error(`A law does not hold: ${name}: ${detail}`);
  }
  const made = await write(shelf, { recovered, journalId: journal.id, partBytesMax });
  await prune(shelf, journal.id, recovered.snapshotSeq);
  return made;
}

/** Those that have a sound manifest, newest first; whether their parts are sound shows when one is loaded. */
export async function snapshotsOf({
  id,
  snapshots,
}: JournalReader): Promise<readonly SnapshotSize[]> {
  if (!snapshots) return [];
  const found: SnapshotSize[] = [];
  for (const manifest of await manifestsOf(snapshots, id, () => {}))
    found.push(await sizeOf(snapshots, manifest));
  return found;
}

async function sizeOf(shelf: SnapshotShelf, manifest: Manifest): Promise<SnapshotSize> {
  const { seq, hash, parts } = manifest;
  let bytes = 0;
  for (const index of parts.keys()) bytes += (await shelf.get(seq, index + 1))?.length ?? 0;
  return { seq, hash, parts: parts.length, bytes };
}

interface Writing {
  readonly recovered: Recovered;
  readonly journalId: string;
  readonly partBytesMax: number;
}

async function write(
  shelf: SnapshotShelf,
  { recovered, journalId, partBytesMax }: Writing,
): Promise<SnapshotMade> {
  const { world, head } = recovered;
  const { lastSeq: seq, grp, hash } = head;
  // What lies there was never finished, or is damaged.
  await shelf.drop(seq);
  const state = hashLines(nodeChain);
  const parts: string[] = [];
  let bytes = 0;
  let part = '';
  const flush = async (): Promise<void> => {
    parts.push(sha256Of(part));
    await shelf.put(seq, parts.length, part);
    bytes += part.length;
    part = '';
  };
  try {
    for (const line of snapshotLines(world)) {
      state.add(line);
      if (part.length + line.length + 1 > partBytesMax && part !== '') await flush();
      part += `${line}\n`;
    }
    await flush();
    const { rules } = world;
    const of = { journal: journalId, seq, grp, hash, v: ENTRY_VERSION, rules, state: state.end() };
    await shelf.put(seq, 0, encodeManifest({ format: SNAPSHOT_FORMAT, ...of, parts }));
  } catch (error) {
    await shelf.drop(seq).catch(() => {});
    throw error;
  }
  return { seq, hash, parts: parts.length, bytes, isNew: true };
}

/** What is not among the newest that count goes, unfinished ones too. */
async function prune(shelf: SnapshotShelf, journalId: string, from: number): Promise<void> {
  const sound = await manifestsOf(shelf, journalId, () => {});
  // The newest, and the one it was made from: of others only the manifest was read.
  const order = sound.map(({ seq }) => seq);
  const best = [...order.slice(0, 1), ...(from > 0 ? [from] : []), ...order.slice(1)];
  const kept = new Set([...new Set(best)].slice(0, SNAPSHOTS.kept));
  for (const seq of await shelf.list()) if (!kept.has(seq)) await shelf.drop(seq);
}
