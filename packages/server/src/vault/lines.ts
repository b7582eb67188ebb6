/**
 * A private file of checked lines. A line is durable when `append` resolves; a torn last line is healed,
 * a line that is not what was written stops the start.
 */
import { createHash } from 'node:crypto';
import { type FileHandle, open, readFile, rename } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

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

const encode = (row: object): string => {
  const json = JSON.stringify(row);
  return `{"check":"${checkOf(json)}","row":${json}}\n`;
};

const LINE = /^\{"check":"([0-9a-f]{8})","row":(.*)\}$/;

interface Waiting {
  readonly line: string;
  readonly done: () => void;
  readonly failed: (error: Error) => void;
}

export class Lines {
  readonly #path: string;
  #file: FileHandle;
  #queue: Waiting[] = [];
  #writing: Promise<void> | undefined;
  #broken: Error | undefined;

  private constructor(path: string, file: FileHandle) {
    this.#path = path;
    this.#file = file;
  }

  /** Opens (or makes) the file, readable by its owner alone, and gives every row in it. */
  static async open(path: string): Promise<{ lines: Lines; rows: readonly unknown[] }> {
    const file = await open(path, 'a', 0o600);
    try {
      await file.chmod(0o600);
      await syncDirectory(path);
      return { lines: new Lines(path, file), rows: await readRows(path, file) };
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
      this.#writing ??= this.#drain();
    });
  }

  /** Resolves when everything appended so far is on disk. */
  async settled(): Promise<void> {
    await this.#writing;
    if (this.#broken) throw this.#broken;
  }

  /** Replaces the whole file: written aside, synced, renamed, so that either all of it counts or none. */
  async rewrite(rows: Iterable<object>): Promise<void> {
    await this.#writing;
    const aside = join(dirname(this.#path), `.${basename(this.#path)}.new`);
    const file = await open(aside, 'w', 0o600);
    for (const row of rows) await file.write(encode(row));
    await file.sync();
    await file.close();
    await rename(aside, this.#path);
    await syncDirectory(this.#path);
    await this.#file.close();
    this.#file = await open(this.#path, 'a', 0o600);
  }

  async close(): Promise<void> {
    await this.#writing;
    await this.#file.close();
  }

  async #drain(): Promise<void> {
    while (this.#queue.length > 0) {
      const group = this.#queue.splice(0);
      try {
        if (this.#broken) throw this.#broken;
        await this.#file.appendFile(group.map(({ line }) => line).join(''));
        await this.#file.datasync();
        for (const { done } of group) done();
      } catch (error) {
        // Once a sync has failed nobody knows what is on disk: nothing more is written until a new start.
        this.#broken ??= error instanceof Error ? error : new Error(String(error));
        for (const { failed } of group) failed(this.#broken);
      }
    }
    this.#writing = undefined;
  }
}

async function readRows(path: string, file: FileHandle): Promise<readonly unknown[]> {
  const bytes = await readFile(path);
  const sound = bytes.lastIndexOf(10) + 1;
  if (sound < bytes.length) {
    // Cut by a crash before anybody was told that it is there.
    await file.truncate(sound);
    await file.datasync();
  }
  const text = bytes.subarray(0, sound).toString('utf8');
  return text === ''
    ? []
    : text
        .slice(0, -1)
        .split('\n')
        .map((line, n) => decode(path, line, n + 1));
}

function decode(path: string, line: string, number: number): unknown {
  const match = LINE.exec(line);
  const json = match?.[2];
  if (json === undefined) throw new VaultCorrupt(path, number, 'this is no line of a vault');
  if (checkOf(json) !== match?.[1])
    throw new VaultCorrupt(path, number, 'the check does not fit the line');
  return JSON.parse(json);
}

async function syncDirectory(path: string): Promise<void> {
  const directory = await open(dirname(path), 'r');
  await directory.sync();
  await directory.close();
}
