/** Snapshots that are harmed in every way there is, and cut at every call: whoever starts comes to the same world. */
import { hashZero, micro, stateHash, SYSTEM, type Wish } from '@fairground/engine';
import {
  commandIdOf,
  DiskJournal,
  engineLaws,
  failure,
  type Journal,
  type JournalReader,
  linesOf,
  makeSnapshot,
  MemoryDisk,
  MemoryStore,
  PlayedTimer,
  recover,
  Sequencer,
  settle,
} from '@fairground/journal';
import { describe, expect, test } from 'vitest';
import { Dice } from './dice.js';
import { exhaust } from './exhaust.js';
import { HARMS, harm, manifestsOn } from './harm.js';

const ID = '0123456789abcdef'.repeat(2);
const NOW = Date.UTC(2026, 10, 21);
const SMALL = { partBytesMax: 400 };

const WISHES: readonly Wish[] = ['ana', 'bob', 'eve', 'max'].flatMap((account) => [
  { type: 'open_account', account },
  { type: 'grant', to: account, amount: micro(7_000_000n), reason: 'a'.repeat(64) },
]);

/** Decides everything there is to decide, with a snapshot after so many entries. */
async function live(journal: Journal, snapshotsAfter: readonly number[]): Promise<void> {
  const timer = new PlayedTimer();
  const sequencer = await Sequencer.start({ journal, clock: () => NOW, timer });
  for (const [n, wish] of WISHES.entries()) {
    const id = commandIdOf(SYSTEM, `key ${n}`);
    void sequencer.submit({ by: SYSTEM, id, validUntil: NOW + 60_000, wish });
    await settle();
    if (snapshotsAfter.includes(n + 1)) await makeSnapshot(journal, SMALL);
  }
}

interface Begun {
  readonly state: string;
  readonly from: number;
  readonly warnings: number;
}

async function begin(journal: JournalReader, ignoresSnapshots = false): Promise<Begun> {
  const warnings: string[] = [];
  const onWarning = (reason: string): void => void warnings.push(reason);
  const { world, snapshotSeq } = await recover(journal, { ignoresSnapshots, onWarning });
  return { state: stateHash(world), from: snapshotSeq, warnings: warnings.length };
}

describe('[X12] a start', () => {
  test.each(HARMS)('after a %s comes to the world that every entry makes', async (how) => {
    for (let seed = 1; seed <= 30; seed++) {
      const store = new MemoryStore({ id: ID, hash0: hashZero(ID) });
      await live(store.open(), [3, 6]);
      const lines = store.groups.flatMap((group) => [...linesOf(group.lines)]);
      const dice = new Dice(seed);
      const [newest, older] = await manifestsOn(store.snapshots);
      const harmed = dice.chance(500) ? newest! : older!;
      const parts = { dice, lines, laws: engineLaws, shelf: store.snapshots };
      await harm(how, parts, harmed);
      const whole = await begin(store.open(), true);
      const begun = await begin(store.open());
      expect(begun.state).toBe(whole.state);
      expect(begun.from).toBe(harmed === newest ? 3 : 6);
    }
  });

  test('after a power cut at any call of the disk while one is made, whatever survives of three pages', async () => {
    const open = (disk: MemoryDisk, onFatal = (): void => {}): DiskJournal =>
      new DiskJournal({ disk, id: ID, segmentBytes: 8_192, onFatal });
    const before = new MemoryDisk();
    await live(open(before), [3]);
    const whole = await begin(open(before.copy()), true);
    const begun = new Set<number>();
    const ways = await exhaust(async (choose) => {
      const disk = before.copy();
      let die = (): void => {};
      const dead = new Promise<boolean>((resolve) => (die = () => resolve(true)));
      const journal = open(disk, () => die());
      const last = choose(120);
      let calls = 0;
      disk.fault = ({ verb, bytes }) => {
        if (calls++ < last) return undefined;
        if (calls === last + 1 && verb === 'write') return bytes >> 1;
        throw failure('ENOPOWER');
      };
      const made = makeSnapshot(journal, SMALL).then(
        () => false,
        () => true,
      );
      const isCut = await Promise.race([made, dead]);
      if (!isCut) return;
      const kept = [choose(2), choose(2), choose(2)];
      const { state, from, warnings } = await begin(open(disk.crash(() => kept.shift() === 1)));
      expect({ state, warnings }).toEqual({ state: whole.state, warnings: 0 });
      begun.add(from);
    });
    expect(ways).toBeGreaterThan(200);
    expect([...begun].sort()).toEqual([3, 8]);
  });
});
