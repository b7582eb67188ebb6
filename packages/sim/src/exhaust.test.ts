import { type Entry, hashZero, micro, SYSTEM, type Wish } from '@fairground/engine';
import {
  type Answer,
  commandIdOf,
  DiskJournal,
  failure,
  MemoryDisk,
  PlayedTimer,
  recover,
  Sequencer,
  settle,
} from '@fairground/journal';
import { describe, expect, test } from 'vitest';
import { exhaust } from './exhaust.js';

const ID = '0123456789abcdef'.repeat(2);
const REASON = 'a'.repeat(64);
const NOW = Date.UTC(2026, 10, 21);

const WISHES: readonly Wish[] = [
  { type: 'open_account', account: 'ana' },
  { type: 'sweep_fees' },
  { type: 'grant', to: 'treasury', amount: micro(5_000_000n), reason: REASON },
  { type: 'grant', to: 'ana', amount: micro(7_000_000n), reason: REASON },
];

const open = (disk: MemoryDisk): DiskJournal =>
  new DiskJournal({ disk, id: ID, segmentBytes: 2_048, onFatal: () => {} });

/** A short life on a disk: what was acknowledged before the power went, if it did. */
async function live(disk: MemoryDisk, beforeLast = (): void => {}): Promise<Entry[]> {
  const answers: Answer[] = [];
  const timer = new PlayedTimer();
  try {
    const starting = Sequencer.start({ journal: open(disk), clock: () => NOW, timer });
    let sequencer: Sequencer | undefined;
    starting.then(
      (started) => (sequencer = started),
      () => {
        // Nobody leads where the power has gone.
      },
    );
    await settle();
    for (const [n, wish] of WISHES.entries()) {
      if (n === WISHES.length - 1) beforeLast();
      const id = commandIdOf(SYSTEM, `key ${n}`);
      const command = { by: SYSTEM, id, validUntil: NOW + 60_000, wish };
      void sequencer?.submit(command).then((answer) => answers.push(answer));
      await settle();
    }
  } catch {
    // The power went while the journal was being opened.
  }
  return answers.flatMap((answer) => (answer.kind === 'done' ? [answer.entry] : []));
}

/** From this call on there is no power; a write that it interrupts is half done. */
function cutAt(disk: MemoryDisk, call: number): { reached: boolean } {
  const cut = { reached: false };
  let calls = 0;
  disk.fault = ({ verb, bytes }) => {
    if (++calls < call) return undefined;
    if (!cut.reached && verb === 'write' && bytes > 16) {
      cut.reached = true;
      return bytes >> 1;
    }
    cut.reached = true;
    throw failure('ENOPOWER');
  };
  return cut;
}

async function entriesOn(disk: MemoryDisk): Promise<Entry[]> {
  const entries: Entry[] = [];
  const journal = open(disk);
  await recover(journal, { onEntry: (entry) => entries.push(entry) });
  return entries;
}

test('[X7] every way to choose is taken once, in order', async () => {
  const seen: string[] = [];
  const ways = await exhaust((choose) => {
    const first = choose(2);
    const rest = first === 0 ? [choose(3)] : [choose(2), choose(2)];
    seen.push([first, ...rest].join(''));
  });
  expect(seen).toEqual(['00', '01', '02', '100', '101', '110', '111']);
  expect(ways).toBe(7);
});

describe('a short life', () => {
  test('[X8] whose power goes at any call of the disk, whatever survives of three pages', async () => {
    const whole = await live(new MemoryDisk());
    expect(whole.map(({ command }) => command.wish.type)).toHaveLength(3);
    const ways = await exhaust(async (choose) => {
      const disk = new MemoryDisk();
      const cut = cutAt(disk, choose(90) + 1);
      const acknowledged = await live(disk);
      if (!cut.reached) return;
      const kept = [choose(2), choose(2), choose(2)];
      const found = await entriesOn(disk.crash(() => kept.shift() === 1));
      for (const { seq, hash } of acknowledged) expect(found[seq - 1]?.hash).toBe(hash);
      // Nothing that was never decided is there.
      found.forEach((entry, at) => expect(entry.hash).toBe(whole[at]?.hash));
    });
    expect(ways).toBeGreaterThan(400);
  });

  test('[X9] whose last append is cut at any byte keeps all the others', async () => {
    const disk = new MemoryDisk();
    let mark: Buffer = Buffer.alloc(0);
    const entries = await live(disk, () => (mark = disk.get('/journal/watermark')));
    const segment =
      disk
        .paths()
        .filter((name) => name.endsWith('.seg'))
        .at(-1) ?? '';
    const bytes = disk.get(segment);
    const from = bytes.lastIndexOf('\n#') + 1;
    const to = bytes.lastIndexOf('\n') + 1;
    const last = entries.at(-1)?.seq ?? 0;
    expect(to - from).toBeGreaterThan(300);
    for (let at = from; at < to; at++) {
      const torn = disk.copy();
      // The mark is moved only behind what is durable: this append was not.
      torn.put('/journal/watermark', mark);
      torn.put(segment, Buffer.concat([bytes.subarray(0, at), Buffer.alloc(bytes.length - at)]));
      const found = await entriesOn(torn);
      expect(found).toHaveLength(last - 1);
      expect(found.at(-1)?.hash ?? hashZero(ID)).toBe(entries.at(-2)?.hash);
    }
  });
});
