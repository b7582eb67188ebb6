/**
 * Where luck is bad: the store, the disk under it, the process on it. A fault that is new is a name in `swarm.ts`, a
 * place here where it may happen, and a law that holds all the same.
 */
import {
  type Disk,
  DiskJournal,
  type Faults,
  type Journal,
  MemoryDisk,
  MemoryStore,
  type PlayedTimer,
  shelfOn,
  type SnapshotShelf,
  StoreFailure,
} from '@fairground/journal';
import { hashZero } from '@fairground/engine';
import type { Dice } from './dice.js';
import type { FaultName, Swarm } from './swarm.js';
import { UnluckyDisk } from './unlucky-disk.js';
import { unluckyShelf } from './unlucky-shelf.js';

/** Draws whether a fault happens, and counts. */
export class Luck<Name extends string = FaultName> {
  readonly dice: Dice;
  readonly counts = new Map<Name, number>();
  readonly #rates: Readonly<Record<Name, number>>;
  /** Off in the second phase: everything works again. */
  isOn = true;

  constructor(dice: Dice, rates: Readonly<Record<Name, number>>) {
    this.dice = dice;
    this.#rates = rates;
  }

  happens(name: Name): boolean {
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

/** Told when the disk failed, which ends the process, when somebody killed it, or when the power went. */
export type OnEnd = (how: 'failed' | 'killed' | 'power') => void;

/** Where a journal lies, with all that can happen to it there. */
export interface Ground {
  readonly id: string;
  /** The journal as a process finds it that starts now. Throws where it cannot be opened. */
  open(life: Life, onEnd: OnEnd): Journal;
  /** The process has ended, or the machine. */
  end(how: 'kill' | 'power'): void;
  /** An exact copy of all that is there, which can be harmed. */
  copy(): MemoryDisk | undefined;
  /** Where snapshots lie, as no process sees it: nothing goes wrong here by itself. */
  shelf(): SnapshotShelf;
}

export interface Surroundings {
  readonly luck: Luck;
  readonly timer: PlayedTimer;
  readonly swarm: Swarm;
}

const NEVER = new Promise<never>(() => {});

/** What holds calls up, or turns them away, before the store sees them and after. */
function faultsOf({ luck, timer, swarm }: Surroundings, life: Life): Faults {
  const slow = (): Promise<void> => {
    const most = luck.dice.chance(250) ? 20_000 : swarm.stepMs * 4;
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

  open(life: Life, onEnd: OnEnd): Journal {
    const handle = this.#store.open(faultsOf(this.#around, life));
    const snapshots = unluckyShelf(this.#store.snapshots, this.#around, { life, onEnd });
    // Half of the seeds leave the proofreading to the store, as the file journal does.
    const { proofreads } = this.#around.swarm;
    return Object.assign(handle, { snapshots, ...(proofreads ? { proofreads } : {}) });
  }

  end(): void {}

  copy(): undefined {}

  shelf(): SnapshotShelf {
    return this.#store.snapshots;
  }
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
    const journal = new DiskJournal({
      disk: this.#plant(disk),
      id: this.id,
      segmentBytes,
      proofreads,
      onFatal: () => onEnd('failed'),
      faults: { ...faults, before },
    });
    const beforePart = (): void => disk.armIfUnlucky(12);
    const snapshots = unluckyShelf(journal.snapshots, this.#around, { life, onEnd, beforePart });
    return Object.assign(journal, { snapshots });
  }

  end(how: 'kill' | 'power'): void {
    const { dice } = this.#around.luck;
    const permille = dice.pick([0, 200, 500, 800, 1_000]);
    if (how === 'power') this.#disk = this.#disk.crash(() => dice.chance(permille));
  }

  copy(): MemoryDisk {
    return this.#disk.copy();
  }

  shelf(): SnapshotShelf {
    return shelfOn(this.#disk);
  }
}
