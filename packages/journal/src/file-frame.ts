/**
 * A group on disk: one frame line, then its entry lines. The frame line has a check of its own, so
 * a header can be trusted when its lines are not, and a later group can testify against an earlier
 * one.
 *
 *   #grp term first last bytes hash sum check\n
 */
import { createHash } from 'node:crypto';
import type { Group } from './journal.js';

export interface FrameHeader {
  readonly grp: number;
  readonly term: number;
  readonly firstSeq: number;
  readonly lastSeq: number;
  /** Length of the entry lines; a term row has none. */
  readonly bytes: number;
  readonly hash: string;
  /** Over the journal's id, the numbers and the lines. */
  readonly sum: string;
  /** Where the entry lines begin, and where the frame ends. */
  readonly bodyAt: number;
  readonly end: number;
}

/** Five numbers, the hash and the sum, all under the check that follows. */
const HEADER = /^(#(\d+) (\d+) (\d+) (\d+) (\d+) ([0-9a-f]{64}) ([0-9a-f]{32})) ([0-9a-f]{8})$/;
const HEADER_BYTES_MAX = 256;
const NEWLINE = 0x0a;

export function encodeFrame(id: string, group: Group): Buffer {
  const lines = Buffer.from(group.lines, 'latin1');
  const { grp, term, firstSeq, lastSeq, hash } = group;
  const numbers = `#${grp} ${term} ${firstSeq} ${lastSeq} ${lines.length} ${hash}`;
  const summed = `${numbers} ${sumOf(id, numbers, lines)}`;
  return Buffer.concat([Buffer.from(`${summed} ${checkOf(id, summed)}\n`, 'latin1'), lines]);
}

/** The header at `at`, or undefined when those bytes are not one that this journal wrote. */
export function readHeader(id: string, bytes: Buffer, at: number): FrameHeader | undefined {
  const newline = bytes.subarray(at, at + HEADER_BYTES_MAX).indexOf(NEWLINE);
  if (newline < 0) return undefined;
  const found = HEADER.exec(bytes.toString('latin1', at, at + newline));
  if (!found) return undefined;
  const [, summed = '', grp, term, firstSeq, lastSeq, length, hash = '', sum = '', check] = found;
  if (check !== checkOf(id, summed)) return undefined;
  const bodyAt = at + newline + 1;
  return {
    grp: Number(grp),
    term: Number(term),
    firstSeq: Number(firstSeq),
    lastSeq: Number(lastSeq),
    bytes: Number(length),
    hash,
    sum,
    bodyAt,
    end: bodyAt + Number(length),
  };
}

/** The entry lines behind a header, or undefined when they are not the ones it was written for. */
export function readBody(id: string, bytes: Buffer, header: FrameHeader): Buffer | undefined {
  if (header.end > bytes.length) return undefined;
  const { grp, term, firstSeq, lastSeq, hash } = header;
  const lines = bytes.subarray(header.bodyAt, header.end);
  const numbers = `#${grp} ${term} ${firstSeq} ${lastSeq} ${header.bytes} ${hash}`;
  return sumOf(id, numbers, lines) === header.sum ? lines : undefined;
}

export function groupFrom(header: FrameHeader, lines: Buffer): Group {
  const { grp, term, firstSeq, lastSeq, hash } = header;
  return { grp, term, firstSeq, lastSeq, hash, lines: lines.toString('latin1') };
}

function sumOf(id: string, numbers: string, lines: Buffer): string {
  const hash = createHash('sha256').update(`${id} ${numbers}\n`).update(lines);
  return hash.digest('hex').slice(0, 32);
}

function checkOf(id: string, summed: string): string {
  return createHash('sha256').update(`${id} ${summed}`).digest('hex').slice(0, 8);
}
