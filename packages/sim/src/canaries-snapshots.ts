/** Planted bugs of whoever begins with a snapshot: rot that nobody sees, another history that is believed. */
import { SnapshotReader } from '@fairground/engine';
import {
  decodeManifest,
  encodeManifest,
  type Journal,
  type Manifest,
  nodeChain,
  sha256Of,
  type SnapshotShelf,
} from '@fairground/journal';
import { bad, type Canary } from './canary.js';
import type { Swarm } from './swarm.js';

type Vouch = (manifest: Manifest, journal: Journal, shelf: SnapshotShelf) => Promise<Manifest>;

/** Every manifest that is read says what it should say to be believed. */
const vouching =
  (vouch: Vouch) =>
  (journal: Journal): Journal => {
    const { snapshots } = journal;
    if (!snapshots) return journal;
    const believed: SnapshotShelf = {
      list: () => snapshots.list(),
      put: (seq, part, text) => snapshots.put(seq, part, text),
      drop: (seq) => snapshots.drop(seq),
      async get(seq, part) {
        const text = await snapshots.get(seq, part);
        const manifest = part === 0 && text !== undefined ? decodeManifest(text) : undefined;
        return manifest ? encodeManifest(await vouch(manifest, journal, snapshots)) : text;
      },
    };
    return Object.assign(journal, { snapshots: believed });
  };

/** Nothing fails but these, and every life begins with what lies there. */
const lying = (how: Partial<Swarm['faults']>): Partial<Swarm> => ({
  ...bad({ killed: 60, ...how }),
  snapshots: 80,
  ignoresSnapshots: 0,
});

export const SNAPSHOT_CANARIES: readonly Canary[] = [
  {
    name: 'unseen_rot',
    says: 'a snapshot is believed whatever has become of its parts',
    seeds: 20,
    swarm: lying({ snapshot_rotted: 900 }),
    journal: vouching(async (manifest, _journal, shelf) => {
      const reader = new SnapshotReader(nodeChain);
      let all = '';
      const parts: string[] = [];
      for (const index of manifest.parts.keys()) {
        const text = (await shelf.get(manifest.seq, index + 1)) ?? '';
        parts.push(sha256Of(text));
        all += text;
      }
      try {
        for (const line of all.split('\n').slice(0, -1)) reader.add(line);
        return { ...manifest, parts, state: reader.finish().hash };
      } catch {
        // Not even this reader takes it for a world.
        return manifest;
      }
    }),
  },
  {
    name: 'believed_fork',
    says: 'a snapshot is believed whose entry the journal does not have',
    seeds: 10,
    swarm: lying({ forked_snapshot: 900 }),
    journal: vouching(async (manifest, journal) => {
      const group = await journal.groupOf(manifest.seq);
      return { ...manifest, hash: group?.hash ?? manifest.hash };
    }),
  },
];
