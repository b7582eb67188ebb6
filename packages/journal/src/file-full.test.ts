import { describe, expect, test } from 'vitest';
import { failure } from './memory-disk.js';
import { groupAfter } from '../test/groups.js';
import { appendTo, groupsOn, openFresh, openOn, segmentPaths } from '../test/stores.js';
import { StoreFailure } from './journal.js';

describe('a full disk', () => {
  const full = [
    ['at once', 0],
    ['after some bytes', 300],
    ['with no byte taken and no error', -1],
  ] as const;
  test.each(full)('[F6] a write that finds no room %s is taken back durably', (_, through) => {
    const { disk, store, fatal } = openFresh();
    appendTo(store, [100]);
    const before = { groups: groupsOn(disk), head: store.head };
    const group = groupAfter(store.head, [900]);
    let writes = 0;
    disk.fault = ({ verb, name }) => {
      if (verb === 'write' && name === 'next.tmp') writes += 1;
      if (verb !== 'write') return undefined;
      if (through > 0 && writes === 1) return through;
      if (through < 0) return 0;
      throw failure('ENOSPC');
    };
    disk.log.length = 0;
    expect(() => store.append(group, store.head)).toThrow(StoreFailure);
    expect(disk.log.slice(-2)).toEqual(['truncate next.tmp', 'syncContents next.tmp']);
    expect(store.head).toEqual(before.head);
    expect(groupsOn(disk)).toEqual(before.groups);
    disk.fault = () => undefined;
    expect(store.append(group, store.head).outcome).toBe('done');
    expect(fatal).toEqual([]);
    expect(openOn(disk.copy()).store.head).toEqual(store.head);
  });

  test('[F6] also when it would have been the first group of a segment', () => {
    const { disk, store } = openFresh(4096);
    appendTo(store, [3000]);
    const group = groupAfter(store.head, [3000]);
    disk.fault = ({ verb, bytes }) => {
      if (verb === 'write' && bytes > 3000 && bytes < 4096) throw failure('ENOSPC');
      return undefined;
    };
    for (let attempt = 0; attempt < 3; attempt += 1) {
      expect(() => store.append(group, store.head)).toThrow(StoreFailure);
    }
    expect(openOn(disk.copy()).store.head).toEqual(store.head);
    disk.fault = () => undefined;
    expect(store.append(group, store.head).outcome).toBe('done');
    expect(segmentPaths(disk)).toHaveLength(2);
    expect(openOn(disk.copy()).store.head).toEqual(store.head);
  });

  test('[F6] where the file cannot be cut, the bytes are zeroed again', () => {
    const { disk, store } = openFresh();
    const before = disk.get(segmentPaths(disk)[0] ?? '');
    let isFirst = true;
    disk.fault = ({ verb }) => {
      if (verb === 'truncate') throw failure('ENOSPC');
      if (verb === 'write' && isFirst) return (isFirst = false), 200;
      if (verb === 'write' && disk.log.at(-2)?.startsWith('write')) throw failure('ENOSPC');
      return undefined;
    };
    expect(() => store.append(groupAfter(store.head, [900]), store.head)).toThrow(StoreFailure);
    expect(disk.get(segmentPaths(disk)[0] ?? '')).toEqual(before);
    disk.fault = () => undefined;
    appendTo(store, [900]);
    expect(groupsOn(disk).map((one) => one.group.grp)).toEqual([1, 2]);
  });

  test.each(['write', 'open', 'rename'])(
    '[F7] %s fails for want of room; then it goes on by itself',
    (verb) => {
      const { disk, store, fatal } = openFresh(4096);
      appendTo(store, [2500]);
      disk.fault = (call) => {
        if (call.verb === verb) throw failure(verb === 'open' ? 'EDQUOT' : 'ENOSPC');
        return undefined;
      };
      if (verb !== 'rename') expect(store.prepareStep()).toBe('full');
      const group = groupAfter(store.head, [2500]);
      for (let attempt = 0; attempt < 3; attempt += 1) {
        expect(() => store.append(group, store.head)).toThrow('There is no room for the next part');
      }
      disk.fault = () => undefined;
      expect(store.append(group, store.head).outcome).toBe('done');
      expect(disk.paths().filter((name) => name.endsWith('.tmp'))).toEqual([]);
      expect(fatal).toEqual([]);
    },
  );

  test('[F7] another reason why no segment can be made is `busy`, and goes on too', () => {
    const { disk, store } = openFresh(4096);
    appendTo(store, [2500]);
    disk.fault = ({ verb }) => {
      if (verb === 'open') throw failure('EMFILE');
      return undefined;
    };
    const group = groupAfter(store.head, [2500]);
    expect(() => store.append(group, store.head)).toThrow(
      expect.objectContaining({ code: 'busy' }),
    );
    disk.fault = () => undefined;
    expect(store.append(group, store.head).outcome).toBe('done');
  });

  test('[F7] a watermark that finds no room does not undo a durable group', () => {
    const { disk, store } = openFresh();
    disk.fault = ({ verb, name }) => {
      if (verb === 'write' && name.startsWith('watermark')) throw failure('ENOSPC');
      return undefined;
    };
    appendTo(store, [10]);
    disk.fault = () => undefined;
    appendTo(store, [10]);
    expect(openOn(disk.copy()).store.head).toEqual(store.head);
  });

  test.each(['.new', 'watermark.tmp', '.torn.tmp'])(
    '[F23] no room for %s: not opened, not harmed',
    (end) => {
      const { disk, store } = openFresh();
      appendTo(store, [100]);
      const copy = disk.copy();
      const [path = ''] = segmentPaths(copy);
      const bytes = copy.get(path);
      bytes.write('{"torn', groupsOn(copy).at(-1)?.to ?? 0);
      copy.put(path, bytes);
      const before = copy.paths();
      copy.fault = ({ verb, name }) => {
        if (verb === 'write' && name.endsWith(end)) throw failure('ENOSPC');
        return undefined;
      };
      for (let attempt = 0; attempt < 2; attempt += 1) {
        expect(() => openOn(copy)).toThrow(expect.objectContaining({ code: 'storage_full' }));
        expect(copy.paths().filter((name) => !name.endsWith('.torn'))).toEqual(before);
      }
      copy.fault = () => undefined;
      expect(openOn(copy).store.head).toEqual(store.head);
    },
  );
});
