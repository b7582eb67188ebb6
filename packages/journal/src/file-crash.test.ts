import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { failure, MemoryDisk } from './memory-disk.js';
import { appendTo, groupsOn, openOn } from '../test/stores.js';
import type { FileStore } from './file-store.js';
import type { Group } from './journal.js';

const PAGE = 4096;
const SEGMENT = { segmentBytes: 64 * 1024 };

describe('a power cut', () => {
  test('[F12] any subset of the pages of the last write may survive', () => {
    const sizes = fc.array(fc.integer({ min: 0, max: 9_000 }), { minLength: 1, maxLength: 12 });
    const earlier = fc.array(fc.integer({ min: 0, max: 5_000 }), { minLength: 1, maxLength: 3 });
    const property = fc.property(
      sizes,
      earlier,
      fc.infiniteStream(fc.boolean()),
      (last, first, keeps) => {
        const disk = new MemoryDisk();
        const { store } = openOn(disk, SEGMENT);
        store.take();
        for (const size of first) appendTo(store, [size]);
        const safe = store.head;
        const torn = disk.copy();
        const group = appendTo(store, last);
        const written = groupsOn(disk).at(-1);
        if (!written) throw new Error('nothing was written');
        torn.put(written.path, mixed(torn, disk, written, keeps));
        const { store: again } = openOn(torn, SEGMENT);
        const kept = groupsOn(torn).map((one) => one.group);
        expect(kept[safe.grp - 1]?.hash).toBe(safe.hash);
        const rest = kept[safe.grp]?.lines ?? '';
        expect(group.lines.startsWith(rest)).toBe(true);
        expect(again.head.lastSeq).toBeGreaterThanOrEqual(safe.lastSeq);
        appendTo(again, [1]);
        expect(openOn(torn, SEGMENT).store.head).toEqual(again.head);
      },
    );
    fc.assert(property, { numRuns: 200 });
  });

  /** The segment after a write of which some pages reached the disk. */
  function mixed(
    before: MemoryDisk,
    after: MemoryDisk,
    written: { path: string; from: number; to: number },
    keeps: Iterator<boolean>,
  ): Buffer {
    const isThere = before.paths().includes(written.path);
    const bytes = isThere ? before.get(written.path) : Buffer.alloc(after.get(written.path).length);
    for (let page = written.from - (written.from % PAGE); page < written.to; page += PAGE) {
      if (keeps.next().value) after.get(written.path).copy(bytes, page, page, page + PAGE);
    }
    return bytes;
  }
});

describe('a power cut at any call', () => {
  /** Fails this call and every later one, as a machine without power does. */
  function cutAt(disk: MemoryDisk, call: number): void {
    let calls = 0;
    disk.fault = () => {
      calls += 1;
      if (calls >= call) throw failure('ENOPOWER');
      return undefined;
    };
  }

  /** Lives until the cut; returns what was acknowledged, and whether the cut came. */
  function live(disk: MemoryDisk, done: Group[]): boolean {
    try {
      for (let round = 0; round < 2; round += 1) {
        const { store } = openOn(disk, { segmentBytes: 12 * 1024 });
        store.take();
        for (const size of [10, 3_000, 6_000, 2_000, 9_000]) work(store, size, done);
        store.close();
      }
      return false;
    } catch {
      return true;
    }
  }

  function work(store: FileStore, size: number, done: Group[]): void {
    done.push(appendTo(store, [size, 5]));
    store.prepareStep();
  }

  function expectKept(disk: MemoryDisk, done: readonly Group[]): void {
    const { store } = openOn(disk, { segmentBytes: 12 * 1024 });
    const kept = groupsOn(disk).map((one) => one.group);
    for (const group of done) expect(kept[group.grp - 1]).toEqual(group);
    store.take();
    appendTo(store, [1]);
  }

  test('[F13] nothing acknowledged is ever missing, and the journal always opens', () => {
    const property = fc.property(fc.infiniteStream(fc.boolean()), (choices) => {
      const keeps = (): boolean => choices.next().value;
      for (let call = 1; ; call += 1) {
        const disk = new MemoryDisk();
        const done: Group[] = [];
        cutAt(disk, call);
        if (!live(disk, done)) return;
        expectKept(disk.crash(keeps), done);
      }
    });
    fc.assert(property, { numRuns: 12 });
  });

  test('[F13] also when the power fails again during every recovery', () => {
    const numbers = fc.array(fc.integer({ min: 1, max: 40 }), { maxLength: 6 });
    const first = fc.integer({ min: 1, max: 140 });
    const property = fc.property(
      first,
      numbers,
      fc.infiniteStream(fc.boolean()),
      (call, again, choices) => {
        const keeps = (): boolean => choices.next().value;
        const done: Group[] = [];
        let disk = new MemoryDisk();
        cutAt(disk, call);
        live(disk, done);
        for (const next of again) {
          disk = disk.crash(keeps);
          cutAt(disk, next);
          live(disk, done);
        }
        expectKept(disk.crash(keeps), done);
      },
    );
    fc.assert(property, { numRuns: 300 });
  });
});
