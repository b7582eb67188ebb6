/**
 * A shared journal for a tool that writes for a while: it stands in line for the lease like any node, and gives it
 * back at its end. Whoever leads is never deposed.
 */
import { JournalRefused } from './file-errors.js';
import type { Appended, Group, Head, Journal, Predecessor, SnapshotShelf } from './journal.js';
import { Leadership, LEASE_LIMITS, type LeaseView, type SharedJournal } from './lease.js';
import { nodeTimer, type Timer } from './timer.js';

const LOOK_MS = 300;
/** A leader that is dead is known to be so after its silence; one that beats is alive. */
const PATIENCE_MS = LEASE_LIMITS.silentMsMax + 2 * LEASE_LIMITS.beatMs;

export class LedJournal implements Journal {
  readonly id: string;
  readonly snapshots?: SnapshotShelf;
  readonly #journal: SharedJournal;
  readonly #timer: Timer;
  readonly #leadership: Leadership;

  constructor(journal: SharedJournal, timer: Timer = nodeTimer) {
    this.id = journal.id;
    if (journal.snapshots) this.snapshots = journal.snapshots;
    this.#journal = journal;
    this.#timer = timer;
    // A lease that is lost shows at the next append: it is fenced.
    this.#leadership = new Leadership(journal, timer, { onLost: () => undefined });
  }

  readonly barrier = (): Promise<boolean> => this.#journal.barrier();

  /** Waits for a silent leader to be given up; rejects as `locked` while somebody leads. */
  async take(): Promise<Head> {
    const until = this.#timer.now() + PATIENCE_MS;
    for (;;) {
      const head = await this.#leadership.tryToLead();
      if (head) return head;
      if (this.#timer.now() >= until) throw inUse(await this.#journal.lease());
      await new Promise<void>((resolve) => void this.#timer.set(LOOK_MS, resolve));
    }
  }

  append(group: Group, prev: Predecessor): Promise<Appended> {
    return this.#journal.append(group, prev);
  }

  read(after: number, limit: number): Promise<readonly Group[]> {
    return this.#journal.read(after, limit);
  }

  groupOf(seq: number): Promise<Group | undefined> {
    return this.#journal.groupOf(seq);
  }

  head(): Promise<Head> {
    return this.#journal.head();
  }

  /** Gives the lease back. */
  async close(): Promise<void> {
    try {
      await this.#leadership.drain();
    } finally {
      await this.#journal.close();
    }
  }
}

function inUse({ url, holder }: LeaseView): JournalRefused {
  const who = url === '' ? holder.replace(/ .*/, '') : url;
  return new JournalRefused(
    'locked',
    `A node leads this journal (${who}): stop all nodes first; verify and export may run beside them.`,
  );
}
