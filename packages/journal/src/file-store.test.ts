import { describe, expect, test } from 'vitest';
import { failure, MemoryDisk } from './memory-disk.js';
import { groupAfter } from '../test/groups.js';
import { appendTo, DIR, groupsOn, ID, openFresh, openOn, segmentPaths } from '../test/stores.js';
import type { FileStore } from './file-store.js';

describe('the writer', () => {
  test('[F1] a segment is zeros on the disk under its name before a group goes in', () => {
    const disk = new MemoryDisk();
    const { store } = openOn(disk);
    disk.log.length = 0;
    store.take();
    const name = '0000000000000001-0000000000000001.seg';
    const group = `write next.tmp`;
    expect(disk.log).toEqual([
      'open next.tmp',
      'write next.tmp',
      'sync next.tmp',
      `rename ${name}`,
      'syncDirectory journal',
      group, // the file keeps the path it was opened by
      'syncContents next.tmp',
      'write watermark',
    ]);
    const bytes = disk.get(`${DIR}/${name}`);
    expect(bytes).toHaveLength(16 * 1024);
    expect(bytes.subarray(groupsOn(disk)[0]?.to).every((byte) => byte === 0)).toBe(true);
  });

  test('[F2] a group is one write, one fdatasync, the watermark', () => {
    const { disk, store } = openFresh();
    appendTo(store, [100, 200, 300]);
    expect(disk.log.map((call) => call.split(' ')[0])).toEqual(['write', 'syncContents', 'write']);
  });

  test('[F3] the next segment is made in steps and then claimed without writing a zero', () => {
    const { disk, store } = openFresh(3 * 1024 * 1024);
    const states = [
      store.prepareStep(),
      store.prepareStep(),
      store.prepareStep(),
      store.prepareStep(),
    ];
    expect(states).toEqual(['working', 'working', 'ready', 'ready']);
    for (let at = 0; at < 6; at += 1) appendTo(store, [130_000, 130_000, 130_000, 130_000]);
    disk.log.length = 0;
    appendTo(store, [130_000]);
    expect(segmentPaths(disk)).toHaveLength(2);
    expect(disk.log.filter((call) => call === 'write next.tmp')).toHaveLength(1);
    expect(disk.log).toContain('syncDirectory journal');
  });

  test('[F3] no segment is used twice, however often the journal rolls over and is opened', () => {
    const disk = new MemoryDisk();
    for (let round = 0; round < 5; round += 1) {
      const { store } = openOn(disk, { segmentBytes: 2048 });
      store.take();
      for (let at = 0; at < 5; at += 1) appendTo(store, [400]);
      store.close();
    }
    const names = segmentPaths(disk);
    expect(names.length).toBeGreaterThan(5);
    for (const [at, group] of groupsOn(disk).entries()) expect(group.group.grp).toBe(at + 1);
    expect(disk.log.some((call) => /^rename .*\.seg$/.test(call))).toBe(true);
    const firsts = groupsOn(disk).filter((one) => one.from === 0);
    expect(firsts.map((one) => one.group.grp)).toEqual(
      names.map((name) => Number(name.slice(-20, -4))),
    );
  });

  test('[F4] a group never spans two segments, and a large one gets its own size', () => {
    const { disk, store } = openFresh(4096);
    appendTo(store, [1500]);
    appendTo(store, [3000]);
    appendTo(store, [20_000]);
    appendTo(store, [10]);
    const sizes = segmentPaths(disk).map((name) => disk.get(name).length);
    expect(sizes.slice(0, 2)).toEqual([4096, 4096]);
    expect(sizes[2]).toBeGreaterThan(20_000);
    expect(groupsOn(disk).map((one) => one.group.grp)).toEqual([1, 2, 3, 4, 5]);
    expect(openOn(disk, { segmentBytes: 4096 }).store.head.grp).toBe(5);
  });

  test('[F5] a short write is finished', () => {
    const { disk, store } = openFresh();
    disk.fault = ({ verb, bytes }) =>
      verb === 'write' && bytes > 20 ? Math.ceil(bytes / 3) : undefined;
    const group = appendTo(store, [500]);
    expect(disk.log.filter((call) => call.startsWith('write next.tmp')).length).toBeGreaterThan(3);
    disk.fault = () => undefined;
    expect(groupsOn(disk).at(-1)?.group).toEqual(group);
  });

  test('[F18] a group whose lines do not continue the chain is a fault and leaves nothing', () => {
    const { disk, store } = openFresh();
    const group = groupAfter(store.head, [5, 5, 5]);
    const changed = { ...group, lines: group.lines.replace('"seq":2', '"seq":7') };
    expect(() => store.append(changed, store.head)).toThrow('entry 2 does not continue the chain');
    const forked = groupAfter({ ...store.head, hash: 'ab'.repeat(32) });
    expect(() => store.append(forked, store.head)).toThrow('entry 1 does not continue the chain');
    expect(disk.log).toEqual([]);
    expect(store.append(group, store.head).outcome).toBe('done');
  });
});

describe('a disk that cannot be trusted', () => {
  /** What leads to each call that may fail. */
  const roll = (store: FileStore): void => {
    for (let at = 0; at < 4; at += 1) appendTo(store, [1500]);
  };

  test.each(['sync', 'syncContents', 'syncDirectory'])(
    '[F8] a failed %s is fatal and never retried',
    (verb) => {
      const { disk, store, fatal } = openFresh(4096);
      let failed = 0;
      disk.fault = (call) => {
        if (call.verb !== verb || failed > 0) return undefined;
        failed += 1; // it would succeed the second time, and lie
        throw failure(verb === 'sync' ? 'ENOSPC' : 'EIO');
      };
      expect(() => roll(store)).toThrow('cannot trust its disk');
      expect(fatal).toHaveLength(1);
      expect(failed).toBe(1);
      const { length } = disk.log;
      expect(() => appendTo(store, [1])).toThrow('cannot trust its disk');
      expect(() => store.take()).toThrow('cannot trust its disk');
      expect(() => store.close()).toThrow('cannot trust its disk');
      expect(disk.log).toHaveLength(length);
    },
  );

  const verbs = ['open', 'close', 'write', 'rename', 'truncate'];
  test.each(verbs)('[F9] EIO from %s is fatal', (verb) => {
    const { disk, store, fatal } = openFresh(4096);
    disk.fault = (call) => {
      if (call.verb === verb) throw failure('EIO');
      if (verb === 'truncate' && call.verb === 'write' && call.name === 'next.tmp')
        throw failure('ENOSPC');
      return undefined;
    };
    expect(() => roll(store)).toThrow('cannot trust its disk');
    expect(fatal).toEqual([expect.stringContaining('EIO')]);
    expect(() => appendTo(store, [1])).toThrow('cannot trust its disk');
  });

  test.each(['read', 'size', 'list', 'makeDirectory', 'remove'])(
    '[F9] EIO from %s while opening is fatal',
    (verb) => {
      const { disk, store } = openFresh();
      appendTo(store, [10]);
      const copy = disk.copy();
      copy.put(`${DIR}/next.tmp`, Buffer.alloc(10));
      copy.fault = (call) => {
        if (call.verb === verb) throw failure('EIO');
        return undefined;
      };
      expect(() => openOn(copy)).toThrow('cannot trust its disk');
    },
  );

  test('[F9] a write error that nobody can explain is fatal', () => {
    const { disk, store, fatal } = openFresh();
    disk.fault = ({ verb }) => {
      if (verb === 'write') throw failure('EBADF');
      return undefined;
    };
    expect(() => appendTo(store, [1])).toThrow('cannot trust its disk');
    expect(fatal).toHaveLength(1);
  });

  test('[F10] opening copies, syncs, renames and syncs the directory before the first append', () => {
    const { disk, store } = openFresh();
    appendTo(store, [100]);
    const copy = disk.copy();
    const name = '0000000000000001-0000000000000001.seg';
    openOn(copy);
    const from = copy.log.indexOf(`open ${name}.new`);
    expect(copy.log.slice(from)).toEqual([
      `open ${name}.new`,
      `write ${name}.new`,
      `write ${name}.new`,
      `sync ${name}.new`,
      `rename ${name}`,
      'syncDirectory journal',
      'open watermark.tmp',
      'write watermark.tmp',
      'sync watermark.tmp',
      'close watermark.tmp',
      'rename watermark',
      'syncDirectory journal',
      'open watermark',
    ]);
    expect(copy.get(`${DIR}/${name}`)).toEqual(disk.get(`${DIR}/${name}`));
    expect(ID).toHaveLength(32);
  });
});
