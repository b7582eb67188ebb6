import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { appendAll, groupAfter } from '../test/groups.js';
import { memoryStore, PlayedTimer, settle } from '../test/played.js';
import { chainStart } from './chain.js';
import { Follower } from './follower.js';
import type { Group, Head } from './journal.js';
import { RecentGroups } from './recent.js';

const zero = (id: string): Head => ({ grp: 0, term: 0, lastSeq: 0, hash: chainStart(id) });

function following(store = memoryStore()) {
  const timer = new PlayedTimer();
  const seen: Group[] = [];
  const rewound: Head[] = [];
  const trouble: unknown[] = [];
  const reads: number[] = [];
  let broken = false;
  const journal = store.open({
    before: ({ verb }) => {
      if (verb === 'read') reads.push(timer.now());
      if (broken) throw new Error('told to fail');
    },
  });
  const follower = new Follower(journal, zero(store.id), timer, {
    onGroup: (group) => seen.push(group),
    onRewound: (at) => rewound.push(at),
    onTrouble: (error) => trouble.push(error),
  });
  const breakIt = (is: boolean): void => void (broken = is);
  return { store, timer, seen, rewound, trouble, reads, follower, breakIt };
}

describe('a follower', () => {
  test('[T14] passes on every group once, in order, within 20 ms while there is something to see', async () => {
    const { store, timer, seen, follower } = following();
    const writer = store.open();
    follower.start();
    let head = await writer.take();
    await timer.advance(20);
    for (let n = 0; n < 30; n++) {
      head = await appendAll(writer, head, [[n], [n]]);
      await timer.advance(20);
      expect(seen).toEqual(store.groups);
    }
    expect(follower.at).toEqual(head);
  });

  test('[T14] looks less and less often while there is nothing, at least four times a second', async () => {
    const { timer, reads, follower } = following();
    follower.start();
    await timer.advance(10_000);
    expect(reads.length).toBeGreaterThan(38);
    expect(reads.length).toBeLessThan(48);
    const before = reads.length;
    follower.wake();
    await settle();
    expect(reads.length).toBe(before + 1);
  });

  test('[T14] goes on after trouble, and after stop says nothing more', async () => {
    const { store, timer, seen, trouble, follower, breakIt } = following();
    const writer = store.open();
    const head = await appendAll(writer, await writer.take(), [[1]]);
    breakIt(true);
    follower.start();
    await timer.advance(600);
    expect(trouble.length).toBeGreaterThan(1);
    breakIt(false);
    await timer.advance(300);
    expect(seen).toEqual(store.groups);
    await follower.stop();
    await appendAll(writer, head, [[2]]);
    await timer.advance(5_000);
    expect(seen).toHaveLength(2);
    expect(timer.pending).toBe(0);
  });

  test('[T14] waits for a store that is shorter than what it saw, and goes on when it is healed', async () => {
    const { store, timer, seen, rewound, follower } = following();
    const writer = store.open();
    const kept = await appendAll(writer, await writer.take(), [[1]]);
    const lost = groupAfter(kept);
    await writer.append(lost, kept);
    follower.start();
    await timer.advance(50);
    store.rewind(kept.grp);
    await timer.advance(2_000);
    expect(rewound).toEqual([]);
    await writer.append(lost, kept);
    await appendAll(writer, await writer.head(), [[7]]);
    await timer.advance(500);
    expect(seen).toEqual(store.groups);
  });

  test.each([
    ['at the same place', 0],
    ['behind it', 3],
  ])('[T14] is told once that the store has another history %s', async (_name, more) => {
    const { store, timer, seen, rewound, follower } = following();
    const writer = store.open();
    const kept = await appendAll(writer, await writer.take(), [[1]]);
    await appendAll(writer, kept, [[2]]);
    follower.start();
    await timer.advance(50);
    store.rewind(kept.grp);
    await appendAll(writer, kept, [[3], ...Array.from({ length: more }, () => [4])]);
    await timer.advance(2_000);
    expect(rewound).toEqual([seen.at(-1) && follower.at]);
    expect(seen).toHaveLength(3);
    await timer.advance(5_000);
    expect(rewound).toHaveLength(1);
  });
});

describe('what is remembered', () => {
  test('[Q14] is the newest there was room for, and only an unbroken run of it heals', async () => {
    const store = memoryStore();
    const writer = store.open();
    let head = await writer.take();
    for (let n = 0; n < 12; n++) head = await appendAll(writer, head, [[n % 4], [300]]);
    await writer.take();
    const { groups } = store;
    const order = fc.shuffledSubarray([...groups], { minLength: 1 });
    const property = fc.property(order, fc.integer({ min: 600, max: 12_000 }), (added, most) => {
      const recent = new RecentGroups(most);
      for (const group of added) recent.add(group);
      const kept = groups.filter(({ grp }) => recent.get(grp) !== undefined);
      const bytes = kept.reduce((sum, { lines }) => sum + lines.length + 256, 0);
      expect(bytes).toBeLessThanOrEqual(most);
      expect(recent.newest).toEqual(kept.at(-1));
      for (const from of groups) {
        const run = groups.filter(({ grp }) => grp > from.grp && grp <= (recent.newest?.grp ?? 0));
        const isWhole = run.every(({ grp }) => recent.get(grp) !== undefined);
        expect(recent.after(from)).toEqual(isWhole ? run : undefined);
      }
    });
    fc.assert(property, { seed: 7, numRuns: 150 });
  });

  test('[Q14] does not heal with what does not continue the head, to the byte', async () => {
    const store = memoryStore();
    const writer = store.open();
    const head = await writer.take();
    await appendAll(writer, head, [[1], [2]]);
    const recent = new RecentGroups(1_000_000);
    const [, second, third] = store.groups;
    recent.add(second!);
    recent.add({ ...third!, lines: third!.lines.replace('xx', 'xy') });
    expect(recent.after(head)).toBeUndefined();
    recent.add(third!);
    expect(recent.after(head)).toEqual([second, third]);
    expect(recent.after({ ...head, hash: 'ab'.repeat(32) })).toBeUndefined();
    recent.forget();
    expect(recent.newest).toBeUndefined();
  });
});
