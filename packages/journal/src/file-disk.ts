/**
 * The few synchronous calls the journal makes, and the law about their errors: a failed fsync, an
 * EIO or an unexplained write error ends the process, for nobody knows any more what is on the
 * disk. Asking fsync again would report success while the pages are gone.
 */
import fs from 'node:fs';
import { dirname } from 'node:path';
import { codeOf, isStorageFull, messageOf } from './file-errors.js';

export interface Disk {
  open(path: string, how: 'read' | 'update' | 'create'): number;
  close(file: number): void;
  size(file: number): number;
  /** Both return how many bytes went through: fewer than asked is not an error. */
  read(file: number, into: Uint8Array, at: number): number;
  write(file: number, from: Uint8Array, at: number): number;
  truncate(file: number, bytes: number): void;
  sync(file: number): void;
  /** Contents and length only, which is all a prepared segment needs. */
  syncContents(file: number): void;
  syncDirectory(path: string): void;
  rename(from: string, to: string): void;
  remove(path: string): void;
  list(path: string): string[];
  makeDirectory(path: string): void;
  /** An empty one. */
  removeDirectory(path: string): void;
}

const FLAGS = { read: 'r', update: 'r+', create: 'w+' } as const;

export const realDisk: Disk = {
  open: (path, how) => fs.openSync(path, FLAGS[how], 0o600),
  close: (file) => fs.closeSync(file),
  size: (file) => fs.fstatSync(file).size,
  read: (file, into, at) => fs.readSync(file, into, 0, into.length, at),
  write: (file, from, at) => fs.writeSync(file, from, 0, from.length, at),
  truncate: (file, bytes) => fs.ftruncateSync(file, bytes),
  sync: (file) => fs.fsyncSync(file),
  syncContents: (file) => fs.fdatasyncSync(file),
  syncDirectory(path) {
    const directory = fs.openSync(path, 'r');
    try {
      fs.fsyncSync(directory);
    } finally {
      fs.closeSync(directory);
    }
  },
  rename: (from, to) => fs.renameSync(from, to),
  remove: (path) => fs.rmSync(path, { force: true }),
  list: (path) => fs.readdirSync(path),
  removeDirectory: (path) => fs.rmdirSync(path),
  makeDirectory(path) {
    const first = fs.mkdirSync(path, { recursive: true, mode: 0o700 });
    // A new directory is durable when the one that holds it is synced.
    for (
      let made = path;
      first !== undefined && made.length >= first.length;
      made = dirname(made)
    ) {
      realDisk.syncDirectory(dirname(made));
    }
  },
};

/** Thrown by every call once the disk has failed; whoever catches it can only stop. */
export class DiskStopped extends Error {}

/**
 * The same disk under the law above. `onFatal` should end the process; if it returns, nothing
 * works.
 */
export function strictDisk(disk: Disk, onFatal: (reason: string) => void): Disk {
  let stopped: string | undefined;
  const strict = <T>(what: string, ends: (error: unknown) => boolean, call: () => T): T => {
    if (stopped !== undefined) throw new DiskStopped(stopped);
    try {
      return call();
    } catch (error) {
      if (!ends(error)) throw error;
      stopped = `The journal cannot trust its disk any more: ${what} failed (${messageOf(error)}).`;
      onFatal(stopped);
      throw new DiskStopped(stopped);
    }
  };
  const io = (error: unknown): boolean => codeOf(error) === 'EIO';
  const unexplained = (error: unknown): boolean => !isStorageFull(error);
  const any = (): boolean => true;
  return {
    open: (path, how) => strict('open', io, () => disk.open(path, how)),
    close: (file) => strict('close', io, () => disk.close(file)),
    size: (file) => strict('fstat', io, () => disk.size(file)),
    read: (file, into, at) => strict('read', io, () => disk.read(file, into, at)),
    write: (file, from, at) => strict('write', unexplained, () => disk.write(file, from, at)),
    truncate: (file, bytes) => strict('truncate', io, () => disk.truncate(file, bytes)),
    sync: (file) => strict('fsync', any, () => disk.sync(file)),
    syncContents: (file) => strict('fdatasync', any, () => disk.syncContents(file)),
    syncDirectory: (path) => strict('fsync of a directory', any, () => disk.syncDirectory(path)),
    rename: (from, to) => strict('rename', io, () => disk.rename(from, to)),
    remove: (path) => strict('unlink', io, () => disk.remove(path)),
    list: (path) => strict('readdir', io, () => disk.list(path)),
    makeDirectory: (path) => strict('mkdir', io, () => disk.makeDirectory(path)),
    removeDirectory: (path) => strict('rmdir', io, () => disk.removeDirectory(path)),
  };
}

const NO_ROOM = Object.assign(new Error('the disk took no byte'), { code: 'ENOSPC' });

/** Writes all of it: a short write is not an error in Node, so the count decides. */
export function writeAll(disk: Disk, file: number, bytes: Uint8Array, at: number): void {
  for (let done = 0; done < bytes.length; ) {
    const wrote = disk.write(file, done === 0 ? bytes : bytes.subarray(done), at + done);
    if (wrote === 0) throw NO_ROOM;
    done += wrote;
  }
}

/** Up to `length` bytes from `at`; fewer only when the file ends. */
export function readUpTo(disk: Disk, file: number, at: number, length: number): Buffer {
  const bytes = Buffer.alloc(length);
  let done = 0;
  while (done < length) {
    const got = disk.read(file, bytes.subarray(done), at + done);
    if (got === 0) break;
    done += got;
  }
  return bytes.subarray(0, done);
}

export function readWhole(disk: Disk, path: string, from = 0): Buffer {
  const file = disk.open(path, 'read');
  try {
    return readUpTo(disk, file, from, Math.max(0, disk.size(file) - from));
  } finally {
    disk.close(file);
  }
}

/**
 * Puts a file in place of the one that may be there: after a power cut it is all old or all new.
 */
export function replaceDurably(disk: Disk, target: string, bytes: Uint8Array): void {
  const draft = `${target}.tmp`;
  const file = disk.open(draft, 'create');
  try {
    writeAll(disk, file, bytes, 0);
    disk.sync(file);
  } finally {
    disk.close(file);
  }
  disk.rename(draft, target);
  disk.syncDirectory(dirname(target));
}
