/** A crowd that lives off what it sees: it trades in bounded haste, and a refusal is part of its life. */
import type { RefusalCode } from '@fairground/engine';
import { type BotWish, chooseWish } from './bots.js';
import type { Bot, Scene } from './cast.js';
import { type DemoExchange, DemoFault, refusedFault } from './port.js';
import { dice } from './dice.js';

/** Trades asked for and not yet answered. Beyond this the crowd waits. */
const IN_FLIGHT_MAX = 32;
/** A bot that finds nothing to do passes; so many in a row and the turn is over. */
const PASSES_MAX = 8;
/** Of 100 who join a rally, so many tap twice: it is one pledge all the same. */
const DOUBLE_TAP_PERCENT = 20;

/** What no bot should ever be told: these are our faults, not the crowd's luck. */
const NOT_LIFE: ReadonlySet<RefusalCode> = new Set([
  'malformed',
  'command_id_reused',
  'account_unknown',
  'not_allowed',
  'market_unknown',
  'outcome_unknown',
  'not_supported',
]);

export interface CrowdCounts {
  readonly traded: number;
  /** Pledges made or raised; the second tap is none. */
  readonly joined: number;
  readonly refused: number;
}

interface Asked {
  readonly by: string;
  readonly key: string;
  readonly wish: BotWish;
  readonly twice: boolean;
}

export class Crowd {
  readonly #exchange: DemoExchange;
  readonly #bots: readonly Bot[];
  readonly #seed: number;
  readonly #inFlight = new Set<Promise<void>>();
  #seq = -1;
  #turn = 0;
  #traded = 0;
  #joined = 0;
  #refused = 0;
  /** Asked to come later: every bot waits, not only the one that was told. */
  #waitMs = 0;
  #fault: Error | undefined;

  constructor(parts: { exchange: DemoExchange; bots: readonly Bot[]; seed: number }) {
    this.#exchange = parts.exchange;
    this.#bots = parts.bots;
    this.#seed = parts.seed;
  }

  get counts(): CrowdCounts {
    return { traded: this.#traded, joined: this.#joined, refused: this.#refused };
  }

  /** How long the exchange wants to be left alone; asking clears it. */
  takeWaitMs(): number {
    const wait = this.#waitMs;
    this.#waitMs = 0;
    return wait;
  }

  /** Lets `count` bots act. Resolves when all were asked, not when all were answered. */
  async act(count: number, scene: Scene): Promise<void> {
    for (let done = 0; done < count; done++) {
      if (this.#fault) throw this.#fault;
      if (this.#waitMs > 0) return;
      await this.#room();
      const asked = this.#next(scene);
      if (!asked) continue;
      this.#track(this.#submit(asked));
      if (!asked.twice) continue;
      await this.#room();
      this.#track(this.#submit({ ...asked, key: `${asked.key}-again` }));
    }
  }

  async #room(): Promise<void> {
    while (this.#inFlight.size >= IN_FLIGHT_MAX) await Promise.race(this.#inFlight);
  }

  /** Waits for every answer that is still out. */
  async rest(): Promise<void> {
    await Promise.all(this.#inFlight);
    if (this.#fault) throw this.#fault;
  }

  /**
   * The key holds the seq the bot looked at: a trade that was journaled has a later one, so after a restart
   * no key of it can come again with another wish. Of a join a second one may follow: `…-again`.
   */
  #next(scene: Scene): Asked | undefined {
    const world = this.#exchange.world();
    if (world.seq !== this.#seq) {
      this.#seq = world.seq;
      this.#turn = 0;
    }
    for (let passes = 0; passes < PASSES_MAX; passes++) {
      this.#turn += 1;
      const pick = dice(this.#seed, world.seq, this.#turn);
      const bot = this.#bots[pick.below(this.#bots.length)];
      if (!bot) return undefined;
      const wish = chooseWish({
        world,
        scene,
        bot,
        dice: dice(this.#seed, world.seq, bot.number + this.#turn * 1_000),
      });
      if (!wish) continue;
      const twice = wish.type === 'join_rally' && pick.chance(DOUBLE_TAP_PERCENT);
      return { by: bot.account, key: `${wish.type}-${world.seq}-${this.#turn}`, wish, twice };
    }
    return undefined;
  }

  #track(work: Promise<void>): void {
    const tracked = work
      .catch((error: unknown) => {
        this.#fault ??= error instanceof Error ? error : new DemoFault(String(error));
      })
      .finally(() => this.#inFlight.delete(tracked));
    this.#inFlight.add(tracked);
  }

  async #submit(asked: Asked): Promise<void> {
    const answer = await this.#exchange.submit(asked.by, asked.key, asked.wish);
    switch (answer.kind) {
      case 'done':
        if (asked.wish.type === 'trade') this.#traded += 1;
        else if (!answer.repeated) this.#joined += 1;
        return;
      case 'refused':
        if (NOT_LIFE.has(answer.code)) throw refusedFault(asked, answer);
        this.#refused += 1;
        return;
      case 'not_now':
        this.#waitMs = Math.max(this.#waitMs, answer.retryAfterMs);
        return;
      case 'unknown':
        // Whether this trade happened, the next look at the world will tell: nobody depends on it.
        return;
      case 'fault':
        throw new DemoFault(`"${asked.key}" of ${asked.by} ran into a fault of the exchange`);
    }
  }
}
