/** One way to a client: a frame goes there as it is, and what has not left yet is known. */
import type { Writable } from 'node:stream';
import type { Cursor, Frame } from './frames.js';

export interface Line {
  readonly isOpen: boolean;
  /** Bytes that wait here because the client does not read. */
  readonly unsentBytes: number;
  write(frame: Frame): void;
  /** Everything up to there has been told, or needs no telling. */
  reached(at: Cursor): void;
  /** Resolves when what was written has left, or the line is gone. */
  drained(): Promise<void>;
  /** Says why, ends, and is cut if the client does not go. */
  close(code: number, reason: string): void;
}

export const CLOSE = {
  policy: 1008,
  fault: 1011,
  revoked: 4401,
  slow: 4008,
  draining: 4503,
} as const;

/** A client that is asked to go has this long before the line is cut. */
export const GOODBYE_MS = 2_000;

export function drained(to: Writable): Promise<void> {
  if (!to.writableNeedDrain || to.destroyed) return Promise.resolve();
  return new Promise((resolve) => {
    const done = (): void => {
      to.removeListener('drain', done);
      to.removeListener('close', done);
      resolve();
    };
    to.on('drain', done);
    to.on('close', done);
  });
}
