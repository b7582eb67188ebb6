/** The port: one chain of groups, appended by whoever holds the newest term, read by anybody. */

/** A run of entries that became durable together. Framing only: nothing here is part of the chain's bytes. */
export interface Group {
  /** Dense number of the group, from 1. A term row is a group too. */
  readonly grp: number;
  /** The leader's term. Never falls from one group to the next. */
  readonly term: number;
  /** Seq of the first entry; a term row has `firstSeq = lastSeq + 1` and no lines. */
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Hash of the last entry, 64 hex digits (a term row repeats its predecessor's). */
  readonly hash: string;
  /** Entry lines, each ended by "\n"; printable ASCII only. Empty for a term row. */
  readonly lines: string;
  /** Trace contexts of sampled commands, divided by spaces; of no account for anything that is decided. */
  readonly meta?: string;
}

/** What an append needs to know of its predecessor: the fence compares it with what is stored. */
export interface Predecessor {
  readonly term: number;
  readonly lastSeq: number;
  readonly hash: string;
}

/** The newest durable group, without its lines. Of an empty journal: grp 0, term 0, lastSeq 0, hash 0. */
export interface Head {
  readonly grp: number;
  readonly term: number;
  readonly lastSeq: number;
  readonly hash: string;
}

/**
 * done: durable, and every group before it is too.
 * fenced: another term has written since; this writer must not go on.
 * history_lost: the writer's own predecessor is gone.
 */
export type Appended = 'done' | 'fenced' | 'history_lost';

/**
 * Where snapshots lie beside a journal. Each has a manifest, which is part 0, and parts from 1. It counts once
 * its manifest is there, and the manifest comes last.
 */
export interface SnapshotShelf {
  /** Seqs for which anything lies here, whole or not, newest first. */
  list(): Promise<readonly number[]>;
  get(seq: number, part: number): Promise<string | undefined>;
  /** Durable when it resolves. ASCII of at most 512 KiB. */
  put(seq: number, part: number, text: string): Promise<void>;
  /** From then on there is nothing at `seq`; a drop that breaks off leaves no manifest. */
  drop(seq: number): Promise<void>;
}

/** A snapshot: of which entry, with which hash, and how large. */
export interface SnapshotSize {
  readonly seq: number;
  readonly hash: string;
  readonly parts: number;
  readonly bytes: number;
}

/** One that is whole. */
export interface SnapshotMade extends SnapshotSize {
  /** False where it was there already. */
  readonly isNew: boolean;
}

export interface Journal {
  /** 32 hex digits drawn once when the journal was made; seeds the chain (hash 0). */
  readonly id: string;
  /** Decodes every entry and encodes it again before it writes: a line that would differ is a `RangeError`. */
  readonly proofreads?: boolean;
  /** Absent where none are kept. */
  readonly snapshots?: SnapshotShelf;
  /** Makes one of what is durable now, beside everything else; absent where only the process itself can. */
  snapshot?(): Promise<SnapshotMade>;
  /**
   * Appends one group after `prev`. Rejects with a `StoreFailure` when it is known that nothing was
   * written (`storage_full`, `busy`); resolves in every other case. One append in flight at a time.
   */
  append(group: Group, prev: Predecessor): Promise<Appended>;
  /** Groups with `grp > after` in order, at most `limit` of them (fewer when their bytes pass 4 MiB). */
  read(after: number, limit: number): Promise<readonly Group[]>;
  /** The group that holds entry `seq`, or undefined when it is not (yet) durable. */
  groupOf(seq: number): Promise<Group | undefined>;
  head(): Promise<Head>;
  /** Starts a new term: writes its term row, after which no older term can append. Returns the new head. */
  take(): Promise<Head>;
  /**
   * Only where other nodes may lead: whether a commit of ours that began after this call went through, or nobody
   * can tell in time. What rests on an old world (a refusal, a fresh read) waits for it.
   */
  readonly barrier?: () => Promise<boolean>;
  close(): Promise<void>;
}

/** What `verify` and `export` need of a journal: everything but writing. */
export type JournalReader = Omit<Journal, 'append' | 'take' | 'snapshot'>;

/** Nothing was written, and the caller may send the same bytes again. */
export class StoreFailure extends Error {
  readonly code: 'storage_full' | 'busy';
  constructor(code: 'storage_full' | 'busy', message: string) {
    super(message);
    this.name = 'StoreFailure';
    this.code = code;
  }
}

export const GROUP_LIMITS = {
  /** One column of every engine we run on (Aurora DSQL: 1 MiB). */
  bytesMax: 512 * 1024,
  entriesMax: 1_000,
  entryBytesMax: 128 * 1024,
  /** What one `read` carries at most (one group always fits): a batch that a follower folds at once. */
  readBytesMax: 4 * 1024 * 1024,
} as const;
