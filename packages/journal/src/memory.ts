/** A journal that forgets when the process ends, and fails exactly when a test tells it to. */
import { checkGroup, headOf, judge, termRow } from './fence.js';
import { GROUP_LIMITS, StoreFailure } from './journal.js';
import type { Appended, Group, Head, Journal, Predecessor, SnapshotShelf } from './journal.js';

/** One call on its way to the store: what a fault decides by. */
export interface Call {
  readonly verb: 'append' | 'read' | 'groupOf' | 'head' | 'take';
  /** The group of an append. */
  readonly group?: Group;
}

/**
 * Wraps every call of one handle. `before` runs before the store is touched: throwing a
 * `StoreFailure` is a definite failure, a promise holds the bytes back on their way (they may land
 * after another leader's term row). `after` runs when the result is fixed: a promise holds back the
 * answer, so a read comes back stale and an append is done without its caller knowing.
 */
export interface Faults {
  before?(call: Call): void | Promise<void>;
  after?(call: Call): void | Promise<void>;
}

/** An append that hangs until it is released. */
export interface Hang {
  /** Resolves when an append has arrived here and waits. */
  readonly reached: Promise<void>;
  release(): void;
}

/** The store itself; every handle that `open` gives out reads and writes the same groups. */
export class MemoryStore {
  readonly id: string;
  private readonly hash0: string;
  private stored: Group[] = [];
  readonly snapshots = new MemorySnapshots();

  /**
   * `hash0` is sha256("fairground journal 1 " ‖ id); handed in, so that this file runs in a
   * browser.
   */
  constructor(made: { readonly id: string; readonly hash0: string }) {
    this.id = made.id;
    this.hash0 = made.hash0;
  }

  open(faults: Faults = {}): MemoryJournal {
    return new MemoryJournal(this, faults);
  }

  get groups(): readonly Group[] {
    return this.stored;
  }

  head(): Head {
    const last = this.stored.at(-1);
    return last ? headOf(last) : { grp: 0, term: 0, lastSeq: 0, hash: this.hash0 };
  }

  groupOf(seq: number): Group | undefined {
    let low = 0;
    let high = this.stored.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if ((this.stored[middle]?.lastSeq ?? 0) < seq) low = middle + 1;
      else high = middle;
    }
    const found = this.stored[low];
    return found && found.firstSeq <= seq ? found : undefined;
  }

  append(group: Group, prev: Predecessor): Appended {
    checkGroup(group, prev);
    const verdict = judge(group, prev, { there: this.stored[group.grp - 1], head: this.head() });
    if (verdict !== 'free') return verdict;
    this.stored.push(Object.freeze({ ...group }));
    return 'done';
  }

  /** Another leader takes the term: from now on whoever wrote until now is fenced. */
  fence(): Head {
    const row = Object.freeze(termRow(this.head()));
    this.stored.push(row);
    return headOf(row);
  }

  /** The store forgets every group after `grp`, as after a failover to a standby that lagged. */
  rewind(grp: number): void {
    this.stored = this.stored.slice(0, grp);
  }
}

/** By seq, then part; like the journal, it forgets when the process ends. */
export class MemorySnapshots implements SnapshotShelf {
  readonly parts = new Map<number, Map<number, string>>();

  async list(): Promise<readonly number[]> {
    return [...this.parts.keys()].sort((a, b) => b - a);
  }

  async get(seq: number, part: number): Promise<string | undefined> {
    return this.parts.get(seq)?.get(part);
  }

  async put(seq: number, part: number, text: string): Promise<void> {
    const parts = this.parts.get(seq) ?? new Map<number, string>();
    this.parts.set(seq, parts.set(part, text));
  }

  async drop(seq: number): Promise<void> {
    this.parts.delete(seq);
  }
}

export class MemoryJournal implements Journal {
  readonly id: string;
  readonly snapshots: SnapshotShelf;
  private readonly store: MemoryStore;
  private readonly faults: Faults;
  private readonly failures: StoreFailure[] = [];
  private readonly hangs: {
    readonly when: 'before' | 'after';
    readonly arrive: () => Promise<void>;
  }[] = [];
  private closed = false;

  constructor(store: MemoryStore, faults: Faults = {}) {
    this.id = store.id;
    this.snapshots = store.snapshots;
    this.store = store;
    this.faults = faults;
  }

  /** The next append (or take) of this handle fails, and nothing is written. */
  failNext(code: StoreFailure['code']): void {
    this.failures.push(new StoreFailure(code, `The journal was told to fail: ${code}.`));
  }

  /** The next append of this handle hangs: `before` it is stored, or `after`. */
  hangNext(when: 'before' | 'after'): Hang {
    let release = (): void => {};
    let reach = (): void => {};
    const released = new Promise<void>((resolve) => (release = resolve));
    const reached = new Promise<void>((resolve) => (reach = resolve));
    const arrive = (): Promise<void> => (reach(), released);
    this.hangs.push({ when, arrive });
    return { reached, release: () => release() };
  }

  async append(group: Group, prev: Predecessor): Promise<Appended> {
    const hang = this.hangs.shift();
    return this.call({ verb: 'append', group }, async () => {
      this.throwIfToldTo();
      if (hang?.when === 'before') await hang.arrive();
      const outcome = this.store.append(group, prev);
      if (hang?.when === 'after') await hang.arrive();
      return outcome;
    });
  }

  async take(): Promise<Head> {
    return this.call({ verb: 'take' }, async () => {
      this.throwIfToldTo();
      return this.store.fence();
    });
  }

  async read(after: number, limit: number): Promise<readonly Group[]> {
    return this.call({ verb: 'read' }, async () => {
      const groups: Group[] = [];
      let bytes = 0;
      for (const group of this.store.groups.slice(after, after + limit)) {
        bytes += group.lines.length;
        if (groups.length > 0 && bytes > GROUP_LIMITS.readBytesMax) break;
        groups.push(group);
      }
      return groups;
    });
  }

  async groupOf(seq: number): Promise<Group | undefined> {
    return this.call({ verb: 'groupOf' }, async () => this.store.groupOf(seq));
  }

  async head(): Promise<Head> {
    return this.call({ verb: 'head' }, async () => this.store.head());
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  private async call<T>(call: Call, reach: () => Promise<T>): Promise<T> {
    if (this.closed) throw new Error('This journal handle is closed.');
    await this.faults.before?.(call);
    const result = await reach();
    await this.faults.after?.(call);
    return result;
  }

  private throwIfToldTo(): void {
    const failure = this.failures.shift();
    if (failure) throw failure;
  }
}
