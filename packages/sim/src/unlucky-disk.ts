/** A disk that fails in all the ways that disks fail. */
import { type Disk, failure, type MemoryDisk } from '@fairground/journal';
import type { Luck, Surroundings } from './faults.js';

/** What a disk writes whole: the journal's mark has sixteen bytes. */
const ATOMIC_BYTES = 16;

interface Power {
  isOn(): boolean;
  onCut(): void;
}

export class UnluckyDisk implements Disk {
  readonly #disk: MemoryDisk;
  readonly #luck: Luck;
  readonly #around: Surroundings;
  readonly #power: Power;
  /** So many calls from now the power goes, in the middle of one. */
  #callsLeft: number | undefined;
  #isFull = false;

  constructor(disk: MemoryDisk, around: Surroundings, power: Power) {
    this.#disk = disk;
    this.#luck = around.luck;
    this.#around = around;
    this.#power = power;
  }

  armIfUnlucky(most: number): void {
    if (this.#callsLeft === undefined && this.#luck.happens('power_cut_inside')) {
      this.#callsLeft = this.#luck.dice.below(most);
    }
  }

  /** Throws what this call throws; true when the power goes in the middle of it. */
  #call(eio: boolean): boolean {
    if (!this.#power.isOn()) throw failure('ENOPOWER');
    if (this.#luck.isOn && this.#callsLeft !== undefined && this.#callsLeft-- <= 0) return true;
    if (eio && this.#luck.happens('eio')) throw failure('EIO');
    return false;
  }

  #cut(): never {
    this.#power.onCut();
    throw failure('ENOPOWER');
  }

  #do<T>(work: () => T): T {
    return this.#call(true) ? this.#cut() : work();
  }

  open(path: string, how: 'read' | 'update' | 'create'): number {
    return this.#do(() => this.#disk.open(path, how));
  }

  close(file: number): void {
    if (this.#power.isOn()) this.#disk.close(file);
  }

  size(file: number): number {
    return this.#do(() => this.#disk.size(file));
  }

  read(file: number, into: Uint8Array, at: number): number {
    return this.#do(() => this.#disk.read(file, into, at));
  }

  write(file: number, from: Uint8Array, at: number): number {
    const { dice } = this.#luck;
    const isLast = this.#call(true);
    // A few bytes in one sector are there or not; anything longer is torn at any byte.
    const tears = from.length > ATOMIC_BYTES;
    if (isLast) {
      const kept = dice.below(tears ? from.length + 1 : 2) * (tears ? 1 : from.length);
      this.#disk.write(file, from.subarray(0, kept), at);
      this.#cut();
    }
    if (this.#luck.happens('disk_full')) this.#fill();
    // What lies within a file needs no room, except where every write makes a copy.
    const needsRoom = at + from.length > this.#disk.size(file) || dice.chance(100);
    if (this.#isFull && this.#luck.isOn && needsRoom) {
      const fits = dice.below(from.length);
      if (tears && dice.chance(500) && fits > 0)
        return this.#disk.write(file, from.subarray(0, fits), at);
      throw failure('ENOSPC');
    }
    const isShort = tears && this.#luck.happens('short_write');
    const bytes = isShort ? from.subarray(0, 1 + dice.below(from.length - 1)) : from;
    return this.#disk.write(file, bytes, at);
  }

  #fill(): void {
    const { luck, timer, swarm } = this.#around;
    this.#isFull = true;
    timer.set(luck.dice.below(swarm.stepMs * 20), () => {
      this.#isFull = false;
    });
  }

  truncate(file: number, bytes: number): void {
    this.#do(() => this.#disk.truncate(file, bytes));
  }

  sync(file: number): void {
    this.#sync('sync', file);
  }

  syncContents(file: number): void {
    this.#sync('syncContents', file);
  }

  /** A sync that fails loses its pages: the disk below must hear of it. */
  #sync(verb: 'sync' | 'syncContents', file: number): void {
    if (this.#call(false)) this.#cut();
    if (this.#luck.happens('eio')) {
      this.#disk.fault = () => {
        throw failure('EIO');
      };
    }
    try {
      this.#disk[verb](file);
    } finally {
      this.#disk.fault = () => undefined;
    }
  }

  syncDirectory(path: string): void {
    this.#do(() => this.#disk.syncDirectory(path));
  }

  rename(from: string, to: string): void {
    this.#do(() => this.#disk.rename(from, to));
  }

  remove(path: string): void {
    this.#do(() => this.#disk.remove(path));
  }

  list(path: string): string[] {
    return this.#do(() => this.#disk.list(path));
  }

  makeDirectory(path: string): void {
    this.#do(() => this.#disk.makeDirectory(path));
  }

  removeDirectory(path: string): void {
    this.#do(() => this.#disk.removeDirectory(path));
  }
}
