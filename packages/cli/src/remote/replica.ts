/** The world as anybody can make it: the public journal, each line checked against the chain and folded. */
import { setTimeout as sleep } from 'node:timers/promises';
import { type Client, FairgroundNotNow } from '@fairground/client';
import { createWorld, fold, hashZero, type ReadonlyWorld, type World } from '@fairground/engine';
import { checkedEntry } from '@fairground/journal';

/** Between two looks while nobody waits for an entry. */
const REST_MS = 100;
/** Where no node can be read, the next look comes after this. */
const AWAY_MS = 250;

interface Waiter {
  readonly seq: number;
  readonly tell: () => void;
}

export class Replica {
  readonly #client: Client;
  readonly #signal: AbortSignal;
  readonly #world: World = createWorld();
  #hash: string;
  #waiters: Waiter[] = [];
  #wake: () => void = () => {};
  #ended: Promise<void> = Promise.resolve();
  #failure: Error | undefined;

  private constructor(client: Client, journalId: string, signal: AbortSignal) {
    this.#client = client;
    this.#hash = hashZero(journalId);
    this.#signal = signal;
  }

  /** Resolves when it has folded all there is; then it follows until the signal ends it. */
  static async open(client: Client, signal: AbortSignal): Promise<Replica> {
    const { journal, seq } = await client.head(undefined, { signal });
    const replica = new Replica(client, journal, signal);
    replica.#ended = replica.#follow();
    await replica.reach(seq);
    return replica;
  }

  get world(): ReadonlyWorld {
    return this.#world;
  }

  /** Resolves when this entry is in the world, or with the signal. Rejects where the journal is not what it was. */
  async reach(seq: number): Promise<void> {
    while (this.#world.seq < seq && !this.#signal.aborted) {
      if (this.#failure) throw this.#failure;
      await new Promise<void>((tell) => {
        this.#waiters.push({ seq, tell });
        this.#wake();
      });
    }
  }

  /** After the signal: resolves when nothing is asked any more. */
  ended(): Promise<void> {
    return this.#ended;
  }

  async #follow(): Promise<void> {
    const stop = (): void => this.#tell();
    this.#signal.addEventListener('abort', stop, { once: true });
    while (!this.#signal.aborted && !this.#failure) {
      const isAway = await this.#look();
      if (isAway) await sleep(AWAY_MS);
      else if (this.#waiters.length === 0) await this.#rest();
    }
    this.#tell();
  }

  /** Folds what is new. True where nobody could be asked. */
  async #look(): Promise<boolean> {
    try {
      const lines = this.#client.journal({ from: this.#world.seq + 1, signal: this.#signal });
      for await (const line of lines) {
        const entry = checkedEntry(line, this.#hash, this.#world);
        fold(this.#world, entry);
        this.#hash = entry.hash;
        if (this.#waiters.length > 0) this.#tellReached();
      }
      return false;
    } catch (error) {
      if (this.#signal.aborted) return false;
      if (error instanceof FairgroundNotNow) return true;
      this.#failure = error instanceof Error ? error : new Error(String(error));
      return false;
    }
  }

  #rest(): Promise<void> {
    return new Promise((resolve) => {
      const over = (): void => {
        clearTimeout(timer);
        this.#wake = () => {};
        resolve();
      };
      const timer = setTimeout(over, REST_MS);
      this.#wake = over;
    });
  }

  #tellReached(): void {
    const { seq } = this.#world;
    const reached = this.#waiters.filter((waiter) => waiter.seq <= seq);
    this.#waiters = this.#waiters.filter((waiter) => waiter.seq > seq);
    for (const { tell } of reached) tell();
  }

  #tell(): void {
    this.#wake();
    for (const { tell } of this.#waiters.splice(0)) tell();
  }
}
