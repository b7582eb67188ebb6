/**
 * Snapshots at rest that are harmed, each as if nobody had meant it: a part torn, rotted or missing, a manifest that
 * came first, and one that is sound in itself and of another history.
 */
import {
  decodeEntry,
  encodeBody,
  hashLines,
  hashZero,
  sealBody,
  snapshotLines,
  SYSTEM,
} from '@fairground/engine';
import {
  decodeManifest,
  encodeManifest,
  type Laws,
  type Manifest,
  nodeChain,
  sha256Of,
  type SnapshotShelf,
} from '@fairground/journal';
import type { Dice } from './dice.js';

export const HARMS = [
  'snapshot_torn',
  'snapshot_rotted',
  'part_missing',
  'manifest_first',
  'forked_snapshot',
] as const;
export type Harm = (typeof HARMS)[number];

/** Manifest and parts, by number. */
type Texts = Map<number, string>;

export interface Harmed {
  readonly dice: Dice;
  readonly shelf: SnapshotShelf;
  readonly laws: Laws;
  /** All that was decided: a store may hold more of it than was heard to be durable. */
  readonly lines: readonly string[];
}

/** Those whose manifest is sound, newest first. */
export async function manifestsOn(shelf: SnapshotShelf): Promise<readonly Manifest[]> {
  const found: Manifest[] = [];
  for (const seq of await shelf.list()) {
    const manifest = decodeManifest((await shelf.get(seq, 0)) ?? '');
    if (manifest) found.push(manifest);
  }
  return found;
}

/** Everything there is of one. */
export async function textsOf(shelf: SnapshotShelf, { seq, parts }: Manifest): Promise<Texts> {
  const texts: Texts = new Map();
  for (let part = 0; part <= parts.length; part++) {
    const text = await shelf.get(seq, part);
    if (text !== undefined) texts.set(part, text);
  }
  return texts;
}

/** In the place of what was there; the manifest comes last, as if it had been written so. */
export async function putTexts(shelf: SnapshotShelf, seq: number, texts: Texts): Promise<void> {
  await shelf.drop(seq);
  for (const [part, text] of texts) if (part > 0) await shelf.put(seq, part, text);
  const manifest = texts.get(0);
  if (manifest !== undefined) await shelf.put(seq, 0, manifest);
}

/** Does it to one of the snapshots there are. */
export async function harm(how: Harm, harmed: Harmed, manifest: Manifest): Promise<void> {
  const { shelf, dice } = harmed;
  const texts = await textsOf(shelf, manifest);
  const { seq } = manifest;
  switch (how) {
    case 'snapshot_torn':
      return putTexts(shelf, seq, torn(texts, dice));
    case 'snapshot_rotted':
      return putTexts(shelf, seq, rotted(texts, dice));
    case 'part_missing':
      texts.delete(1 + dice.below(manifest.parts.length));
      return putTexts(shelf, seq, texts);
    case 'manifest_first': {
      const there = dice.below(manifest.parts.length);
      return putTexts(shelf, seq, new Map([...texts].filter(([part]) => part <= there)));
    }
    case 'forked_snapshot':
      return putTexts(shelf, seq, forked(harmed, manifest));
  }
}

function torn(texts: Texts, dice: Dice): Texts {
  const [part, text] = dice.pick([...texts]) ?? [0, ''];
  return texts.set(part, text.slice(0, dice.below(text.length)));
}

/** A bit of one byte turned over. */
function rotted(texts: Texts, dice: Dice): Texts {
  const [part, text] = dice.pick([...texts]) ?? [0, ''];
  if (text === '') return texts;
  const at = dice.below(text.length);
  const changed = String.fromCharCode(text.charCodeAt(at) ^ 1);
  return texts.set(part, text.slice(0, at) + changed + text.slice(at + 1));
}

/** The same history up to the last entry, which in this one did nothing: every hash in it is right. */
function forked({ lines, laws }: Harmed, manifest: Manifest): Texts {
  const world = laws.createWorld();
  const { seq } = manifest;
  const before = lines.slice(0, seq - 1);
  for (const line of before) laws.fold(world, decodeEntry(line));
  const { v, at, rules } = decodeEntry(lines[seq - 1] ?? '');
  const command = { by: SYSTEM, wish: { type: 'tick' } } as const;
  const body = encodeBody({ v, seq, at, rules, command, events: [] });
  const previous = before.at(-1)?.slice(-66, -2) ?? hashZero(manifest.journal);
  const hash = nodeChain(previous, body);
  laws.fold(world, decodeEntry(sealBody(body, hash)));
  const state = hashLines(nodeChain);
  let text = '';
  for (const line of snapshotLines(world)) {
    state.add(line);
    text += `${line}\n`;
  }
  const sealed = encodeManifest({ ...manifest, hash, state: state.end(), parts: [sha256Of(text)] });
  return new Map([
    [0, sealed],
    [1, text],
  ]);
}
