/** The lease: who leads, seen through nobody's clock but one's own. */
import { type Head, type Journal, StoreFailure } from './journal.js';
import { NothingDone, Unsure } from './postgres-connection.js';
import type { Digests } from './postgres-digests.js';
import type { Timer } from './timer.js';

/** One row, shared by all nodes. */
export interface LeaseView {
  /** Who leads, or '' when nobody does. */
  readonly holder: string;
  /** Where the leader is reached by the others. */
  readonly url: string;
  readonly term: number;
  /** Grows by one with each beat of the leader. */
  readonly beat: number;
  /** The highest version of entries that was ever led with: a build that knows less may not lead. */
  readonly v: number;
}

export interface Beat {
  /** Whether the term was still ours when this commit was made. */
  readonly leads: boolean;
  /** The store's wall clock in milliseconds, where it led. */
  readonly at?: number;
}

/** A journal that several nodes can lead, one after the other. */
export interface SharedJournal extends Journal {
  /** How this opening is called in the lease. */
  readonly holder: string;
  readonly barrier: () => Promise<boolean>;
  readonly digests: Digests;
  lease(): Promise<LeaseView>;
  /**
   * Takes the lease and starts a new term. With `seen` only if the lease still says just that; without it
   * whoever leads is deposed. Rejects with `LeaseTaken`, or `HistoryLost`.
   */
  take(seen?: LeaseView): Promise<Head>;
  /** A commit of ours that changes only the lease. Waits for as long as the store is away. */
  beat(): Promise<Beat>;
  /** Gives the lease back, so that nobody has to wait for it. */
  release(): Promise<void>;
  /** Nothing that was folded here counts any more: the store is believed. */
  forget(): void;
}

/** Another node was faster. */
export class LeaseTaken extends Error {
  constructor() {
    super('Another node has taken the lease.');
    this.name = 'LeaseTaken';
  }
}

export const LEASE_LIMITS = {
  /** A leader beats this often … */
  beatMs: 1_000,
  /** … and is given up when nobody has seen a beat for this long, by the clock of whoever looks. */
  silentMsMax: 5_000,
  /** Silence between two looks that are further apart was not heard: the store may have been away for everybody. */
  unseenMsMax: 2_000,
} as const;

/** Watches one lease. The clock may start anywhere: only what passes between two looks counts. */
export class LeaseWatch {
  readonly #timer: Timer;
  #seen: { readonly key: string; readonly since: number } | undefined;
  #lookedAt = Number.NEGATIVE_INFINITY;

  constructor(timer: Timer) {
    this.#timer = timer;
  }

  /** Whether this lease may be taken: nobody holds it, or it has not moved for as long as we have looked. */
  isFree({ holder, term, beat }: LeaseView): boolean {
    const now = this.#timer.now();
    const key = `${term}.${beat}`;
    const isUnseen = now - this.#lookedAt > LEASE_LIMITS.unseenMsMax;
    this.#lookedAt = now;
    if (this.#seen?.key !== key || isUnseen) this.#seen = { key, since: now };
    return holder === '' || now - this.#seen.since >= LEASE_LIMITS.silentMsMax;
  }
}

export interface LeadershipEvents {
  /** Another node leads, or the store lost what was ours: nothing more may be decided here. */
  readonly onLost: (reason: string) => void;
  /** After each beat, the first one before anything is decided: the store's wall clock, and how long it took. */
  readonly onBeat?: (at: number | undefined, tookMs: number) => void;
}

/** One node's part in the contest: looks, takes, beats, gives back. */
export class Leadership {
  readonly #journal: SharedJournal;
  readonly #timer: Timer;
  readonly #events: LeadershipEvents;
  readonly #watch: LeaseWatch;
  #leads = false;
  #seen: LeaseView | undefined;
  #rest: () => void = () => {};

  constructor(journal: SharedJournal, timer: Timer, events: LeadershipEvents) {
    this.#journal = journal;
    this.#timer = timer;
    this.#events = events;
    this.#watch = new LeaseWatch(timer);
  }

  /** The lease as it was at the newest look. */
  get seen(): LeaseView | undefined {
    return this.#seen;
  }

  get leads(): boolean {
    return this.#leads;
  }

  /** One look at the lease; takes it when it is free. Undefined while somebody else leads. */
  async tryToLead(): Promise<Head | undefined> {
    const seen = await this.#journal.lease();
    this.#seen = seen;
    if (!this.#watch.isFree(seen)) return undefined;
    try {
      const head = await this.#journal.take(seen);
      this.#leads = true;
      await this.#beat();
      return this.#leads ? head : undefined;
    } catch (error) {
      if (error instanceof LeaseTaken) return undefined;
      throw error;
    }
  }

  /** Stops beating without a word: whoever waits takes over when his patience ends. */
  stop(): void {
    this.#leads = false;
    this.#rest();
  }

  /** Stops beating and gives the lease back: after everything that was taken is answered. */
  async drain(): Promise<void> {
    if (!this.#leads) return;
    this.stop();
    await this.#journal.release();
  }

  #beatLater(): void {
    this.#rest = this.#timer.set(LEASE_LIMITS.beatMs, () => void this.#beat());
  }

  async #beat(): Promise<void> {
    const began = this.#timer.now();
    let beat: Beat = { leads: false };
    let reason = 'Another node leads, or the store lost what was ours.';
    try {
      beat = await this.#journal.beat();
    } catch (error) {
      // A store that is away is away for all: whoever led leads on, and the fence tells where others did reach it.
      if (isAway(error)) return this.#leads ? this.#beatLater() : undefined;
      // Closed: what cannot be shown does not lead.
      reason = String(error);
    }
    if (!this.#leads) return;
    if (!beat.leads) {
      this.stop();
      return this.#events.onLost(reason);
    }
    this.#events.onBeat?.(beat.at, this.#timer.now() - began);
    if (this.#leads) this.#beatLater();
  }
}

const isAway = (error: unknown): boolean =>
  error instanceof StoreFailure || error instanceof NothingDone || error instanceof Unsure;
