import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { ONE, stateHash } from '@fairground/engine';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buy, OPENING } from '../test/played.js';
import { commandIdOf } from './command-id.js';
import { type FileJournal, openFileJournal } from './file.js';
import { lockDirectory } from './file-lock.js';
import { makeFileSnapshot } from './file-snapshot.js';
import { openFileJournalReader } from './file-reader.js';
import { snapshotsDir } from './file-snapshots.js';
import { recover } from './recover.js';
import { Sequencer } from './sequencer.js';
import { SnapshotKeeper } from './snapshot-keeper.js';

let dir = '';
let journal: FileJournal;
let sequencer: Sequencer;
let keys = 0;

async function submit(by: string, wish: Parameters<Sequencer['submit']>[0]['wish']): Promise<void> {
  const id = commandIdOf(by, `key-${keys++}`);
  const answer = await sequencer.submit({ by, id, validUntil: Date.now() + 60_000, wish });
  if (answer.kind !== 'done') throw new Error(JSON.stringify(answer));
}

const open = async (): Promise<void> => {
  journal = await openFileJournal({ dir, segmentBytes: 64 * 1024 });
  sequencer = await Sequencer.start({ journal, clock: Date.now });
};

beforeEach(async () => {
  dir = fs.mkdtempSync(path.join(os.tmpdir(), 'fairground-snapshot-'));
  await open();
  for (const wish of OPENING) await submit('system', wish);
});
afterEach(async () => {
  await sequencer.drain();
  await journal.close();
  fs.rmSync(dir, { recursive: true });
});

test('[C8] a thread makes it beside the writer, while commands are decided and answered', async () => {
  const making = journal.snapshot();
  await expect(journal.snapshot()).rejects.toThrow('A snapshot is being made');
  for (let n = 0; n < 50; n++) await submit('ana', buy(ONE));
  const made = await making;
  expect(made).toMatchObject({ isNew: true, parts: 1 });
  expect(made.seq).toBeLessThanOrEqual(sequencer.head.seq);
  expect(made.seq).toBeGreaterThanOrEqual(OPENING.length);
  await sequencer.drain();
  const live = stateHash(sequencer.world);
  await journal.close();
  await open();
  const { world, snapshotSeq } = await recover(journal);
  expect(snapshotSeq).toBe(made.seq);
  expect(stateHash(world)).toBe(live);
});

test('[C8] one at a time, also by other hands, and by hand beside the server', async () => {
  const shelf = snapshotsDir(dir);
  fs.mkdirSync(shelf);
  const lock = lockDirectory(shelf);
  const other = `Another snapshot of ${dir} is being made.`;
  await expect(makeFileSnapshot({ dir })).rejects.toThrow(other);
  await expect(journal.snapshot()).rejects.toThrow(other);
  lock.release();
  expect(await makeFileSnapshot({ dir })).toMatchObject({ seq: OPENING.length, isNew: true });
  expect(await journal.snapshot()).toMatchObject({ seq: OPENING.length, isNew: false });
  const reader = await openFileJournalReader(dir);
  expect((await recover(reader)).snapshotSeq).toBe(OPENING.length);
});

test('[C6] a journal that has changed since gets no snapshot; the writer goes on', async () => {
  await submit('ana', buy(ONE));
  const [name = ''] = fs.readdirSync(dir).filter((one) => one.endsWith('.seg'));
  const file = path.join(dir, name);
  const bytes = fs.readFileSync(file);
  const at = bytes.indexOf('"pays":"1000000"');
  fs.writeFileSync(file, bytes.fill('2', at + 8, at + 9), { flag: 'r+' });
  await expect(journal.snapshot()).rejects.toThrow('its bytes have changed since');
  expect(await journal.snapshots.list()).toEqual([]);
  await submit('ana', buy(ONE));
});

test('[C8] closing the journal breaks off what is being made, and the next start takes no notice', async () => {
  const alarms: string[] = [];
  const onAlarm = (reason: string): void => void alarms.push(reason);
  const keeper = new SnapshotKeeper({ journal, newest: 0, everyEntries: 1, onAlarm });
  keeper.reached(sequencer.head.seq);
  await expect(journal.snapshot()).rejects.toThrow('A snapshot is being made');
  await sequencer.drain();
  keeper.stop();
  await journal.close();
  await keeper.idle();
  expect(alarms).toEqual([]);
  await open();
  expect(await journal.snapshot()).toMatchObject({ isNew: true });
});
