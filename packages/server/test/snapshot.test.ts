/** A node that begins with a snapshot is the node that folded everything, and trades before it remembers. */
import { readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { hashZero } from '@fairground/engine';
import { type MemoryJournal, MemoryStore } from '@fairground/journal';
import { expect, test } from 'vitest';
import { LastChanges } from '../src/live/topics.js';
import { MemoryHistory } from '../src/readmodel/history.js';
import { buy, type Fair, fair, openMarket, type Stage, stage } from './bench.js';

const ID = '00112233445566778899aabbccddeeff';

/** A second market, and trades over several snapshots. */
async function play(at: Fair): Promise<void> {
  await openMarket(at, 'M2', { title: 'A title' });
  await trade(at);
}

async function trade(at: Fair): Promise<void> {
  for (let n = 0; n < 12; n++) {
    await at.must('POST', '/v1/orders', {
      key: n % 3 === 0 ? at.ana.key : at.bob.key,
      body: buy(n % 2 === 0 ? 'M1' : 'M2', `${n + 1}`),
    });
  }
}

const PAST = [
  '/v1/markets/M1/trades',
  '/v1/markets/M2/trades',
  '/v1/markets/M1/candles',
  '/v1/facts',
];
const NOW = ['/v1/markets/M1', '/v1/markets/M2', '/v1/markets', '/v1/head'];

async function answers(at: Stage, paths: readonly string[]): Promise<Record<string, string>> {
  const all: Record<string, string> = {};
  for (const path of paths) all[path] = (await at.must('GET', path)).text;
  return all;
}

async function until(holds: () => Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 5));
}

const remembers = async (at: Stage): Promise<boolean> =>
  (await at.call('GET', '/v1/facts')).status === 200;

/** Holds back whoever reads the journal from its first group, until `open` is called. */
function gated(journal: MemoryJournal): { journal: MemoryJournal; open: () => void } {
  let open = (): void => {};
  const gate = new Promise<void>((resolve) => (open = resolve));
  const read = journal.read.bind(journal);
  journal.read = async (after, limit) => {
    if (after === 0) await gate;
    return read(after, limit);
  };
  return { journal, open: () => open() };
}

test('[N10] it trades at once, says that history is not there yet, and has all of it in the end', async () => {
  const store = new MemoryStore({ id: ID, hash0: hashZero(ID) });
  const alarms: string[] = [];
  const parts = { snapshotEvery: 6, onAlarm: (reason: string) => void alarms.push(reason) };
  const first = await fair({ journal: store.open(), ...parts });
  await play(first);
  await first.node.close();
  expect((await store.snapshots.list()).length).toBe(2);

  const { journal, open } = gated(store.open());
  const again = await stage({ dir: first.dir, journal, ...parts });
  for (const path of PAST) {
    const { status, json, headers } = await again.call('GET', path);
    expect({ status, code: json.error.code }).toEqual({ status: 503, code: 'rebuilding' });
    expect(headers['retry-after']).toBe('1');
  }
  const mine = { key: first.bob.key, body: buy('M1', '3') };
  const early = await again.must('POST', '/v1/orders', mine);
  open();
  await until(() => remembers(again));
  const late = await again.must('POST', '/v1/orders', mine);
  const mineToo = await again.must('GET', '/v1/me/trades', { key: first.bob.key });
  expect(mineToo.json.items.slice(0, 2).map(({ id }) => id)).toEqual([late.json.id, early.json.id]);

  store.snapshots.parts.clear();
  const whole = await stage({ dir: first.dir, journal: store.open(), ...parts });
  const paths = [...PAST, ...NOW];
  expect(await answers(again, paths)).toEqual(await answers(whole, paths));
  expect(alarms).toEqual([]);
  await whole.node.close();
  await again.node.close();
});

test('[N10] orders that come while history is read back are in it, each once', async () => {
  const store = new MemoryStore({ id: ID, hash0: hashZero(ID) });
  const first = await fair({ journal: store.open(), snapshotEvery: 6 });
  await play(first);
  await first.node.close();
  const again = await stage({ dir: first.dir, journal: store.open(), snapshotEvery: 1_000 });
  for (let n = 0; n < 60; n++)
    await again.must('POST', '/v1/orders', { key: first.bob.key, body: buy('M1', '1') });
  await until(() => remembers(again));
  store.snapshots.parts.clear();
  const whole = await stage({ dir: first.dir, journal: store.open() });
  expect(await answers(again, PAST)).toEqual(await answers(whole, PAST));
  await whole.node.close();
  await again.node.close();
});

test('[N10] an entry that was read back before it was told is in history once', async () => {
  const at = await fair();
  const { seq } = (await at.must('POST', '/v1/orders', { key: at.bob.key, body: buy('M1', '1') }))
    .json;
  const { sequencer } = at.node;
  const entry = (await sequencer.tape.entryAt(seq))!;
  const history = new MemoryHistory(() => sequencer.world);
  history.rebuild();
  history.folded(entry);
  history.replayed(entry, sequencer.world);
  expect(history.caughtUp()).toBe(true);
  history.durable(entry);
  expect([...history.tradesOf('M1')].map((order) => order.seq)).toEqual([seq]);
  await at.node.close();
});

test('[N10] a history that cannot be read back is an alarm, and never shown in part', async () => {
  const store = new MemoryStore({ id: ID, hash0: hashZero(ID) });
  const first = await fair({ journal: store.open(), snapshotEvery: 6 });
  await play(first);
  await first.node.close();
  const journal = store.open();
  const read = journal.read.bind(journal);
  journal.read = async (after, limit) => {
    if (after === 0) throw new Error('the disk is gone');
    return read(after, limit);
  };
  const alarms: string[] = [];
  const onAlarm = (reason: string): void => void alarms.push(reason);
  const again = await stage({ dir: first.dir, journal, onAlarm });
  await until(async () => alarms.length > 0);
  expect(alarms).toEqual([
    'Trades, candles and facts of the past cannot be shown: the disk is gone',
  ]);
  expect(await remembers(again)).toBe(false);
  await again.must('POST', '/v1/orders', { key: first.bob.key, body: buy('M1', '1') });
  await again.node.close();
});

test('[N11] a node makes snapshots in its directory, begins with them, and does without', async () => {
  const first = await fair({ snapshotEvery: 8 });
  await play(first);
  const shelf = join(first.dir, 'journal', 'snapshots');
  const made = async (): Promise<string[]> =>
    (await readdir(shelf).catch(() => [])).filter((name) => /^\d+$/.test(name));
  await until(async () => (await made()).length > 0);
  const before = await answers(first, [...NOW, ...PAST]);
  await first.node.close();
  const again = await stage({ dir: first.dir });
  await until(() => remembers(again));
  expect(await answers(again, [...NOW, ...PAST])).toEqual(before);
  await again.node.close();
  await rm(shelf, { recursive: true });
  const without = await stage({ dir: first.dir });
  expect(await answers(without, [...NOW, ...PAST])).toEqual(before);
  await without.node.close();
});

test('[W15] what came before an event is the same whether a node folded it or began above it', async () => {
  const first = await fair();
  await play(first);
  const { sequencer } = first.node;
  const told = new LastChanges();
  const begun = new LastChanges();
  for (let seq = 1; seq <= sequencer.durable.seq; seq++)
    told.add((await sequencer.tape.entryAt(seq))!);
  begun.begin(sequencer.world);
  expect(begun.seq).toBe(told.seq);
  const from = sequencer.durable.seq;
  await trade(first);
  for (let seq = from + 1; seq <= sequencer.durable.seq; seq++) {
    const entry = (await sequencer.tape.entryAt(seq))!;
    expect(begun.add(entry)).toEqual(told.add(entry));
  }
  await first.node.close();
});
