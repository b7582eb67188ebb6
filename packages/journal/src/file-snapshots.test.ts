import { ONE, stateHash } from '@fairground/engine';
import { describe, expect, test } from 'vitest';
import { type DiskCall, failure, FakeDisk } from '../test/fake-disk.js';
import { buy, Played } from '../test/played.js';
import { appendTo, DIR, ID, openFresh, openOn } from '../test/stores.js';
import { FileSnapshots } from './file-snapshots.js';
import type { Journal } from './journal.js';
import { recover } from './recover.js';
import { makeSnapshot } from './snapshot-make.js';
import { encodeManifest } from './snapshot-manifest.js';

const SMALL = { partBytesMax: 1_800 };
const HOME = `${DIR}/snapshots/0000000000000012`;

/** A journal whose snapshots lie on this disk. */
const on = (disk: FakeDisk, { store }: Played): Journal =>
  Object.assign(store.open(), { snapshots: new FileSnapshots(disk, DIR) });

/** A snapshot of entry 9 is on the disk, all of it durable, and one of entry 12 is due. */
async function due(): Promise<{ played: Played; disk: FakeDisk }> {
  const played = await Played.open();
  for (let n = 0; n < 3; n++) await played.done({ by: 'ana', wish: buy(ONE) });
  const disk = new FakeDisk();
  await makeSnapshot(on(disk, played), SMALL);
  for (let n = 0; n < 3; n++) await played.done({ by: 'bob', wish: buy(ONE) });
  return { played, disk: disk.copy() };
}

async function begins(disk: FakeDisk, played: Played): Promise<{ at: number; warnings: string[] }> {
  const warnings: string[] = [];
  const onWarning = (reason: string): void => void warnings.push(reason);
  const { world, snapshotSeq } = await recover(on(disk, played), { onWarning });
  expect(stateHash(world)).toBe(stateHash(played.sequencer.world));
  return { at: snapshotSeq, warnings };
}

describe('snapshots in a directory', () => {
  test('[C9] parts are synced, then their names, then the manifest is written aside, synced and renamed', async () => {
    const { played, disk } = await due();
    disk.log.length = 0;
    const { parts } = await makeSnapshot(on(disk, played), SMALL);
    expect(parts).toBeGreaterThan(1);
    const writing = disk.log.filter((call) =>
      /^(open|write|sync|syncDirectory|rename) /.test(call),
    );
    const from = writing.indexOf(
      'open part-000001.ndjson',
      writing.indexOf('write part-000001.ndjson') - 1,
    );
    const steps: string[] = [];
    for (let part = 1; part <= parts; part++) {
      const name = `part-00000${part}.ndjson`;
      steps.push(`open ${name}`, `write ${name}`, `sync ${name}`);
    }
    const home = 'syncDirectory 0000000000000012';
    const aside = 'manifest.json.tmp';
    steps.push(
      home,
      `open ${aside}`,
      `write ${aside}`,
      `sync ${aside}`,
      'rename manifest.json',
      home,
    );
    expect(writing.slice(from, from + steps.length)).toEqual(steps);
    expect(disk.paths().filter((one) => one.startsWith(HOME)).length).toBe(parts + 1);
    expect(await begins(disk, played)).toEqual({ at: 12, warnings: [] });
  });

  test('[C9] a power cut at any call leaves the new one whole or not there, and the older one where it was', async () => {
    const { played, disk } = await due();
    const whole = disk.copy();
    await makeSnapshot(on(whole, played), SMALL);
    const seen = new Set<number>();
    let random = 7;
    const keeps = (): boolean => (random = (random * 48_271) % 2_147_483_647) % 2 === 0;
    for (let call = 0; call < whole.log.length + 1; call++) {
      const torn = disk.copy();
      let calls = 0;
      torn.fault = () => {
        if (calls++ >= call) throw failure('the power is gone');
        return undefined;
      };
      await makeSnapshot(on(torn, played), SMALL).catch(() => {});
      torn.fault = () => undefined;
      for (let subset = 0; subset < 4; subset++) {
        const found = await begins(torn.crash(keeps), played);
        expect(found.warnings).toEqual([]);
        seen.add(found.at);
      }
    }
    expect([...seen].sort((a, b) => a - b)).toEqual([9, 12]);
  });

  const faults: readonly (readonly [string, (call: DiskCall, n: number) => number | undefined])[] =
    [
      ['no room for a part', ({ verb }, n) => fails(verb === 'write' && n > 2, 'ENOSPC')],
      [
        'no room for the manifest',
        ({ verb, name }) => fails(verb === 'write' && name.startsWith('manifest'), 'ENOSPC'),
      ],
      ['a sync that fails', ({ verb }) => fails(verb === 'sync', 'EIO')],
      ['a directory that cannot be synced', ({ verb }) => fails(verb === 'syncDirectory', 'EIO')],
      ['a name that cannot be changed', ({ verb }) => fails(verb === 'rename', 'EIO')],
    ];
  test.each(faults)('[C10] %s fails the snapshot and nothing else', async (_name, fault) => {
    const { played, disk } = await due();
    let writes = 0;
    disk.fault = (call) => fault(call, call.verb === 'write' ? ++writes : 0);
    await expect(makeSnapshot(on(disk, played), SMALL)).rejects.toThrow('told to fail');
    disk.fault = () => undefined;
    expect(await begins(disk, played)).toEqual({ at: 9, warnings: [] });
    await played.done({ by: 'ana', wish: buy(ONE) });
    await makeSnapshot(on(disk, played), SMALL);
    expect(await new FileSnapshots(disk, DIR).list()).toEqual([13, 9]);
    expect(await begins(disk, played)).toEqual({ at: 13, warnings: [] });
  });

  test('[C10] short writes are finished', async () => {
    const { played, disk } = await due();
    disk.fault = ({ verb, bytes }) => (verb === 'write' ? Math.ceil(bytes / 3) : undefined);
    await makeSnapshot(on(disk, played), SMALL);
    expect(await begins(disk, played)).toEqual({ at: 12, warnings: [] });
  });

  test('[C10] a byte that rots in any file of it costs that snapshot, and is told', async () => {
    const { played, disk } = await due();
    await makeSnapshot(on(disk, played), SMALL);
    for (const name of disk.paths().filter((one) => one.startsWith(HOME))) {
      const rotten = disk.copy();
      const bytes = rotten.get(name);
      bytes[bytes.length >> 1]! ^= 1;
      rotten.put(name, bytes);
      const { at, warnings } = await begins(rotten, played);
      expect(at, name).toBe(9);
      expect(warnings, name).toHaveLength(1);
      rotten.remove(name);
      expect((await begins(rotten, played)).at, name).toBe(9);
    }
  });

  test('[C10] a file that cannot be read costs that snapshot', async () => {
    const { played, disk } = await due();
    await makeSnapshot(on(disk, played), SMALL);
    disk.fault = ({ verb, name }) => fails(verb === 'read' && name === 'part-000001.ndjson', 'EIO');
    await expect(begins(disk, played)).resolves.toMatchObject({ at: 0 });
  });

  const manifest = {
    format: 1,
    journal: ID,
    seq: 3,
    grp: 4,
    hash: 'a'.repeat(64),
    v: 1,
    rules: 1,
    state: 'b'.repeat(64),
    parts: [],
  };
  const MANIFEST = `${DIR}/snapshots/0000000000000003/manifest.json`;

  test('[C4] a directory with a snapshot of an entry it does not have is refused unless the loss is accepted', () => {
    const { disk, store } = openFresh();
    appendTo(store, [10, 20]);
    disk.put(MANIFEST, Buffer.from(encodeManifest(manifest)));
    const before = disk.copy();
    expect(() => openOn(disk)).toThrow(
      'ends at entry 2, but there is a snapshot of entry 3. Restore it from a backup',
    );
    expect(disk.paths().map((name) => [name, disk.get(name)])).toEqual(
      before.paths().map((name) => [name, before.get(name)]),
    );
    const { warnings } = openOn(disk, { acceptLoss: true });
    expect(warnings).toEqual([expect.stringContaining('(--accept-loss); that snapshot is gone')]);
    expect(openOn(disk).warnings).toEqual([]);
  });

  test.each([
    ['an unfinished one', `${DIR}/snapshots/0000000000000003/part-000001.ndjson`, 'x\n'],
    ['one of another journal', MANIFEST, encodeManifest({ ...manifest, journal: 'f'.repeat(32) })],
    ['one whose manifest is damaged', MANIFEST, encodeManifest(manifest).replace('"v":1', '"v":2')],
    [
      'one of an entry it has',
      MANIFEST.replace('3/', '2/'),
      encodeManifest({ ...manifest, seq: 2 }),
    ],
  ])('[C4] %s says nothing about a loss', (_name, name, text) => {
    const { disk, store } = openFresh();
    appendTo(store, [10, 20]);
    disk.put(name, Buffer.from(text));
    expect(openOn(disk).warnings).toEqual([]);
  });
});

function fails(when: boolean, code: string): undefined {
  if (when) throw failure(code);
}
