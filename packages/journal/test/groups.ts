/** Groups for tests: right in every byte, with payloads of any size. */
import { chainNext } from '../src/chain.js';
import type { Group, Head, Journal } from '../src/journal.js';

export interface Link {
  readonly seq: number;
  readonly hash: string;
}

/** One entry line that continues the chain. Its payload is `size` bytes. */
export function lineAfter({ seq, hash }: Link, size = 0): { line: string; link: Link } {
  const body = `{"v":1,"seq":${seq + 1},"payload":"${'x'.repeat(size)}"`;
  const blank = Buffer.from(`${body},"hash":"${'0'.repeat(64)}"}`);
  const next = chainNext(hash, blank);
  return { line: `${body},"hash":"${next}"}\n`, link: { seq: seq + 1, hash: next } };
}

/** The group after `head`, in its term, with one entry per payload size. */
export function groupAfter(head: Head, sizes: readonly number[] = [0]): Group {
  let link: Link = { seq: head.lastSeq, hash: head.hash };
  let lines = '';
  for (const size of sizes) {
    const made = lineAfter(link, size);
    lines += made.line;
    link = made.link;
  }
  const { grp, term, lastSeq } = head;
  return { grp: grp + 1, term, firstSeq: lastSeq + 1, lastSeq: link.seq, hash: link.hash, lines };
}

export function headAfter({ grp, term, lastSeq, hash }: Group): Head {
  return { grp, term, lastSeq, hash };
}

/** Appends one group per element and returns the head they lead to. */
export async function appendAll(
  journal: Journal,
  from: Head,
  groups: readonly (readonly number[])[],
): Promise<Head> {
  let head = from;
  for (const sizes of groups) {
    const group = groupAfter(head, sizes);
    const outcome = await journal.append(group, head);
    if (outcome !== 'done') throw new Error(`group ${group.grp} was ${outcome}`);
    head = headAfter(group);
  }
  return head;
}

/** Everything in a journal, batch by batch. */
export async function readAll(journal: Pick<Journal, 'read'>): Promise<Group[]> {
  const groups: Group[] = [];
  for (;;) {
    const batch = await journal.read(groups.at(-1)?.grp ?? 0, 1_000);
    if (batch.length === 0) return groups;
    groups.push(...batch);
  }
}
