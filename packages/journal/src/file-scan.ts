/** Reads segments front to back and believes a group only when every check on it holds. */
import { chainNext, chainStart, followChain, statedHash } from './chain.js';
import { JournalRefused } from './file-errors.js';
import { type FrameHeader, readBody, readHeader } from './file-frame.js';
import { GroupIndex } from './file-index.js';
import type { Head } from './journal.js';

/** Part of a segment file: `bytes` begin at offset `base`. */
export interface Stretch {
  readonly name: string;
  readonly bytes: Buffer;
  readonly base: number;
}

/** Where a scan stopped, and whether something that is not a good group lies there. */
export interface Stop {
  readonly at: number;
  readonly bad: boolean;
}

const NEWLINE = 0x0a;
const ZEROS = Buffer.alloc(64 * 1024);

export class Scan {
  readonly id: string;
  readonly index = new GroupIndex();
  head: Head;

  constructor(id: string) {
    this.id = id;
    this.head = { grp: 0, term: 0, lastSeq: 0, hash: chainStart(id) };
  }

  /** Takes in good groups from the front, none beyond `through`. */
  run(stretch: Stretch, through = Number.MAX_SAFE_INTEGER): Stop {
    const { name, bytes, base } = stretch;
    let at = 0;
    while (this.head.grp < through && at < bytes.length && bytes[at] !== 0) {
      const header = readHeader(this.id, bytes, at);
      if (!header || !this.accepts(header, bytes)) return { at: base + at, bad: true };
      this.head = headFrom(header);
      const end = base + header.end;
      this.index.add(header.firstSeq, { segment: name, offset: base + at, end });
      at = header.end;
    }
    const isDone = this.head.grp >= through || isZero(bytes, at);
    return { at: base + at, bad: !isDone };
  }

  private accepts(header: FrameHeader, bytes: Buffer): boolean {
    const { head } = this;
    if (header.grp !== head.grp + 1 || header.firstSeq !== head.lastSeq + 1) return false;
    if (header.term < head.term) return false;
    const body = readBody(this.id, bytes, header);
    if (!body) return false;
    const { lines } = body;
    if (lines.length === 0) return header.lastSeq === head.lastSeq && header.hash === head.hash;
    const first = lines.subarray(0, lines.indexOf(NEWLINE));
    return header.lastSeq > head.lastSeq && statedHash(first) === chainNext(head.hash, first);
  }
}

function headFrom({ grp, term, lastSeq, hash }: FrameHeader): Head {
  return { grp, term, lastSeq, hash };
}

/** What a torn group leaves behind. */
export interface Salvage {
  /** Valid lines from its front; often none. */
  readonly lines: Buffer;
  readonly hash: string;
  readonly count: number;
  /** Its bytes, up to the last that is not zero. */
  readonly torn: Buffer;
  /** Offset of the first byte that is wrong. */
  readonly wrongAt: number;
}

/** Takes what is right from a bad group at `at`: a line is right if its own hash says so. */
export function salvage(id: string, bytes: Buffer, at: number, head: Head): Salvage {
  const header = readHeader(id, bytes, at);
  const bodyAt = header?.bodyAt ?? bytes.indexOf(NEWLINE, at) + 1;
  const end = Math.min(header?.end ?? bytes.length, bytes.length);
  const body = bodyAt > at ? bytes.subarray(bodyAt, end) : bytes.subarray(0, 0);
  const run = followChain(body, head.hash);
  return {
    lines: body.subarray(0, run.bytes),
    hash: run.hash,
    count: run.lines,
    torn: bytes.subarray(at, lastUsed(bytes)),
    wrongAt: header ? bodyAt + run.bytes : at,
  };
}

/**
 * A frame behind a bad one proves that the bad one was durable once: only one append is ever in
 * flight, so nothing is written behind a group before it is safe.
 */
export function hasLaterFrame(id: string, bytes: Buffer, at: number, expected: number): boolean {
  for (let from = at; ; from += 1) {
    from = bytes.indexOf('#', from, 'latin1');
    if (from < 0) return false;
    const header = readHeader(id, bytes, from);
    if (header && !(from === at && header.grp === expected)) return true;
  }
}

/** The error for bytes that were durable and are not what was written. */
export function damaged(
  where: { readonly path: string; readonly bytes: Buffer; readonly at: number },
  why: string,
): JournalRefused {
  const line = lineAt(where.bytes, where.at);
  return new JournalRefused('damaged', `${where.path}, line ${line}: ${why}`);
}

/** Number of the line that the byte at `at` belongs to, from 1. */
export function lineAt(bytes: Buffer, at: number): number {
  let line = 1;
  for (let from = bytes.indexOf(NEWLINE); from >= 0 && from < at; line += 1) {
    from = bytes.indexOf(NEWLINE, from + 1);
  }
  return line;
}

function isZero(bytes: Buffer, from: number): boolean {
  for (let at = from; at < bytes.length; at += ZEROS.length) {
    const to = Math.min(at + ZEROS.length, bytes.length);
    if (bytes.compare(ZEROS, 0, to - at, at, to) !== 0) return false;
  }
  return true;
}

function lastUsed(bytes: Buffer): number {
  let end = bytes.length;
  while (end > 0 && bytes[end - 1] === 0) end -= 1;
  return end;
}
