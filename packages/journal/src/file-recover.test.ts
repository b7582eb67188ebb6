import { describe, expect, test } from 'vitest';
import { MemoryDisk } from './memory-disk.js';
import { groupAfter } from '../test/groups.js';
import { appendTo, DIR, groupsOn, ID, openOn, segmentPaths } from '../test/stores.js';
import { JournalRefused } from './file-errors.js';
import { encodeWatermark } from './file-marks.js';
import { lineAt } from './file-scan.js';
import type { Head } from './journal.js';

/** A small journal, and what it looked like before its last group. */
function tornable(sizes: readonly number[]): {
  before: MemoryDisk;
  after: MemoryDisk;
  kept: Head;
  path: string;
  from: number;
  to: number;
} {
  const disk = new MemoryDisk();
  const { store } = openOn(disk, { segmentBytes: 4096 });
  store.take();
  appendTo(store, [20]);
  const kept = store.head;
  const before = disk.copy();
  appendTo(store, sizes);
  const last = groupsOn(disk).at(-1);
  if (!last) throw new Error('nothing was written');
  return { before, after: disk.copy(), kept, path: last.path, from: last.from, to: last.to };
}

/** Replaces the bytes of the open segment; everything else is as before the last append. */
function withSegment(from: ReturnType<typeof tornable>, bytes: Buffer): MemoryDisk {
  const disk = from.before.copy();
  disk.put(from.path, bytes);
  return disk;
}

describe('a torn group', () => {
  const cuts = ['zeros behind the cut', 'the file ends at the cut'] as const;
  test.each(cuts)('[F11] cut at every byte, %s: the longest prefix of lines stays', (how) => {
    const torn = tornable([0, 7, 30]);
    const whole = torn.after.get(torn.path);
    for (let cut = torn.from; cut <= torn.to; cut += 1) {
      const bytes = Buffer.concat([whole.subarray(0, cut)], how === cuts[0] ? whole.length : cut);
      const disk = withSegment(torn, bytes);
      const { store, warnings } = openOn(disk, { segmentBytes: 4096 });
      const lines = whole.toString('latin1', torn.from, cut).split('\n').length - 2;
      const expected = torn.kept.lastSeq + Math.max(0, lines);
      expect(store.head.lastSeq, `cut at ${cut}`).toBe(expected);
      expect(warnings.length, `cut at ${cut}`).toBe(cut === torn.from || cut === torn.to ? 0 : 1);
      const saved = disk.paths().filter((name) => name.endsWith('.torn'));
      expect(saved).toHaveLength(warnings.length);
      if (saved[0]) expect(disk.get(saved[0])).toEqual(whole.subarray(torn.from, cut));
      appendTo(store, [1]);
      expect(openOn(disk, { segmentBytes: 4096 }).store.head).toEqual(store.head);
    }
  });

  test('[F11] a torn term row, or a torn first group of a segment, is dropped', () => {
    const disk = new MemoryDisk();
    const { store } = openOn(disk, { segmentBytes: 4096 });
    const row = store.take();
    const before = disk.copy();
    before.put(`${DIR}/watermark`, encodeWatermark(ID, 0));
    for (let cut = 1; cut < row.place.end; cut += 7) {
      const torn = before.copy();
      torn.put(`${DIR}/${row.place.segment}`, disk.get(`${DIR}/${row.place.segment}`).fill(0, cut));
      const again = openOn(torn, { segmentBytes: 4096 });
      expect(again.store.head).toMatchObject({ grp: 0, term: 0 });
      expect(again.store.take().head).toMatchObject({ grp: 1, term: 1 });
    }
  });

  test('[F11] what is torn twice in one segment is saved twice', () => {
    const torn = tornable([40]);
    const bytes = torn.after.get(torn.path).fill(0, torn.to - 10);
    const disk = withSegment(torn, bytes);
    openOn(disk, { segmentBytes: 4096 });
    const again = disk.copy();
    again.put(torn.path, bytes);
    openOn(again, { segmentBytes: 4096 });
    expect(again.paths().filter((name) => name.endsWith('.torn'))).toHaveLength(2);
  });
});

describe('rot', () => {
  /** Several segments with term rows and groups of several lines, closed properly. */
  function smallJournal(): MemoryDisk {
    const disk = new MemoryDisk();
    const { store } = openOn(disk, { segmentBytes: 1536 });
    for (let round = 0; round < 2; round += 1) {
      store.take();
      appendTo(store, [3, 9]);
      appendTo(store, [0, 1, 30]);
    }
    store.close();
    return disk.copy();
  }

  function refusalOf(disk: MemoryDisk): JournalRefused | undefined {
    try {
      openOn(disk, { segmentBytes: 1536 });
      return undefined;
    } catch (error) {
      if (error instanceof JournalRefused) return error;
      throw error;
    }
  }

  test('[F14] every changed byte of every group is refused by segment and line', () => {
    const disk = smallJournal();
    const groups = groupsOn(disk);
    expect(segmentPaths(disk).length).toBeGreaterThan(1);
    for (const one of groups) {
      const isLast = one === groups.at(-1);
      const good = disk.get(one.path);
      for (let at = one.from; at < one.to; at += 1) {
        const rotten = Buffer.from(good);
        rotten[at] = (good[at] ?? 0) ^ (1 << (at % 7));
        const copy = disk.copy();
        copy.put(one.path, rotten);
        const where = `${one.path}, line ${lineAt(good, at)}: group ${one.group.grp} `;
        const refused = refusalOf(copy);
        if (refused?.code !== (isLast ? 'loss' : 'damaged') || !refused.message.includes(where)) {
          expect.fail(`byte ${at} of ${where}: ${refused?.message ?? 'it opened'}`);
        }
        expect(copy.get(one.path).equals(rotten), 'nothing is repaired').toBe(true);
      }
    }
  });

  test('[F14] a byte behind the groups of a sealed segment is refused too', () => {
    const disk = smallJournal();
    const [first = ''] = segmentPaths(disk);
    const bytes = disk.get(first);
    bytes[bytes.length - 5] = 1;
    disk.put(first, bytes);
    expect(() => openOn(disk)).toThrow(expect.objectContaining({ code: 'damaged' }));
  });

  test('[F14] a bad group with a good frame behind it is rot even below no watermark', () => {
    const disk = new MemoryDisk();
    const { store } = openOn(disk);
    store.take();
    for (const size of [10, 20, 30]) appendTo(store, [size, size]);
    const [last, rotten] = groupsOn(disk).reverse();
    if (!last || !rotten) throw new Error('nothing was written');
    const bytes = disk.get(last.path);
    bytes[rotten.to - 20] = 0x7a;
    bytes.fill(0, last.to - 30, last.to);
    disk.put(last.path, bytes);
    disk.put(`${DIR}/watermark`, encodeWatermark(ID, 0));
    const message = expect.stringContaining(`group ${rotten.group.grp} was durable`);
    expect(() => openOn(disk)).toThrow(expect.objectContaining({ code: 'damaged', message }));
    expect(() => openOn(disk, { acceptLoss: true })).toThrow(
      expect.objectContaining({ code: 'damaged' }),
    );
  });

  test('[F15] rot in the last group is a loss, and accepting it keeps what is right', () => {
    const disk = smallJournal();
    const last = groupsOn(disk).at(-1);
    if (!last) throw new Error('empty');
    const bytes = disk.get(last.path);
    bytes[last.to - 100] = 0x20;
    disk.put(last.path, bytes);
    const loss = expect.objectContaining({
      code: 'loss',
      message: expect.stringContaining('--accept-loss'),
    });
    expect(() => openOn(disk)).toThrow(loss);
    const { store, warnings } = openOn(disk, { acceptLoss: true });
    expect(store.head).toMatchObject({ grp: last.group.grp, lastSeq: last.group.lastSeq - 1 });
    expect(warnings).toHaveLength(2);
    expect(openOn(disk).store.head).toEqual(store.head);
  });

  test('[F15] below the watermark, or with none to be believed, nothing opens', () => {
    const disk = smallJournal();
    const head = openOn(disk.copy()).store.head;
    const marks = {
      ahead: encodeWatermark(ID, head.grp + 1),
      flipped: encodeWatermark(ID, head.grp).fill(7, 15),
      foreign: encodeWatermark('f'.repeat(32), head.grp),
      short: Buffer.alloc(3),
      empty: Buffer.alloc(0),
    };
    for (const [name, mark] of Object.entries(marks)) {
      const copy = disk.copy();
      copy.put(`${DIR}/watermark`, mark);
      expect(() => openOn(copy), name).toThrow(expect.objectContaining({ code: 'loss' }));
      expect(openOn(copy, { acceptLoss: true }).store.head, name).toEqual(head);
      expect(openOn(copy).store.head, name).toEqual(head);
    }
    const without = disk.copy();
    without.remove(`${DIR}/watermark`);
    expect(() => openOn(without)).toThrow(expect.objectContaining({ code: 'loss' }));
    const behind = disk.copy();
    behind.put(`${DIR}/watermark`, encodeWatermark(ID, head.grp - 1));
    expect(openOn(behind).store.head).toEqual(head);
  });

  test('[F16] a missing segment is refused, first, middle or last', () => {
    const disk = new MemoryDisk();
    const { store } = openOn(disk, { segmentBytes: 1024 });
    store.take();
    for (let at = 0; at < 6; at += 1) appendTo(store, [400]);
    const paths = segmentPaths(disk);
    expect(paths.length).toBeGreaterThan(3);
    for (const path of paths) {
      const copy = disk.copy();
      copy.remove(path);
      const code = path === paths.at(-1) ? 'loss' : 'damaged';
      expect(() => openOn(copy), path).toThrow(expect.objectContaining({ code }));
    }
    const none = disk.copy();
    for (const path of paths) none.remove(path);
    expect(() => openOn(none)).toThrow(expect.objectContaining({ code: 'loss' }));
  });

  test('[F16] groups that are whole but belong to another history are refused', () => {
    const disk = new MemoryDisk();
    const { store } = openOn(disk, { segmentBytes: 1024 });
    store.take();
    const other = disk.copy();
    const { store: fork } = openOn(other, { segmentBytes: 1024 });
    for (let at = 0; at < 4; at += 1) {
      appendTo(store, [400]);
      appendTo(fork, [399]); // the same numbers, another chain
    }
    expect(segmentPaths(other)).toEqual(segmentPaths(disk));
    const mixed = disk.copy();
    const last = segmentPaths(disk).at(-1) ?? '';
    mixed.put(last, other.get(segmentPaths(other).at(-1) ?? ''));
    expect(() => openOn(mixed)).toThrow(expect.objectContaining({ code: 'damaged' }));
  });
});

describe('identity', () => {
  test('[F17] it is made once; a missing, foreign or newer one is refused', () => {
    const disk = new MemoryDisk();
    const { store } = openOn(disk);
    store.take();
    const made = disk.get(`${DIR}/journal.json`).toString();
    expect(JSON.parse(made)).toEqual({ format: 1, id: ID, created: '2026-01-01T00:00:00.000Z' });
    expect(openOn(disk.copy()).store.id).toBe(ID);
    const bad = [
      '',
      '{}',
      'null',
      made.replace(ID, 'short'),
      made.replace('"format":1', '"format":2'),
    ];
    for (const text of bad) {
      const copy = disk.copy();
      copy.put(`${DIR}/journal.json`, Buffer.from(text));
      expect(() => openOn(copy), text).toThrow(expect.objectContaining({ code: 'format' }));
    }
    const without = disk.copy();
    without.remove(`${DIR}/journal.json`);
    expect(() => openOn(without)).toThrow(expect.objectContaining({ code: 'format' }));
    const foreign = disk.copy();
    foreign.put(`${DIR}/journal.json`, Buffer.from(made.replace(ID, 'f'.repeat(32))));
    expect(() => openOn(foreign)).toThrow(expect.objectContaining({ code: 'loss' }));
  });

  test('[F17] the chain starts at the id', () => {
    const disk = new MemoryDisk();
    const { store } = openOn(disk);
    store.take();
    appendTo(store, [1]);
    expect(groupAfter(store.head).firstSeq).toBe(2);
    expect(groupsOn(disk)[0]?.group.hash).toBe(
      // printf 'fairground journal 1 <id>' | sha256sum
      'fb3f4d20d4bf712e8495371d4372419553a5031a679d1a45795a486a588601e1',
    );
  });
});
