import { ONE, snapshotLines, SnapshotReader, stateHash } from '@fairground/engine';
import { describe, expect, test } from 'vitest';
import { buy, memoryStore, Played } from '../test/played.js';
import type { Group, Journal } from './journal.js';
import type { MemorySnapshots } from './memory.js';
import { JournalBroken, nodeChain, recover, type RecoverOptions } from './recover.js';
import { SnapshotKeeper } from './snapshot-keeper.js';
import { makeSnapshot } from './snapshot-make.js';
import { decodeManifest, encodeManifest, sha256Of } from './snapshot-manifest.js';

const SMALL = { partBytesMax: 1_300 };

/** Snapshots of entries 9 and 12, and three entries more. */
async function kept(): Promise<Played> {
  const played = await Played.open();
  for (const count of [3, 3, 3]) {
    for (let n = 0; n < count; n++) await played.done({ by: 'ana', wish: buy(ONE) });
    if (played.sequencer.head.seq < 15) await makeSnapshot(played.store.open(), SMALL);
  }
  return played;
}

/** What recovery comes to: where it began, what it warned of, which entries it told. */
async function recovered(journal: Journal, options: RecoverOptions = {}) {
  const warnings: string[] = [];
  const told: number[] = [];
  const { world, head, snapshotSeq } = await recover(journal, {
    onWarning: (reason) => warnings.push(reason),
    onEntry: ({ seq }) => told.push(seq),
    ...options,
  });
  return { hash: stateHash(world), head, snapshotSeq, warnings, told };
}

const partsOf = (shelf: MemorySnapshots, seq: number): Map<number, string> =>
  shelf.parts.get(seq) ?? new Map<number, string>();

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

function push(store: ReturnType<typeof memoryStore>, group: Group): void {
  (store.groups as Group[]).push(group);
}

function change(parts: Map<number, string>, part: number, from: RegExp, to: string): void {
  const text = parts.get(part)!;
  expect(text).toMatch(from);
  parts.set(part, text.replace(from, to));
}

/** The manifest made anew with other fields, so that it is sound in itself. */
function again(parts: Map<number, string>, fields: object): void {
  parts.set(0, encodeManifest({ ...decodeManifest(parts.get(0)!)!, ...fields }));
}

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
  const at = lines.findIndex((line) => line.includes('"account":"player:bob","asset":"points"'));
  lines[at] = lines[at]!.replace(/"amount":"(\d)/, '"amount":"9$1');
  const changed = `${lines.join('\n')}\n`;
  const reader = new SnapshotReader();
  for (const line of lines) reader.add(line);
  const { hash: state } = reader.finish();
  return new Map([
    [0, encodeManifest({ ...manifest, parts: [sha256Of(changed)], state })],
    [1, changed],
  ]);
}
