import { describe, expect, test } from 'vitest';
import { appendAll, groupAfter, headAfter } from '../test/groups.js';
import { chainStart } from './chain.js';
import { honoursTheJournalContract } from './journal.contract.js';
import { StoreFailure } from './journal.js';
import { MemoryStore } from './memory.js';

const ID = '0123456789abcdef'.repeat(2);
const makeStore = (): MemoryStore => new MemoryStore({ id: ID, hash0: chainStart(ID) });

honoursTheJournalContract(
  'memory',
  async () => {
    const store = makeStore();
    return {
      one: store.open(),
      two: store.open(),
      rewind: async (grp) => store.rewind(grp),
      reopen: async () => store.open(),
      end: async () => {},
    };
  },
  { rewinds: true },
);

describe('the memory journal fails on demand', () => {
  test('[M1] a definite failure writes nothing, and the same bytes go through afterwards', async () => {
    const journal = makeStore().open();
    const head = await journal.take();
    const group = groupAfter(head);
    journal.failNext('storage_full');
    const failed = journal.append(group, head);
    await expect(failed).rejects.toThrow(StoreFailure);
    await expect(failed).rejects.toMatchObject({ code: 'storage_full' });
    expect(await journal.head()).toEqual(head);
    expect(await journal.append(group, head)).toBe('done');
  });

  test('[M2] an append held back before the store lands when released, or is fenced', async () => {
    const store = makeStore();
    const [one, two] = [store.open(), store.open()];
    const head = await one.take();
    const held = one.hangNext('before');
    const late = one.append(groupAfter(head), head);
    await held.reached;
    expect(await two.head()).toEqual(head);
    held.release();
    expect(await late).toBe('done');
    const again = one.hangNext('before');
    const next = headAfter(groupAfter(head));
    const later = one.append(groupAfter(next), next);
    await again.reached;
    await two.take();
    again.release();
    expect(await later).toBe('fenced');
  });

  test('[M3] an append held back after the store is there for everybody but its caller', async () => {
    const store = makeStore();
    const one = store.open();
    const head = await one.take();
    const group = groupAfter(head);
    const held = one.hangNext('after');
    const late = one.append(group, head);
    await held.reached;
    expect(await store.open().head()).toEqual(headAfter(group));
    expect(await store.open().append(group, head)).toBe('done');
    store.fence();
    held.release();
    expect(await late).toBe('done');
  });

  test('[M4] a fence from outside stops the writer; a rewind is history_lost', async () => {
    const store = makeStore();
    const one = store.open();
    const head = await appendAll(one, await one.take(), [[1], [1]]);
    const fence = store.fence();
    expect(fence).toMatchObject({ grp: head.grp + 1, term: head.term + 1 });
    expect(await one.append(groupAfter(head), head)).toBe('fenced');
    store.rewind(head.grp - 1);
    expect(await one.append(groupAfter(head), head)).toBe('history_lost');
    expect(store.groups).toHaveLength(head.grp - 1);
  });

  test('[M5] hooks see every call; one that holds back an answer makes a read stale', async () => {
    const store = makeStore();
    const seen: string[] = [];
    let open = (): void => {};
    const gate = new Promise<void>((resolve) => (open = resolve));
    const slow = store.open({
      before: (call) => void seen.push(call.verb),
      after: (call) => (call.verb === 'head' ? gate : undefined),
    });
    const stale = slow.head();
    const head = await store.open().take();
    open();
    expect((await stale).grp).toBe(0);
    expect((await slow.head()).grp).toBe(head.grp);
    await slow.read(0, 1);
    await slow.groupOf(1);
    await slow.append(groupAfter(head), head);
    expect(seen).toEqual(['head', 'head', 'read', 'groupOf', 'append']);
  });
});
