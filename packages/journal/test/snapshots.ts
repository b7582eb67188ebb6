/** An exchange with snapshots, and hands that damage them. */
import { ONE, stateHash } from '@fairground/engine';
import { expect } from 'vitest';
import type { Group, Journal } from '../src/journal.js';
import type { MemorySnapshots } from '../src/memory.js';
import { recover, type RecoverOptions } from '../src/recover.js';
import { makeSnapshot } from '../src/snapshot-make.js';
import { decodeManifest, encodeManifest } from '../src/snapshot-manifest.js';
import { buy, type memoryStore, Played } from './played.js';

export const SMALL = { partBytesMax: 1_300 };

/** Snapshots of entries 9 and 12, and three entries more. */
export async function kept(): Promise<Played> {
  const played = await Played.open();
  for (const count of [3, 3, 3]) {
    for (let n = 0; n < count; n++) await played.done({ by: 'ana', wish: buy(ONE) });
    if (played.sequencer.head.seq < 15) await makeSnapshot(played.store.open(), SMALL);
  }
  return played;
}

/** What recovery comes to: where it began, what it warned of, which entries it told. */
export async function recovered(journal: Journal, options: RecoverOptions = {}) {
  const warnings: string[] = [];
  const told: number[] = [];
  const { world, head, snapshotSeq } = await recover(journal, {
    onWarning: (reason) => warnings.push(reason),
    onEntry: ({ seq }) => told.push(seq),
    ...options,
  });
  return { hash: stateHash(world), head, snapshotSeq, warnings, told };
}

export const partsOf = (shelf: MemorySnapshots, seq: number): Map<number, string> =>
  shelf.parts.get(seq) ?? new Map<number, string>();

export function push(store: ReturnType<typeof memoryStore>, group: Group): void {
  (store.groups as Group[]).push(group);
}

export function change(parts: Map<number, string>, part: number, from: RegExp, to: string): void {
  const text = parts.get(part)!;
  expect(text).toMatch(from);
  parts.set(part, text.replace(from, to));
}

/** The manifest made anew with other fields, so that it is sound in itself. */
export function again(parts: Map<number, string>, fields: object): void {
  parts.set(0, encodeManifest({ ...decodeManifest(parts.get(0)!)!, ...fields }));
}
