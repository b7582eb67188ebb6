/**
 * The writer. A group is written into durable zeros, made durable, and only then called done; the
 * watermark follows. Every call is synchronous: this runs in a thread of its own.
 */
import { followChain } from './chain.js';
import { type Disk, strictDisk, writeAll } from './file-disk.js';
import { isStorageFull } from './file-errors.js';
import { encodeFrame } from './file-frame.js';
import type { PackedIndex, Place } from './file-index.js';
import { type Identity, encodeWatermark, watermarkPath } from './file-marks.js';
import { recover } from './file-recover.js';
import { type OpenSegment, SegmentMaker, noRoom, writeZeros } from './file-segment.js';
import { checkGroup, GroupFault, headOf, judge, termRow } from './fence.js';
import type { Appended, Group, Head, Predecessor } from './journal.js';

export interface StoreOptions {
  readonly disk: Disk;
  readonly dir: string;
  readonly segmentBytes: number;
  readonly acceptLoss: boolean;
  readonly fresh: Identity;
  /** Told once when the disk can no longer be trusted; nothing works afterwards. */
  readonly onFatal: (reason: string) => void;
}

export interface OpenedStore {
  readonly store: FileStore;
  readonly index: PackedIndex;
  readonly warnings: readonly string[];
}

export interface Stored {
  readonly outcome: Appended;
  /** Where the group lies, when this call wrote it. */
  readonly place?: Place;
}

export function openFileStore(options: StoreOptions): OpenedStore {
  const disk = strictDisk(options.disk, options.onFatal);
  disk.makeDirectory(options.dir);
  const { identity, scan, open, warnings } = recover({ ...options, disk });
  const store = new FileStore({ ...options, disk, id: identity.id, head: scan.head, open });
  return { store, index: scan.index.pack(), warnings };
}

interface Made {
  readonly disk: Disk;
  readonly dir: string;
  readonly segmentBytes: number;
  readonly id: string;
  readonly head: Head;
  readonly open: (OpenSegment & { readonly end: number }) | undefined;
}

export class FileStore {
  readonly id: string;
  private readonly disk: Disk;
  private readonly dir: string;
  private readonly maker: SegmentMaker;
  private readonly watermark: number;
  private newest: Head;
  private segment: OpenSegment | undefined;
  /** Behind the last durable group. */
  private end: number;

  constructor(made: Made) {
    this.id = made.id;
    this.disk = made.disk;
    this.dir = made.dir;
    this.maker = new SegmentMaker(made);
    this.watermark = made.disk.open(watermarkPath(made.dir), 'update');
    this.newest = made.head;
    this.segment = made.open;
    this.end = made.open?.end ?? 0;
  }

  get head(): Head {
    return headOf(this.newest);
  }

  /** A group older than the newest counts as fenced here; whoever holds the index compares it. */
  append(group: Group, prev: Predecessor): Stored {
    checkGroup(group, prev);
    const { newest } = this;
    const verdict = judge(group, prev, {
      there: group.grp <= newest.grp ? newest : undefined,
      head: newest,
    });
    if (verdict !== 'free') return { outcome: verdict };
    const run = followChain(Buffer.from(group.lines, 'latin1'), prev.hash);
    if (run.bytes !== group.lines.length || run.hash !== group.hash) {
      const wrong = `entry ${group.firstSeq + run.lines} does not continue the chain`;
      throw new GroupFault(`Group ${group.grp} cannot be appended: ${wrong}.`);
    }
    return { outcome: 'done', place: this.write(group) };
  }

  take(): { readonly head: Head; readonly place: Place } {
    const row = termRow(this.newest);
    const place = this.write(row);
    return { head: this.head, place };
  }

  /** Works a little on the next segment; 'full' when there is no room for it now. */
  prepareStep(): 'working' | 'ready' | 'full' {
    return this.maker.step();
  }

  close(): void {
    if (this.segment) this.disk.close(this.segment.file);
    this.segment = undefined;
    this.disk.close(this.watermark);
    this.maker.drop();
  }

  private write(group: Group): Place {
    const frame = encodeFrame(this.id, group);
    const segment = this.roomFor(frame.length, group);
    const place = { segment: segment.name, offset: this.end, end: this.end + frame.length };
    try {
      writeAll(this.disk, segment.file, frame, place.offset);
    } catch (error) {
      if (!isStorageFull(error)) throw error;
      this.undo(segment, place);
      throw noRoom(this.dir);
    }
    this.disk.syncContents(segment.file);
    this.end = place.end;
    this.newest = headOf(group);
    this.mark();
    return place;
  }

  /** The open segment, or the next one when the frame does not fit: a group never spans two. */
  private roomFor(bytes: number, group: Group): OpenSegment {
    if (this.segment && this.end + bytes <= this.segment.bytes) return this.segment;
    const next = this.maker.claim(group.firstSeq, group.grp, bytes);
    if (this.segment) this.disk.close(this.segment.file);
    this.segment = next;
    this.end = 0;
    return next;
  }

  /**
   * Takes back a write that found no room, durably, before anybody hears that nothing was written.
   * Cutting the file needs no room; the next append then asks for a new segment.
   */
  private undo(segment: OpenSegment, place: Place): void {
    try {
      this.disk.truncate(segment.file, place.offset);
      this.segment = { ...segment, bytes: place.offset };
    } catch (error) {
      if (!isStorageFull(error)) throw error;
      writeZeros(this.disk, segment.file, place.offset, place.end);
    }
    this.disk.syncContents(segment.file);
  }

  /** Not synced: it only has to outlive the process, and the group it speaks of is already safe. */
  private mark(): void {
    try {
      writeAll(this.disk, this.watermark, encodeWatermark(this.id, this.newest.grp), 0);
    } catch (error) {
      // A copy-on-write file system may find no room here. The next group marks for this one too.
      if (!isStorageFull(error)) throw error;
    }
  }
}
