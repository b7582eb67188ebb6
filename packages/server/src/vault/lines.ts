/**
 * A private file of checked lines. A line is durable when `append` resolves; a torn last line is healed,
 * a line that is not what was written stops the start. A full disk takes nothing and spoils nothing.
 */
import { createHash } from 'node:crypto';
import { basename, dirname, join } from 'node:path';
import {
  isStorageFull,
  type LinesDisk,
  type LinesFile,
  realDisk,
  VaultFull,
} from './lines-disk.js';

/** The file is not what this program wrote. */
export class VaultCorrupt extends Error {
  constructor(path: string, line: number, why: string) {
    super(
      `${path}, line ${line}: ${why}. Restore this file from a copy, or remove the line by hand.`,
    );
    this.name = 'VaultCorrupt';
  }
}

const checkOf = (json: string): string =>
  createHash('sha256').update(json).digest('hex').slice(0, 8);

const encode = (row: object): string => checkedLine(JSON.stringify(row));

/** The line of a row that is JSON already. */
export const checkedLine = (json: string): string => `{"check":"${checkOf(json)}","row":${json}}\n`;

const LINE = /^\{"check":"([0-9a-f]{8})","row":(.*)\}$/;

interface Waiting {
  readonly line: string;
  readonly done: () => void;
  readonly failed: (error: Error) => void;
}

export interface LinesOptions {
  readonly disk?: LinesDisk;
  /** Told once when the file can no longer be trusted: nothing more is written to it. */
  readonly onAlarm?: (reason: string) => void;
}

interface Opened extends Required<LinesOptions> {
  readonly path: string;
  readonly file: LinesFile;
  readonly bytes: number;
}

export class Lines {
  readonly #path: string;
  readonly #disk: LinesDisk;
  readonly #onAlarm: (reason: string) => void;
  #file: LinesFile;
  /** Up to here it is whole and durable. */
  #bytes: number;
  #queue: Waiting[] = [];
  #working: Promise<void> | undefined;
  #broken: Error | undefined;

  private constructor({ path, file, bytes, disk, onAlarm }: Opened) {
    this.#path = path;
    this.#disk = disk;
    this.#onAlarm = onAlarm;
    this.#file = file;
    this.#bytes = bytes;
  }

  /** Opens (or makes) the file, readable by its owner alone, and gives every row in it. */
  static async open(
    path: string,
    { disk = realDisk, onAlarm = () => undefined }: LinesOptions = {},
  ): Promise<{ lines: Lines; rows: readonly unknown[] }> {
    const file = await disk.open(path, 'a', 0o600);
    try {
      await file.chmod(0o600);
      await syncDirectory(disk, path);
      const { bytes, rows } = await readRows(disk, path, file);
      return { lines: new Lines({ path, file, bytes, disk, onAlarm }), rows };
    } catch (error) {
      await file.close();
      throw error;
    }
  }

  /** Resolves when the row is on disk. What queues meanwhile shares the next sync. */
  append(row: object): Promise<void> {
    const line = encode(row);
    return new Promise((done, failed) => {
      this.#queue.push({ line, done, failed });
      this.#working ??= this.#drain();
    });
  }

  /** Replaces the whole file: written aside, synced, renamed, so that either all of it counts or none. */
  async rewrite(rows: () => Iterable<object>): Promise<void> {
    // Appends wait meanwhile: what they wrote to the old file would be lost with it.
    while (this.#working) await this.#working;
    const work = this.#replace(rows);
    this.#working = work.then(
      () => this.#drain(),
      () => this.#drain(),
    );
    await work;
  }

  async close(): Promise<void> {
    while (this.#working) await this.#working;
    await this.#file.close();
  }

  async #replace(rows: () => Iterable<object>): Promise<void> {
    if (this.#broken) throw this.#broken;
    const aside = join(dirname(this.#path), `.${basename(this.#path)}.new`);
    const text = [...rows()].map(encode).join('');
    try {
      await this.#write(aside, text);
    } catch (error) {
      await this.#disk.remove(aside);
      throw isStorageFull(error) ? new VaultFull(this.#path) : error;
    }
    try {
      await this.#disk.rename(aside, this.#path);
      await syncDirectory(this.#disk, this.#path);
      await this.#file.close();
      this.#file = await this.#disk.open(this.#path, 'a', 0o600);
      this.#bytes = Buffer.byteLength(text);
    } catch (error) {
      throw this.#distrust(error);
    }
  }

  async #write(path: string, text: string): Promise<void> {
    const file = await this.#disk.open(path, 'w', 0o600);
    try {
      await file.appendFile(text);
      await file.sync();
    } finally {
      await file.close();
    }
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      const group = this.#queue.splice(0);
      const error = await this.#tryAppend(group.map(({ line }) => line).join(''));
      for (const { done, failed } of group) {
        if (error) failed(error);
        else done();
      }
    }
    this.#working = undefined;
  }

  /** Undefined when it is durable; otherwise why nothing of it is there. */
  async #tryAppend(text: string): Promise<Error | undefined> {
    if (this.#broken) return this.#broken;
    try {
      await this.#file.appendFile(text);
    } catch (error) {
      return isStorageFull(error) ? this.#undo() : this.#distrust(error);
    }
    try {
      await this.#file.datasync();
    } catch (error) {
      return this.#distrust(error);
    }
    this.#bytes += Buffer.byteLength(text);
    return undefined;
  }

  /** Takes back what found no room, durably, before anybody hears that nothing was written. */
  async #undo(): Promise<Error> {
    try {
      await this.#file.truncate(this.#bytes);
      await this.#file.datasync();
      return new VaultFull(this.#path);
    } catch (error) {
      return this.#distrust(error);
    }
  }

  /** Nobody knows any more what is on disk: nothing is written until a new start has read it. */
  #distrust(error: unknown): Error {
    if (this.#broken) return this.#broken;
    this.#broken = error instanceof Error ? error : new Error(String(error));
    this.#onAlarm(
      `${this.#path} cannot be written any more (${this.#broken.message}): no sign-ups, keys or texts until the node is started anew.`,
    );
    return this.#broken;
  }
}

async function readRows(
  disk: LinesDisk,
  path: string,
  file: LinesFile,
): Promise<{ bytes: number; rows: readonly unknown[] }> {
  const bytes = await disk.readFile(path);
  const sound = bytes.lastIndexOf(10) + 1;
  if (sound < bytes.length) {
    // Cut by a crash before anybody was told that it is there.
    await file.truncate(sound);
    await file.datasync();
  }
  const text = bytes.subarray(0, sound).toString('utf8');
  const lines = text === '' ? [] : text.slice(0, -1).split('\n');
  return { bytes: sound, rows: lines.map((line, n) => decode(path, line, n + 1)) };
}

const decode = (path: string, line: string, number: number): unknown =>
  JSON.parse(jsonIn(path, line, number));

/** What a line carries, as it was written. */
export function jsonIn(path: string, line: string, number: number): string {
  const match = LINE.exec(line);
  const json = match?.[2];
  if (json === undefined) throw new VaultCorrupt(path, number, 'this is no line of a vault');
  if (checkOf(json) !== match?.[1])
    throw new VaultCorrupt(path, number, 'the check does not fit the line');
  return json;
}

async function syncDirectory(disk: LinesDisk, path: string): Promise<void> {
  const directory = await disk.open(dirname(path), 'r');
  await directory.sync();
  await directory.close();
}
