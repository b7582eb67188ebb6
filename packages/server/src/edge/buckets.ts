/** A token bucket for each asker: so many at once, so many a second after that. */
export interface Rate {
  readonly perSecond: number;
  readonly burst: number;
}

export interface Verdict {
  readonly isAllowed: boolean;
  readonly limit: number;
  readonly remaining: number;
  /** Until it would be allowed; 0 when it is. */
  readonly waitMs: number;
}

/** More askers than this are not remembered: the limit then fails open for those forgotten. */
const ASKERS_MAX = 50_000;

export class Buckets {
  readonly #rate: Rate;
  readonly #steady: () => number;
  readonly #levels = new Map<string, { level: number; at: number }>();

  constructor(rate: Rate, steady: () => number) {
    this.#rate = rate;
    this.#steady = steady;
  }

  /** Takes `cost` from the asker's bucket, or nothing where there is not so much. */
  take(asker: string, cost = 1): Verdict {
    const { perSecond, burst } = this.#rate;
    if (perSecond === 0) return { isAllowed: true, limit: 0, remaining: 0, waitMs: 0 };
    const now = this.#steady();
    const known = this.#levels.get(asker);
    const level = known
      ? Math.min(burst, known.level + ((now - known.at) / 1_000) * perSecond)
      : burst;
    const isAllowed = level >= Math.min(cost, burst);
    const left = isAllowed ? level - cost : level;
    this.#levels.set(asker, { level: left, at: now });
    if (this.#levels.size > ASKERS_MAX) this.#forget(now);
    const waitMs = isAllowed ? 0 : Math.ceil(((Math.min(cost, burst) - level) / perSecond) * 1_000);
    return { isAllowed, limit: burst, remaining: Math.max(0, Math.floor(left)), waitMs };
  }

  /** Full buckets say nothing; if that does not suffice the oldest half goes too. */
  #forget(now: number): void {
    const { perSecond, burst } = this.#rate;
    for (const [asker, { level, at }] of this.#levels) {
      if (level + ((now - at) / 1_000) * perSecond >= burst) this.#levels.delete(asker);
    }
    if (this.#levels.size <= ASKERS_MAX) return;
    let dropped = 0;
    for (const asker of this.#levels.keys()) {
      if (dropped++ > ASKERS_MAX / 2) return;
      this.#levels.delete(asker);
    }
  }
}
