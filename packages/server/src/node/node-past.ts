/**
 * What rests on the past and not on the state: history, and the topics' last changes. Where a node begins with a
 * snapshot, history is read back from the first entry behind everybody's back.
 */
import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { type Entry, hashLines, type ReadonlyWorld, snapshotLines } from '@fairground/engine';
import { type JournalReader, nodeChain } from '@fairground/journal';
import { LastChanges } from '../live/topics.js';
import { MemoryHistory } from '../readmodel/history.js';
import { type Rebuild, rebuildHistory } from '../readmodel/rebuild.js';
import type { Past } from './fold-again.js';

/** The database may be away for a while: what reads beside everything else comes back for it. */
const AGAIN_MS = 1_000;
const LINES_AT_ONCE = 500;

export interface PastEvents {
  readonly onAlarm: (reason: string) => void;
  /** The snapshot that this node began with is not what the entries make. */
  readonly onFalse: (reason: string) => void;
}

export class NodePast implements Past {
  readonly history: MemoryHistory;
  readonly last = new LastChanges();
  readonly #journal: JournalReader;
  readonly #onAlarm: (reason: string) => void;
  readonly #onFalse: (reason: string) => void;
  /** The entry whose snapshot it began with, 0: none; and its state hash. */
  #from = 0;
  #state: string | undefined;
  #rebuild: Rebuild | undefined;
  #isStopped = false;

  constructor(
    journal: JournalReader,
    world: () => ReadonlyWorld,
    { onAlarm, onFalse }: PastEvents,
  ) {
    this.#onFalse = onFalse;
    this.history = new MemoryHistory(world);
    this.#journal = journal;
    this.#onAlarm = onAlarm;
  }

  begin(world: ReadonlyWorld, state: string | undefined): void {
    this.#rebuild?.stop();
    this.#rebuild = undefined;
    this.history.clear();
    this.history.rebuild();
    this.last.begin(world);
    this.#from = world.seq;
    this.#state = state;
  }

  add(entry: Entry, world: ReadonlyWorld): void {
    if (this.#from === 0) this.history.replayed(entry, world);
    this.last.add(entry);
  }

  end(): void {
    if (this.#from === 0) this.history.caughtUp();
    else
      this.#rebuild = rebuildHistory(this.#patient(), this.history, this.#onAlarm, (world) =>
        this.#compare(world),
      );
  }

  /** Whoever folds everything passes the place where this node began. */
  async #compare(world: ReadonlyWorld): Promise<void> {
    const [from, due] = [this.#from, this.#state];
    if (world.seq !== from || due === undefined || (await stateOf(world)) === due) return;
    // What was made from it is as false.
    const shelf = this.#journal.snapshots;
    for (const seq of (await shelf?.list()) ?? []) if (seq >= from) await shelf?.drop(seq);
    this.#onFalse(`The snapshot of entry ${from} is not what the entries make; it is gone.`);
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#rebuild?.stop();
    await this.#rebuild?.ended;
  }

  /** A journal that is asked again until it answers. */
  #patient(): JournalReader {
    const journal = this.#journal;
    return {
      id: journal.id,
      groupOf: (seq) => journal.groupOf(seq),
      close: () => journal.close(),
      head: () => this.#insist(() => journal.head()),
      read: (after, limit) => this.#insist(() => journal.read(after, limit)),
    };
  }

  async #insist<T>(asked: () => Promise<T>): Promise<T> {
    for (;;) {
      try {
        return await asked();
      } catch (error) {
        if (this.#isStopped) throw error;
        await sleep(AGAIN_MS, undefined, { ref: false });
      }
    }
  }
}

/** The state hash of a world that nobody changes, while others get their turn. */
async function stateOf(world: ReadonlyWorld): Promise<string> {
  const hash = hashLines(nodeChain);
  let lines = 0;
  for (const line of snapshotLines(world)) {
    hash.add(line);
    if (++lines % LINES_AT_ONCE === 0) await setImmediate();
  }
  return hash.end();
}
