/**
 * A group on disk: one frame line, then its entry lines. The frame line has a check of its own, so
 * a header can be trusted when its lines are not, and a later group can testify against an earlier
 * one.
 *
 *   #grp term first last bytes hash sum check\n
 *
 * Where sampled commands are in it, `bytes` is `bytes+more`: a line of so many bytes with their trace contexts
 * stands behind the entry lines, under the same sum.
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
  /** Length of the line with trace contexts, which most groups have not. */
  readonly metaBytes: number;
  readonly hash: string;
  /** Over the journal's id, the numbers and the lines. */
  readonly sum: string;
  /** Where the entry lines begin, and where the frame ends. */
  readonly bodyAt: number;
  readonly end: number;
}

/** Five numbers, the hash and the sum, all under the check that follows. */
const HEADER =
  /^(#(\d+) (\d+) (\d+) (\d+) (\d+)(?:\+(\d{1,5}))? ([0-9a-f]{64}) ([0-9a-f]{32})) ([0-9a-f]{8})$/;
const HEADER_BYTES_MAX = 256;
const NEWLINE = 0x0a;

export function encodeFrame(id: string, group: Group): Buffer {
  const { meta = '' } = group;
  const body = Buffer.from(meta === '' ? group.lines : `${group.lines}${meta}\n`, 'latin1');
  const metaBytes = body.length - group.lines.length;
  const numbers = numbersOf({ ...group, bytes: group.lines.length, metaBytes });
  const summed = `${numbers} ${sumOf(id, numbers, body)}`;
  return Buffer.concat([Buffer.from(`${summed} ${checkOf(id, summed)}\n`, 'latin1'), body]);
}

/** The header at `at`, or undefined when those bytes are not one that this journal wrote. */
export function readHeader(id: string, bytes: Buffer, at: number): FrameHeader | undefined {
  const newline = bytes.subarray(at, at + HEADER_BYTES_MAX).indexOf(NEWLINE);
  if (newline < 0) return undefined;
  const found = HEADER.exec(bytes.toString('latin1', at, at + newline));
  if (!found) return undefined;
  const [, summed = '', grp, term, firstSeq, lastSeq, length, more = '0', ...rest] = found;
  const [hash = '', sum = '', check] = rest;
  if (check !== checkOf(id, summed)) return undefined;
  const bodyAt = at + newline + 1;
  return {
    grp: Number(grp),
    term: Number(term),
    firstSeq: Number(firstSeq),
    lastSeq: Number(lastSeq),
    bytes: Number(length),
    metaBytes: Number(more),
    hash,
    sum,
    bodyAt,
    end: bodyAt + Number(length) + Number(more),
  };
}

/** What stands behind a frame line. */
export interface FrameBody {
  readonly lines: Buffer;
  readonly meta: string;
}

/** The body behind a header, or undefined when it is not the one it was written for. */
export function readBody(id: string, bytes: Buffer, header: FrameHeader): FrameBody | undefined {
  const { bodyAt, end, metaBytes } = header;
  if (end > bytes.length) return undefined;
  if (sumOf(id, numbersOf(header), bytes.subarray(bodyAt, end)) !== header.sum) return undefined;
  const meta = bytes.toString('latin1', end - metaBytes, Math.max(bodyAt, end - 1));
  const lines = bytes.subarray(bodyAt, end - metaBytes);
  return { lines, meta: metaBytes === 0 ? '' : meta };
}

export function groupFrom(header: FrameHeader, { lines, meta }: FrameBody): Group {
  const { grp, term, firstSeq, lastSeq, hash } = header;
  const group = { grp, term, firstSeq, lastSeq, hash, lines: lines.toString('latin1') };
  return meta === '' ? group : { ...group, meta };
}

type Numbers = Pick<
  FrameHeader,
  'grp' | 'term' | 'firstSeq' | 'lastSeq' | 'bytes' | 'metaBytes' | 'hash'
>;

function numbersOf({ grp, term, firstSeq, lastSeq, bytes, metaBytes, hash }: Numbers): string {
  const more = metaBytes === 0 ? '' : `+${metaBytes}`;
  return `#${grp} ${term} ${firstSeq} ${lastSeq} ${bytes}${more} ${hash}`;
}

function sumOf(id: string, numbers: string, lines: Buffer): string {
  const hash = createHash('sha256').update(`${id} ${numbers}\n`).update(lines);
  return hash.digest('hex').slice(0, 32);
}

function checkOf(id: string, summed: string): string {
  return createHash('sha256').update(`${id} ${summed}`).digest('hex').slice(0, 8);
}
