/** Looks at a journal and at where it lies, for an operator: changes nothing, and finds what it can without folding. */
import { HASH_TAIL_CHARS, hashZero } from '@fairground/engine';
import fs from 'node:fs';
import path from 'node:path';
import { JournalRefused } from './file-errors.js';
import { lockDirectory } from './file-lock.js';
import type { Group, Head, JournalReader } from './journal.js';
import { linesOf, nodeChain } from './recover.js';

export interface Tail {
  readonly head: Head;
  /** How many groups were looked at. */
  readonly groups: number;
  /** Absent where each of them continues the one before it, byte for byte. */
  readonly fault?: string;
}

const GROUPS = 64;

/** Whether the newest groups are one chain. */
export async function tailOf(journal: JournalReader): Promise<Tail> {
  const head = await journal.head();
  const first = Math.max(0, head.grp - GROUPS);
  let before: Head = { grp: 0, term: 0, lastSeq: 0, hash: hashZero(journal.id) };
  let groups = 0;
  for (let at = Math.max(0, first - 1); at < head.grp; at = before.grp) {
    const found = await journal.read(at, GROUPS);
    if (found.length === 0) return { head, groups, fault: `group ${at + 1} is missing` };
    for (const group of found) {
      // Of the oldest one only its end is known: it is what the next one must continue.
      const isStart = groups === 0 && first > 0;
      const fault = isStart ? undefined : faultOf(before, group);
      if (fault !== undefined) return { head, groups, fault: `group ${group.grp} ${fault}` };
      groups++;
      before = group;
    }
  }
  return { head, groups };
}

function faultOf(
  before: Head,
  { grp, term, firstSeq, lastSeq, hash, lines }: Group,
): string | undefined {
  if (grp !== before.grp + 1) return `follows group ${before.grp}`;
  if (term < before.term) return `is of term ${term}, behind term ${before.term}`;
  if (firstSeq !== before.lastSeq + 1) return `begins with entry ${firstSeq}`;
  let seq = before.lastSeq;
  let last = before.hash;
  for (const line of linesOf(lines)) {
    seq++;
    last = nodeChain(last, line.slice(0, -HASH_TAIL_CHARS));
    if (line.slice(-66, -2) !== last) return `breaks the chain at entry ${seq}`;
  }
  return seq === lastSeq && hash === last ? undefined : 'is not what its row says';
}

export interface DirectoryLook {
  /** held: a process has it open. none: nobody ever opened it. */
  readonly lock: 'free' | 'held' | 'none';
  /** What is wrong with the place: a file system that is gone with its machine. */
  readonly warnings: readonly string[];
  readonly roomBytes: number;
}

/** Rejects with `JournalRefused` where no journal can be kept. Holds the lock for a moment where it is free. */
export function lookAtDirectory(dir: string): DirectoryLook {
  const { bavail, bsize } = fs.statfsSync(dir);
  const roomBytes = bavail * bsize;
  if (!fs.existsSync(path.join(dir, 'LOCK'))) return { lock: 'none', warnings: [], roomBytes };
  try {
    const held = lockDirectory(dir);
    held.release();
    return { lock: 'free', warnings: held.warnings, roomBytes };
  } catch (error) {
    if (!(error instanceof JournalRefused) || error.code !== 'locked') throw error;
    return { lock: 'held', warnings: [], roomBytes };
  }
}
