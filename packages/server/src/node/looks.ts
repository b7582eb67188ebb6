/** When the journal's end was last seen from here, and a word to the operator while it cannot be. */
import { type Group, GROUP_LIMITS, type Journal } from '@fairground/journal';

const LATE_MS = 5_000;
/** Trouble that goes on is said again after this. */
const QUIET_MS = 60_000;

export class Looks {
  /** What a follower reads, noticing how far it came. */
  readonly journal: Pick<Journal, 'read' | 'head'>;
  readonly #steady: () => number;
  readonly #onAlarm: (reason: string, stops: boolean) => void;
  #seenAt: number;
  #alarmedAt = Number.NEGATIVE_INFINITY;

  constructor(
    journal: Pick<Journal, 'read' | 'head'>,
    steady: () => number,
    onAlarm: (reason: string, stops: boolean) => void,
  ) {
    this.#steady = steady;
    this.#onAlarm = onAlarm;
    this.#seenAt = steady();
    this.journal = {
      head: () => journal.head(),
      read: async (after, limit): Promise<readonly Group[]> => {
        const asked = steady();
        const groups = await journal.read(after, limit);
        const chars = groups.reduce((sum, { lines }) => sum + lines.length, 0);
        // Neither the number asked for nor what fits in one answer: so this was the end.
        if (groups.length < limit && chars < GROUP_LIMITS.readBytesMax / 2) this.#seenAt = asked;
        return groups;
      },
    };
  }

  /** How long ago the end was last seen. */
  get lagMs(): number {
    return this.#steady() - this.#seenAt;
  }

  get isLate(): boolean {
    return this.lagMs > LATE_MS;
  }

  failed(error: unknown): void {
    const now = this.#steady();
    if (now - this.#alarmedAt < QUIET_MS) return;
    this.#alarmedAt = now;
    const what = error instanceof Error ? error.message : String(error);
    this.#onAlarm(`The journal cannot be read: ${what}`, false);
  }
}
