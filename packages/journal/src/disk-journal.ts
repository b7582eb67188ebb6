/**
 * The journal of a directory on whatever disk it is given, written in the caller's own thread: for simulations, which
 * own the disk. What reaches the disk and how it is read back is the file journal's own code.
 */
import { decodeEntry } from '@fairground/engine';
import path from 'node:path';
import { checkGroup, GroupFault, judge } from './fence.js';
import { type Disk, DiskStopped, readUpTo } from './file-disk.js';
import { JournalRefused, messageOf } from './file-errors.js';
import { groupFrom, readBody, readHeader } from './file-frame.js';
import { GroupIndex } from './file-index.js';
import { FileSnapshots } from './file-snapshots.js';
import { type FileStore, openFileStore } from './file-store.js';
import {
  type Appended,
  type Group,
  GROUP_LIMITS,
  type Head,
  type Journal,
  type Predecessor,
  type SnapshotShelf,
  StoreFailure,
} from './journal.js';
import type { Call, Faults } from './memory.js';
import { linesOf } from './recover.js';

export interface DiskJournalOptions {
  readonly disk: Disk;
  readonly id: string;
  readonly segmentBytes: number;
  /** Called when the disk failed: whoever hears it acts as if the process had ended. */
  readonly onFatal: (reason: string) => void;
  /** Reads every entry back before it is written. */
  readonly proofreads?: boolean;
  /** What holds calls up on their way to the disk, and answers on their way back. */
  readonly faults?: Faults;
}

const DIR = '/journal';

/** Where this journal's snapshots lie: as in production, on the disk without the law that ends the process. */
export const shelfOn = (disk: Disk): SnapshotShelf => new FileSnapshots(disk, DIR);
/** The process has ended: nobody hears the answer. */
const NEVER = new Promise<never>(() => {});

export class DiskJournal implements Journal {
  readonly id: string;
  readonly proofreads: boolean;
  readonly warnings: readonly string[];
  readonly snapshots: SnapshotShelf;
  readonly #options: DiskJournalOptions;
  readonly #store: FileStore;
  readonly #index: GroupIndex;

  /** Throws a `JournalRefused` where the directory cannot be used, `DiskStopped` where the disk failed. */
  constructor(options: DiskJournalOptions) {
    const fresh = { id: options.id, created: '2026-01-01T00:00:00.000Z' };
    const opened = openFileStore({ ...options, dir: DIR, acceptLoss: false, fresh });
    this.#options = options;
    this.snapshots = shelfOn(options.disk);
    this.#store = opened.store;
    this.#index = new GroupIndex(opened.index);
    this.id = opened.store.id;
    this.warnings = opened.warnings;
    this.proofreads = options.proofreads ?? false;
  }

  append(group: Group, prev: Predecessor): Promise<Appended> {
    return this.#call({ verb: 'append', group }, () => {
      if (group.grp <= this.#store.head.grp) return this.#compare(group, prev);
      if (this.proofreads) proofread(group);
      const { outcome, place } = this.#store.append(group, prev);
      if (place) this.#index.add(group.firstSeq, place);
      this.#prepare();
      return outcome;
    });
  }

  take(): Promise<Head> {
    return this.#call({ verb: 'take' }, () => {
      const { head, place } = this.#store.take();
      this.#index.add(head.lastSeq + 1, place);
      return head;
    });
  }

  read(after: number, limit: number): Promise<readonly Group[]> {
    return this.#call({ verb: 'read' }, () => {
      const groups: Group[] = [];
      let room: number = GROUP_LIMITS.readBytesMax;
      for (let grp = after + 1; grp <= this.#index.count && groups.length < limit; grp++) {
        const group = this.#groupAt(grp);
        room -= group.lines.length;
        if (groups.length > 0 && room < 0) break;
        groups.push(group);
      }
      return groups;
    });
  }

  groupOf(seq: number): Promise<Group | undefined> {
    return this.#call({ verb: 'groupOf' }, () => {
      const isThere = seq >= 1 && seq <= this.#store.head.lastSeq;
      return isThere ? this.#groupAt(this.#index.grpOf(seq)) : undefined;
    });
  }

  head(): Promise<Head> {
    return this.#call({ verb: 'head' }, () => this.#store.head);
  }

  async close(): Promise<void> {
    this.#store.close();
  }

  async #call<T>(call: Call, reach: () => T): Promise<T> {
    await this.#options.faults?.before?.(call);
    let result: T;
    try {
      result = reach();
    } catch (error) {
      // These say that nothing was written, or that what is read is not to be believed.
      const isSaid = error instanceof StoreFailure || error instanceof GroupFault;
      if (isSaid || error instanceof JournalRefused) throw error;
      if (!(error instanceof DiskStopped)) this.#options.onFatal(messageOf(error));
      return NEVER;
    }
    await this.#options.faults?.after?.(call);
    return result;
  }

  #compare(group: Group, prev: Predecessor): Appended {
    checkGroup(group, prev);
    const verdict = judge(group, prev, { there: this.#groupAt(group.grp), head: this.#store.head });
    return verdict === 'free' ? 'history_lost' : verdict;
  }

  /** One step towards the next segment, as the writing thread takes between appends. */
  #prepare(): void {
    try {
      this.#store.prepareStep();
    } catch (error) {
      if (error instanceof DiskStopped) throw error;
    }
  }

  #groupAt(grp: number): Group {
    const place = this.#index.place(grp);
    if (!place) throw new JournalRefused('loss', `There is no group ${grp}.`);
    const { disk } = this.#options;
    const file = disk.open(path.join(DIR, place.segment), 'read');
    const bytes = readUpTo(disk, file, place.offset, place.end - place.offset);
    disk.close(file);
    const header = readHeader(this.id, bytes, 0);
    const body = header?.grp === grp ? readBody(this.id, bytes, header) : undefined;
    if (header && body) return groupFrom(header, body);
    throw new JournalRefused('damaged', `Group ${grp} was durable and has changed since.`);
  }
}

/** As the writing thread does. */
function proofread({ grp, lines }: Group): void {
  try {
    for (const line of linesOf(lines)) decodeEntry(line);
  } catch (error) {
    throw new GroupFault(`Group ${grp} cannot be appended: ${messageOf(error)}.`);
  }
}
