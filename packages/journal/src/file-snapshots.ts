/** Snapshots in a directory: `snapshots/<seq>/part-000001.ndjson` …, and `manifest.json`, which comes last. */
import path from 'node:path';
import { type Disk, readWhole, replaceDurably, writeAll } from './file-disk.js';
import { codeOf } from './file-errors.js';
import type { SnapshotShelf } from './journal.js';

const SEQ = /^\d{16}$/;

export const snapshotsDir = (journalDir: string): string => path.join(journalDir, 'snapshots');

/** Every call is synchronous: of these files there is one reader at a start, and one writer in its own thread. */
export class FileSnapshots implements SnapshotShelf {
  readonly #disk: Disk;
  readonly #dir: string;

  /** The journal's directory. */
  constructor(disk: Disk, journalDir: string) {
    this.#disk = disk;
    this.#dir = snapshotsDir(journalDir);
  }

  async list(): Promise<readonly number[]> {
    return this.listNow();
  }

  /** For whoever opens the journal, which is synchronous. */
  listNow(): readonly number[] {
    const names = ifThere(() => this.#disk.list(this.#dir)) ?? [];
    return names
      .filter((name) => SEQ.test(name))
      .map(Number)
      .sort((a, b) => b - a);
  }

  async get(seq: number, part: number): Promise<string | undefined> {
    return this.getNow(seq, part);
  }

  getNow(seq: number, part: number): string | undefined {
    const file = path.join(this.#home(seq), nameOf(part));
    return ifThere(() => readWhole(this.#disk, file))?.toString('latin1');
  }

  async put(seq: number, part: number, text: string): Promise<void> {
    const home = this.#home(seq);
    if (part <= 1) this.#disk.makeDirectory(home);
    const file = path.join(home, nameOf(part));
    const bytes = Buffer.from(text, 'latin1');
    if (part === 0) {
      // The names of the parts are safe before there is one that vouches for them.
      this.#disk.syncDirectory(home);
      return replaceDurably(this.#disk, file, bytes);
    }
    const open = this.#disk.open(file, 'create');
    try {
      writeAll(this.#disk, open, bytes, 0);
      this.#disk.sync(open);
    } finally {
      this.#disk.close(open);
    }
  }

  async drop(seq: number): Promise<void> {
    this.dropNow(seq);
  }

  dropNow(seq: number): void {
    const home = this.#home(seq);
    const names = ifThere(() => this.#disk.list(home));
    if (!names) return;
    const manifest = nameOf(0);
    if (names.includes(manifest)) {
      this.#disk.remove(path.join(home, manifest));
      this.#disk.syncDirectory(home);
    }
    for (const name of names) this.#disk.remove(path.join(home, name));
    this.#disk.removeDirectory(home);
  }

  #home(seq: number): string {
    return path.join(this.#dir, String(seq).padStart(16, '0'));
  }
}

const nameOf = (part: number): string =>
  part === 0 ? 'manifest.json' : `part-${String(part).padStart(6, '0')}.ndjson`;

function ifThere<T>(read: () => T): T | undefined {
  try {
    return read();
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
