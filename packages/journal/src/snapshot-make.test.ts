import { ONE, snapshotLines, SnapshotReader, stateHash } from '@fairground/engine';
import { describe, expect, test } from 'vitest';
import { buy, memoryStore, Played } from '../test/played.js';
import { change, kept, partsOf, push, recovered, SMALL } from '../test/snapshots.js';
import type { Journal } from './journal.js';
import { nodeChain } from './recover.js';
import { SnapshotKeeper } from './snapshot-keeper.js';
import { makeSnapshot } from './snapshot-make.js';
import { decodeManifest, encodeManifest, sha256Of } from './snapshot-manifest.js';

describe('making one', () => {
  test('[C5] leaves the newest two, and nothing of what was never finished', async () => {
    const played = await kept();
    await played.store.snapshots.put(3, 1, 'half\n');
    await played.done({ by: 'ana', wish: buy(ONE) });
    const made = await makeSnapshot(played.store.open(), SMALL);
    expect(made).toMatchObject({ seq: 16, isNew: true, hash: played.sequencer.head.hash });
    expect(await played.store.snapshots.list()).toEqual([16, 12]);
    expect(await makeSnapshot(played.store.open(), SMALL)).toEqual({ ...made, isNew: false });
    const parts = partsOf(played.store.snapshots, 16);
    expect(made.parts).toBe(parts.size - 1);
    const [manifest, ...texts] = [...parts.entries()]
      .sort(([a], [b]) => a - b)
      .map(([, text]) => text);
    expect(made.bytes).toBe(texts.join('').length);
    expect(decodeManifest(manifest!)).toMatchObject({ seq: 16, parts: texts.map(sha256Of) });
  });

  test('[C5] keeps the one that it was made from, not a newer one that is damaged', async () => {
    const played = await kept();
    const { snapshots } = played.store;
    change(partsOf(snapshots, 12), 2, /"net":"(\d)/, '"net":"7');
    await played.done({ by: 'ana', wish: buy(ONE) });
    await makeSnapshot(played.store.open(), SMALL);
    expect(await snapshots.list()).toEqual([16, 9]);
    change(partsOf(snapshots, 16), 2, /"net":"(\d)/, '"net":"7');
    expect(await recovered(played.store.open())).toMatchObject({ snapshotSeq: 9 });
  });

  test('[C5] makes anew what lies there damaged', async () => {
    const played = await kept();
    const [newest = 0] = await played.store.snapshots.list();
    const { hash } = await recovered(played.store.open());
    await played.restart();
    await makeSnapshot(played.store.open(), SMALL);
    const parts = partsOf(played.store.snapshots, 15);
    change(parts, 1, /"volume":"\d/, '"volume":"8');
    expect(await makeSnapshot(played.store.open(), SMALL)).toMatchObject({ seq: 15, isNew: true });
    expect(await recovered(played.store.open())).toMatchObject({
      snapshotSeq: 15,
      hash,
      warnings: [],
    });
    expect(await played.store.snapshots.list()).toEqual([15, newest]);
  });

  test('[C6] checks the chain and every law before the manifest, and leaves nothing where one does not hold', async () => {
    const played = await kept();
    const journal = played.store.open();
    const read = journal.read.bind(journal);
    journal.read = async (after, limit) =>
      (await read(after, limit)).map((group) =>
        group.firstSeq === 14 && group.lines !== ''
          ? { ...group, lines: group.lines.replace('"pays":"1000000"', '"pays":"1000001"') }
          : group,
      );
    await expect(makeSnapshot(journal)).rejects.toThrow('does not continue the chain');
    expect(await played.store.snapshots.list()).toEqual([12, 9]);

    // A foreign hand that knows how to hash: the snapshot before is sound in itself, and its world breaks a law.
    const forged = memoryStore(played.store.id);
    for (const group of played.store.groups) push(forged, group);
    const broken = forged.open();
    const { parts } = forged.snapshots;
    await makeSnapshot(broken, SMALL);
    const unsound = unbalanced(parts.get(15)!);
    parts.set(15, unsound);
    await played.done({ by: 'ana', wish: buy(ONE) });
    push(forged, played.store.groups.at(-1)!);
    await expect(makeSnapshot(broken)).rejects.toThrow('A law does not hold: points_are_conserved');
    expect(await forged.snapshots.list()).toEqual([15]);
  });

  test('[C7] gives the same bytes from the snapshot before as from the first entry, in parts of bounded size', async () => {
    const played = await kept();
    await makeSnapshot(played.store.open(), SMALL);
    const fresh = memoryStore(played.store.id);
    for (const group of played.store.groups) push(fresh, group);
    await makeSnapshot(fresh.open(), SMALL);
    const made = partsOf(played.store.snapshots, 15);
    expect(partsOf(fresh.snapshots, 15)).toEqual(made);
    for (const [part, text] of made) if (part > 0) expect(text.length).toBeLessThanOrEqual(1_300);
    const text = [...made]
      .filter(([part]) => part > 0)
      .map(([, one]) => one)
      .join('');
    expect(text).toBe(`${[...snapshotLines(played.sequencer.world)].join('\n')}\n`);
    expect(decodeManifest(made.get(0)!)?.state).toBe(stateHash(played.sequencer.world, nodeChain));
  });

  test('[C6] of an empty journal there is none', async () => {
    await expect(makeSnapshot(memoryStore().open())).rejects.toThrow('no entry yet');
  });

  test('[C8] is seen to every so many entries, one at a time, and a failure is an alarm', async () => {
    const played = await Played.open();
    const alarms: string[] = [];
    const made: number[] = [];
    const journal = played.store.open();
    const keeper = new SnapshotKeeper({
      journal,
      newest: 0,
      everyEntries: 5,
      onAlarm: (reason) => alarms.push(reason),
      onMade: ({ seq }) => made.push(seq),
    });
    played.sequencer.onDurable((seq) => keeper.reached(seq));
    for (let n = 0; n < 20; n++) {
      await played.done({ by: 'ana', wish: buy(ONE) });
      await keeper.idle();
    }
    expect(made).toEqual([7, 12, 17, 22]);
    played.store.snapshots.put = async () => Promise.reject(new Error('ENOSPC: no room'));
    for (let n = 0; n < 6; n++) await played.done({ by: 'ana', wish: buy(ONE) });
    await keeper.idle();
    expect(alarms).toEqual([
      'No snapshot was made; starts take longer until there is one. ENOSPC: no room',
    ]);
    expect(await played.agrees()).toBe(true);
    expect(played.alarms).toEqual([]);
  });

  test('[C8] while one is being made no other is begun', async () => {
    const played = await kept();
    const journal: Journal = played.store.open();
    let begun = 0;
    let end = (): void => {};
    journal.snapshot = () => {
      begun++;
      return new Promise((_resolve, reject) => (end = () => reject(new Error('enough'))));
    };
    const keeper = new SnapshotKeeper({ journal, newest: 0, everyEntries: 5, onAlarm: () => {} });
    for (const seq of [4, 5, 10, 15]) keeper.reached(seq);
    expect(begun).toBe(1);
    end();
    await keeper.idle();
    keeper.reached(9);
    expect(begun).toBe(1);
    keeper.reached(20);
    expect(begun).toBe(2);
    end();
    await keeper.idle();
  });
});

/** A snapshot that is sound in every hash, of a world in which somebody owns too much. */
function unbalanced(parts: Map<number, string>): Map<number, string> {
  const manifest = decodeManifest(parts.get(0)!)!;
  const text = manifest.parts.map((_, index) => parts.get(index + 1)!).join('');
  const lines = text.trimEnd().split('\n');
  const at = lines.findIndex((line) =>
    line.startsWith('{"type":"balances","account":"player:bob"'),
  );
  lines[at] = lines[at]!.replace(/"amounts":\["(\d)/, '"amounts":["9$1');
  const changed = `${lines.join('\n')}\n`;
  const reader = new SnapshotReader();
  for (const line of lines) reader.add(line);
  const { hash: state } = reader.finish();
  return new Map([
    [0, encodeManifest({ ...manifest, parts: [sha256Of(changed)], state })],
    [1, changed],
  ]);
}
