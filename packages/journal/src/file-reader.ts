/**
 * Reads a journal directory beside the server that writes it: takes no lock, repairs nothing, and
 * believes no group above the watermark, which the writer moves only behind durable groups.
 */
import path from 'node:path';
import { readWhole, realDisk } from './file-disk.js';
import { JournalRefused } from './file-errors.js';
import { readIdentity, readWatermark } from './file-marks.js';
import { readGroups } from './file-read.js';
import { damaged, salvage, Scan } from './file-scan.js';
import { promisedBy, segmentsIn } from './file-segment.js';
import { FileSnapshots } from './file-snapshots.js';
import type { Group, Head, JournalReader, SnapshotShelf } from './journal.js';

/** The mark's sixteen bytes may be read while they are written; not this many times in a row. */
const MARK_READS_MAX = 10;

export async function openFileJournalReader(dir: string): Promise<FileJournalReader> {
  const identity = readIdentity(realDisk, dir);
  if (!identity) throw new JournalRefused('format', `There is no journal in ${dir}.`);
  const reader = new FileJournalReader(dir, identity.id);
  await reader.head();
  return reader;
}

export class FileJournalReader implements JournalReader {
  readonly id: string;
  readonly snapshots: SnapshotShelf;
  private readonly dir: string;
  private readonly scan: Scan;
  /** Where the scan goes on. */
  private at: { readonly name: string; readonly offset: number } | undefined;

  constructor(dir: string, id: string) {
    this.id = id;
    this.dir = dir;
    this.snapshots = new FileSnapshots(realDisk, dir);
    this.scan = new Scan(id);
  }

  /** The newest durable group, now. The scan behind it is synchronous: this is for tools. */
  async head(): Promise<Head> {
    const mark = this.mark();
    if (mark < this.scan.head.grp) {
      throw new JournalRefused('loss', `The journal in ${this.dir} was rewound. Open it again.`);
    }
    while (this.scan.head.grp < mark) this.advance(mark);
    return this.scan.head;
  }

  async read(after: number, limit: number): Promise<readonly Group[]> {
    const through = (await this.head()).grp;
    return readGroups(this.shelf(), { after, through, limit });
  }

  async groupOf(seq: number): Promise<Group | undefined> {
    const head = await this.head();
    if (seq < 1 || seq > head.lastSeq) return undefined;
    const grp = this.scan.index.grpOf(seq);
    const [group] = await readGroups(this.shelf(), { after: grp - 1, through: grp, limit: 1 });
    return group;
  }

  async close(): Promise<void> {}

  private shelf(): { dir: string; id: string; index: Scan['index'] } {
    return { dir: this.dir, id: this.id, index: this.scan.index };
  }

  private mark(): number {
    for (let read = 0; read < MARK_READS_MAX; read += 1) {
      const mark = readWatermark(realDisk, this.dir, this.id);
      if (mark !== undefined) return mark;
    }
    throw new JournalRefused(
      'loss',
      `The watermark of ${this.dir} is missing or damaged: start the server on it first.`,
    );
  }

  /** Takes in the rest of this segment, or goes on to the next. */
  private advance(mark: number): void {
    const { head } = this.scan;
    const from = this.at ?? { name: this.segmentFor(head), offset: 0 };
    const file = path.join(this.dir, from.name);
    const bytes = readWhole(realDisk, file, from.offset);
    const stop = this.scan.run({ name: from.name, bytes, base: from.offset }, mark);
    if (stop.bad) {
      const whole = readWhole(realDisk, file);
      const { wrongAt } = salvage(this.id, whole, stop.at, this.scan.head);
      const why = `group ${this.scan.head.grp + 1} was durable and its bytes have changed since.`;
      throw damaged({ path: file, bytes: whole, at: wrongAt }, why);
    }
    this.at = { name: from.name, offset: stop.at };
    if (this.scan.head.grp === head.grp) this.at = { name: this.segmentFor(head), offset: 0 };
  }

  private segmentFor(head: Head): string {
    const names = segmentsIn(realDisk.list(this.dir));
    const name = names.find((one) => promisedBy(one)?.firstGrp === head.grp + 1);
    if (name !== undefined) return name;
    throw new JournalRefused(
      'loss',
      `The journal in ${this.dir} ends at group ${head.grp}, but more was durable: ` +
        'a segment is missing. Restore the directory from a backup.',
    );
  }
}
