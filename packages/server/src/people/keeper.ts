/** What has to be seen to now and then: sign-ups that were cut off, uses of keys, and what is over. */
import { nodeTimer } from '@fairground/journal';
import { openPending, type Registry } from '../accounts.js';
import { Problem } from '../errors.js';

export const KEEPER = {
  everyMs: 30_000,
  /** A younger sign-up is still under way. */
  pendingMs: 60_000,
  sweepMs: 60 * 60_000,
  /** What is over stays so long, so that every node has seen it. */
  overMs: 60_000,
} as const;

export class Keeper {
  readonly #registry: Registry;
  readonly #onAlarm: (reason: string) => void;
  #sweptAt: number;
  #rest: () => void = () => {};
  #working: Promise<void> = Promise.resolve();
  #isStopped = false;

  constructor(registry: Registry, onAlarm: (reason: string) => void) {
    this.#registry = registry;
    this.#onAlarm = onAlarm;
    this.#sweptAt = registry.clock.steady();
  }

  start(): void {
    this.#rest = nodeTimer.set(KEEPER.everyMs, () => {
      this.#working = this.keep()
        .catch((error: unknown) => this.#failed(error))
        .finally(() => this.#isStopped || this.start());
    });
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#rest();
    await this.#working;
  }

  /** One round. */
  async keep(): Promise<void> {
    const { vault, clock } = this.#registry;
    await openPending(this.#registry, clock.now() - KEEPER.pendingMs);
    await vault.keepUsed(clock.now());
    if (clock.steady() - this.#sweptAt < KEEPER.sweepMs) return;
    this.#sweptAt = clock.steady();
    await vault.sweep(clock.now() - KEEPER.overMs);
  }

  /** What is worth asking again is asked in the next round. */
  #failed(error: unknown): void {
    if (error instanceof Problem && error.code !== 'fault') return;
    const what = error instanceof Error ? error.message : String(error);
    this.#onAlarm(`What is over in the vault could not be seen to: ${what}`);
  }
}
