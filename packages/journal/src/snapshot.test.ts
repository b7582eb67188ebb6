import { CommandIds, createWorld, ONE, stateHash } from '@fairground/engine';
import { describe, expect, test } from 'vitest';
import { buy, memoryStore, Played } from '../test/played.js';
import { again, change, kept, partsOf, push, recovered } from '../test/snapshots.js';
import { engineLaws, type Laws } from './laws.js';
import type { MemorySnapshots } from './memory.js';
import { JournalBroken, recover } from './recover.js';
import { makeSnapshot } from './snapshot-make.js';
import { sha256Of } from './snapshot-manifest.js';

describe('recovery', () => {
  test('[C1] begins with the newest snapshot, tells of later entries only, and comes to the same world', async () => {
    const played = await kept();
    const journal = played.store.open();
    const all = await recovered(journal, { ignoresSnapshots: true });
    expect(all).toMatchObject({ snapshotSeq: 0, told: played.entries.map(({ seq }) => seq) });
    const begun: number[] = [];
    const some = await recovered(journal, { onBegin: ({ seq }) => begun.push(seq) });
    expect(some).toEqual({ ...all, snapshotSeq: 12, told: [13, 14, 15] });
    expect(begun).toEqual([12]);
    expect(some.hash).toBe(stateHash(played.sequencer.world));
  });

  test('[C1] a node that starts from it decides on, and knows every id', async () => {
    const played = await kept();
    const asked = { by: 'ana', key: 'once', wish: buy(ONE) };
    const { seq } = await played.done(asked);
    await makeSnapshot(played.store.open());
    await played.restart();
    expect(await played.submit(asked)).toMatchObject({
      kind: 'done',
      repeated: true,
      entry: { seq },
    });
    await played.done({ by: 'bob', wish: buy(ONE) });
    expect(await played.agrees()).toBe(true);
    expect(played.alarms).toEqual([]);
  });

  test('[C1] into a world that remembers as few ids as its laws say, from a snapshot as from the first entry', async () => {
    const few: Laws = { ...engineLaws, createWorld: () => createWorld(new CommandIds(7, 9)) };
    const played = await Played.open({ laws: few });
    const trade = (validMs: number): Promise<unknown> =>
      played.done({ by: 'ana', wish: buy(ONE), validMs });
    for (let n = 1; n <= 6; n++) await trade(60_000 + n);
    const journal = played.store.open();
    await makeSnapshot(journal, { laws: few });
    for (let n = 7; n <= 15; n++) await trade(60_000 + n);
    const some = await recover(journal, { laws: few });
    const all = await recover(journal, { laws: few, ignoresSnapshots: true });
    expect([some.snapshotSeq, all.snapshotSeq]).toEqual([12, 0]);
    expect(some.world.ids.size).toBeLessThanOrEqual(9);
    expect(some.world.ids.forgottenUntil).toBeGreaterThan(0);
    expect(stateHash(some.world)).toBe(stateHash(all.world));
    expect(stateHash(some.world)).toBe(stateHash(played.sequencer.world));
  });

  test('[C10] from the first entry where the shelf itself cannot be read, and says so', async () => {
    const played = await kept();
    const journal = played.store.open();
    journal.snapshots.list = async () => Promise.reject(new Error('EIO: i/o error'));
    expect(await recovered(journal)).toMatchObject({
      snapshotSeq: 0,
      hash: stateHash(played.sequencer.world),
      warnings: ['The snapshots are left aside: EIO: i/o error.'],
    });
  });

  test('[C2] the end of a term is the end of a snapshot as well', async () => {
    const played = await kept();
    await played.restart();
    const { seq } = await makeSnapshot(played.store.open());
    expect(await recovered(played.store.open())).toMatchObject({ snapshotSeq: seq, told: [] });
  });

  const damaged: readonly (readonly [
    string,
    (shelf: MemorySnapshots) => void,
    string | undefined,
  ])[] = [
    ['without a manifest', (shelf) => partsOf(shelf, 12).delete(0), undefined],
    [
      'of another format',
      (shelf) => {
        const parts = partsOf(shelf, 12);
        parts.set(0, parts.get(0)!.replace(/"format":\d+/, '"format":99'));
      },
      undefined,
    ],
    ['whose first part is missing', (shelf) => partsOf(shelf, 12).delete(1), 'part 1 is missing'],
    ['whose last part is missing', (shelf) => partsOf(shelf, 12).delete(3), 'part 3 is missing'],
    [
      'with a changed byte in a part',
      (shelf) => change(partsOf(shelf, 12), 2, /"net":"(\d)/, '"net":"7'),
      'part 2 has changed',
    ],
    [
      'with a changed byte in its manifest',
      (shelf) => change(partsOf(shelf, 12), 0, /"grp":\d/, '"grp":9'),
      'manifest is damaged or foreign',
    ],
    [
      'cut off in its manifest',
      (shelf) => change(partsOf(shelf, 12), 0, /"sum".*\n$/, ''),
      'manifest is damaged or foreign',
    ],
    [
      'under another number',
      (shelf) => {
        shelf.parts.set(11, partsOf(shelf, 12));
        shelf.parts.delete(12);
      },
      'manifest is damaged or foreign',
    ],
    [
      'of another journal',
      (shelf) => again(partsOf(shelf, 12), { journal: 'f'.repeat(32) }),
      'manifest is damaged or foreign',
    ],
    [
      'of a fork',
      (shelf) => again(partsOf(shelf, 12), { hash: 'a'.repeat(64) }),
      'another history',
    ],
    ['of another group', (shelf) => again(partsOf(shelf, 12), { grp: 2 }), 'another history'],
    [
      'with another state hash',
      (shelf) => again(partsOf(shelf, 12), { state: 'b'.repeat(64) }),
      'another state',
    ],
    [
      'with a world of another entry',
      (shelf) => {
        const parts = partsOf(shelf, 12);
        change(parts, 1, /"seq":12/, '"seq":13');
        again(parts, { parts: [1, 2, 3].map((n) => sha256Of(parts.get(n)!)) });
      },
      'another state',
    ],
  ];

  test.each(damaged)(
    '[C2] a snapshot %s is left aside for the older one',
    async (_name, damage, says) => {
      const played = await kept();
      expect(partsOf(played.store.snapshots, 12).size).toBe(4);
      damage(played.store.snapshots);
      const found = await recovered(played.store.open());
      expect(found).toMatchObject({
        snapshotSeq: 9,
        told: [10, 11, 12, 13, 14, 15],
        hash: stateHash(played.sequencer.world),
      });
      expect(found.warnings).toEqual(says === undefined ? [] : [expect.stringContaining(says)]);
    },
  );

  test('[C2] with none that is good it begins with the first entry', async () => {
    const played = await kept();
    for (const parts of played.store.snapshots.parts.values()) parts.delete(1);
    const found = await recovered(played.store.open());
    expect(found).toMatchObject({ snapshotSeq: 0, hash: stateHash(played.sequencer.world) });
    expect(found.warnings.length).toBe(2);
  });

  test('[C2] an operator hears of one that was left aside', async () => {
    const played = await kept();
    partsOf(played.store.snapshots, 12).delete(2);
    await played.restart();
    expect(played.alarms).toEqual([
      { reason: 'The snapshot of entry 12 is left aside: its part 2 is missing.', stops: false },
    ]);
  });

  test('[C3] of a newer build it is left aside in silence: its entries say whether to read on', async () => {
    for (const newer of [{ v: 99 }, { rules: 99 }]) {
      const played = await kept();
      again(partsOf(played.store.snapshots, 12), newer);
      expect(await recovered(played.store.open())).toMatchObject({ snapshotSeq: 9, warnings: [] });
    }
  });

  test('[C4] of an entry that the journal does not have, nothing is decided', async () => {
    const played = await kept();
    played.store.rewind(played.store.groupOf(11)!.grp);
    await expect(recover(played.store.open())).rejects.toThrow(JournalBroken);
    await expect(recover(played.store.open())).rejects.toThrow(
      'it ends at entry 11, but there is a snapshot of entry 12',
    );
    await expect(played.restart()).rejects.toThrow(JournalBroken);
  });

  test('[C12] goes on from where another ended, and lets others have their turn after each group', async () => {
    const played = await kept();
    const half = played.store.groupOf(8)!.grp;
    const short = memoryStore(played.store.id);
    for (const group of played.store.groups.slice(0, half)) push(short, group);
    const begun = await recover(short.open());
    let turns = 0;
    const told: number[] = [];
    const { world, head } = await recover(played.store.open(), {
      from: begun,
      onEntry: ({ seq }) => told.push(seq),
      afterGroup: async () => void turns++,
    });
    expect(told[0]).toBe(9);
    expect(turns).toBe(played.store.groups.length - half);
    expect(head).toEqual(played.store.head());
    expect(stateHash(world)).toBe(stateHash(played.sequencer.world));
  });
});
