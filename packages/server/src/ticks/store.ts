/** Where ticks lie: what a store is told it keeps, each tick once, before it says so. */
import type { Look } from '../readmodel/read-worker.js';
import type { SqlRow } from '../readmodel/sql-store.js';
import type { KeyedTick } from './tick.js';

export const REASONS = [
  'malformed',
  'too_long',
  'unknown_symbol',
  'ahead',
  'too_old',
  'failed',
] as const;
/** Why something became a dead letter. */
export type Reason = (typeof REASONS)[number];

export const LETTER_STATES = ['open', 'replayed', 'dropped'] as const;
export type LetterState = (typeof LETTER_STATES)[number];

/** What was sent and could not be taken. */
export interface Letter {
  readonly id: string;
  readonly reason: Reason;
  readonly message: string;
  /** As it came, cut where it is longer than a tick can be. */
  readonly payload: string;
  readonly source: string | null;
  readonly symbol: string | null;
  /** What the tick is known by once it is mended, if it has no id. */
  readonly key: string;
}

/** What became of a letter, or why it still lies there. */
export interface Mark {
  readonly id: string;
  readonly state: LetterState;
  readonly message?: string | undefined;
}

/** All of it is kept, or nothing. No two of its ticks have one key. */
export interface Batch {
  /** Milliseconds since 1970. */
  readonly received: number;
  readonly ticks: readonly KeyedTick[];
  readonly letters: readonly Letter[];
  readonly marks: readonly Mark[];
}

export interface Taken {
  readonly n: number;
  readonly late: boolean;
}

export interface Written {
  /** By place in the batch; whatever is not here was kept before. */
  readonly taken: ReadonlyMap<number, Taken>;
  /** Ids of letters that were not there before. */
  readonly letters: readonly string[];
}

/** The store looked at it and will never take it as it is. */
export class NeverTaken extends Error {
  override readonly name = 'NeverTaken';
}

export interface TickStore {
  /** Resolves when all of it is durable, and can be read. One at a time. */
  write(batch: Batch): Promise<Written>;
  look(...looks: readonly Look[]): Promise<readonly (readonly SqlRow[])[]>;
  /** Makes room for the days around `now`, and drops what is older than `horizon` (microseconds). */
  tend(now: number, horizon: number | undefined): Promise<void>;
  close(): Promise<void>;
}
