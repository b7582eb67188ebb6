/** A history cut at every seq: the world that goes on from a snapshot is the one that lived. */
import { expect } from 'vitest';
import {
  createWorld,
  decide,
  decodeEntry,
  type Entry,
  accountTopic,
  GLOBAL,
  happeningsOf,
  marketTopic,
  fold,
  type ReadonlyWorld,
  snapshotLines,
  SnapshotReader,
  stateHash,
  type World,
} from '../src/index.js';

export function reloaded(lines: Iterable<string>): { world: World; hash: string } {
  const reader = new SnapshotReader();
  for (const line of lines) reader.add(line);
  return reader.finish();
}

export const copyOf = (world: ReadonlyWorld): World => reloaded(snapshotLines(world)).world;

/** Cut at each seq, loaded, and then decided and folded to the end of history. */
export function checkEveryCut(lines: readonly string[]): void {
  const entries = lines.map(decodeEntry);
  const lived = createWorld();
  const twins: World[] = [copyOf(lived)];
  for (const entry of entries) {
    for (const twin of twins) goOn(twin, entry);
    fold(lived, entry);
    twins.push(copyOf(lived));
  }
  const hash = stateHash(lived);
  expect(twins.length).toBe(lines.length + 1);
  for (const [cut, twin] of twins.entries()) expect(stateHash(twin), `cut at ${cut}`).toBe(hash);
}

function goOn(world: World, entry: Entry): void {
  const decision = decide(world, entry.command, entry.at);
  if (decision.kind === 'accepted') expect(decision.events).toEqual(entry.events);
  else expect(entry.events[0]?.type, `entry ${entry.seq}`).toBe('refused');
  fold(world, entry);
}

/** What an entry tells of is what it has moved the seq of. */
export function checkTopics(lines: readonly string[]): void {
  const world = createWorld();
  for (const line of lines) {
    const entry = decodeEntry(line);
    fold(world, entry);
    const { seq } = entry;
    const moved = world.globalSeq === seq ? [GLOBAL] : [];
    for (const [id, market] of world.markets) if (market.seq === seq) moved.push(marketTopic(id));
    for (const [id, account] of world.accounts)
      if (account.seq === seq) moved.push(accountTopic(id));
    expect([...happeningsOf(entry).keys()].sort(), line).toEqual(moved.sort());
  }
}
