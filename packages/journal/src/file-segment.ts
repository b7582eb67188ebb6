/**
 * A segment is zero-filled and durable before the first group goes in, so that an append changes
 * no length and finds no full disk. The next one is made in small steps while nothing else happens.
 */
import path from 'node:path';
import { type Disk, DiskStopped, writeAll } from './file-disk.js';
import { isStorageFull, messageOf } from './file-errors.js';
import { StoreFailure } from './journal.js';

/** Large enough to be rare, small enough to be copied at every start. */
export const SEGMENT_BYTES = 16 * 1024 * 1024;
/** Smaller ones would be all names and no groups. */
export const SEGMENT_BYTES_MIN = 1024;
/** A segment is read whole, and offsets in it take 32 bits. */
export const SEGMENT_BYTES_MAX = 1024 * 1024 * 1024;
/** An append that arrives during a step waits for it: about a millisecond. */
const STEP_BYTES = 1024 * 1024;
const ZEROS = Buffer.alloc(STEP_BYTES);
const NAME = /^(\d{16})-(\d{16})\.seg$/;
const NEXT = 'next.tmp';

/** Named by first seq; the group number tells apart two that begin with nothing but term rows. */
export function segmentName(firstSeq: number, firstGrp: number): string {
  return `${String(firstSeq).padStart(16, '0')}-${String(firstGrp).padStart(16, '0')}.seg`;
}

/** What a segment's name promises of its first group. */
export function promisedBy(name: string): { firstSeq: number; firstGrp: number } | undefined {
  const found = NAME.exec(name);
  return found ? { firstSeq: Number(found[1]), firstGrp: Number(found[2]) } : undefined;
}

export function segmentsIn(names: readonly string[]): string[] {
  return names.filter((name) => NAME.test(name)).sort();
}

export function writeZeros(disk: Disk, file: number, from: number, to: number): void {
  for (let at = from; at < to; at += STEP_BYTES) {
    writeAll(disk, file, ZEROS.subarray(0, Math.min(STEP_BYTES, to - at)), at);
  }
}

export interface OpenSegment {
  readonly name: string;
  readonly file: number;
  readonly bytes: number;
}

export class SegmentMaker {
  private readonly disk: Disk;
  private readonly dir: string;
  private readonly bytes: number;
  private next: { readonly file: number; readonly bytes: number; zeroed: number } | undefined;

  constructor(made: { readonly disk: Disk; readonly dir: string; readonly segmentBytes: number }) {
    this.disk = made.disk;
    this.dir = made.dir;
    this.bytes = made.segmentBytes;
  }

  /** One small step towards the next segment. */
  step(bytesMin = 0): 'working' | 'ready' | 'full' {
    try {
      this.next ??= this.begin(Math.max(this.bytes, bytesMin));
      if (this.next.zeroed >= this.next.bytes) return 'ready';
      const to = Math.min(this.next.zeroed + STEP_BYTES, this.next.bytes);
      writeZeros(this.disk, this.next.file, this.next.zeroed, to);
      this.disk.sync(this.next.file);
      this.next.zeroed = to;
      return to === this.next.bytes ? 'ready' : 'working';
    } catch (error) {
      if (!isStorageFull(error)) throw error;
      this.drop();
      return 'full';
    }
  }

  /** The next segment under its name, finished now if it was not yet. */
  claim(firstSeq: number, firstGrp: number, bytesMin: number): OpenSegment {
    const name = segmentName(firstSeq, firstGrp);
    try {
      return this.finish(name, bytesMin);
    } catch (error) {
      if (error instanceof DiskStopped || error instanceof StoreFailure) throw error;
      if (isStorageFull(error)) throw noRoom(this.dir);
      const why = `The next part of the journal in ${this.dir} cannot be made: ${messageOf(error)}.`;
      throw new StoreFailure('busy', why);
    }
  }

  /** Gives up what was being made; also clears what an earlier process left. */
  drop(): void {
    const next = this.next;
    this.next = undefined;
    if (next) this.disk.close(next.file);
    this.disk.remove(path.join(this.dir, NEXT));
  }

  private finish(name: string, bytesMin: number): OpenSegment {
    if (this.next && this.next.bytes < bytesMin) this.drop();
    let state = this.step(bytesMin);
    while (state === 'working') state = this.step(bytesMin);
    if (state === 'full' || !this.next) throw noRoom(this.dir);
    this.disk.rename(path.join(this.dir, NEXT), path.join(this.dir, name));
    this.disk.syncDirectory(this.dir);
    const { file, bytes } = this.next;
    this.next = undefined;
    return { name, file, bytes };
  }

  private begin(bytes: number): { file: number; bytes: number; zeroed: number } {
    return { file: this.disk.open(path.join(this.dir, NEXT), 'create'), bytes, zeroed: 0 };
  }
}

export function noRoom(dir: string): StoreFailure {
  return new StoreFailure(
    'storage_full',
    `There is no room for the next part of the journal in ${dir}; with room it goes on by itself.`,
  );
}
