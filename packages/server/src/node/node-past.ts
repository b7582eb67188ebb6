/**
 * What rests on the past and not on the state: history, and the topics' last changes. Where a node begins with a
 * snapshot, history is read back from the first entry behind everybody's back.
 */
import { setTimeout as sleep } from 'node:timers/promises';
import type { Entry, ReadonlyWorld } from '@fairground/engine';
import type { JournalReader } from '@fairground/journal';
import { LastChanges } from '../live/topics.js';
import { MemoryHistory } from '../readmodel/history.js';
import { type Rebuild, rebuildHistory } from '../readmodel/rebuild.js';
import type { Past } from './fold-again.js';

/** The database may be away for a while: what reads beside everything else comes back for it. */
const AGAIN_MS = 1_000;

export class NodePast implements Past {
  readonly history: MemoryHistory;
  readonly last = new LastChanges();
  readonly #journal: JournalReader;
  readonly #onAlarm: (reason: string) => void;
  /** The entry whose snapshot it began with; 0: none. */
  #from = 0;
  #rebuild: Rebuild | undefined;
  #isStopped = false;

  constructor(
    journal: JournalReader,
    world: () => ReadonlyWorld,
    onAlarm: (reason: string) => void,
  ) {
    this.history = new MemoryHistory(world);
    this.#journal = journal;
    this.#onAlarm = onAlarm;
  }

  begin(world: ReadonlyWorld): void {
    this.#rebuild?.stop();
    this.#rebuild = undefined;
    this.history.clear();
    this.history.rebuild();
    this.last.begin(world);
    this.#from = world.seq;
  }

  add(entry: Entry, world: ReadonlyWorld): void {
    if (this.#from === 0) this.history.replayed(entry, world);
    this.last.add(entry);
  }

  end(): void {
    if (this.#from === 0) this.history.caughtUp();
    else this.#rebuild = rebuildHistory(this.#patient(), this.history, this.#onAlarm);
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
