import { SYSTEM } from '@fairground/engine';
import { expect, test } from 'vitest';
import { foundedDatabase, journalOn } from '../test/fake-database.js';
import { openAccount, Played, PlayedTimer } from '../test/played.js';
import { LedJournal } from './led.js';
import { LEASE_LIMITS, Leadership } from './lease.js';
import { MemoryStore } from './memory.js';
import { exportChunks, importLines, sealOf } from './transport.js';
import { FAKE_ID } from '../test/fake-database.js';
import { chainStart } from './chain.js';

const store = (): MemoryStore => new MemoryStore({ id: FAKE_ID, hash0: chainStart(FAKE_ID) });

async function recorded(): Promise<Played> {
  const played = new Played(store());
  await played.restart();
  for (const account of ['ana', 'bob', 'cyd']) await played.done({ wish: openAccount(account) });
  return played;
}

async function* linesOf(played: Played, count = played.lines.length): AsyncGenerator<string> {
  yield* played.lines.slice(0, count);
}

test('[E6] while somebody leads an import waits, writes nothing, and says who it is', async () => {
  const [database, timer] = [foundedDatabase(), new PlayedTimer()];
  const leader = journalOn(database, 'leader', { timer, url: 'http://10.0.0.5:4100' });
  const leads = new Leadership(leader, timer, { onLost: () => {} });
  await leads.tryToLead();
  const led = new LedJournal(journalOn(database, 'import', { timer }), timer);
  const taken = importLines(linesOf(await recorded()), led);
  const refused = taken.catch((error: unknown) => error);
  await timer.advance(LEASE_LIMITS.silentMsMax - 100);
  expect(database.rows).toHaveLength(2);
  await timer.advance(4_000);
  expect(await refused).toMatchObject({
    code: 'locked',
    message: expect.stringContaining('http://10.0.0.5:4100'),
  });
  await led.close();
  expect(database.rows).toHaveLength(2);
  expect(leads.leads).toBe(true);
  expect(await leader.lease()).toMatchObject({ holder: 'leader ', term: 1 });
});

test('[E6] a leader that is silent is given up, and at the end the lease is free', async () => {
  const [database, timer] = [foundedDatabase(), new PlayedTimer()];
  const dead = journalOn(database, 'dead', { timer });
  await dead.take();
  const led = new LedJournal(journalOn(database, 'import', { timer }), timer);
  const played = await recorded();
  const taken = importLines(linesOf(played), led);
  await timer.advance(LEASE_LIMITS.silentMsMax + 1_000);
  expect(await taken).toEqual({ known: 0, added: 3 });
  expect(await dead.lease()).toMatchObject({ holder: 'import ', term: 2 });
  await led.close();
  expect(await dead.lease()).toMatchObject({ holder: '', term: 2 });
  // Only what is new takes the lease.
  const again = new LedJournal(journalOn(database, 'again', { timer }), timer);
  expect(await importLines(linesOf(played), again)).toEqual({ known: 3, added: 0 });
  expect(await dead.lease()).toMatchObject({ term: 2 });
});

test('[E6] it beats while it writes; where another takes over all the same it ends, and can go on later', async () => {
  const [database, timer] = [foundedDatabase(), new PlayedTimer()];
  const led = new LedJournal(journalOn(database, 'import', { timer }), timer);
  const played = await recorded();
  const slow = async function* (): AsyncGenerator<string> {
    for (const line of played.lines) {
      await timer.advance(2 * LEASE_LIMITS.silentMsMax);
      yield line;
    }
    expect(await journalOn(database, 'look', { timer }).lease()).toMatchObject({ beat: 21 });
    await journalOn(database, 'other', { timer }).take();
  };
  await expect(importLines(slow(), led)).rejects.toThrow(/Another node leads meanwhile/);
  const other = journalOn(database, 'later', { timer });
  expect(await importLines(linesOf(played), other)).toEqual({ known: 0, added: 3 });
});

test('[E7] what goes along is written once all that is there is known to be the same, and before anything else', async () => {
  const played = await recorded();
  const target = store();
  const seen: number[] = [];
  const onAgreed = async (): Promise<void> => void seen.push(target.head().lastSeq);
  await importLines(linesOf(played, 2), target.open(), { onAgreed });
  await importLines(linesOf(played), target.open(), { onAgreed });
  await importLines(linesOf(played), target.open(), { onAgreed });
  expect(seen).toEqual([0, 2, 3]);
  const other = new Played(target);
  await other.restart();
  await other.done({ wish: openAccount('mine') });
  await played.done({ wish: openAccount('yours') });
  const refused = importLines(linesOf(played), target.open(), { onAgreed });
  await expect(refused).rejects.toThrow(/two different histories/);
  expect(seen).toHaveLength(3);
});

test('[E8] what comes before the seal goes on elsewhere; with the seal it is sealed there too', async () => {
  const played = await recorded();
  expect(await sealOf(played.store.open())).toBeUndefined();
  expect(await sealOf(store().open())).toBeUndefined();
  await played.sequencer.submit({ by: SYSTEM, wish: { type: 'sealed' } });
  expect(await sealOf(played.store.open())).toBe(4);
  const [home, archive] = [new Played(store()), new Played(store())];
  const text = async (through?: number): Promise<string> => {
    let all = '';
    const options = through === undefined ? {} : { through };
    for await (const chunk of exportChunks(played.store.open(), options)) all += chunk;
    return all;
  };
  const before = await text(3);
  expect(before).toBe(`#fairground journal 1 ${FAKE_ID}\n${played.lines.slice(0, 3).join('\n')}\n`);
  expect(await text()).toBe(`${before}${played.lines[3]}\n`);
  await importLines(linesOf(played, 3), home.journal);
  await importLines(linesOf(played), archive.journal);
  await home.restart();
  await archive.restart();
  expect(await archive.submit({ wish: openAccount('dan') })).toMatchObject({ code: 'sealed' });
  await home.done({ wish: openAccount('dan') });
  expect(await home.agrees()).toBe(true);
  // The sealed one names the entry that the new home goes on from, and is joined with it no more.
  expect(played.lines[3]).toContain('"sealed"');
  const back = importLines(linesOf(home), played.store.open());
  await expect(back).rejects.toThrow(/Entry 4 here is another/);
});
