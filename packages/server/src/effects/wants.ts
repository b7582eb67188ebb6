/** What people want to be told of, as the vault says, told to the tables: at once, of many changes the last. */
import type { Wanted, Wish } from '../readmodel/entry-effects.js';
import type { Queue } from '../readmodel/job-queues.js';
import type { ReadModel } from '../readmodel/read-model.js';
import type { Vault } from '../vault/vault.js';

export interface WantsOptions {
  readonly tables: ReadModel;
  readonly vault: Vault;
  readonly queues: readonly Queue[];
  /** The tables are told at most so often. */
  readonly settleMs: number;
}

export class Wants {
  readonly #options: WantsOptions;
  #settling: ReturnType<typeof setTimeout> | undefined;
  #isStale = false;
  #leave: (() => void) | undefined;
  #waiting: (() => void)[] = [];

  constructor(options: WantsOptions) {
    this.#options = options;
  }

  begin(): void {
    this.#tell();
    this.#leave = this.#options.vault.wishes.onChange(() => this.#tellSoon());
  }

  stop(): void {
    this.#leave?.();
    clearTimeout(this.#settling);
    this.#isStale = false;
    this.#release();
  }

  /** Once the tables know of every change there was until now: what comes after that counts. */
  async heard(): Promise<void> {
    if (this.#isStale) await new Promise<void>((resolve) => this.#waiting.push(resolve));
  }

  /** At once, and of what changes right after that, once more at its end. */
  #tellSoon(): void {
    this.#isStale = this.#settling !== undefined;
    if (this.#isStale) return;
    this.#tell();
    this.#settling = setTimeout(() => {
      this.#settling = undefined;
      if (this.#isStale) this.#tellSoon();
    }, this.#options.settleMs);
  }

  #tell(): void {
    const { tables, vault, queues } = this.#options;
    tables.want(wantedOf(vault), queues);
    this.#release();
  }

  #release(): void {
    for (const resolve of this.#waiting.splice(0)) resolve();
  }
}

export const wishesOf = ({ wishes }: Vault): readonly Wish[] => [
  ...[...wishes.settings()].map(({ account, mail, seq }): Wish => {
    return { account, channel: 'mail', receiver: account, kinds: mail, seq };
  }),
  ...[...wishes.webhooks()].map(({ account, id, kinds, seq }): Wish => {
    return { account, channel: 'webhook', receiver: id, kinds, seq };
  }),
];

const wantedOf = (vault: Vault): Wanted => {
  return {
    to: vault.wishes.effectsTo ?? 0,
    done: vault.wishes.done(),
    wishes: wishesOf(vault),
    alerts: [...vault.wishes.alerts()].map(({ price, ...alert }) => {
      return { ...alert, price: BigInt(price) };
    }),
  };
};
