/**
 * The chain: every entry's hash covers the one before it, so a single head vouches for all of
 * history.
 */
import { hashZero } from '@fairground/engine';
import { createHash } from 'node:crypto';

/** `,"hash":"<64 hex digits>"}`: the only bytes of a line that its own hash does not cover. */
export const HASH_TAIL_BYTES = 75;
const TAIL = /^,"hash":"([0-9a-f]{64})"\}$/;
const NEWLINE = 0x0a;
const BRACE = 0x7b;

/** Hash 0: what the first entry of a journal continues. */
export const chainStart = hashZero;

/** The hash a line must end with. `line` comes without its newline, its tail may be anything. */
export function chainNext(previous: string, line: Uint8Array): string {
  const hash = createHash('sha256').update(Buffer.from(previous, 'hex'));
  return hash.update(line.subarray(0, line.length - HASH_TAIL_BYTES)).digest('hex');
}

/** The hash a line says it has, or undefined when it does not end in one. */
export function statedHash(line: Buffer): string | undefined {
  if (line.length <= HASH_TAIL_BYTES) return undefined;
  return TAIL.exec(line.toString('latin1', line.length - HASH_TAIL_BYTES))?.[1];
}

export interface ChainRun {
  readonly lines: number;
  readonly bytes: number;
  /** The hash of the last right line; `previous` when there was none. */
  readonly hash: string;
}

/** The longest prefix of whole lines that continues the chain from `previous`. */
export function followChain(bytes: Buffer, previous: string): ChainRun {
  let run: ChainRun = { lines: 0, bytes: 0, hash: previous };
  while (run.bytes < bytes.length) {
    const end = bytes.indexOf(NEWLINE, run.bytes);
    if (end < 0 || bytes[run.bytes] !== BRACE) break;
    const line = bytes.subarray(run.bytes, end);
    const stated = statedHash(line);
    if (stated === undefined || stated !== chainNext(run.hash, line)) break;
    run = { lines: run.lines + 1, bytes: end + 1, hash: stated };
  }
  return run;
}
