/**
 * What lies behind the journal's bow: its durable entries in order, each once, never one that may vanish.
 * Everything served from beside the world (history, the live feed) follows this and not the sequencer.
 */
import type { Entry } from '@fairground/engine';
import type { Sequencing } from './node/sequencing.js';

export interface Watcher {
  /** Just folded into the world; it may still vanish. */
  folded?(entry: Entry): void;
  /** Durable. `bytes` is the length of its line. */
  durable(entry: Entry, bytes: number): void;
  /** Everything up to `seq` has been told. */
  reached?(seq: number): void;
  /** What was folded and is not durable has vanished: the world was rebuilt. */
  vanished?(): void;
  /** Even what was durable is no more: the journal holds another history, which nobody here was told. */
  rewound?(): void;
}

interface Folded {
  readonly entry: Entry;
  readonly bytes: number;
}

interface Waiter {
  readonly seq: number;
  readonly tell: (reached: boolean) => void;
}

/** Hashes this far back are known without asking the journal. */
const HASHES_KEPT = 65_536;

/** By seq, the newest of each place: a Map that forgets its oldest walks over all that it has forgotten. */
class RecentHashes {
  readonly #seqs = new Float64Array(HASHES_KEPT).fill(-1);
  readonly #hashes: string[] = [];

  get(seq: number): string | undefined {
    const place = seq % HASHES_KEPT;
    return this.#seqs[place] === seq ? this.#hashes[place] : undefined;
  }

  set(seq: number, hash: string): void {
    this.#seqs[seq % HASHES_KEPT] = seq;
    this.#hashes[seq % HASHES_KEPT] = hash;
  }

  clear(): void {
    this.#seqs.fill(-1);
  }

  delete(seq: number): void {
    if (this.get(seq) !== undefined) this.#seqs[seq % HASHES_KEPT] = -1;
  }
}

export const hash8 = (hash: string): string => hash.slice(0, 8);

export class Wake {
  readonly #sequencer: Sequencing;
  readonly #watchers: Watcher[] = [];
  readonly #folded: Folded[] = [];
  readonly #hashes = new RecentHashes();
  readonly #waiters = new Set<Waiter>();
  readonly #stop: readonly (() => void)[];
  #seq: number;
  #hash: string;
  #isCatchingUp = false;

  private constructor(sequencer: Sequencing) {
    this.#sequencer = sequencer;
    this.#seq = sequencer.durable.seq;
    this.#hash = hash8(sequencer.durable.hash);
    this.#hashes.set(this.#seq, this.#hash);
    this.#stop = [
      sequencer.onFolded((entry, line) => this.#onFolded(entry, line.length)),
      sequencer.onDurable((seq) => this.#onDurable(seq)),
      sequencer.onReset((seq) => this.#onReset(seq)),
    ];
  }

  /**
   * Follows a sequencer that has just started. What it folded before anybody could listen (deadlines that
   * passed while the node was down) is read back from the journal.
   */
  static async start(sequencer: Sequencing, watchers: readonly Watcher[]): Promise<Wake> {
    const wake = new Wake(sequencer);
    wake.#watchers.push(...watchers);
    const missed = sequencer.head.seq;
    if (missed === wake.#seq) return wake;
    wake.#isCatchingUp = true;
    await sequencer.whenDurable(missed);
    const entries: Folded[] = [];
    for (let seq = wake.#seq + 1; seq <= missed; seq++) {
      const entry = await sequencer.tape.entryAt(seq);
      if (entry) entries.push({ entry, bytes: 0 });
    }
    for (const { entry } of entries) for (const watcher of watchers) watcher.folded?.(entry);
    wake.#folded.unshift(...entries);
    wake.#isCatchingUp = false;
    wake.#onDurable(sequencer.durable.seq);
    return wake;
  }

  /** The newest entry that everybody here has been told of. */
  get seq(): number {
    return this.#seq;
  }

  /** `123.9f2c0a11`. */
  get cursor(): string {
    return `${this.#seq}.${this.#hash}`;
  }

  get place(): { readonly seq: number; readonly hash: string } {
    return { seq: this.#seq, hash: this.#hash };
  }

  /** From now on; those who came first are told first. */
  follow(watcher: Watcher): void {
    this.#watchers.push(watcher);
  }

  /** The first 8 digits of an entry's hash if they are at hand (also of an entry that is not yet durable). */
  hashAtHand(seq: number): string | undefined {
    const { head } = this.#sequencer;
    return this.#hashes.get(seq) ?? (head.seq === seq ? hash8(head.hash) : undefined);
  }

  /** The same, asking the journal if need be; undefined where there is no such durable entry. */
  async hashAt(seq: number): Promise<string | undefined> {
    const known = this.#hashes.get(seq);
    if (known !== undefined) return known;
    const hash = await this.#sequencer.tape.hashAt(seq);
    if (hash === undefined) return undefined;
    this.#remember(seq, hash8(hash));
    return hash8(hash);
  }

  /** True when `seq` is reached within `ms`. */
  reach(seq: number, ms: number): Promise<boolean> {
    if (seq <= this.#seq) return Promise.resolve(true);
    return new Promise((resolve) => {
      const timer = setTimeout(() => waiter.tell(false), ms);
      const waiter: Waiter = {
        seq,
        tell: (reached) => {
          clearTimeout(timer);
          this.#waiters.delete(waiter);
          resolve(reached);
        },
      };
      this.#waiters.add(waiter);
    });
  }

  /** Begins anew where the world now stands: nothing that was told counts any more. */
  rewound(): void {
    const { seq, hash } = this.#sequencer.durable;
    this.#folded.length = 0;
    this.#hashes.clear();
    this.#seq = seq;
    this.#hash = hash8(hash);
    this.#hashes.set(seq, this.#hash);
    for (const watcher of this.#watchers) watcher.rewound?.();
    for (const waiter of this.#waiters) if (waiter.seq <= seq) waiter.tell(true);
  }

  stop(): void {
    for (const stop of this.#stop) stop();
    for (const waiter of this.#waiters) waiter.tell(false);
  }

  #onFolded(entry: Entry, bytes: number): void {
    this.#folded.push({ entry, bytes });
    this.#remember(entry.seq, hash8(entry.hash));
    for (const watcher of this.#watchers) watcher.folded?.(entry);
  }

  /** The sequencer threw its world away: what it folds next takes the place of what never became durable. */
  #onReset(seq: number): void {
    this.#onDurable(seq);
    for (const { entry } of this.#folded) this.#hashes.delete(entry.seq);
    this.#folded.length = 0;
    for (const watcher of this.#watchers) watcher.vanished?.();
  }

  #onDurable(seq: number): void {
    if (this.#isCatchingUp) return;
    let told = 0;
    for (const { entry, bytes } of this.#folded) {
      if (entry.seq > seq) break;
      told++;
      this.#seq = entry.seq;
      this.#hash = hash8(entry.hash);
      for (const watcher of this.#watchers) watcher.durable(entry, bytes);
    }
    this.#folded.splice(0, told);
    for (const watcher of this.#watchers) watcher.reached?.(this.#seq);
    for (const waiter of this.#waiters) if (waiter.seq <= this.#seq) waiter.tell(true);
  }

  #remember(seq: number, hash: string): void {
    // A look-up far back must not push out what is recent.
    if (seq > this.#seq - HASHES_KEPT) this.#hashes.set(seq, hash);
  }
}
