import { setImmediate } from 'node:timers/promises';
import { hashZero, stateHash, type World } from '@fairground/engine';
import { engineLaws, JournalTape, makeSnapshot, MemoryStore } from '@fairground/journal';
import { describe, expect, test } from 'vitest';
import { buy, fair } from '../../test/bench.js';
import { foldAgain, OtherHistory } from './fold-again.js';

const ID = '00112233445566778899aabbccddeeff';

/** A journal with two snapshots of its last entries but some. */
async function kept() {
  const store = new MemoryStore({ id: ID, hash0: hashZero(ID) });
  const at = await fair({ journal: store.open() });
  const cuts: number[] = [];
  for (let n = 0; n < 9; n++) {
    await at.must('POST', '/v1/orders', { key: at.bob.key, body: buy('M1', '1') });
    if (n === 2 || n === 5) cuts.push((await makeSnapshot(store.open())).seq);
  }
  const world = stateHash(at.node.sequencer.world);
  await at.node.close();
  return { journal: store.open(), store, cuts, last: store.head().lastSeq, world };
}

async function folded(from: Awaited<ReturnType<typeof kept>>, seq: number, hash?: string) {
  const { journal } = from;
  const due = hash ?? (await new JournalTape(journal).hashAt(seq)) ?? '';
  const told: number[] = [];
  const warnings: string[] = [];
  let reached: World | undefined;
  const first = new Set<number>();
  const read = journal.read.bind(journal);
  journal.read = (after, limit) => (first.add(after), read(after, limit));
  const head = await foldAgain(
    journal,
    { seq, hash: due },
    {
      onReached: (world) => {
        expect(world.seq).toBe(seq);
        reached = world;
      },
      onEntry: (entry) => told.push(entry.seq),
      afterGroup: () => {},
      onWarning: (reason) => warnings.push(reason),
      laws: engineLaws,
      turn: () => setImmediate(),
    },
  );
  return { head, told, warnings, state: reached && stateHash(reached), foldsAll: first.has(0) };
}

describe('a world that is made anew up to what was told', () => {
  test('[M13] begins with the newest snapshot at or below that, at every place', async () => {
    const from = await kept();
    const [older = 0] = from.cuts;
    for (let seq = 0; seq <= from.last; seq++) {
      const found = await folded(from, seq);
      const later = Array.from({ length: from.last - seq }, (_, n) => seq + 1 + n);
      expect(found, String(seq)).toMatchObject({ told: later, warnings: [], state: from.world });
      expect(found.foldsAll, String(seq)).toBe(seq < older);
    }
  });

  test('[M13] where another entry stands at that place it is another history, also in a snapshot', async () => {
    const from = await kept();
    for (const seq of [...from.cuts, from.last])
      await expect(folded(from, seq, 'f'.repeat(64))).rejects.toThrow(OtherHistory);
    await expect(folded(from, from.last + 1, 'f'.repeat(64))).rejects.toMatchObject({
      isShorter: true,
    });
  });

  test('[M11] believes a journal that is shorter than its snapshots, and says so', async () => {
    const from = await kept();
    const [, newer = 0] = from.cuts;
    from.store.rewind(from.store.groupOf(newer - 1)?.grp ?? 0);
    const found = await folded({ ...from, journal: from.store.open() }, newer - 1);
    expect(found.head.lastSeq).toBe(newer - 1);
    expect(found.warnings).toEqual([expect.stringContaining('that snapshot is gone')]);
    expect(await from.store.snapshots.list()).toEqual([from.cuts[0]]);
  });
});
