/**
 * Where luck is bad: the store, the disk under it, the process on it. A fault that is new (of snapshots, say) is a
 * name in `swarm.ts`, a place here where it may happen, and a law that holds all the same.
 */
import {
  type Disk,
  DiskJournal,
  failure,
  type Faults,
  type Journal,
  MemoryDisk,
  MemoryStore,
  type PlayedTimer,
  StoreFailure,
} from '@fairground/journal';
import { hashZero } from '@fairground/engine';
import type { Dice } from './dice.js';
import { FAULTS, type FaultName, type Swarm } from './swarm.js';

/** Draws whether a fault happens, and counts. */
export class Luck {
  readonly dice: Dice;
  readonly counts = new Map<FaultName, number>(FAULTS.map((name) => [name, 0]));
  readonly #rates: Readonly<Record<FaultName, number>>;
  /** Off in the second phase: everything works again. */
  isOn = true;

  constructor(dice: Dice, rates: Readonly<Record<FaultName, number>>) {
    this.dice = dice;
    this.#rates = rates;
  }

  happens(name: FaultName): boolean {
    if (!this.isOn || !this.dice.chance(this.#rates[name])) return false;
    this.counts.set(name, (this.counts.get(name) ?? 0) + 1);
    return true;
  }
}

/** One process: what it was still doing when it ended reaches nobody, though its bytes may still reach a store. */
export interface Life {
  isOver: boolean;
  /** It has not finished starting. */
  isStarting: boolean;
}

/** Told when the disk failed, which ends the process, or when the power went. */
export type OnEnd = (how: 'failed' | 'power') => void;

/** Where a journal lies, with all that can happen to it there. */
export interface Ground {
  readonly id: string;
  /** The journal as a process finds it that starts now. Throws where it cannot be opened. */
  open(life: Life, onEnd: OnEnd): Journal;
  /** The process has ended, or the machine. */
  end(how: 'kill' | 'power'): void;
  /** An exact copy of all that is there, which can be harmed. */
  copy(): MemoryDisk | undefined;
}

export interface Surroundings {
  readonly luck: Luck;
  readonly timer: PlayedTimer;
  readonly swarm: Swarm;
}

/** What a disk writes whole: the journal's mark has sixteen bytes. */
const ATOMIC_BYTES = 16;
const NEVER = new Promise<never>(() => {});

/** What holds calls up, or turns them away, before the store sees them and after. */
function faultsOf({ luck, timer, swarm }: Surroundings, life: Life): Faults {
  const slow = (): Promise<void> => {
    const most = luck.dice.chance(100) ? 20_000 : swarm.stepMs * 4;
    return new Promise((resolve) => timer.set(luck.dice.below(most) + 1, resolve));
  };
  return {
    before({ verb }) {
      // What was on its way may still land; a process that has ended asks for nothing new.
      if (life.isOver) return NEVER;
      if (verb !== 'append') {
        return life.isStarting && luck.happens('stillborn') ? NEVER : undefined;
      }
      if (luck.happens('store_busy')) throw new StoreFailure('busy', 'told to fail');
      if (luck.happens('store_full')) throw new StoreFailure('storage_full', 'told to be full');
      return luck.happens('slow_before') ? slow() : undefined;
    },
    after({ verb }) {
      return verb === 'append' && luck.happens('slow_after') ? slow() : undefined;
    },
  };
}

export class MemoryGround implements Ground {
  readonly id: string;
  readonly #store: MemoryStore;
  readonly #around: Surroundings;

  constructor(around: Surroundings, id: string) {
    this.#around = around;
    this.id = id;
    this.#store = new MemoryStore({ id, hash0: hashZero(id) });
  }

  open(life: Life): Journal {
    const handle = this.#store.open(faultsOf(this.#around, life));
    // Half of the seeds leave the proofreading to the store, as the file journal does.
    return this.#around.swarm.proofreads ? Object.assign(handle, { proofreads: true }) : handle;
  }

  end(): void {}

  copy(): undefined {}
}

/** The file journal's own code on a disk in memory. */
export class DiskGround implements Ground {
  readonly id: string;
  readonly #around: Surroundings;
  readonly #plant: (disk: Disk) => Disk;
  #disk = new MemoryDisk();

  constructor(around: Surroundings, id: string, plant: (disk: Disk) => Disk = (disk) => disk) {
    this.#around = around;
    this.id = id;
    this.#plant = plant;
  }

  open(life: Life, onEnd: OnEnd): Journal {
    const { swarm } = this.#around;
    const isOn = (): boolean => !life.isOver;
    const disk = new UnluckyDisk(this.#disk, this.#around, { isOn, onCut: () => onEnd('power') });
    const { proofreads, segmentBytes } = swarm;
    const faults = faultsOf(this.#around, life);
    const before: Faults['before'] = (call) => {
      if (call.verb === 'append') disk.armIfUnlucky(8);
      return faults.before?.(call);
    };
    disk.armIfUnlucky(60);
    return new DiskJournal({
      disk: this.#plant(disk),
      id: this.id,
      segmentBytes,
      proofreads,
      onFatal: () => onEnd('failed'),
      faults: { ...faults, before },
    });
  }

  end(how: 'kill' | 'power'): void {
    const { dice } = this.#around.luck;
    const permille = dice.pick([0, 200, 500, 800, 1_000]);
    if (how === 'power') this.#disk = this.#disk.crash(() => dice.chance(permille));
  }

  copy(): MemoryDisk {
    return this.#disk.copy();
  }
}

interface Power {
  isOn(): boolean;
  onCut(): void;
}

/** A disk that fails in all the ways that disks fail. */
class UnluckyDisk implements Disk {
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
