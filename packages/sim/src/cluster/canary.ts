/** Bugs that are planted between nodes, each of which the cluster's laws must catch. */
import type { SharedJournal } from '@fairground/journal';
import type { Line, Member, Porter } from '@fairground/server';
import type { Life } from './node.js';
import type { ClusterSwarm } from './swarm.js';

export interface ClusterCanary {
  readonly name: string;
  /** What is wrong, in a sentence. */
  readonly says: string;
  /** How many seeds may pass before one of them catches it. */
  readonly seeds: number;
  /** What such a bug needs to show. */
  readonly swarm?: Partial<ClusterSwarm>;
  readonly journal?: (journal: SharedJournal) => SharedJournal;
  readonly line?: (line: Line) => Line;
  readonly porter?: (porter: Porter, life: Life) => Pick<Porter, 'hear'>;
  readonly fresh?: (member: Member) => Promise<Member['durable'] | undefined>;
  /** The version that every build says it knows. */
  readonly v?: number;
}
