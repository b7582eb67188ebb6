/** The few calls a file of lines makes; tests bring a disk that fails. */
import { type FileHandle, open, readFile, rename, rm } from 'node:fs/promises';

export type LinesFile = Pick<
  FileHandle,
  'appendFile' | 'chmod' | 'close' | 'datasync' | 'sync' | 'truncate'
>;

export interface LinesDisk {
  open(path: string, flags: 'a' | 'r' | 'w', mode?: number): Promise<LinesFile>;
  readFile(path: string): Promise<Buffer>;
  rename(from: string, to: string): Promise<void>;
  remove(path: string): Promise<void>;
}

export const realDisk: LinesDisk = {
  open: (path, flags, mode) => open(path, flags, mode),
  readFile: (path) => readFile(path),
  rename,
  remove: (path) => rm(path, { force: true }),
};

/** There was no room for a write, and nothing is left of it: it may be tried again. */
export class VaultFull extends Error {
  constructor(path: string) {
    super(`There is no room for ${path}: nothing was written.`);
    this.name = 'VaultFull';
  }
}

const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG']);

export function isStorageFull(error: unknown): boolean {
  return error instanceof Error && 'code' in error && FULL.has(String(error.code));
}
