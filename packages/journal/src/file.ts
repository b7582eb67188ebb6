/** The journal in a directory: one thread writes it, this side asks and reads. */
import { randomBytes } from 'node:crypto';
import path from 'node:path';
import { realDisk } from './file-disk.js';
import { codeOf, JournalRefused, messageOf } from './file-errors.js';
import { GroupIndex } from './file-index.js';
import { readGroups } from './file-read.js';
import { SEGMENT_BYTES, SEGMENT_BYTES_MAX, SEGMENT_BYTES_MIN } from './file-segment.js';
import type { FromWorker, ToWorker, WireError } from './file-worker.js';
import { FileSnapshots } from './file-snapshots.js';
import { exitNow, startWriter, type Writer } from './file-worker-link.js';
import { checkGroup, GroupFault, judge } from './fence.js';
import { StoreFailure } from './journal.js';
import type {
  Appended,
  Group,
  Head,
  Journal,
  Predecessor,
  SnapshotMade,
  SnapshotShelf,
} from './journal.js';
import { SnapshotThread } from './snapshot-thread.js';

export interface FileJournalOptions {
  readonly dir: string;
  /** 16 MiB; small in tests. A larger group gets a segment of its own size. */
  readonly segmentBytes?: number;
  /** Opens even when durable groups are missing. Once, by an operator's decision. */
  readonly acceptLoss?: boolean;
  /** Opens where nothing can lock the directory. */
  readonly unsafeLock?: boolean;
  /** Reads every entry back before it is written, in the writing thread: on for exchanges. */
  readonly proofreads?: boolean;
  /** For a new journal: its id (an import keeps the exported one). Drawn when absent. */
  readonly id?: string;
  /**
   * Called when the disk failed and nobody knows what is on it. The process must end: callers have
   * to hear "unknown", never an answer. By default it says why on stderr and exits with 70.
   */
  readonly onFatal?: (reason: string) => void;
}

export async function openFileJournal(options: FileJournalOptions): Promise<FileJournal> {
  const { onFatal = exitNow, segmentBytes = SEGMENT_BYTES } = options;
  if (!(segmentBytes >= SEGMENT_BYTES_MIN && segmentBytes <= SEGMENT_BYTES_MAX)) {
    throw new RangeError(`A segment has ${SEGMENT_BYTES_MIN} to ${SEGMENT_BYTES_MAX} bytes.`);
  }
  const dir = path.resolve(options.dir);
  const { acceptLoss = false, unsafeLock = false, proofreads = false } = options;
  const id = options.id ?? randomBytes(16).toString('hex');
  const writer = startWriter(
    { dir, segmentBytes, acceptLoss, unsafeLock, proofreads, id },
    onFatal,
  );
  const opened = await writer.opened;
  if (opened.type === 'refused') {
    await writer.end();
    throw errorFrom(opened.error);
  }
  const journal = new FileJournal({
    ...opened,
    dir,
    writer,
    onFatal,
    proofreads,
    unsafeLock,
  });
  if (options.id === undefined || options.id === opened.id) return journal;
  await journal.close();
  throw new JournalRefused('format', `${dir} holds the journal ${opened.id}, not ${options.id}.`);
}

type Opened = Extract<FromWorker, { type: 'opened' }>;

interface Made extends Opened {
  readonly dir: string;
  readonly writer: Writer;
  readonly onFatal: (reason: string) => void;
  readonly proofreads: boolean;
  readonly unsafeLock: boolean;
}

export class FileJournal implements Journal {
  readonly id: string;
  readonly proofreads: boolean;
  /**
   * What the operator should know about this opening: a torn append, a questionable file system.
   */
  readonly warnings: readonly string[];
  readonly snapshots: SnapshotShelf;
  private readonly maker: SnapshotThread;
  private readonly dir: string;
  private readonly writer: Writer;
  private readonly onFatal: (reason: string) => void;
  private readonly index: GroupIndex;
  private newest: Head;
  /** The last thing asked of the writer; the next one waits for it. */
  private turn: Promise<unknown> = Promise.resolve();
  private closing: Promise<void> | undefined;

  constructor(made: Made) {
    this.id = made.id;
    this.proofreads = made.proofreads;
    this.warnings = made.warnings;
    this.dir = made.dir;
    this.snapshots = new FileSnapshots(realDisk, made.dir);
    this.maker = new SnapshotThread({ kind: 'file', dir: made.dir, unsafeLock: made.unsafeLock });
    this.writer = made.writer;
    this.onFatal = made.onFatal;
    this.index = new GroupIndex(made.index);
    this.newest = made.head;
  }

  async append(group: Group, prev: Predecessor): Promise<Appended> {
    return this.inTurn(async () => {
      if (group.grp <= this.newest.grp) return this.compare(group, prev);
      const said = await this.ask({ type: 'append', group, prev });
      if (said.type !== 'appended') throw unexpected(said);
      if (said.place) {
        const { grp, term, lastSeq, hash } = group;
        this.index.add(group.firstSeq, said.place);
        this.newest = { grp, term, lastSeq, hash };
      }
      return said.outcome;
    });
  }

  async take(): Promise<Head> {
    return this.inTurn(async () => {
      const said = await this.ask({ type: 'take' });
      if (said.type !== 'taken') throw unexpected(said);
      this.index.add(said.head.lastSeq + 1, said.place);
      this.newest = said.head;
      return said.head;
    });
  }

  async read(after: number, limit: number): Promise<readonly Group[]> {
    return this.reading({ after, through: this.newest.grp, limit });
  }

  async groupOf(seq: number): Promise<Group | undefined> {
    if (seq < 1 || seq > this.newest.lastSeq) return undefined;
    const grp = this.index.grpOf(seq);
    const [group] = await this.reading({ after: grp - 1, through: grp, limit: 1 });
    return group;
  }

  async head(): Promise<Head> {
    this.throwIfClosed();
    return this.newest;
  }

  /** In a thread of its own, which reads the directory like any stranger. */
  async snapshot(): Promise<SnapshotMade> {
    this.throwIfClosed();
    return this.maker.make();
  }

  async close(): Promise<void> {
    this.closing ??= Promise.race([this.turn, this.writer.ended])
      .then(() => this.maker.end())
      .then(() => this.writer.end());
    return this.closing;
  }

  /** A slot that is taken: by an earlier attempt of ours, or by somebody else. */
  private async compare(group: Group, prev: Predecessor): Promise<Appended> {
    checkGroup(group, prev);
    const [there] = await this.reading({ after: group.grp - 1, through: group.grp, limit: 1 });
    const verdict = judge(group, prev, { there, head: this.newest });
    return verdict === 'free' ? 'history_lost' : verdict;
  }

  private async reading(range: {
    after: number;
    through: number;
    limit: number;
  }): Promise<Group[]> {
    this.throwIfClosed();
    try {
      return await readGroups({ dir: this.dir, id: this.id, index: this.index }, range);
    } catch (error) {
      if (codeOf(error) === 'EIO') {
        this.onFatal(`The journal cannot trust its disk any more: ${messageOf(error)}.`);
      }
      throw error;
    }
  }

  private async inTurn<T>(work: () => Promise<T>): Promise<T> {
    this.throwIfClosed();
    const done = this.turn.then(work);
    this.turn = done.catch(() => {});
    return done;
  }

  private async ask(message: ToWorker): Promise<FromWorker> {
    const said = await this.writer.ask(message);
    if (said.type === 'failed') throw errorFrom(said.error);
    return said;
  }

  private throwIfClosed(): void {
    if (this.closing) throw new Error('This journal is closed.');
  }
}

function errorFrom(error: WireError): Error {
  if (error.kind === 'store') return new StoreFailure(error.code, error.message);
  if (error.kind === 'refused') return new JournalRefused(error.code, error.message);
  return error.kind === 'fault' ? new GroupFault(error.message) : new Error(error.message);
}

function unexpected(said: FromWorker): Error {
  return new Error(`The journal's writer answered ${said.type} out of turn.`);
}
