/** Who pulls when. Only the node that leads does, each puller by itself, and some of them at once. */
import { nodeTimer } from '@fairground/journal';
import type { Vault } from '../vault/vault.js';
import { type LowsOf, pull, type PullTools } from './puller.js';

export const PACE = {
  lookMs: 250,
  atOnce: 4,
  /** After failures it waits twice as long each time, up to this. */
  waitMsMax: 300_000,
  /** What somebody asked for while nobody led is not done an hour later. */
  askedMs: 60_000,
} as const;

export interface PullersOptions extends Omit<PullTools, 'signal'> {
  readonly steady: () => number;
}

interface Turn {
  next: number;
  fails: number;
  askedAt: number;
  readonly lows: LowsOf;
}

export class Pullers {
  readonly #options: PullersOptions;
  readonly #turns = new Map<string, Turn>();
  readonly #working = new Map<string, Promise<void>>();
  readonly #stop = new AbortController();
  #rest: () => void = () => {};
  #isStopped = false;

  constructor(options: PullersOptions) {
    this.#options = options;
  }

  start(): void {
    this.#rest = nodeTimer.set(PACE.lookMs, () => {
      this.#look();
      if (!this.#isStopped) this.start();
    });
  }

  /** Ends what is under way: nobody waits for an answer that is slow in coming. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    this.#stop.abort();
    this.#rest();
    await Promise.all(this.#working.values());
  }

  #look(): void {
    const { vault, leads, steady, now } = this.#options;
    if (!leads()) {
      // Whoever leads next begins at once, and knows nothing of how often something was seen here.
      this.#turns.clear();
      return;
    }
    const pullers = vault.pulls.pullers();
    for (const id of this.#turns.keys())
      if (!pullers.some((one) => one.id === id)) this.#turns.delete(id);
    for (const { id, on } of pullers) {
      if (this.#working.size >= PACE.atOnce) return;
      if (!on || this.#working.has(id)) continue;
      const turn = this.#turnOf(id, vault);
      const asked = vault.pulls.askedOf(id);
      const isAsked = asked !== undefined && asked.at > turn.askedAt;
      if (!isAsked && steady() < turn.next) continue;
      if (isAsked) turn.askedAt = asked.at;
      const isYoung = isAsked && now() - asked.at < PACE.askedMs;
      this.#begin(id, turn, isYoung && asked.acceptJumps);
    }
  }

  #turnOf(id: string, vault: Vault): Turn {
    const known = this.#turns.get(id);
    if (known) return known;
    const turn = { next: 0, fails: 0, askedAt: vault.pulls.stateOf(id)?.at ?? 0, lows: new Map() };
    this.#turns.set(id, turn);
    return turn;
  }

  #begin(id: string, turn: Turn, acceptJumps: boolean): void {
    const { vault, steady, onAlarm } = this.#options;
    const puller = vault.pulls.pullerBy(id);
    if (!puller) return;
    const work = pull(
      { ...this.#options, signal: this.#stop.signal },
      puller,
      turn.lows,
      acceptJumps,
    )
      .catch((error: unknown) => {
        const what = error instanceof Error ? error.message : String(error);
        onAlarm(`The puller ${puller.name} could not go on: ${what}`);
        return false;
      })
      .then((isRead) => {
        turn.fails = isRead ? 0 : turn.fails + 1;
        const everyMs = puller.everySeconds * 1_000;
        const longer = Math.min(everyMs * 2 ** Math.min(turn.fails, 10), PACE.waitMsMax);
        turn.next = steady() + Math.max(everyMs, turn.fails > 1 ? longer : 0);
        this.#working.delete(id);
      });
    this.#working.set(id, work);
  }
}
