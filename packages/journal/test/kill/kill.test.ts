import fs from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { stateHash } from '@fairground/engine';
import { afterAll, expect, test } from 'vitest';
import { openFileJournal } from '../../src/file.js';
import { recover } from '../../src/recover.js';
import { endChildren, Lives } from './lives.js';

/** Several journals at once: a process that starts leaves the others room to work. */
const JOURNALS = 3;
const KILLS_EACH = Number(process.env.FAIRGROUND_KILLS ?? 12);

const dirs: string[] = [];
afterAll(async () => {
  await endChildren();
  for (const dir of dirs) fs.rmSync(dir, { recursive: true, force: true });
});

/** Moments of a seed: of three lives one ends while it starts, recovers or asks again. */
function* moments(
  seed: number,
): Generator<readonly ['start' | 'open' | 'load', number], undefined> {
  let random = seed;
  const below = (most: number): number => (random = (random * 48_271) % 2_147_483_647) % most;
  for (;;) {
    yield ['load', 60 + below(440)];
    yield ['load', below(120)];
    yield below(2) === 0 ? ['start', 150 + below(700)] : ['open', below(25)];
  }
}

test('[R9] [C11] killed at any moment: all that was acknowledged is there, none twice, and what was unknown is done once', {
  timeout: 60_000 + 5_000 * KILLS_EACH,
}, async () => {
  const lanes = Array.from({ length: JOURNALS }, (_, lane) => laneOf(101 + lane));
  for (let kill = 0; kill < KILLS_EACH; kill++) {
    // All of them are dead before the first is read: reading holds up this process, and with it the next kill.
    const told = await Promise.all(lanes.map((lane) => lane.live(kill)));
    for (const [n, { lives }] of lanes.entries()) {
      const { where, said } = told[n]!;
      const { wrong, lost, doubled } = await lives.audit();
      expect([...said, ...wrong], where).toEqual([]);
      expect({ lost, doubled }, where).toEqual({ lost: 0, doubled: 0 });
    }
  }
  const ended: { lives: Lives; entries: number }[] = [];
  for (const { lives } of lanes) ended.push({ lives, entries: await finish(lives) });
  const sum = (of: (lives: Lives) => number): number =>
    ended.reduce((total, { lives }) => total + of(lives), 0);
  const totals = {
    kills: sum(({ count }) => count.kills),
    early: sum(({ count }) => count.early),
    entries: ended.reduce((total, { entries }) => total + entries, 0),
    acknowledged: sum(
      ({ said }) => [...said.values()].filter(({ kind }) => kind === 'done').length,
    ),
    refused: sum(({ said }) => [...said.values()].filter(({ kind }) => kind === 'refused').length),
    askedAgain: sum(({ count }) => count.retried),
    foundDone: sum(({ count }) => count.foundDone),
    doneOnlyThen: sum(({ count }) => count.doneAgain),
    fromSnapshot: sum(({ count }) => count.fromSnapshot),
    unfinishedSnapshots: sum(({ count }) => count.unfinished),
  };
  console.log(`kill -9: ${JSON.stringify(totals)}, lost 0, doubled 0`);
  expect(totals.kills).toBe(JOURNALS * KILLS_EACH);
  for (const [name, total] of Object.entries(totals)) expect(total, name).toBeGreaterThan(0);
  expect(totals.acknowledged).toBeGreaterThan(totals.kills * 10);
});

function laneOf(seed: number) {
  const dir = fs.mkdtempSync(path.join(os.tmpdir(), 'fairground-kill-'));
  dirs.push(dir);
  const lives = new Lives(dir);
  const moment = moments(seed);
  const live = async (kill: number): Promise<{ where: string; said: string[] }> => {
    const next = moment.next();
    if (next.done) throw new Error('moments never end');
    const [until, ms] = next.value;
    // The first life must get as far as to make the journal.
    const said = await lives.live(kill === 0 ? 'load' : until, ms);
    return { where: `seed ${seed}, kill ${kill} (${until} + ${ms} ms)`, said };
  };
  return { lives, live };
}

/** Whatever is still unknown is asked once more; then the journal is opened for writing and read whole. */
async function finish(lives: Lives): Promise<number> {
  expect(await lives.end()).toEqual([]);
  expect([...lives.unknown]).toEqual([]);
  // The writer may find a last group that no reader could believe yet; afterwards both see the same.
  const journal = await openFileJournal({ dir: lives.dir, segmentBytes: 256 * 1024 });
  const { world, snapshotSeq } = await recover(journal);
  expect(snapshotSeq).toBeGreaterThan(0);
  await journal.close();
  const { wrong, proof } = await lives.audit();
  expect(wrong).toEqual([]);
  expect(stateHash(world)).toBe(stateHash(proof.world));
  return proof.entries;
}
