/** A file in blocks of so many rows, each under a key of its own: sent again, also in another life, it counts once. */
import { createHash } from 'node:crypto';
import { createReadStream, type ReadStream } from 'node:fs';
import { pipeline } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { Failure } from '../exit.js';
import { csvRows, jsonRows, type Mapping } from './rows.js';

/** Part of each key: another number here makes other ticks of those that have no id. */
export const BLOCK = 2_000;
/** What is longer is no tick, and the server says so of its beginning. */
const SENT_CHARS_MAX = 2_100;
/** What is longer is no file of ticks. */
const LINE_CHARS_MAX = 1 << 20;

export interface Block {
  /** How many rows stand before it. */
  readonly from: number;
  readonly rows: number;
  readonly text: string;
  readonly key: string;
  /** Of the file, so far. */
  readonly bytes: number;
}

export async function* blocksOf(
  path: string,
  mapping: Mapping,
  signal: AbortSignal,
): AsyncGenerator<Block, void> {
  const file = createReadStream(path, { signal });
  const lines = linesOf(path, file);
  const first = (await lines.next()).value;
  if (typeof first !== 'string') return;
  const isJson = first.trimStart().startsWith('{');
  const shaped = isJson ? jsonRows(mapping) : csvRows(first, mapping);
  // A file that has grown keeps the keys of what it had.
  let identity = '';
  let from = 0;
  let texts: string[] = [];
  const block = (): Block => {
    const text = texts.join('');
    const key = createHash('sha256').update(`${identity} ${from}`).digest('hex').slice(0, 40);
    return { from, rows: texts.length, text, key: `ticks_${key}`, bytes: file.bytesRead };
  };
  const rows = isJson ? after(first, lines) : lines;
  for await (const row of rows) {
    const text = shaped(row).slice(0, SENT_CHARS_MAX);
    if (identity === '') identity = text;
    texts.push(`${text}\n`);
    if (texts.length < BLOCK) continue;
    yield block();
    from += texts.length;
    texts = [];
  }
  if (texts.length > 0) yield block();
}

async function* after(first: string, rest: AsyncIterable<string>): AsyncGenerator<string, void> {
  yield first;
  yield* rest;
}

/** Lines that hold something; the last one may lack its end. */
async function* linesOf(path: string, file: ReadStream): AsyncGenerator<string, void> {
  // What goes wrong with either is thrown by whoever reads.
  const text = path.endsWith('.gz') ? pipeline(file, createGunzip(), () => undefined) : file;
  text.setEncoding('utf8');
  let rest = '';
  for await (const piece of text) {
    const lines = `${rest}${String(piece)}`.split('\n');
    rest = lines.pop() ?? '';
    if (rest.length > LINE_CHARS_MAX)
      throw new Failure('fault', `${path} has a line of more than ${LINE_CHARS_MAX} characters.`);
    for (const line of lines) if (line.trim() !== '') yield line.trim();
  }
  if (rest.trim() !== '') yield rest.trim();
}
