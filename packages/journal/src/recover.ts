/** Recovery is folding the journal, from a snapshot or its first entry: the path we run at every start. */
import {
  type Chain,
  decodeEntry,
  ENTRY_VERSION,
  type Entry,
  hashZero,
  HASH_TAIL_CHARS,
  type ReadonlyWorld,
  type Undecided,
  undecidedRules,
  unreadable,
  type World,
} from '@fairground/engine';
import { hash as hashOnce } from 'node:crypto';
import type { Group, Head, JournalReader } from './journal.js';
import { type Loaded, manifestsIfAny, newestSnapshot } from './snapshot-load.js';
import { engineLaws, type Laws } from './laws.js';
import type { Manifest } from './snapshot-manifest.js';

/** The platform's SHA-256 in the place of the engine's own: a test shows that they are equal. */
export const nodeChain: Chain = (previous, text) => {
  const size = 32 + text.length;
  if (size > desk.length) desk = Buffer.allocUnsafe(size * 2);
  desk.write(previous, 0, 32, 'hex');
  desk.write(text, 32, 'latin1');
  return hashOnce('sha256', desk.subarray(0, size));
};

/** Where the bytes of one entry are laid out to be hashed: used and left within one call. */
let desk: Buffer = Buffer.allocUnsafe(16 * 1024);

/** What is stored is not the journal that it should be: nothing may be built on it. */
export class JournalBroken extends Error {
  readonly seq: number;
  constructor(seq: number, what: string) {
    super(`The journal is broken at entry ${seq}: ${what}.`);
    this.name = 'JournalBroken';
    this.seq = seq;
  }
}

export interface Recovered {
  readonly world: World;
  readonly head: Head;
  /** The entry whose snapshot it began with; 0: it began with the first entry. */
  readonly snapshotSeq: number;
}

export interface RecoverOptions {
  /** The engine's own, unless a simulation brings others. */
  readonly laws?: Laws;
  /** Told of every entry right after it was folded. */
  readonly onEntry?: (entry: Entry, line: string, world: World) => void;
  /** Told after each batch: entries so far, and the last seq there is. */
  readonly onProgress?: (done: number, all: number) => void;
  /** Told of the world it begins with, before any entry: a snapshot's, with its state hash, or the very first. */
  readonly onBegin?: (world: World, head: Head, state: string | undefined) => void;
  /** Told of snapshots that were left aside though they should have been good. */
  readonly onWarning?: (reason: string) => void;
  /** Folds from the first entry whatever snapshots there are. */
  readonly ignoresSnapshots?: boolean;
  /** Begins with a snapshot of this entry or an older one. */
  readonly beginsUpTo?: number;
  /** Snapshots of entries that the journal lacks are dropped, and told of: what it holds is all there is. */
  readonly believesJournal?: boolean;
  /** What is known to be there: a head that was read from an older state is not believed. */
  readonly atLeast?: Head;
  /** Goes on from where an earlier recovery of this journal ended. Its world is used up. */
  readonly from?: Recovered;
  /** Awaited after each group, so that others get their turn; a throw ends the recovery. */
  readonly afterGroup?: () => Promise<void>;
}

/** How many groups are asked for at once. */
const BATCH = 64;

/**
 * Folds everything up to the journal's head, checking bytes, chain and numbers on the way: from the newest
 * snapshot that counts, or else from the first entry.
 */
export async function recover(
  journal: JournalReader,
  options: RecoverOptions = {},
): Promise<Recovered> {
  const manifests = await manifestsFor(journal, options);
  // After the snapshots: one that is made meanwhile by another node must not seem to be ahead.
  const seen = await journal.head();
  const { atLeast } = options;
  const head = atLeast && atLeast.grp > seen.grp ? atLeast : seen;
  const first = { grp: 0, term: 0, lastSeq: 0, hash: hashZero(journal.id) };
  const begun = options.from ??
    (await snapshotOf(journal, { head, manifests }, options)) ?? {
      world: (options.laws ?? engineLaws).createWorld(),
      head: first,
      state: undefined,
    };
  const { world } = begun;
  const { snapshotSeq } = options.from ?? { snapshotSeq: world.seq };
  let at: Head = begun.head;
  options.onBegin?.(world, at, 'state' in begun ? begun.state : undefined);
  while (at.grp < head.grp) {
    const groups = await journal.read(at.grp, BATCH);
    if (groups.length === 0) throw new JournalBroken(at.lastSeq + 1, 'its next group is missing');
    for (const group of groups) {
      at = foldGroup(world, at, group, options);
      await options.afterGroup?.();
    }
    options.onProgress?.(at.lastSeq, head.lastSeq);
  }
  // Folding needs no rules, deciding what comes next does.
  const retired = undecidedRules(world.rules);
  if (retired) throw new JournalBroken(world.seq, saysOf(retired));
  return { world, head: at, snapshotSeq };
}

async function manifestsFor(
  { id, snapshots }: JournalReader,
  { onWarning = () => {}, ignoresSnapshots = false, from }: RecoverOptions,
): Promise<readonly Manifest[]> {
  if (!snapshots || ignoresSnapshots || from) return [];
  return manifestsIfAny(snapshots, id, onWarning);
}

interface Found {
  readonly head: Head;
  readonly manifests: readonly Manifest[];
}

async function snapshotOf(
  journal: JournalReader,
  { head: { lastSeq }, manifests }: Found,
  { laws = engineLaws, onWarning = () => {}, beginsUpTo = lastSeq, ...rest }: RecoverOptions,
): Promise<Loaded | undefined> {
  for (const { seq } of manifests.filter((one) => one.seq > lastSeq)) {
    const what = `it ends at entry ${lastSeq}, but there is a snapshot of entry ${seq}`;
    if (!rest.believesJournal) throw new JournalBroken(lastSeq + 1, what);
    await journal.snapshots?.drop(seq);
    onWarning(`The journal lacks entries: ${what}; that snapshot is gone.`);
  }
  const usable = manifests.filter(({ seq }) => seq <= beginsUpTo);
  return newestSnapshot({ journal, chain: nodeChain, laws, onWarning }, usable);
}

/** Folds the next group into the world, checking all of it on the way. Gives the place it ends at. */
export function foldGroup(
  world: World,
  before: Head,
  group: Group,
  { onEntry, laws = engineLaws }: Pick<RecoverOptions, 'onEntry' | 'laws'> = {},
): Head {
  if (group.grp !== before.grp + 1 || group.firstSeq !== before.lastSeq + 1) {
    throw new JournalBroken(before.lastSeq + 1, `group ${group.grp} does not follow`);
  }
  let { hash } = before;
  for (const line of linesOf(group.lines)) {
    const entry = checkedEntry(line, hash, world);
    laws.fold(world, entry);
    ({ hash } = entry);
    onEntry?.(entry, line, world);
  }
  const { grp, term, lastSeq } = group;
  if (world.seq !== lastSeq || hash !== group.hash) {
    throw new JournalBroken(world.seq, `group ${grp} says ${lastSeq} ${group.hash.slice(0, 8)}`);
  }
  return { grp, term, lastSeq, hash };
}

/** One line as the entry that follows: its form, its number, its rules, its hash, and nothing newer than we know. */
export function checkedEntry(
  line: string,
  previous: string,
  { seq: before, rules }: Pick<ReadonlyWorld, 'seq' | 'rules'>,
): Entry {
  const seq = before + 1;
  const entry = decoded(line, seq);
  if (entry.seq !== seq) throw new JournalBroken(seq, `it is numbered ${entry.seq}`);
  const unknown = unreadable(entry);
  if (unknown) throw new JournalBroken(seq, saysOf(unknown));
  if (entry.rules !== rules) {
    throw new JournalBroken(seq, `it says rules ${entry.rules}, but rules ${rules} are in force`);
  }
  const hash = nodeChain(previous, line.slice(0, -HASH_TAIL_CHARS));
  if (hash !== entry.hash) throw new JournalBroken(seq, 'its hash does not continue the chain');
  return entry;
}

const saysOf = ({ version, why }: Undecided): string =>
  `${version}: ${why}; this build may not read on`;

function decoded(line: string, seq: number): Entry {
  try {
    return decodeEntry(line);
  } catch (error) {
    const [, v = ''] = /^\{"v":(\d+),/.exec(line) ?? [];
    if (Number(v) > ENTRY_VERSION)
      throw new JournalBroken(seq, saysOf({ version: `form ${v}`, why: 'a newer build wrote it' }));
    throw new JournalBroken(seq, error instanceof Error ? error.message : String(error));
  }
}

/** The lines of a group, without their newlines. */
export function* linesOf(lines: string): IterableIterator<string> {
  for (let at = 0; at < lines.length; ) {
    const end = lines.indexOf('\n', at);
    yield lines.slice(at, end);
    at = end + 1;
  }
}
