/** Recovery is folding the journal from its first entry: the path we run at every start. */
import {
  type Chain,
  decodeEntry,
  ENTRY_VERSION,
  type Entry,
  hashZero,
  HASH_TAIL_CHARS,
  mechanismOf,
  RULES,
  type World,
} from '@fairground/engine';
import { hash as hashOnce } from 'node:crypto';
import type { Group, Head, Journal } from './journal.js';
import { engineLaws, type Laws } from './laws.js';

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
}

export interface RecoverOptions {
  /** The engine's own, unless a simulation brings others. */
  readonly laws?: Laws;
  /** Told of every entry right after it was folded. */
  readonly onEntry?: (entry: Entry, line: string, world: World) => void;
  /** Told after each batch: entries so far, and the last seq there is. */
  readonly onProgress?: (done: number, all: number) => void;
}

/** How many groups are asked for at once. */
const BATCH = 64;

/** Folds everything up to the journal's head, checking bytes, chain and numbers on the way. */
export async function recover(journal: Journal, options: RecoverOptions = {}): Promise<Recovered> {
  const head = await journal.head();
  const world = (options.laws ?? engineLaws).createWorld();
  let at: Head = { grp: 0, term: 0, lastSeq: 0, hash: hashZero(journal.id) };
  while (at.grp < head.grp) {
    const groups = await journal.read(at.grp, BATCH);
    if (groups.length === 0) throw new JournalBroken(at.lastSeq + 1, 'its next group is missing');
    for (const group of groups) at = foldGroup(world, at, group, options);
    options.onProgress?.(at.lastSeq, head.lastSeq);
  }
  return { world, head: at };
}

function foldGroup(
  world: World,
  before: Head,
  group: Group,
  { onEntry, laws = engineLaws }: RecoverOptions,
): Head {
  if (group.grp !== before.grp + 1 || group.firstSeq !== before.lastSeq + 1) {
    throw new JournalBroken(before.lastSeq + 1, `group ${group.grp} does not follow`);
  }
  let { hash } = before;
  for (const line of linesOf(group.lines)) {
    const entry = checkedEntry(line, hash, world.seq + 1);
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

/** One line as the entry that must stand here: its form, its number, its hash, and rules that we know. */
export function checkedEntry(line: string, previous: string, seq: number): Entry {
  const entry = decoded(line, seq);
  if (entry.seq !== seq) throw new JournalBroken(seq, `it is numbered ${entry.seq}`);
  if (entry.v > ENTRY_VERSION || entry.rules > RULES) throw new JournalBroken(seq, NEWER);
  const hash = nodeChain(previous, line.slice(0, -HASH_TAIL_CHARS));
  if (hash !== entry.hash) throw new JournalBroken(seq, 'its hash does not continue the chain');
  for (const event of entry.events) {
    if (event.type === 'market_created' && !mechanismOf(event.mechanism)) {
      throw new JournalBroken(seq, `the mechanism ${event.mechanism} is unknown`);
    }
  }
  return entry;
}

const NEWER = 'a newer build wrote it; this build may not read on';

function decoded(line: string, seq: number): Entry {
  try {
    return decodeEntry(line);
  } catch (error) {
    const [, v] = /^\{"v":(\d+),/.exec(line) ?? [];
    if (Number(v) > ENTRY_VERSION) throw new JournalBroken(seq, NEWER);
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
