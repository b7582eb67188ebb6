/** A follower sees every group once, in order, and never skips: what is missing is waited for. */
import type { Group, Head, Journal } from './journal.js';
import { headOf } from './fence.js';
import { continues } from './recent.js';
import type { Timer } from './timer.js';

export const FOLLOWER_LIMITS = {
  /** Between two looks while there is something to see; doubling while there is nothing … */
  restMsMin: 20,
  /** … up to this. */
  restMsMax: 250,
  groupsAtOnce: 64,
} as const;

export interface FollowerEvents {
  /** The next group, checked to continue all before it. */
  readonly onGroup: (group: Group) => void;
  /** The store holds another history than what was seen: everything made of that must be thrown away. */
  readonly onRewound: (at: Head) => void;
  /** A look that failed, or one after a failure that did not. */
  readonly onTrouble?: (error: unknown) => void;
}

export class Follower {
  readonly #journal: Pick<Journal, 'read' | 'head'>;
  readonly #timer: Timer;
  readonly #events: FollowerEvents;
  #at: Head;
  #restMs: number = FOLLOWER_LIMITS.restMsMin;
  #stopped = true;
  #looking: Promise<void> = Promise.resolve();
  #rest: () => void = () => {};

  /** `at`: the newest group that was folded already. */
  constructor(
    journal: Pick<Journal, 'read' | 'head'>,
    at: Head,
    timer: Timer,
    events: FollowerEvents,
  ) {
    this.#journal = journal;
    this.#at = at;
    this.#timer = timer;
    this.#events = events;
  }

  /** The newest group that was passed on. */
  get at(): Head {
    return this.#at;
  }

  start(): void {
    this.#stopped = false;
    this.wake();
  }

  /** Resolves when no look is under way any more: nothing is passed on afterwards. */
  stop(): Promise<void> {
    this.#stopped = true;
    this.#rest();
    return this.#looking;
  }

  /** There may be something to see: looks at once. */
  wake(): void {
    if (this.#stopped) return;
    this.#rest();
    this.#restMs = FOLLOWER_LIMITS.restMsMin;
    this.#looking = this.#looking.then(() => this.#look());
  }

  async #look(): Promise<void> {
    if (this.#stopped) return;
    this.#rest();
    let restMs = this.#restMs;
    try {
      const groups = await this.#journal.read(this.#at.grp, FOLLOWER_LIMITS.groupsAtOnce);
      if (this.#stopped) return;
      if (groups.length === 0) await this.#checkEnd();
      if (groups.length > 0) restMs = FOLLOWER_LIMITS.restMsMin;
      this.#restMs = groups.length > 0 ? restMs : Math.min(restMs * 2, FOLLOWER_LIMITS.restMsMax);
      for (const group of groups) if (!this.#see(group)) break;
    } catch (error) {
      restMs = FOLLOWER_LIMITS.restMsMax;
      this.#events.onTrouble?.(error);
    }
    if (this.#stopped) return;
    this.#rest = this.#timer.set(restMs, () => {
      this.#looking = this.#looking.then(() => this.#look());
    });
  }

  /** Whether to go on with the next group. */
  #see(group: Group): boolean {
    // A number that is missing means that this was read too early: it comes with the next look.
    if (this.#stopped || group.grp !== this.#at.grp + 1) return false;
    if (!continues(this.#at, group)) return this.#rewound();
    this.#at = headOf(group);
    this.#events.onGroup(group);
    return true;
  }

  /** A store that is shorter than what we saw may yet be healed; one that differs at our place is another. */
  async #checkEnd(): Promise<void> {
    const { grp, term, hash } = await this.#journal.head();
    if (grp === this.#at.grp && (hash !== this.#at.hash || term !== this.#at.term)) this.#rewound();
  }

  #rewound(): false {
    this.#stopped = true;
    this.#events.onRewound(this.#at);
    return false;
  }
}
