/**
 * The only home of the wall clock. Time that has run ahead cannot be taken back (one jump of a year closes
 * every market), so time is what the wall showed at start plus what has passed since, and a wall that steps
 * forward is believed only after a while.
 */

/** Where time comes from; tests bring their own. */
export interface TimeSource {
  /** Milliseconds since 1970, as the machine believes. */
  wall(): number;
  /** Milliseconds since anywhere, never set. */
  steady(): number;
}

export const machineTime: TimeSource = { wall: () => Date.now(), steady: () => performance.now() };

export const CLOCK = {
  /** How far behind the last entry a clock may start. */
  behindMsMax: 60_000,
  /** A smaller step is drift, and taken at once. */
  stepMs: 2_000,
  /** A larger one must still be there after this. */
  stepLastsMs: 10_000,
  /** A still larger one is somebody's mistake until somebody says that it is not. */
  leapMs: 30 * 86_400_000,
  beatMs: 1_000,
} as const;

/** A clock that no exchange should be started with. */
export class ClockRefused extends Error {
  constructor(message: string) {
    super(message);
    this.name = 'ClockRefused';
  }
}

export interface ClockOptions {
  readonly acceptClock: boolean;
  readonly source?: TimeSource;
  /** Told once when a leap of the wall clock is not followed. */
  readonly onLeap?: (aheadMs: number) => void;
}

export class Clock {
  readonly #source: TimeSource;
  readonly #options: ClockOptions;
  #base: number;
  #aheadSince: number | undefined;
  #hasWarned = false;
  /** While it says so a step of the wall is not followed: who leads other nodes is held against their database. */
  isHeld: () => boolean = () => false;
  #timer: ReturnType<typeof setInterval> | undefined;

  constructor(options: ClockOptions) {
    this.#options = options;
    this.#source = options.source ?? machineTime;
    this.#base = this.#source.wall() - this.#source.steady();
  }

  /** Whole milliseconds since 1970; never falls while anything is decided by it. */
  readonly now = (): number => Math.floor(this.#base + this.#source.steady());

  /** Milliseconds for measuring, from anywhere. */
  readonly steady = (): number => this.#source.steady();

  /** Refuses to run a journal whose last entry this clock cannot follow. */
  check(lastAt: number): void {
    if (lastAt === 0) return;
    const ahead = this.now() - lastAt;
    if (ahead < -CLOCK.behindMsMax) {
      throw new ClockRefused(
        `This machine's clock is ${Math.round(-ahead / 1000)} s behind the last entry of the journal. Set it right, then start again.`,
      );
    }
    if (ahead > CLOCK.leapMs && !this.#options.acceptClock) {
      const days = Math.round(ahead / 86_400_000);
      throw new ClockRefused(
        `The last entry of the journal is ${days} days old, or this machine's clock is wrong. Every deadline since would fall due at once. If the clock is right, start with --accept-clock (FAIRGROUND_ACCEPT_CLOCK=1).`,
      );
    }
  }

  /** Compares with the wall every second from now on. */
  start(): void {
    this.#timer = setInterval(() => this.beat(), CLOCK.beatMs);
    this.#timer.unref();
  }

  stop(): void {
    clearInterval(this.#timer);
  }

  /** The wall's word as it is, also where that is earlier: for a node that decides nothing. */
  believeWall(): void {
    this.#base = this.#source.wall() - this.#source.steady();
    this.#aheadSince = undefined;
  }

  beat(): void {
    const ahead = this.#source.wall() - (this.#base + this.#source.steady());
    if (ahead <= CLOCK.stepMs) {
      this.#aheadSince = undefined;
      // A wall set back is not followed: deadlines that have passed have passed.
      if (ahead > 0) this.#base += ahead;
      return;
    }
    const now = this.#source.steady();
    this.#aheadSince ??= now;
    if (now - this.#aheadSince < CLOCK.stepLastsMs || this.isHeld()) return;
    if (ahead > CLOCK.leapMs && !this.#options.acceptClock) {
      if (!this.#hasWarned) this.#options.onLeap?.(ahead);
      this.#hasWarned = true;
      return;
    }
    this.#base += ahead;
    this.#aheadSince = undefined;
  }
}
