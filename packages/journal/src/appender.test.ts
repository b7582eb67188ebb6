import { describe, expect, test } from 'vitest';
import { groupAfter, headAfter } from '../test/groups.js';
import { memoryStore, PlayedTimer, settle } from '../test/played.js';
import { Appender } from './appender.js';
import type { Head } from './journal.js';
import type { MemoryJournal, MemoryStore } from './memory.js';

interface Made {
  readonly appender: Appender;
  readonly journal: MemoryJournal;
  readonly store: MemoryStore;
  readonly timer: PlayedTimer;
  readonly told: string[];
}

async function made(): Promise<Made> {
  const store = memoryStore();
  const journal = store.open();
  const timer = new PlayedTimer();
  const told: string[] = [];
  const appender: Appender = new Appender(journal, timer, await journal.take(), {
    onStored: ({ lastSeq }: Head) => told.push(`stored ${lastSeq} ${appender.isBusy}`),
    onLost: (reason) => told.push(`lost ${reason}`),
  });
  return { appender, journal, store, timer, told };
}

describe('one append in flight', () => {
  test('[S2] it is free again when it says that the group is stored', async () => {
    const { appender, told } = await made();
    const group = groupAfter(appender.stored, [1, 1]);
    expect(appender.sentSeq).toBe(0);
    appender.send(group, appender.stored);
    expect([appender.isBusy, appender.sentSeq, appender.stored.lastSeq]).toEqual([true, 2, 0]);
    await appender.whenIdle();
    await settle();
    expect(told).toEqual(['stored 2 false']);
    expect(appender.stored).toEqual(headAfter(group));
    await appender.whenIdle();
  });

  test('[S12] a definite failure sends the same bytes; isFull tells which one it was', async () => {
    const { appender, journal, timer, told } = await made();
    journal.failNext('storage_full');
    journal.failNext('busy');
    appender.send(groupAfter(appender.stored, [1]), appender.stored);
    await settle();
    expect([appender.isFull, appender.isBusy]).toEqual([true, true]);
    await timer.advance(20);
    expect([appender.isFull, appender.isBusy]).toEqual([false, true]);
    await timer.advance(40);
    expect([appender.isFull, appender.isBusy]).toEqual([false, false]);
    expect(told).toEqual(['stored 1 false']);
  });

  test('[S12] the next group begins with the shortest wait again', async () => {
    const { appender, journal, timer } = await made();
    for (let n = 0; n < 4; n++) journal.failNext('busy');
    appender.send(groupAfter(appender.stored, [1]), appender.stored);
    await timer.advance(300);
    journal.failNext('busy');
    appender.send(groupAfter(appender.stored, [1]), appender.stored);
    await timer.advance(300);
    expect(timer.waits).toEqual([20, 40, 80, 160, 20]);
    expect(appender.stored.lastSeq).toBe(2);
  });

  test('[S13] a fence, a rewind and a group made wrong are told once, and never tried again', async () => {
    const fenced = await made();
    fenced.store.fence();
    fenced.appender.send(groupAfter(fenced.appender.stored, [1]), fenced.appender.stored);
    const rewound = await made();
    rewound.store.rewind(0);
    rewound.appender.send(groupAfter(rewound.appender.stored, [1]), rewound.appender.stored);
    const wrong = await made();
    const group = { ...groupAfter(wrong.appender.stored, [1]), lastSeq: 7 };
    wrong.appender.send(group, wrong.appender.stored);
    await settle();
    expect(fenced.told).toEqual(['lost fenced']);
    expect(rewound.told).toEqual(['lost history_lost']);
    expect(wrong.told).toEqual([expect.stringContaining('lost Group 2 cannot be appended')]);
    for (const { timer, appender, store } of [fenced, rewound, wrong]) {
      expect([timer.pending, appender.isBusy, appender.stored.lastSeq]).toEqual([0, false, 0]);
      expect(store.head().lastSeq).toBe(0);
    }
  });
});
