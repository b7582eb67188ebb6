/** Machines and the processes on them, with time of their own: they stand still, sleep, and believe wrong clocks. */
import type { PlayedTimer, Timer } from '@fairground/journal';
import type { Luck } from '../faults.js';
import type { ClusterFault } from './swarm.js';

/** 2026-11-21, in the middle of the day. */
const BASE = Date.UTC(2026, 10, 21, 12);

/** What every clock should say. */
export const truth = (timer: PlayedTimer): number => BASE + timer.now();

const HOUR = 3_600_000;

export class Machine {
  readonly #timer: PlayedTimer;
  readonly #luck: Luck<ClusterFault>;
  /** How far the wall clock is off, and the stretch in which it stands still. */
  #off = 0;
  #frozen = { from: 0, to: 0 };
  /** The steady clock does not count sleep. */
  #slept = 0;
  #sleep = { from: 0, to: 0 };
  /** Nothing moves here before. */
  until = 0;

  constructor(timer: PlayedTimer, luck: Luck<ClusterFault>) {
    this.#timer = timer;
    this.#luck = luck;
  }

  steady(): number {
    const now = this.#timer.now();
    const { from, to } = this.#sleep;
    return now - this.#slept - Math.max(0, Math.min(now, to) - from);
  }

  wall(): number {
    const { from, to } = this.#frozen;
    const now = this.#timer.now();
    return BASE + this.#off + (now < to ? from : now);
  }

  pause(ms: number): void {
    this.until = Math.max(this.until, this.#timer.now() + ms);
  }

  disturb(): void {
    const { dice } = this.#luck;
    if (this.#luck.happens('paused')) this.pause(dice.below(9_000));
    if (this.#luck.happens('clock_jump'))
      this.#off += dice.pick([1_500, 5_000, -3_000, HOUR, -HOUR, 120_000, 40 * 24 * HOUR]);
    if (this.#luck.happens('clock_freeze')) {
      const from = this.#timer.now();
      this.#frozen = { from, to: from + dice.pick([500, 4_000, 30_000]) };
    }
    if (this.#luck.happens('suspend')) this.#suspend(dice.pick([1_000, 8_000, 40_000]));
  }

  /** A process begins, perhaps on a machine whose clock nobody has set. */
  boot(): void {
    const { dice } = this.#luck;
    if (this.#luck.happens('clock_off_at_start'))
      this.#off = dice.pick([-120_000, -3_000, 3_000, 120_000, 20 * HOUR]);
  }

  setRight(): void {
    this.#off = 0;
    this.#frozen = { from: 0, to: 0 };
    this.until = 0;
    const { from, to } = this.#sleep;
    this.#sleep = { from, to: Math.min(to, this.#timer.now()) };
  }

  #suspend(ms: number): void {
    const now = this.#timer.now();
    if (now < this.#sleep.to) return;
    this.#slept += this.#sleep.to - this.#sleep.from;
    this.#sleep = { from: now, to: now + ms };
    this.pause(ms);
  }
}

/** One process: once it is over nothing of it happens any more, though what it has sent may still arrive. */
export class Process implements Timer {
  readonly machine: Machine;
  readonly #timer: PlayedTimer;
  readonly #luck: Luck<ClusterFault>;
  isOver = false;

  constructor(machine: Machine, timer: PlayedTimer, luck: Luck<ClusterFault>) {
    this.machine = machine;
    this.#timer = timer;
    this.#luck = luck;
  }

  now(): number {
    return this.machine.steady();
  }

  set(ms: number, callback: () => void): () => void {
    const at = this.now() + Math.max(0, ms);
    let stop = (): void => {};
    const due = (): void => {
      if (this.isOver) return;
      const waitMs = Math.max(this.machine.until - this.#timer.now(), at - this.now());
      if (waitMs > 0) stop = this.#timer.set(waitMs, due);
      else callback();
    };
    stop = this.#timer.set(ms, due);
    return () => stop();
  }

  wait(ms: number): Promise<void> {
    return new Promise((resolve) => void this.set(ms, resolve));
  }

  /** Every await passes here: whoever waits may find that the machine stood still meanwhile. */
  async awake(): Promise<void> {
    if (this.#luck.happens('paused_at_await')) this.machine.pause(this.#luck.dice.below(9_000));
    if (this.isOver || this.machine.until > this.#timer.now()) await this.wait(0);
  }
}
