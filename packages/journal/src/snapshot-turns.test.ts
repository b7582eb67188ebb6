import { describe, expect, test } from 'vitest';
import { ONE } from '@fairground/engine';
import { buy, Played, PlayedTimer } from '../test/played.js';
import type { SnapshotMade } from './journal.js';
import { SnapshotTaken } from './postgres-shelf.js';
import { makeSnapshot } from './snapshot-make.js';
import { SnapshotTurns, TURN_LIMITS } from './snapshot-turns.js';

/** A node's turns on a journal that others make snapshots of too. */
async function turnsOn(leads: boolean, snapshot?: () => Promise<SnapshotMade>) {
  const played = await Played.open();
  for (let n = 0; n < 4; n++) await played.done({ by: 'ana', wish: buy(ONE) });
  const journal = played.store.open();
  const timer = new PlayedTimer();
  const alarms: string[] = [];
  let tries = 0;
  const turns = new SnapshotTurns({
    journal: Object.assign(journal, {
      snapshot: () => {
        tries++;
        return snapshot ? snapshot() : makeSnapshot(journal);
      },
    }),
    timer,
    leads: () => leads,
    everyEntries: 5,
    onAlarm: (reason) => alarms.push(reason),
  });
  const { seq } = played.sequencer.durable;
  const list = () => played.store.snapshots.list();
  return { played, journal, timer, turns, alarms, seq, list, tries: () => tries };
}

describe('turns at snapshots', () => {
  test('[Q17] a follower makes it at once, and none before the next is due', async () => {
    const { timer, turns, seq, list, tries } = await turnsOn(false);
    turns.reached(4);
    await timer.advance(0);
    expect(tries()).toBe(0);
    turns.reached(seq);
    turns.reached(seq);
    await turns.idle();
    expect(await list()).toEqual([seq]);
    turns.reached(seq + 4);
    await turns.idle();
    expect(tries()).toBe(1);
  });

  test('[Q17] a leader leaves it to the others for a while, then makes it itself', async () => {
    const { timer, turns, seq, list } = await turnsOn(true);
    turns.reached(seq);
    await timer.advance(TURN_LIMITS.leaderMs - 1);
    expect(await list()).toEqual([]);
    await timer.advance(1);
    await turns.idle();
    expect(await list()).toEqual([seq]);
  });

  test('[Q17] a leader makes none where a follower did', async () => {
    const { journal, timer, turns, seq, tries } = await turnsOn(true);
    turns.reached(seq);
    await timer.advance(1);
    await makeSnapshot(journal);
    await timer.advance(TURN_LIMITS.leaderMs);
    await turns.idle();
    expect(tries()).toBe(0);
  });

  test('[Q17] where another is at it this one looks again a minute later, without a word', async () => {
    const { timer, turns, seq, alarms, tries } = await turnsOn(false, () =>
      Promise.reject(new SnapshotTaken()),
    );
    for (const ms of [0, 1, TURN_LIMITS.againMs - 2, 1]) {
      await timer.advance(ms);
      turns.reached(seq);
      await turns.idle();
    }
    expect(tries()).toBe(2);
    expect(alarms).toEqual([]);
  });

  test('[Q17] one that fails is an alarm, and the next is tried when it is due', async () => {
    const { timer, turns, seq, alarms, tries } = await turnsOn(false, () =>
      Promise.reject(new Error('no room')),
    );
    turns.reached(seq);
    await turns.idle();
    await timer.advance(TURN_LIMITS.againMs);
    turns.reached(seq + 4);
    await turns.idle();
    expect([tries(), alarms.length]).toEqual([1, 1]);
    turns.reached(seq + 5);
    await turns.idle();
    expect(tries()).toBe(2);
  });
});
