/**
 * What everybody on a node works with: the world as it is here, its durable end, and a way to change it. Whether
 * commands are decided in this process or by a leader elsewhere shows only in `status`.
 */
import type { Sequencer } from '@fairground/journal';

/**
 * rebuilding: the world here is being made anew. stopped: nothing is decided and nothing followed any more.
 * differs: it follows, but its world is not that of the others, or not the journal's.
 */
export type Status = 'leading' | 'following' | 'rebuilding' | 'stopped' | 'differs';

/** An entry's number and hash. */
export interface Place {
  readonly seq: number;
  readonly hash: string;
}

type Shared =
  | 'tape'
  | 'world'
  | 'head'
  | 'durable'
  | 'submit'
  | 'whenDurable'
  | 'onFolded'
  | 'onDurable'
  | 'onReset';

export interface Sequencing extends Pick<Sequencer, Shared> {
  readonly status: Status;
}

/** Whether the world may be shown: one that is being thrown away may be half changed. */
export const isWhole = ({ status }: Pick<Sequencing, 'status'>): boolean =>
  status === 'leading' || status === 'following';
