import { createHash, randomBytes } from 'node:crypto';
import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { hashZero, ONE, stateHash } from '@fairground/engine';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buy, memoryStore, openAccount, Played, spliced } from '../test/played.js';
import { openFileJournal } from './file.js';
import { StoreFailure, type Journal } from './journal.js';
import { MemoryStore } from './memory.js';
import { recover } from './recover.js';
import { exportChunks, idInHeader, importLines, ImportRefused } from './transport.js';

let dir = '';
beforeEach(() => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'fairground-transport-'));
});
afterEach(() => fs.rmSync(dir, { recursive: true }));

async function recorded(store?: MemoryStore): Promise<Played> {
  const played = new Played(store);
  await played.restart();
  for (const account of ['ana', 'bob', 'cyd']) await played.done({ wish: openAccount(account) });
  await played.restart();
  await Promise.all(
    Array.from({ length: 30 }, (_, n) => played.submit({ wish: openAccount(`p${n}`) })),
  );
  return played;
}

async function exported(journal: Journal): Promise<string> {
  let text = '';
  for await (const chunk of exportChunks(journal)) text += chunk;
  return text;
}

async function* linesIn(text: string): AsyncGenerator<string> {
  for (const line of text.trimEnd().split('\n')) if (!line.startsWith('#')) yield line;
}

const taken = (text: string, journal: Journal, onProgress?: (entries: number) => void) =>
  importLines(linesIn(text), journal, onProgress && { onProgress });

const groupsOf = ({ groups }: MemoryStore): string => JSON.stringify(groups);

describe('an export', () => {
  test('[E1] is a header with the id, then every durable line byte for byte', async () => {
    const played = await recorded();
    const text = await exported(played.store.open());
    const { id } = played.store;
    expect(text).toBe(`#fairground journal 1 ${id}\n${played.lines.join('\n')}\n`);
    expect(idInHeader(text.slice(0, text.indexOf('\n')))).toBe(id);
    for (const other of ['', '{', `#fairground journal 2 ${id}`, `#fairground journal 1 ${id}x`]) {
      expect(idInHeader(other)).toBeUndefined();
    }
    expect(await exported(memoryStore().open())).toBe(`#fairground journal 1 ${id}\n`);
  });

  test('[E1] ends where the journal ended when it began, and says how far it is', async () => {
    const played = await recorded();
    const progress: [number, number][] = [];
    const onProgress = (done: number, all: number): void => void progress.push([done, all]);
    const chunks = exportChunks(played.store.open(), { onProgress });
    let text = (await chunks.next()).value as string;
    await played.done({ wish: openAccount('late') });
    for await (const chunk of chunks) text += chunk;
    expect(text.split('\n')).toHaveLength(33 + 2);
    expect(progress.at(-1)).toEqual([33, 33]);
  });
});

describe('an import', () => {
  test('[E2] into an empty journal gives the same bytes, hashes and world', async () => {
    const played = await recorded();
    const text = await exported(played.store.open());
    const target = memoryStore();
    const journal = target.open();
    const progress: number[] = [];
    expect(await taken(text, journal, (entries) => progress.push(entries))).toEqual({
      known: 0,
      added: 33,
    });
    expect(await exported(journal)).toBe(text);
    expect(progress).toEqual([33]);
    const { world, head } = await recover(journal);
    expect(stateHash(world)).toBe(stateHash(played.sequencer.world));
    expect(head).toMatchObject({ lastSeq: 33, hash: played.sequencer.head.hash });
  });

  test('[E2] from memory to a directory and back, over many groups', async () => {
    const id = randomBytes(16).toString('hex');
    const hash0 = createHash('sha256').update(`fairground journal 1 ${id}`).digest('hex');
    expect(hash0).toBe(hashZero(id));
    const played = await recorded(new MemoryStore({ id, hash0 }));
    const orders = Array.from({ length: 2_500 }, (_, n) =>
      played.submit({ wish: openAccount(`q${n}`) }),
    );
    await Promise.all(orders);
    const text = await exported(played.store.open());
    const file = await openFileJournal({ dir, id, segmentBytes: 1024 * 1024 });
    expect(await taken(text, file)).toEqual({ known: 0, added: 2_533 });
    expect(await exported(file)).toBe(text);
    await file.close();
    const again = await openFileJournal({ dir, segmentBytes: 1024 * 1024 });
    const back = new MemoryStore({ id, hash0 }).open();
    expect(await taken(await exported(again), back)).toEqual({ known: 0, added: 2_533 });
    expect(await exported(back)).toBe(text);
    await again.close();
  });

  test('[E3] a second time adds nothing and changes nothing', async () => {
    const text = await exported((await recorded()).store.open());
    const target = memoryStore();
    await taken(text, target.open());
    const before = groupsOf(target);
    expect(await taken(text, target.open())).toEqual({ known: 33, added: 0 });
    expect(groupsOf(target)).toBe(before);
  });

  test('[E3] goes on where an earlier one ended; a shorter one adds nothing', async () => {
    const played = await recorded();
    const first = await exported(played.store.open());
    const target = memoryStore();
    await taken(first, target.open());
    for (let n = 0; n < 5; n++) await played.done({ wish: openAccount(`later${n}`) });
    const second = await exported(played.store.open());
    expect(await taken(second, target.open())).toEqual({ known: 33, added: 5 });
    expect(await exported(target.open())).toBe(second);
    expect(await taken(first, target.open())).toEqual({ known: 33, added: 0 });
    expect(await exported(target.open())).toBe(second);
  });

  test('[E3] goes on after a failure of the store in the middle', async () => {
    const played = await recorded();
    const orders = Array.from({ length: 2_500 }, (_, n) =>
      played.submit({ wish: openAccount(`q${n}`) }),
    );
    await Promise.all(orders);
    const text = await exported(played.store.open());
    const target = memoryStore();
    const journal = target.open();
    const real = journal.append.bind(journal);
    let left = 1;
    journal.append = (group, prev) => {
      if (left-- > 0) return real(group, prev);
      return Promise.reject(new StoreFailure('storage_full', 'no room'));
    };
    await expect(taken(text, journal)).rejects.toBeInstanceOf(StoreFailure);
    const rest = await taken(text, target.open());
    expect(rest.known).toBeGreaterThan(0);
    expect(rest.known + rest.added).toBe(2_533);
    expect(await exported(target.open())).toBe(text);
  });

  test('[E3] the imported exchange lives on, and knows what was done before', async () => {
    const played = await recorded();
    const asked = { key: 'dan', wish: openAccount('dan') };
    await played.done(asked);
    const copy = new Played(memoryStore());
    await taken(await exported(played.store.open()), copy.journal);
    await copy.restart();
    expect(await copy.submit({ ...asked })).toMatchObject({ kind: 'done', repeated: true });
    await copy.done({ wish: openAccount('eve') });
    expect(await copy.agrees()).toBe(true);
  });

  test('[E4] onto a history that went another way it is refused, and nothing is changed', async () => {
    const played = await recorded();
    const text = await exported(played.store.open());
    const target = memoryStore();
    const copy = new Played(target);
    await taken(text, copy.journal);
    await copy.restart();
    await copy.done({ wish: openAccount('mine') });
    await played.done({ wish: openAccount('yours') });
    const before = groupsOf(target);
    const other = taken(await exported(played.store.open()), target.open());
    await expect(other).rejects.toThrow(
      'Entry 34 here is another: these are two different histories.',
    );
    await expect(other).rejects.toBeInstanceOf(ImportRefused);
    expect(groupsOf(target)).toBe(before);
  });

  test('[E4] the journal of another exchange is refused', async () => {
    const text = await exported((await recorded()).store.open());
    const target = memoryStore('f'.repeat(32));
    const refused = taken(text, target.open());
    await expect(refused).rejects.toBeInstanceOf(ImportRefused);
    await expect(refused).rejects.toThrow(/does not continue this journal.*entry 1/);
    expect(target.head().lastSeq).toBe(0);
  });

  test.each([
    ['a changed line', (lines: string[]) => spliced(lines, 20, 1, lines[20]!.replace('"p', '"x'))],
    ['a missing line', (lines: string[]) => spliced(lines, 20, 1)],
    ['two swapped lines', (lines: string[]) => spliced(lines, 20, 2, lines[21]!, lines[20]!)],
    ['a torn line', (lines: string[]) => spliced(lines, 20, 1, lines[20]!.slice(0, 100))],
    ['a line that is none', (lines: string[]) => spliced(lines, 20, 1, 'hello')],
  ])('[E4] %s is refused by its number', async (_name, change) => {
    const played = await recorded();
    const target = memoryStore();
    const text = change(played.lines).join('\n');
    const refused = taken(text, target.open());
    await expect(refused).rejects.toBeInstanceOf(ImportRefused);
    await expect(refused).rejects.toThrow(/entry 21/);
    expect(await taken(await exported(played.store.open()), target.open())).toMatchObject({
      added: 33,
    });
  });

  test('[E4] two writers: the one who finds the other there is refused', async () => {
    const played = await recorded();
    const target = memoryStore();
    const journal = target.open();
    const head = journal.head.bind(journal);
    journal.head = async () => {
      const before = await head();
      const other = new Played(target);
      await other.restart();
      await other.done({ wish: openAccount('mine') });
      return before;
    };
    const refused = taken(await exported(played.store.open()), journal);
    await expect(refused).rejects.toThrow(/Somebody else writes/);
    expect(target.head().lastSeq).toBe(1);
  });

  test('[E5] an import of a long journal reads what is there once, not once a line', async () => {
    const played = await Played.open();
    const orders = Array.from({ length: 3_000 }, () =>
      played.submit({ by: 'ana', wish: buy(ONE) }),
    );
    await Promise.all(orders);
    const text = await exported(played.store.open());
    let reads = 0;
    const journal = played.store.open({
      before: ({ verb }) => void (reads += verb === 'read' || verb === 'groupOf' ? 1 : 0),
    });
    expect(await taken(text, journal)).toEqual({ known: 3_006, added: 0 });
    expect(reads).toBeLessThan(10);
  });
});
