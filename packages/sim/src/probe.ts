/**
 * A journal at rest that is harmed on a copy: a bit that turned over is refused or has harmed nothing, and is never
 * served; an entry of a newer build is not read on.
 */
import { hashZero, HASH_TAIL_CHARS, sealBody } from '@fairground/engine';
import {
  DiskJournal,
  GROUP_LIMITS,
  type Group,
  type Head,
  JournalBroken,
  type JournalReader,
  JournalRefused,
  linesOf,
  type Manifest,
  MemoryDisk,
  MemoryStore,
  nodeChain,
  recover,
  shelfOn,
  type SnapshotShelf,
} from '@fairground/journal';
import type { Ground, Luck } from './faults.js';
import { manifestsOn, putTexts, textsOf } from './harm.js';
import type { Swarm } from './swarm.js';
import { must, Wrong } from './wrong.js';

export interface Probed {
  readonly swarm: Swarm;
  readonly luck: Luck;
  readonly ground: Ground;
  /** All of which is durable. */
  readonly lines: readonly string[];
}

export async function probe(probed: Probed): Promise<void> {
  const { luck, ground, lines } = probed;
  const disk = ground.copy();
  if (disk && luck.happens('flipped_byte')) {
    await flipThenOpen(probed, disk);
    await openThenFlip(probed, disk);
  }
  if (lines.length > 0 && luck.happens('foreign_entry')) await refusesTheNewer(probed);
  const [newest] = await manifestsOn(ground.shelf());
  if (newest && newest.seq > 1 && luck.happens('cut_journal')) await refusesTheCut(probed, newest);
}

const open = ({ ground, swarm }: Probed, disk: MemoryDisk): DiskJournal => {
  const onFatal = (reason: string): never => {
    throw new Wrong('rot', reason);
  };
  return new DiskJournal({ disk, id: ground.id, segmentBytes: swarm.segmentBytes, onFatal });
};

/** A byte of the journal, wherever it lies; of what was zeroed and never used, seldom. */
function flipIn({ luck: { dice } }: Probed, disk: MemoryDisk): string {
  const name = dice.pick(disk.paths()) ?? '';
  const bytes = disk.get(name);
  let used = bytes.length;
  while (used > 1 && bytes[used - 1] === 0) used--;
  const at = dice.below(dice.chance(900) ? used : bytes.length);
  if (bytes.length > 0) disk.flip(name, at);
  return `byte ${at} of ${name}`;
}

export async function linesIn(journal: JournalReader): Promise<string[]> {
  const groups: Group[] = [];
  for (;;) {
    const more = await journal.read(groups.at(-1)?.grp ?? 0, 64);
    if (more.length === 0) return groups.flatMap((group) => [...linesOf(group.lines)]);
    groups.push(...more);
  }
}

const isRefused = (error: unknown): boolean =>
  error instanceof JournalRefused || error instanceof JournalBroken;

function mustBeWhole(served: readonly string[], lines: readonly string[], where: string): void {
  const isWhole = lines.every((line, at) => served[at] === line);
  must(isWhole, 'rot', () => `a journal was served although ${where} had changed`);
}

async function flipThenOpen(probed: Probed, whole: MemoryDisk): Promise<void> {
  const disk = whole.copy();
  const where = flipIn(probed, disk);
  let served: readonly string[];
  try {
    served = await linesIn(open(probed, disk));
  } catch (error) {
    if (isRefused(error)) return;
    throw error;
  }
  mustBeWhole(served, probed.lines, where);
}

async function openThenFlip(probed: Probed, whole: MemoryDisk): Promise<void> {
  const disk = whole.copy();
  const journal = open(probed, disk);
  const where = flipIn(probed, disk);
  try {
    mustBeWhole(await linesIn(journal), probed.lines, where);
  } catch (error) {
    if (!isRefused(error)) throw error;
  }
}

/** The last entry as a newer build would write it, its hash right and its shape unknown. */
async function refusesTheNewer({ ground, lines }: Probed): Promise<void> {
  const last = lines.at(-1) ?? '';
  const before = lines.at(-2)?.slice(-66, -2) ?? hashZero(ground.id);
  const body = last.slice(0, -HASH_TAIL_CHARS).replace('{"v":1,', '{"v":2,');
  const hash = nodeChain(before, body);
  const store = new MemoryStore({ id: ground.id, hash0: hashZero(ground.id) });
  const head = store.fence();
  const group = groupAfter(head, [...lines.slice(0, -1), sealBody(body, hash)]);
  if (!group) return;
  store.append(group, head);
  try {
    await recover(store.open());
  } catch (error) {
    must(String(error).includes('newer build'), 'formats', () => String(error));
    return;
  }
  throw new Wrong('formats', 'an entry of a newer build was read on');
}

/** Lines as one group, if they fit. */
function groupAfter(head: Head, all: readonly string[]): Group | undefined {
  const lines = `${all.join('\n')}\n`;
  if (all.length > GROUP_LIMITS.entriesMax || lines.length > GROUP_LIMITS.bytesMax)
    return undefined;
  const hash = all.at(-1)?.slice(-66, -2) ?? head.hash;
  return { ...head, grp: head.grp + 1, firstSeq: 1, lastSeq: all.length, hash, lines };
}

/** A journal that ends before its newest snapshot has lost entries: nobody goes on from there. */
async function refusesTheCut(
  { luck, ground, swarm, lines }: Probed,
  { seq }: Manifest,
): Promise<void> {
  const kept = lines.slice(0, 1 + luck.dice.below(seq - 1));
  const isSaid = (error: unknown): boolean => String(error).includes('but there is a snapshot');
  try {
    if (swarm.store === 'memory') {
      const store = new MemoryStore({ id: ground.id, hash0: hashZero(ground.id) });
      const head = store.fence();
      const group = groupAfter(head, kept);
      if (!group) return;
      store.append(group, head);
      await copyShelf(ground.shelf(), store.snapshots);
      await recover(store.open());
    } else {
      const disk = new MemoryDisk();
      const parts = { disk, id: ground.id, segmentBytes: swarm.segmentBytes, onFatal: () => {} };
      const journal = new DiskJournal(parts);
      const head = await journal.take();
      const group = groupAfter(head, kept);
      if (!group) return;
      await journal.append(group, head);
      await journal.close();
      await copyShelf(ground.shelf(), shelfOn(disk));
      await recover(new DiskJournal(parts));
    }
  } catch (error) {
    if (!isSaid(error)) throw error;
    return;
  }
  throw new Wrong('snapshot', `a journal was taken that ends before its snapshot of entry ${seq}`);
}

async function copyShelf(from: SnapshotShelf, to: SnapshotShelf): Promise<void> {
  for (const manifest of await manifestsOn(from)) {
    await putTexts(to, manifest.seq, await textsOf(from, manifest));
  }
}
