/**
 * What every journal must do, whatever it is made of.
 *
 * Long because it is one contract, kept by every store alike.
 */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { appendAll, groupAfter, headAfter, readAll } from '../test/groups.js';
import { GROUP_LIMITS, type Group, type Head, type Journal, type Predecessor } from './journal.js';

export interface JournalFixture {
  /** Two handles onto one empty store; the same one twice where only one may be open. */
  readonly one: Journal;
  readonly two: Journal;
  /** Makes the store forget every group after `grp`; absent where that cannot be done. */
  readonly rewind?: (grp: number) => Promise<void>;
  /** Closes both handles and opens the store again; absent where nothing outlives its handles. */
  readonly reopen?: () => Promise<Journal>;
  /** Closes and removes everything, also what `reopen` opened. */
  readonly end: () => Promise<void>;
}

export function honoursTheJournalContract(
  name: string,
  make: () => Promise<JournalFixture>,
  { rewinds = false } = {},
): void {
  describe(`${name} honours the journal contract`, () => {
    let fixture: JournalFixture;
    let one: Journal;
    let two: Journal;
    beforeEach(async () => {
      fixture = await make();
      ({ one, two } = fixture);
    });
    afterEach(() => fixture.end());
    const given = { one: () => one, two: () => two, fixture: () => fixture };
    if (rewinds) noticesARewind(given);
    storesGroups(given);
    keepsTraces(given);
    readsGroups(given);
    fences(given);
    refusesBadGroups(given);
    endsWell(given);
    keepsSnapshots(given);
  });
}

interface Given {
  readonly one: () => Journal;
  readonly two: () => Journal;
  readonly fixture: () => JournalFixture;
}

/** Trace contexts of `count` commands that somebody records. */
const contexts = (count: number): string =>
  Array.from(
    { length: count },
    (_, n) => `00-${'ab'.repeat(16)}-${String(n + 1).padStart(16, '0')}-01`,
  ).join(' ');

function keepsTraces({ one, two, fixture }: Given): void {
  test('[J18] trace contexts come back with their group, and change nothing else', async () => {
    const first = await one().take();
    const bare = groupAfter(first, [5, 5]);
    const traced = { ...bare, meta: contexts(290) };
    expect(await one().append(traced, first)).toBe('done');
    // Sent again it is the same group, with or without them.
    expect(await one().append(bare, first)).toBe('done');
    expect(await one().head()).toEqual(headAfter(bare));
    const next = groupAfter(headAfter(bare), [3]);
    expect(await one().append(next, headAfter(bare))).toBe('done');
    expect(await two().read(first.grp, 10)).toEqual([traced, next]);
    expect(await one().groupOf(traced.lastSeq)).toEqual(traced);
    const again = await fixture().reopen?.();
    if (again) expect(await again.read(first.grp, 10)).toEqual([traced, next]);
  });

  test('[J18] more than 16 KiB of them, or what is no ASCII, is a fault and leaves nothing', async () => {
    const head = await one().take();
    for (const meta of [contexts(293), 'x\ny', 'ä']) {
      const group = { ...groupAfter(head), meta };
      await expect(one().append(group, head)).rejects.toThrow(RangeError);
      expect(await one().head()).toEqual(head);
    }
  });
}

function storesGroups({ one, two }: Given): void {
  test('[J1] an empty journal has an id and a head of zeros with hash 0', async () => {
    expect(one().id).toMatch(/^[0-9a-f]{32}$/);
    expect(two().id).toBe(one().id);
    const head = await one().head();
    expect(head).toMatchObject({ grp: 0, term: 0, lastSeq: 0 });
    expect(head.hash).toMatch(/^[0-9a-f]{64}$/);
    expect(await readAll(one())).toEqual([]);
  });

  test('[J2] take writes a term row that holds nothing and repeats seq and hash', async () => {
    const empty = await one().head();
    const first = await one().take();
    expect(first).toEqual({ ...empty, grp: 1, term: 1 });
    const head = await appendAll(one(), first, [[5], [5]]);
    const second = await two().take();
    expect(second).toEqual({ ...head, grp: 4, term: 2 });
    const [row] = await one().read(3, 10);
    expect(row).toEqual({ ...second, firstSeq: head.lastSeq + 1, lines: '' });
  });

  test('[J3] a group that is done is the head and reads back byte for byte', async () => {
    const prev = await one().take();
    const group = groupAfter(prev, [0, 10, 300]);
    expect(await one().append(group, prev)).toBe('done');
    expect(await one().head()).toEqual(headAfter(group));
    expect(await one().read(1, 1)).toEqual([group]);
    expect(await two().head()).toEqual(headAfter(group));
  });

  test('[J4] terms and groups alternate over many handles and stay one chain', async () => {
    for (let turn = 1; turn <= 6; turn += 1) {
      const journal = turn % 2 === 0 ? one() : two();
      await appendAll(journal, await journal.take(), [[1], [2, 3]]);
    }
    const groups = await readAll(one());
    expect(groups.map((group) => group.grp)).toEqual(groups.map((_, at) => at + 1));
    for (const [at, group] of groups.entries()) {
      expect(group.firstSeq).toBe((groups[at - 1]?.lastSeq ?? 0) + 1);
      expect(group.term).toBe(Math.floor(at / 3) + 1);
    }
  });
}

function readsGroups({ one }: Given): void {
  test('[J5] read gives groups above `after` in order, at most `limit`', async () => {
    await appendAll(one(), await one().take(), [[1], [1], [1], [1]]);
    const numbers = async (after: number, limit: number): Promise<number[]> =>
      (await one().read(after, limit)).map((group) => group.grp);
    expect(await numbers(0, 100)).toEqual([1, 2, 3, 4, 5]);
    expect(await numbers(2, 2)).toEqual([3, 4]);
    expect(await numbers(4, 100)).toEqual([5]);
    expect(await numbers(5, 100)).toEqual([]);
    expect(await numbers(99, 100)).toEqual([]);
    expect(await numbers(0, 0)).toEqual([]);
  });

  test('[J6] one read carries at most 4 MiB, and goes on where it stopped', async () => {
    const large = [100_000, 100_000, 100_000, 100_000, 100_000];
    const head = await appendAll(one(), await one().take(), Array(10).fill(large));
    const batch = await one().read(0, 100);
    const bytes = batch.reduce((sum, group) => sum + group.lines.length, 0);
    expect(bytes).toBeLessThanOrEqual(GROUP_LIMITS.readBytesMax);
    expect(bytes).toBeGreaterThan(GROUP_LIMITS.readBytesMax / 2);
    const all = await readAll(one());
    expect(all.map((group) => group.grp)).toEqual(
      Array.from({ length: head.grp }, (_, at) => at + 1),
    );
  });

  test('[J7] groupOf finds the group that holds a seq, and no term row', async () => {
    const head = await appendAll(one(), await one().take(), [[1], [1, 1, 1]]);
    await appendAll(one(), await one().take(), [[1, 1]]);
    await one().take();
    expect(head.lastSeq).toBe(4);
    const holders = [];
    for (let seq = 0; seq <= 7; seq += 1) holders.push((await one().groupOf(seq))?.grp);
    expect(holders).toEqual([undefined, 2, 3, 3, 3, 5, 5, undefined]);
    expect((await one().groupOf(3))?.lines.split('\n')).toHaveLength(4);
  });
}

function fences(given: Given): void {
  fencesWriters(given);
  noticesLostHistory(given);
  const { one, two } = given;
  test('[J12] a group sent again is done again and stored once, also when later ones follow', async () => {
    const prev = await one().take();
    const group = groupAfter(prev, [7, 7]);
    expect(await one().append(group, prev)).toBe('done');
    expect(await one().append(group, prev)).toBe('done');
    expect(await two().append(group, prev)).toBe('done');
    await appendAll(two(), headAfter(group), [[1]]);
    await two().take();
    expect(await one().append(group, prev)).toBe('done');
    expect((await readAll(one())).map((one) => one.grp)).toEqual([1, 2, 3, 4]);
  });
}

function fencesWriters({ one, two }: Given): void {
  test('[J8] after another take the older term is fenced and leaves nothing', async () => {
    const mine = await appendAll(one(), await one().take(), [[1]]);
    const theirs = await two().take();
    expect(await one().append(groupAfter(mine), mine)).toBe('fenced');
    expect(await one().head()).toEqual(theirs);
    const after = await appendAll(two(), theirs, [[2], [2]]);
    expect(await one().append(groupAfter(mine), mine)).toBe('fenced');
    expect(await two().head()).toEqual(after);
  });

  test('[J9] a slot that holds another group is fenced, whatever its term', async () => {
    const prev = await one().take();
    const head = await appendAll(one(), prev, [[1]]);
    expect(await two().append(groupAfter(prev, [2]), prev)).toBe('fenced');
    expect(await two().append(groupAfter(prev, [1, 1]), prev)).toBe('fenced');
    expect(await two().head()).toEqual(head);
  });

  test('[J10] of two writers that race for one slot exactly one is done', async () => {
    let head = await one().take();
    for (let race = 0; race < 5; race += 1) {
      const groups: [Group, Group] = [groupAfter(head, [1]), groupAfter(head, [2])];
      const outcomes = await Promise.all([
        one().append(groups[0], head),
        two().append(groups[1], head),
      ]);
      expect([...outcomes].sort()).toEqual(['done', 'fenced']);
      head = headAfter(groups[outcomes.indexOf('done') === 0 ? 0 : 1]);
      expect(await one().head()).toEqual(head);
    }
  });
}

function noticesLostHistory({ one }: Given): void {
  const wrong: readonly [string, (prev: Predecessor) => Predecessor][] = [
    ['hash', (prev) => ({ ...prev, hash: 'ab'.repeat(32) })],
    ['seq', (prev) => ({ ...prev, lastSeq: prev.lastSeq + 1 })],
    ['term', (prev) => ({ ...prev, term: prev.term + 1 })],
  ];
  test.each(wrong)('[J11] a predecessor with another %s is history_lost', async (_, change) => {
    const head = await appendAll(one(), await one().take(), [[1], [1]]);
    const prev = { ...head, ...change(head) };
    expect(await one().append(groupAfter(prev), prev)).toBe('history_lost');
    const gap = { ...head, grp: head.grp + 3 };
    expect(await one().append(groupAfter(gap), gap)).toBe('history_lost');
    expect(await one().head()).toEqual(head);
  });
}

/** Only of stores that can lose their end while a writer is at them: a directory is held by its writer. */
function noticesARewind({ one, fixture }: Given): void {
  test('[J11] a store that was rewound is history_lost', async () => {
    const kept = await appendAll(one(), await one().take(), [[1]]);
    const head = await appendAll(one(), kept, [[1], [1], [1]]);
    await fixture().rewind?.(kept.grp);
    expect(await one().append(groupAfter(head), head)).toBe('history_lost');
    expect(await one().head()).toEqual(kept);
  });
}

function refusesBadGroups({ one }: Given): void {
  const bad: readonly [string, (group: Group, head: Head) => Partial<Group>][] = [
    ['no entries', () => ({ lines: '' })],
    ['a line missing', (group) => ({ lastSeq: group.lastSeq + 1 })],
    ['a line too many', (group) => ({ lastSeq: group.lastSeq - 1 })],
    ['a gap before it', (group) => ({ firstSeq: group.firstSeq + 1, lastSeq: group.lastSeq + 1 })],
    ['no newline at the end', (group) => ({ lines: group.lines.slice(0, -1) })],
    ['a byte that is not ASCII', (group) => ({ lines: group.lines.replace('x', 'é') })],
    ['a control character', (group) => ({ lines: group.lines.replace('x', '\u0007') })],
    ['a line that is not an entry', (group) => ({ lines: group.lines.replace('{', '#') })],
    ['another hash', () => ({ hash: 'cd'.repeat(32) })],
    ['another term', (group) => ({ term: group.term + 1 })],
    ['number 0', () => ({ grp: 0 })],
  ];
  test.each(bad)('[J13] a group with %s is a fault and leaves nothing', async (_, change) => {
    const prev = await one().take();
    const group = groupAfter(prev, [3, 3]);
    const made = { ...group, ...change(group, prev) };
    await expect(one().append(made, prev)).rejects.toThrow(RangeError);
    expect(await one().head()).toEqual(prev);
    expect(await one().append(group, prev)).toBe('done');
  });

  test('[J14] the largest group, the most entries and the longest entry fit, and no more', async () => {
    const start = await one().take();
    const many = await appendAll(one(), start, [Array(1_000).fill(0)]);
    const longest = GROUP_LIMITS.entryBytesMax + 1 - groupAfter(many, [0]).lines.length;
    const head = await appendAll(one(), many, [[longest]]);
    const full = groupAfter(head, Array(4).fill(longest - 1));
    expect(full.lines).toHaveLength(GROUP_LIMITS.bytesMax);
    const tooLarge = [
      Array(1_001).fill(0),
      [longest + 1],
      [longest, longest, longest, longest - 3],
    ];
    for (const sizes of tooLarge) {
      await expect(one().append(groupAfter(head, sizes), head)).rejects.toThrow(RangeError);
    }
    expect(await one().append(full, head)).toBe('done');
    expect(await one().groupOf(full.lastSeq)).toEqual(full);
  });

  test('[J15] nothing can be appended before a term was taken', async () => {
    const empty = await one().head();
    await expect(one().append(groupAfter(empty), empty)).rejects.toThrow(RangeError);
    const claimed = { ...empty, term: 1 };
    expect(await one().append(groupAfter(claimed), claimed)).toBe('history_lost');
    expect(await one().head()).toEqual(empty);
  });
}

function endsWell({ one, fixture }: Given): void {
  test('[J16] a closed handle refuses everything, and closing twice is harmless', async () => {
    const head = await one().take();
    await one().close();
    await one().close();
    await expect(one().append(groupAfter(head), head)).rejects.toThrow('closed');
    await expect(one().take()).rejects.toThrow('closed');
    await expect(one().read(0, 1)).rejects.toThrow('closed');
    await expect(one().head()).rejects.toThrow('closed');
  });

  test('[J17] what was done is there after opening again, and goes on', async ({ skip }) => {
    const { reopen } = fixture();
    if (!reopen) return skip('nothing outlives the handles of this store');
    const id = one().id;
    const head = await appendAll(one(), await one().take(), [[1], [500, 500], [2]]);
    const before = await readAll(one());
    const again = await reopen();
    expect(again.id).toBe(id);
    expect(await again.head()).toEqual(head);
    expect(await readAll(again)).toEqual(before);
    await appendAll(again, await again.take(), [[1], [1]]);
    expect((await again.head()).grp).toBe(head.grp + 3);
  });
}

function keepsSnapshots({ one }: Given): void {
  test('[C13] where snapshots are kept each part is there as it was put, until it is dropped', async () => {
    const { snapshots } = one();
    if (!snapshots) return;
    for (const part of [1, 2, 0]) await snapshots.put(7, part, `7 ${part}\n`);
    for (const part of [1, 0]) await snapshots.put(100_000, part, `100000 ${part}\n`);
    expect(await snapshots.list()).toEqual([100_000, 7]);
    expect(await snapshots.get(7, 0)).toBe('7 0\n');
    expect(await snapshots.get(100_000, 1)).toBe('100000 1\n');
    expect(await snapshots.get(7, 3)).toBeUndefined();
    for (const seq of [7, 8]) await snapshots.drop(seq);
    expect(await snapshots.get(7, 0)).toBeUndefined();
    expect(await snapshots.list()).toEqual([100_000]);
  });
}
