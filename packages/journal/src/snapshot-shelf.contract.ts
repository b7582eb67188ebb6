/** What every shelf of snapshots does for those who start from it, and what they make of one that was harmed. */
import { ONE, stateHash } from '@fairground/engine';
import { describe, expect, test } from 'vitest';
import { buy, Played } from '../test/played.js';
import { recovered, SMALL } from '../test/snapshots.js';
import type { Journal, SnapshotShelf } from './journal.js';
import { makeSnapshot } from './snapshot-make.js';
import { decodeManifest, encodeManifest, sha256Of } from './snapshot-manifest.js';

type Parts = Map<number, string>;

/** `open`: an empty shelf, and what ends it. */
export function honoursTheShelfContract(
  name: string,
  open: () => Promise<{ readonly shelf: SnapshotShelf; readonly end: () => Promise<void> }>,
): void {
  /** An exchange with snapshots of entries 9 and 12 on this shelf, and three entries more. */
  async function kept(shelf: SnapshotShelf): Promise<{ played: Played; journal: Journal }> {
    const played = await Played.open();
    const journal = Object.assign(played.store.open(), { snapshots: shelf });
    for (const count of [3, 3, 3]) {
      for (let n = 0; n < count; n++) await played.done({ by: 'ana', wish: buy(ONE) });
      if (played.sequencer.head.seq < 15) await makeSnapshot(journal, SMALL);
    }
    return { played, journal };
  }

  async function partsOf(shelf: SnapshotShelf, seq: number): Promise<Parts> {
    const parts: Parts = new Map();
    const manifest = await shelf.get(seq, 0);
    const count = decodeManifest(manifest ?? '')?.parts.length ?? 0;
    for (let part = 0; part <= count; part++) parts.set(part, (await shelf.get(seq, part)) ?? '');
    return parts;
  }

  async function put(shelf: SnapshotShelf, seq: number, parts: Parts): Promise<void> {
    await shelf.drop(seq);
    for (const [part, text] of parts) if (part > 0) await shelf.put(seq, part, text);
    const manifest = parts.get(0);
    if (manifest !== undefined) await shelf.put(seq, 0, manifest);
  }

  const again = (parts: Parts, fields: object): Parts =>
    parts.set(0, encodeManifest({ ...decodeManifest(parts.get(0)!)!, ...fields }));
  const changed = (parts: Parts, part: number, from: RegExp, to: string): Parts => {
    expect(parts.get(part)).toMatch(from);
    return parts.set(part, parts.get(part)!.replace(from, to));
  };

  const harms: readonly (readonly [string, (parts: Parts) => unknown, string | undefined])[] = [
    ['whose manifest is missing', (parts) => parts.delete(0), undefined],
    [
      'with its manifest alone',
      (parts) => [1, 2, 3].map((part) => parts.delete(part)),
      'part 1 is missing',
    ],
    ['with a part missing', (parts) => parts.delete(2), 'part 2 is missing'],
    [
      'whose last part is torn',
      (parts) => changed(parts, 3, /,"untils"[^]*$/, ''),
      'part 3 has changed',
    ],
    [
      'with a byte changed',
      (parts) => changed(parts, 2, /"net":"(\d)/, '"net":"7'),
      'part 2 has changed',
    ],
    ['with a torn manifest', (parts) => changed(parts, 0, /"sum".*\n$/, ''), 'damaged or foreign'],
    [
      'of another journal',
      (parts) => again(parts, { journal: 'f'.repeat(32) }),
      'damaged or foreign',
    ],
    ['of a fork', (parts) => again(parts, { hash: 'a'.repeat(64) }), 'another history'],
    ['of another group', (parts) => again(parts, { grp: 2 }), 'another history'],
    ['of another state', (parts) => again(parts, { state: 'b'.repeat(64) }), 'another state'],
    [
      'with a world of another entry',
      (parts) => {
        changed(parts, 1, /"seq":12/, '"seq":13');
        again(parts, { parts: [1, 2, 3].map((part) => sha256Of(parts.get(part)!)) });
      },
      'another state',
    ],
  ];

  describe(`snapshots on the shelf of ${name}`, () => {
    test('[C1][C2][C3] one that is harmed is left aside for the older one, whatever was done to it', async () => {
      const { shelf, end } = await open();
      const { played, journal } = await kept(shelf);
      const due = stateHash(played.sequencer.world);
      expect(await recovered(journal)).toMatchObject({ snapshotSeq: 12, hash: due, warnings: [] });
      const sound = await partsOf(shelf, 12);
      expect(sound.size).toBe(4);
      for (const [what, harm, says] of harms) {
        const parts = new Map(sound);
        harm(parts);
        await put(shelf, 12, parts);
        const found = await recovered(journal);
        expect(found, what).toMatchObject({ snapshotSeq: 9, hash: due });
        const warnings = says === undefined ? [] : [expect.stringContaining(says)];
        expect(found.warnings, what).toEqual(warnings);
      }
      const other = new Map(sound);
      await put(shelf, 12, other.set(0, sound.get(0)!.replace(/"format":\d+/, '"format":99')));
      expect(await recovered(journal)).toMatchObject({ snapshotSeq: 9, warnings: [] });
      await put(shelf, 12, sound);
      expect(await recovered(journal)).toMatchObject({ snapshotSeq: 12, warnings: [] });
      await end();
    });

    test('[C2] with none that is good all of history is folded', async () => {
      const { shelf, end } = await open();
      const { played, journal } = await kept(shelf);
      for (const seq of [12, 9]) {
        const parts = await partsOf(shelf, seq);
        parts.delete(1);
        await put(shelf, seq, parts);
      }
      const found = await recovered(journal);
      expect(found).toMatchObject({ snapshotSeq: 0, hash: stateHash(played.sequencer.world) });
      expect(found.warnings).toHaveLength(2);
      await end();
    });

    test('[C5][C7] two are kept, unfinished ones go, and the same entries make the same bytes', async () => {
      const { shelf, end } = await open();
      const { played, journal } = await kept(shelf);
      await shelf.put(13, 1, 'never finished\n');
      await makeSnapshot(journal, SMALL);
      expect(await shelf.list()).toEqual([15, 12]);
      await makeSnapshot(played.store.open(), SMALL);
      expect(await partsOf(shelf, 15)).toEqual(played.store.snapshots.parts.get(15));
      await end();
    });

    test('[C4] one of an entry that the journal does not have says that entries were lost', async () => {
      const { shelf, end } = await open();
      const { played, journal } = await kept(shelf);
      played.store.rewind(played.store.groupOf(11)!.grp);
      await expect(recovered(journal)).rejects.toThrow('there is a snapshot of entry 12');
      await end();
    });
  });
}
