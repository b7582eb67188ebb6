/**
 * Reads groups through files of its own, so that no reader ever waits for, or delays, an append.
 */
import { type FileHandle, open, readFile } from 'node:fs/promises';
import path from 'node:path';
import { groupFrom, readBody, readHeader } from './file-frame.js';
import type { GroupIndex } from './file-index.js';
import { damaged } from './file-scan.js';
import { GROUP_LIMITS, type Group } from './journal.js';

export interface Shelf {
  readonly dir: string;
  readonly id: string;
  readonly index: GroupIndex;
}

/** Groups with `after < grp <= through`, as many as `limit` and the limit of bytes allow. */
export async function readGroups(
  shelf: Shelf,
  range: { readonly after: number; readonly through: number; readonly limit: number },
): Promise<Group[]> {
  const groups: Group[] = [];
  const last = Math.min(range.through, range.after + range.limit, shelf.index.count);
  let room: number = GROUP_LIMITS.readBytesMax;
  for (let grp = range.after + 1; grp <= last; ) {
    const run = runFrom(shelf.index, { grp, last, room, isFirst: groups.length === 0 });
    if (!run) break;
    groups.push(...(await readRun(shelf, run)));
    room -= run.end - run.offset;
    grp += run.count;
  }
  return groups;
}

/** Neighbours in one file, read in one go. */
interface Run {
  readonly segment: string;
  readonly offset: number;
  readonly end: number;
  readonly firstGrp: number;
  readonly count: number;
}

function runFrom(
  index: GroupIndex,
  from: {
    readonly grp: number;
    readonly last: number;
    readonly room: number;
    readonly isFirst: boolean;
  },
): Run | undefined {
  const first = index.place(from.grp);
  if (!first) return undefined;
  let end = from.isFirst ? first.end : first.offset;
  let count = from.isFirst ? 1 : 0;
  while (from.grp + count <= from.last) {
    const place = index.place(from.grp + count);
    if (place?.segment !== first.segment || place.end - first.offset > from.room) break;
    end = place.end;
    count += 1;
  }
  if (count === 0) return undefined;
  return { segment: first.segment, offset: first.offset, end, firstGrp: from.grp, count };
}

async function readRun(shelf: Shelf, run: Run): Promise<Group[]> {
  const file = path.join(shelf.dir, run.segment);
  const bytes = await readRange(file, run.offset, run.end);
  const groups: Group[] = [];
  for (let at = 0; groups.length < run.count; ) {
    const grp = run.firstGrp + groups.length;
    const header = readHeader(shelf.id, bytes, at);
    const body = header?.grp === grp ? readBody(shelf.id, bytes, header) : undefined;
    if (!header || !body) {
      const where = { path: file, bytes: await readFile(file), at: run.offset + at };
      throw damaged(where, `group ${grp}, which begins here, was durable and has changed since.`);
    }
    groups.push(groupFrom(header, body));
    at = header.end;
  }
  return groups;
}

async function readRange(file: string, from: number, to: number): Promise<Buffer> {
  const handle: FileHandle = await open(file, 'r');
  try {
    const bytes = Buffer.alloc(to - from);
    let done = 0;
    while (done < bytes.length) {
      const { bytesRead } = await handle.read(bytes, done, bytes.length - done, from + done);
      if (bytesRead === 0) break;
      done += bytesRead;
    }
    return bytes.subarray(0, done);
  } finally {
    await handle.close();
  }
}
