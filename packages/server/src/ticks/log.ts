/**
 * Records on disk, one a line, each under a checksum: what `append` has said is durable is there after any crash.
 * A torn tail is cut; a bad record with a good one behind it is rot, and never skipped.
 */
import { createHash, randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import {
  type FileHandle,
  mkdir,
  open,
  readdir,
  readFile,
  rename,
  rm,
  writeFile,
} from 'node:fs/promises';
import { join } from 'node:path';
import { createInterface } from 'node:readline';

export const SEGMENT_BYTES = 64 * 1024 * 1024;
const NAME = /^\d{16}\.log$/;
const nameOf = (first: number): string => `${String(first).padStart(16, '0')}.log`;
const NEWLINE = 0x0a;

/** The log is not what was written: somebody has to look at it. */
export class LogBroken extends Error {
  override readonly name = 'LogBroken';
}
/** There is no room: nothing was kept. */
export class LogFull extends Error {
  override readonly name = 'LogFull';
}
/** Nobody knows what is on the disk until it is opened anew. */
export class LogFailed extends Error {
  override readonly name = 'LogFailed';
}

export interface LogRecord {
  readonly record: number;
  readonly text: string;
}

export class TickLog {
  readonly id: string;
  readonly #dir: string;
  readonly #segmentBytes: number;
  #file: FileHandle;
  #size: number;
  /** First records of the segments, the open one last. */
  #firsts: number[];
  #last: number;
  #hasFailed = false;

  private constructor(dir: string, segmentBytes: number, found: Found) {
    this.#dir = dir;
    this.#segmentBytes = segmentBytes;
    this.id = found.id;
    this.#file = found.file;
    this.#size = found.size;
    this.#firsts = found.firsts;
    this.#last = found.last;
  }

  static async open(
    dir: string,
    {
      onAlarm,
      segmentBytes = SEGMENT_BYTES,
    }: { onAlarm: (reason: string) => void; segmentBytes?: number },
  ): Promise<TickLog> {
    await mkdir(dir, { recursive: true, mode: 0o700 });
    await syncDirectory(join(dir, '..'));
    const id = await identityOf(dir);
    const firsts = (await readdir(dir))
      .filter((name) => NAME.test(name))
      .sort()
      .map((name) => Number(name.slice(0, 16)));
    if (firsts.length === 0) {
      await writeFile(join(dir, nameOf(1)), '', { mode: 0o600 });
      firsts.push(1);
    }
    const first = firsts.at(-1) ?? 1;
    const path = join(dir, nameOf(first));
    const { end, last } = await cutTorn(path, id, first, onAlarm);
    const file = await open(path, 'r+');
    await file.datasync();
    await syncDirectory(dir);
    return new TickLog(dir, segmentBytes, { id, file, size: end, firsts, last });
  }

  /** The newest record. */
  get last(): number {
    return this.#last;
  }

  /** The oldest that is still here, or would be. */
  get first(): number {
    return this.#firsts[0] ?? 1;
  }

  /** Resolves with its number when it is durable. One at a time. */
  async append(text: string): Promise<number> {
    if (this.#hasFailed) throw new LogFailed('The log has failed before.');
    const record = this.#last + 1;
    const bytes = Buffer.from(`${sumOf(this.id, record, text)} ${record} ${text}\n`);
    try {
      if (this.#size > 0 && this.#size + bytes.length > this.#segmentBytes)
        await this.#next(record);
      for (let at = 0; at < bytes.length; ) {
        const { bytesWritten } = await this.#file.write(
          bytes,
          at,
          bytes.length - at,
          this.#size + at,
        );
        at += bytesWritten;
      }
    } catch (error) {
      await this.#giveUp(error);
    }
    try {
      await this.#file.datasync();
    } catch (error) {
      // Asked again it would report success while the pages are gone.
      this.#hasFailed = true;
      throw new LogFailed(String(error));
    }
    this.#size += bytes.length;
    this.#last = record;
    return record;
  }

  /** Every record after that one, in order. */
  async *after(record: number): AsyncGenerator<LogRecord> {
    if (record + 1 < this.first)
      throw new LogBroken(`Records ${record + 1} to ${this.first - 1} are gone.`);
    let next = record + 1;
    for (const [place, first] of this.#firsts.entries()) {
      if ((this.#firsts[place + 1] ?? Number.POSITIVE_INFINITY) <= next || next > this.#last)
        continue;
      for await (const found of this.#records(first)) {
        if (found.record < next) continue;
        if (found.record > next) break;
        yield found;
        next = found.record + 1;
      }
    }
    if (next <= this.#last) throw new LogBroken(`Record ${next} is missing in ${this.#dir}.`);
  }

  /** Drops closed segments whose successor begins with a record of which `isOld` says so. */
  async drop(isOld: (text: string) => boolean): Promise<number> {
    let dropped = 0;
    for (let second = this.#firsts[1]; second !== undefined; second = this.#firsts[1]) {
      const begins = await this.#records(second).next();
      if (begins.done === true || !isOld(begins.value.text)) break;
      await rm(join(this.#dir, nameOf(this.first)));
      this.#firsts.shift();
      dropped++;
    }
    return dropped;
  }

  async close(): Promise<void> {
    await this.#file.close();
  }

  async *#records(first: number): AsyncGenerator<LogRecord, undefined> {
    const path = join(this.#dir, nameOf(first));
    const lines = createInterface({
      input: createReadStream(path),
      crlfDelay: Number.POSITIVE_INFINITY,
    });
    let record = first;
    for await (const line of lines) {
      if (record > this.#last) return undefined;
      const text = textOf(this.id, record, line);
      if (text === undefined)
        throw new LogBroken(`${path}: record ${record} is not what was written.`);
      yield { record, text };
      record++;
    }
    return undefined;
  }

  async #next(first: number): Promise<void> {
    const file = await open(join(this.#dir, nameOf(first)), 'wx+', 0o600);
    await syncDirectory(this.#dir);
    await this.#file.close();
    this.#file = file;
    this.#size = 0;
    this.#firsts = [...this.#firsts, first];
  }

  /** What was half written is taken back, so that the next record stands where it should. */
  async #giveUp(error: unknown): Promise<never> {
    const code = error instanceof Error && 'code' in error ? error.code : undefined;
    try {
      await this.#file.truncate(this.#size);
    } catch {
      this.#hasFailed = true;
    }
    if (code === 'ENOSPC' || code === 'EDQUOT') throw new LogFull(String(error));
    this.#hasFailed = true;
    throw new LogFailed(String(error));
  }
}

interface Found {
  readonly id: string;
  readonly file: FileHandle;
  readonly size: number;
  readonly firsts: number[];
  readonly last: number;
}

const sumOf = (id: string, record: number, text: string): string =>
  createHash('sha256').update(`${id} ${record} ${text}`).digest('hex').slice(0, 16);

/** What the line says, if it is the record it should be. */
function textOf(id: string, record: number, line: string): string | undefined {
  const head = `${line.slice(0, 16)} ${record} `;
  if (!line.startsWith(head)) return undefined;
  const text = line.slice(head.length);
  return sumOf(id, record, text) === head.slice(0, 16) ? text : undefined;
}

/** Of the open segment: where its last good record ends. */
async function cutTorn(
  path: string,
  id: string,
  first: number,
  onAlarm: (reason: string) => void,
): Promise<{ end: number; last: number }> {
  const bytes = await readFile(path);
  let [end, last] = [0, first - 1];
  for (let at = bytes.indexOf(NEWLINE); at >= 0; at = bytes.indexOf(NEWLINE, end)) {
    if (textOf(id, last + 1, bytes.toString('utf8', end, at)) === undefined) break;
    [end, last] = [at + 1, last + 1];
  }
  if (end === bytes.length) return { end, last };
  refuseRot(path, id, last, bytes.subarray(end));
  onAlarm(`${path} ended in the middle of a record that nobody was told of: it is cut there.`);
  await writeFile(`${path}.torn`, bytes.subarray(end), { mode: 0o600 });
  const file = await open(path, 'r+');
  await file.truncate(end);
  await file.sync();
  await file.close();
  return { end, last };
}

function refuseRot(path: string, id: string, last: number, rest: Buffer): void {
  let from = rest.indexOf(NEWLINE) + 1;
  for (
    let at = rest.indexOf(NEWLINE, from);
    from > 0 && at >= 0;
    at = rest.indexOf(NEWLINE, from)
  ) {
    const line = rest.toString('utf8', from, at);
    const record = Number(/^[0-9a-f]{16} (\d{1,15}) /.exec(line)?.[1] ?? 0);
    if (record > last && textOf(id, record, line) !== undefined)
      throw new LogBroken(
        `${path}: record ${last + 1} is bad, and record ${record} behind it is good.`,
      );
    from = at + 1;
  }
}

async function identityOf(dir: string): Promise<string> {
  const path = join(dir, 'log.id');
  const known = await readFile(path, 'utf8').catch((error: unknown) => {
    if (error instanceof Error && 'code' in error && error.code === 'ENOENT') return '';
    throw error;
  });
  if (/^[0-9a-f]{32}\n$/.test(known)) return known.trim();
  if (known !== '' || (await readdir(dir)).some((name) => NAME.test(name)))
    throw new LogBroken(`${path} is missing or not what was written.`);
  const id = randomBytes(16).toString('hex');
  const made = await open(`${path}.tmp`, 'w', 0o600);
  await made.writeFile(`${id}\n`);
  await made.sync();
  await made.close();
  await rename(`${path}.tmp`, path);
  await syncDirectory(dir);
  return id;
}

async function syncDirectory(dir: string): Promise<void> {
  const handle = await open(dir, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
