/** A writer on a disk in memory, for tests of what reaches the disk and what comes back from it. */
import { type FileStore, openFileStore, type OpenedStore } from '../src/file-store.js';
import { Scan } from '../src/file-scan.js';
import { segmentsIn } from '../src/file-segment.js';
import { readBody, readHeader, groupFrom } from '../src/file-frame.js';
import type { Group } from '../src/journal.js';
import { MemoryDisk } from '../src/memory-disk.js';
import { groupAfter } from './groups.js';

export const DIR = '/journal';
export const ID = '0123456789abcdef'.repeat(2);
const CREATED = '2026-01-01T00:00:00.000Z';

export interface OpenedFake extends OpenedStore {
  readonly fatal: string[];
}

export function openOn(
  disk: MemoryDisk,
  options: { readonly segmentBytes?: number; readonly acceptLoss?: boolean } = {},
): OpenedFake {
  const fatal: string[] = [];
  const opened = openFileStore({
    disk,
    dir: DIR,
    segmentBytes: options.segmentBytes ?? 16 * 1024,
    acceptLoss: options.acceptLoss ?? false,
    fresh: { id: ID, created: CREATED },
    onFatal: (reason) => fatal.push(reason),
  });
  return { ...opened, fatal };
}

/** A new journal whose first term is taken; the disk's log begins behind that. */
export function openFresh(segmentBytes?: number): {
  disk: MemoryDisk;
  store: FileStore;
  fatal: string[];
} {
  const disk = new MemoryDisk();
  const { store, fatal } = openOn(disk, segmentBytes === undefined ? {} : { segmentBytes });
  store.take();
  disk.log.length = 0;
  return { disk, store, fatal };
}

/** Appends a group with one entry per size; it must be done. */
export function appendTo(store: FileStore, sizes: readonly number[] = [0]): Group {
  const group = groupAfter(store.head, sizes);
  const { outcome } = store.append(group, store.head);
  if (outcome !== 'done') throw new Error(`group ${group.grp} was ${outcome}`);
  return group;
}

/** Paths of the segments, oldest first. */
export function segmentPaths(disk: MemoryDisk): string[] {
  const names = disk.paths().map((one) => one.slice(DIR.length + 1));
  return segmentsIn(names).map((name) => `${DIR}/${name}`);
}

/** The groups on a disk as a plain reader of frames sees them, with where each lies. */
export function groupsOn(
  disk: MemoryDisk,
): { group: Group; path: string; from: number; to: number }[] {
  const found = [];
  for (const path of segmentPaths(disk)) {
    const bytes = disk.get(path);
    for (let at = 0; at < bytes.length && bytes[at] !== 0; ) {
      const header = readHeader(ID, bytes, at);
      const lines = header && readBody(ID, bytes, header);
      if (!header || !lines) throw new Error(`no frame at ${at} of ${path}`);
      found.push({ group: groupFrom(header, lines), path, from: at, to: header.end });
      at = header.end;
    }
  }
  return found;
}

/** The head that a fresh scan of the disk leads to. */
export function scanned(disk: MemoryDisk): Scan {
  const scan = new Scan(ID);
  for (const name of segmentPaths(disk)) scan.run({ name, bytes: disk.get(name), base: 0 });
  return scan;
}
