/**
 * What every journal asks of a group before it is stored: that it is well made, and that it is its
 * turn.
 */
import { GROUP_LIMITS, type Appended, type Group, type Head, type Predecessor } from './journal.js';
import { TRACE_LIMITS } from './traces.js';

const HASH = /^[0-9a-f]{64}$/;
const LINES = /^[\x20-\x7e\n]*$/;

/** The caller made a group wrong: a fault of ours, never an outcome. Nothing was written. */
export class GroupFault extends RangeError {
  override readonly name = 'GroupFault';
}

/** Throws a `GroupFault` unless the group is well made. */
export function checkGroup(group: Group, prev: Predecessor): void {
  const entries = group.lastSeq - group.firstSeq + 1;
  const must = (holds: boolean, rule: string): void => {
    if (!holds) throw new GroupFault(`Group ${group.grp} cannot be appended: ${rule}.`);
  };
  must(Number.isSafeInteger(group.grp) && group.grp >= 1, 'groups are numbered from 1');
  must(Number.isSafeInteger(group.term) && group.term >= 1, 'a term begins with take()');
  must(group.term === prev.term, 'it has another term than its predecessor; take() begins a term');
  must(Number.isSafeInteger(group.lastSeq), 'its last seq is not a whole number');
  must(group.firstSeq === prev.lastSeq + 1, 'its first seq does not follow its predecessor');
  must(entries >= 1, 'it holds no entry; only take() writes a term row');
  must(entries <= GROUP_LIMITS.entriesMax, `more than ${GROUP_LIMITS.entriesMax} entries`);
  must(group.lines.length <= GROUP_LIMITS.bytesMax, `more than ${GROUP_LIMITS.bytesMax} bytes`);
  must(LINES.test(group.lines), 'a byte is not printable ASCII');
  must(isMeta(group.meta), 'its meta is too long or not printable ASCII');
  must(HASH.test(group.hash), 'its hash is not 64 hex digits');
  must(group.lines.endsWith(`"${group.hash}"}\n`), 'its last line ends in another hash');
  checkLines(group.lines, entries, must);
}

const isMeta = (meta = ''): boolean =>
  meta.length <= TRACE_LIMITS.metaBytesMax && /^[\x20-\x7e]*$/.test(meta);

function checkLines(
  lines: string,
  entries: number,
  must: (holds: boolean, rule: string) => void,
): void {
  let count = 0;
  for (let at = 0; at < lines.length; count += 1) {
    const end = lines.indexOf('\n', at);
    must(lines[at] === '{', 'a line is not an entry');
    must(
      end - at <= GROUP_LIMITS.entryBytesMax,
      `an entry over ${GROUP_LIMITS.entryBytesMax} bytes`,
    );
    at = end + 1;
  }
  must(count === entries, `${count} lines for ${entries} entries`);
}

/**
 * The fence. `there` is what the store holds at the group's own number, `head` its newest group.
 * A taken slot is ours (an earlier attempt) or another writer's; a free one is ours only when the
 * newest group is the very predecessor we named. `free`: go on and write it.
 */
export function judge(
  group: Group,
  prev: Predecessor,
  stored: { readonly there: Head | undefined; readonly head: Head },
): Appended | 'free' {
  if (stored.there !== undefined) return isSame(stored.there, group) ? 'done' : 'fenced';
  return continues(stored.head, group, prev) ? 'free' : 'history_lost';
}

/** The hash covers every line and all before them; the term tells whose attempt it was. */
function isSame(there: Head, group: Group): boolean {
  return there.term === group.term && there.lastSeq === group.lastSeq && there.hash === group.hash;
}

function continues(head: Head, group: Group, prev: Predecessor): boolean {
  return (
    head.grp === group.grp - 1 &&
    head.term === prev.term &&
    head.lastSeq === prev.lastSeq &&
    head.hash === prev.hash
  );
}

/** The row that begins a term: it holds nothing, but no older term can write behind it. */
export function termRow(head: Head): Group {
  return {
    grp: head.grp + 1,
    term: head.term + 1,
    firstSeq: head.lastSeq + 1,
    lastSeq: head.lastSeq,
    hash: head.hash,
    lines: '',
  };
}

export function headOf({ grp, term, lastSeq, hash }: Head): Head {
  return { grp, term, lastSeq, hash };
}
