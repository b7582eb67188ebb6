/**
 * A disk in memory that fails when told to and forgets like a real one: after `crash`, only what
 * was synced is certain, and any subset of the other 4096-byte pages and directory changes may be
 * there. A failed sync is as treacherous as a real one: the pages it was asked for stay visible, are taken
 * for written, and never reach the disk.
 */
import path from 'node:path';
import type { Disk } from './file-disk.js';
import { codeOf } from './file-errors.js';

const PAGE = 4096;

interface Inode {
  cached: Buffer;
  durable: Buffer;
  /** Pages that may differ from what is durable, and are still to be written. */
  readonly dirty: Set<number>;
}

type Names = Map<string, Inode>;
type Change = (names: Names) => void;

export interface DiskCall {
  readonly verb: keyof Disk;
  readonly name: string;
  readonly bytes: number;
}

export function failure(code: string): Error {
  return Object.assign(new Error(`${code}: told to fail`), { code });
}

export class MemoryDisk implements Disk {
  /** Every call in order, as `verb name`. */
  readonly log: string[] = [];
  /** Throws to fail a call; a number is how many bytes of a write go through. */
  fault: (call: DiskCall) => number | undefined = () => undefined;
  private names: Names = new Map();
  private durableNames: Names = new Map();
  private changes: Change[] = [];
  private readonly files = new Map<number, { path: string; inode: Inode }>();
  private nextFile = 100;

  /** A copy of the visible state, all of it durable. */
  copy(): MemoryDisk {
    const disk = new MemoryDisk();
    for (const [name, inode] of this.names) disk.put(name, inode.cached);
    return disk;
  }

  put(name: string, bytes: Uint8Array): void {
    const inode = inodeOf(bytes);
    this.names.set(name, inode);
    this.durableNames.set(name, inode);
  }

  get(name: string): Buffer {
    return Buffer.from(this.inode(name).cached);
  }

  /** A bit of what was durable turns over, as on a disk that rots. */
  flip(name: string, at: number): void {
    const { cached, durable } = this.inode(name);
    for (const bytes of [cached, durable]) bytes.writeUInt8(bytes.readUInt8(at) ^ 1, at);
  }

  paths(): string[] {
    return [...this.names.keys()].sort();
  }

  /** What a power cut leaves. `keeps` is asked for each page or change that was not synced. */
  crash(keeps: () => boolean): MemoryDisk {
    const names = new Map(this.durableNames);
    for (const change of this.changes) {
      if (!keeps()) break;
      change(names);
    }
    const disk = new MemoryDisk();
    for (const [name, inode] of names) disk.put(name, survivor(inode, keeps));
    return disk;
  }

  open(name: string, how: 'read' | 'update' | 'create'): number {
    this.call('open', name);
    const there = this.names.get(name);
    if (how === 'create' && there) cut(there, 0);
    if (how === 'create' && !there) {
      const inode = inodeOf(Buffer.alloc(0));
      this.change((names) => names.set(name, inode));
    }
    const file = this.nextFile++;
    this.files.set(file, { path: name, inode: this.inode(name) });
    return file;
  }

  close(file: number): void {
    this.call('close', this.at(file).path);
    this.files.delete(file);
  }

  size(file: number): number {
    this.call('size', this.at(file).path);
    return this.at(file).inode.cached.length;
  }

  read(file: number, into: Uint8Array, at: number): number {
    this.call('read', this.at(file).path, into.length);
    return this.at(file).inode.cached.copy(into, 0, at);
  }

  write(file: number, from: Uint8Array, at: number): number {
    const { path: name, inode } = this.at(file);
    const count = this.call('write', name, from.length) ?? from.length;
    const length = Math.max(inode.cached.length, at + count);
    if (length > inode.cached.length) inode.cached = Buffer.concat([inode.cached], length);
    inode.cached.set(from.subarray(0, count), at);
    if (count > 0) soil(inode, at, at + count);
    return count;
  }

  truncate(file: number, bytes: number): void {
    const { path: name, inode } = this.at(file);
    this.call('truncate', name, bytes);
    cut(inode, bytes);
  }

  sync(file: number): void {
    this.settle('sync', file);
  }

  syncContents(file: number): void {
    this.settle('syncContents', file);
  }

  syncDirectory(name: string): void {
    this.call('syncDirectory', name);
    this.durableNames = new Map(this.names);
    this.changes = [];
  }

  rename(from: string, to: string): void {
    this.call('rename', to);
    const inode = this.inode(from);
    this.change((names) => {
      names.delete(from);
      names.set(to, inode);
    });
  }

  remove(name: string): void {
    this.call('remove', name);
    this.change((names) => names.delete(name));
  }

  list(name: string): string[] {
    this.call('list', name);
    const inside = this.paths().filter((one) => one.startsWith(`${name}/`));
    return [...new Set(inside.map((one) => one.slice(name.length + 1).split('/')[0] ?? ''))];
  }

  makeDirectory(name: string): void {
    this.call('makeDirectory', name);
  }

  /** There is one wherever a file lies in it. */
  removeDirectory(name: string): void {
    this.call('removeDirectory', name);
  }

  private call(verb: keyof Disk, name: string, bytes = 0): number | undefined {
    this.log.push(`${verb} ${path.basename(name)}`);
    return this.fault({ verb, name: path.basename(name), bytes });
  }

  private change(change: Change): void {
    change(this.names);
    this.changes.push(change);
  }

  private settle(verb: 'sync' | 'syncContents', file: number): void {
    const { path: name, inode } = this.at(file);
    try {
      this.call(verb, name);
    } catch (error) {
      if (codeOf(error) === 'EIO') inode.dirty.clear();
      throw error;
    }
    flush(inode);
  }

  private inode(name: string): Inode {
    const inode = this.names.get(name);
    if (!inode) throw Object.assign(new Error(`no file ${name}`), { code: 'ENOENT' });
    return inode;
  }

  private at(file: number): { path: string; inode: Inode } {
    const found = this.files.get(file);
    if (!found) throw failure('EBADF');
    return found;
  }
}

const inodeOf = (bytes: Uint8Array): Inode => ({
  cached: Buffer.from(bytes),
  durable: Buffer.from(bytes),
  dirty: new Set(),
});

function soil({ dirty }: Inode, from: number, to: number): void {
  for (let page = Math.floor(from / PAGE); page * PAGE < to; page++) dirty.add(page);
}

function cut(inode: Inode, bytes: number): void {
  soil(inode, bytes, Math.max(inode.cached.length, inode.durable.length));
  inode.cached = Buffer.from(inode.cached.subarray(0, bytes));
}

function flush(inode: Inode): void {
  const { cached, dirty } = inode;
  if (inode.durable.length !== cached.length) {
    const before = inode.durable;
    inode.durable = Buffer.alloc(cached.length);
    before.copy(inode.durable);
  }
  for (const page of dirty) {
    const at = page * PAGE;
    if (at < cached.length) cached.copy(inode.durable, at, at, at + PAGE);
  }
  dirty.clear();
}

/** What is there after a power cut: of each page that was on its way the old or the new. */
function survivor({ cached, durable, dirty }: Inode, keeps: () => boolean): Buffer {
  const length = cached.length === durable.length || keeps() ? cached.length : durable.length;
  const bytes = Buffer.alloc(length);
  durable.copy(bytes);
  for (const page of dirty) {
    const at = page * PAGE;
    if (at >= Math.min(length, cached.length)) continue;
    if (keeps()) cached.copy(bytes, at, at, Math.min(at + PAGE, length));
  }
  return bytes;
}
