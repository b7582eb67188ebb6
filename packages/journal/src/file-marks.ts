/**
 * Two small files beside the segments: who this journal is, and how far it is known to have got.
 */
import { createHash } from 'node:crypto';
import path from 'node:path';
import { type Disk, readWhole, replaceDurably } from './file-disk.js';
import { codeOf, JournalRefused } from './file-errors.js';

const FORMAT = 1;
const ID = /^[0-9a-f]{32}$/;
const WATERMARK_BYTES = 16;

export interface Identity {
  readonly id: string;
  /** When the journal was made, for people. */
  readonly created: string;
}

/** The journal's identity, or undefined when none was made here yet. */
export function readIdentity(disk: Disk, dir: string): Identity | undefined {
  const file = path.join(dir, 'journal.json');
  const bytes = readIfThere(disk, file);
  if (!bytes) return undefined;
  const stated = parse(bytes.toString('utf8'));
  if (stated === undefined)
    throw new JournalRefused('format', `${file} is not a journal's identity.`);
  if (stated.format !== FORMAT) {
    throw new JournalRefused(
      'format',
      `${file} has format ${stated.format}; this build knows ${FORMAT}. Use a newer build.`,
    );
  }
  return { id: stated.id, created: stated.created };
}

function parse(text: string): (Identity & { format: number }) | undefined {
  let stated: unknown;
  try {
    stated = JSON.parse(text);
  } catch {
    return undefined;
  }
  if (typeof stated !== 'object' || stated === null) return undefined;
  if (!('format' in stated && 'id' in stated && 'created' in stated)) return undefined;
  const { format, id, created } = stated;
  if (typeof format !== 'number' || typeof id !== 'string' || typeof created !== 'string')
    return undefined;
  return ID.test(id) ? { format, id, created } : undefined;
}

/**
 * Makes a journal out of an empty directory. The identity comes last: with it the journal exists.
 */
export function writeIdentity(disk: Disk, dir: string, identity: Identity): void {
  if (!ID.test(identity.id)) throw new RangeError('A journal id is 32 lower-case hex digits.');
  const text = `${JSON.stringify({ format: FORMAT, ...identity })}\n`;
  replaceDurably(disk, path.join(dir, 'journal.json'), Buffer.from(text));
}

/** Eight bytes of group number and eight that vouch for them. */
export function encodeWatermark(id: string, grp: number): Buffer {
  const mark = Buffer.alloc(WATERMARK_BYTES);
  mark.writeBigUInt64LE(BigInt(grp));
  createHash('sha256').update(`${id} ${grp}`).digest().copy(mark, 8, 0, 8);
  return mark;
}

export function watermarkPath(dir: string): string {
  return path.join(dir, 'watermark');
}

/**
 * The newest group known to be durable; undefined when the mark is missing or not to be believed.
 */
export function readWatermark(disk: Disk, dir: string, id: string): number | undefined {
  const bytes = readIfThere(disk, watermarkPath(dir));
  if (bytes?.length !== WATERMARK_BYTES) return undefined;
  const grp = Number(bytes.readBigUInt64LE());
  if (!Number.isSafeInteger(grp)) return undefined;
  return bytes.equals(encodeWatermark(id, grp)) ? grp : undefined;
}

function readIfThere(disk: Disk, file: string): Buffer | undefined {
  try {
    return readWhole(disk, file);
  } catch (error) {
    if (codeOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}
