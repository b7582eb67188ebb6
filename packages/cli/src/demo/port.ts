/** The only door to the exchange: a wish is asked under one key until its answer is known. */
import type { Hash, ReadonlyWorld, RefusalCode, Wish } from '@fairground/engine';
import type { DemoClock } from './clock.js';

/** What the demo needs to know of the sequencer's answer, which has more to say. */
export type Answer =
  | { readonly kind: 'done'; readonly repeated: boolean }
  | { readonly kind: 'refused'; readonly code: RefusalCode; readonly detail?: string }
  /** This attempt did nothing; the same key may be sent again. */
  | { readonly kind: 'not_now'; readonly code: string; readonly retryAfterMs: number }
  /** It may have happened; the same key gives the answer. */
  | { readonly kind: 'unknown' }
  | { readonly kind: 'fault' };

/** Words that live outside the journal; the exchange knows their hash. */
export interface DemoText {
  readonly title: string;
  readonly rules?: string;
  readonly category: string;
}

export interface DemoExchange {
  world(): ReadonlyWorld;
  /** The exchange's own time, in milliseconds since 1970: what its deadlines are measured by. */
  now(): number;
  /** The command id is derived from `by` and `key`: the same pair is the same command. */
  submit(by: string, key: string, wish: Wish): Promise<Answer>;
  writeText(text: DemoText): Promise<Hash>;
}

export interface Ask {
  readonly by: string;
  readonly key: string;
  readonly wish: Wish;
}

export type Settled = Extract<Answer, { readonly kind: 'done' | 'refused' }>;

/** The demo was told to stop. It goes on where it was at the next start. */
export class DemoStopped extends Error {
  constructor() {
    super('demo: stopped');
    this.name = 'DemoStopped';
  }
}

/** Something that must not happen happened; the message says what. */
export class DemoFault extends Error {
  constructor(message: string) {
    super(`demo: ${message}`);
    this.name = 'DemoFault';
  }
}

export function throwIfStopped(signal: AbortSignal): void {
  if (signal.aborted) throw new DemoStopped();
}

const UNKNOWN_RETRY_MS = 200;
const RETRY_MIN_MS = 10;

/** Asks with patience: the exchange may be busy or silent, the key stays the same until it says yes or no. */
export class Asker {
  readonly #exchange: DemoExchange;
  readonly #clock: DemoClock;
  readonly #signal: AbortSignal;

  constructor(parts: { exchange: DemoExchange; clock: DemoClock; signal: AbortSignal }) {
    this.#exchange = parts.exchange;
    this.#clock = parts.clock;
    this.#signal = parts.signal;
  }

  get world(): ReadonlyWorld {
    return this.#exchange.world();
  }

  now(): number {
    return this.#exchange.now();
  }

  writeText(text: DemoText): Promise<Hash> {
    return this.#exchange.writeText(text);
  }

  async ask({ by, key, wish }: Ask): Promise<Settled> {
    for (;;) {
      throwIfStopped(this.#signal);
      const answer = await this.#exchange.submit(by, key, wish);
      switch (answer.kind) {
        case 'done':
        case 'refused':
          return answer;
        case 'not_now':
          await this.#clock.sleep(Math.max(RETRY_MIN_MS, answer.retryAfterMs), this.#signal);
          break;
        case 'unknown':
          await this.#clock.sleep(UNKNOWN_RETRY_MS, this.#signal);
          break;
        case 'fault':
          throw new DemoFault(`"${key}" ran into a fault of the exchange`);
      }
    }
  }

  /** For wishes that nothing may stand against: a refusal ends the demo. */
  async insist(ask: Ask): Promise<void> {
    const answer = await this.ask(ask);
    if (answer.kind === 'refused') throw refusedFault(ask, answer);
  }
}

export function refusedFault(
  { by, key }: Ask,
  answer: Extract<Answer, { kind: 'refused' }>,
): DemoFault {
  const detail = answer.detail === undefined ? '' : ` (${answer.detail})`;
  return new DemoFault(`"${key}" of ${by} was refused: ${answer.code}${detail}`);
}

/** Works on all items, at most `limit` at a time; after a failure nothing new begins, and the first one is thrown. */
export async function inParallel<T>(
  items: readonly T[],
  limit: number,
  work: (item: T) => Promise<void>,
): Promise<void> {
  const failures: unknown[] = [];
  const rest = items.values();
  const worker = async (): Promise<void> => {
    for (const item of rest) {
      if (failures.length > 0) return;
      await work(item).catch((error: unknown) => failures.push(error));
    }
  };
  await Promise.all(Array.from({ length: Math.min(limit, items.length) }, worker));
  if (failures.length > 0) throw failures[0];
}
