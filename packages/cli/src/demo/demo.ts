/** The World Cup 2026 on an exchange: listed, played, settled, and resumed exactly where it stopped. */
import type { ReadonlyWorld } from '@fairground/engine';
import { Calendar, matchDays } from './calendar.js';
import { type Bot, makeBots } from './cast.js';
import { type DemoClock, monotonicClock } from './clock.js';
import { Crowd } from './crowd.js';
import { Director } from './director.js';
import { headlines } from './headlines.js';
import { Playback } from './playback.js';
import { Asker, type DemoExchange, DemoStopped } from './port.js';
import { loadOffers, type Offer, sellersOf } from './rallies.js';
import { factCounts, finalText } from './result.js';
import { schedule } from './schedule.js';
import { setUp } from './setup.js';
import { readPlayTime, writePlayTime } from './state.js';
import { type DemoStatus, goalText, momentText } from './status.js';
import { loadWorldCup, type WorldCup } from './worldcup.js';

const BOTS = 200;
const DEFAULT_SEED = 2026;
const DEFAULT_TRADES_PER_SECOND = 20;
const STATUS_EVERY_MS = 250;
const SAVE_EVERY_MS = 1_000;

export interface DemoOptions {
  readonly exchange: DemoExchange;
  /** Where `demo.json` stands: beside the journal it belongs to. */
  readonly dir: string;
  /** Match days a minute, 1 unless said; Infinity for as fast as the exchange goes. */
  readonly speed?: number;
  readonly seed?: number;
  /** 0 for no crowd. */
  readonly crowdPerSecond?: number;
  readonly onStatus?: (status: DemoStatus) => void;
  /** Stops the demo: what is under way is finished, the clock is saved. */
  readonly signal: AbortSignal;
  readonly clock?: DemoClock;
  readonly cup?: WorldCup;
  readonly offers?: readonly Offer[];
}

export interface DemoResult {
  /** False when it was stopped. */
  readonly finished: boolean;
  /** The end, in words; only when finished. */
  readonly text?: string;
  readonly champion?: string;
  /** Facts in the world by kind. */
  readonly facts: ReadonlyMap<string, number>;
  /** What this run's crowd did. */
  readonly traded: number;
  readonly joined: number;
  readonly refused: number;
  readonly playMs: number;
}

/** Throws a `DemoFault` when something is refused that must not be, or the exchange is at fault. */
export async function runDemo(options: DemoOptions): Promise<DemoResult> {
  const run = new Run(options);
  let finished = false;
  try {
    await run.play();
    finished = true;
  } catch (error) {
    if (!(error instanceof DemoStopped)) throw error;
  } finally {
    await run.leave();
  }
  return run.result(finished);
}

class Run {
  readonly #options: DemoOptions;
  readonly #clock: DemoClock;
  readonly #cup: WorldCup;
  readonly #offers: readonly Offer[];
  readonly #bots: readonly Bot[];
  readonly #crowd: Crowd;
  readonly #calendar: Calendar;
  #playback: Playback | undefined;
  #listed = 0;
  #lastStatusAt = Number.NEGATIVE_INFINITY;
  #lastSaveAt = Number.NEGATIVE_INFINITY;
  /** For the trades a second: how many there were at the status before. */
  #pace = { at: 0, traded: 0, perSecond: 0 };

  constructor(options: DemoOptions) {
    this.#options = options;
    this.#clock = options.clock ?? monotonicClock;
    this.#cup = options.cup ?? loadWorldCup();
    this.#offers = options.offers ?? loadOffers();
    const seed = options.seed ?? DEFAULT_SEED;
    this.#bots = makeBots(BOTS, [...this.#cup.teams.keys()], seed);
    this.#crowd = new Crowd({ exchange: options.exchange, bots: this.#bots, seed });
    this.#calendar = new Calendar(matchDays(this.#cup));
  }

  async play(): Promise<void> {
    const { exchange, signal, dir, speed = 1, crowdPerSecond } = this.#options;
    const asker = new Asker({ exchange, clock: this.#clock, signal });
    const bots = this.#bots.map((bot) => bot.account);
    const onListed = (listed: number): void => {
      this.#listed = listed;
      this.#report();
    };
    const sellers = sellersOf(this.#offers);
    await setUp({ asker, cup: this.#cup, bots, sellers, onListed });
    const parts = {
      cup: this.#cup,
      offers: this.#offers,
      world: () => exchange.world(),
      calendar: this.#calendar,
      steps: schedule(this.#cup, this.#offers),
      director: new Director(asker, this.#cup, speed),
      crowd: this.#crowd,
      clock: this.#clock,
      signal,
      speed,
      tradesPerSecond: crowdPerSecond ?? DEFAULT_TRADES_PER_SECOND,
      onTick: () => this.#tick(),
    };
    this.#playback = new Playback(parts, await readPlayTime(dir));
    // Where it goes on is seen at once.
    if (this.#playback.playMs < this.#calendar.lengthMs) this.#report();
    await this.#playback.run();
    await this.#crowd.rest();
  }

  /** Whatever happened: nothing is left in flight, and the clock is on disk. */
  async leave(): Promise<void> {
    // Why the demo ends is known by now; what the crowd would add must not hide it.
    await this.#crowd.rest().catch(() => undefined);
    await this.#save();
  }

  result(finished: boolean): DemoResult {
    const world = this.#world;
    const final = this.#cup.matches.find((match) => match.stage === 'final');
    if (finished) this.#options.onStatus?.(this.#status('finished'));
    return {
      finished,
      ...(finished && { text: finalText(world, this.#cup, this.#offers) }),
      ...(finished && final?.winner !== undefined && { champion: final.winner }),
      facts: factCounts(world, this.#cup),
      ...this.#crowd.counts,
      playMs: this.#playback?.playMs ?? 0,
    };
  }

  get #world(): ReadonlyWorld {
    return this.#options.exchange.world();
  }

  async #tick(): Promise<void> {
    this.#report();
    const now = this.#clock.now();
    if (now - this.#lastSaveAt < SAVE_EVERY_MS) return;
    this.#lastSaveAt = now;
    await this.#save();
  }

  async #save(): Promise<void> {
    if (!this.#playback) return;
    // A full disk must not end the demo here: what was done is in the world, only some seconds are lost.
    await writePlayTime(this.#options.dir, this.#playback.playMs).catch(() => undefined);
  }

  #report(): void {
    const now = this.#clock.now();
    if (now - this.#lastStatusAt < STATUS_EVERY_MS) return;
    this.#lastStatusAt = now;
    const { traded } = this.#crowd.counts;
    if (now - this.#pace.at >= 1_000) {
      const perSecond = ((traded - this.#pace.traded) * 1_000) / (now - this.#pace.at);
      this.#pace = { at: now, traded, perSecond };
    }
    this.#options.onStatus?.(this.#status(this.#playback ? 'playing' : 'listing'));
  }

  #status(phase: DemoStatus['phase']): DemoStatus {
    const playMs = this.#playback?.playMs ?? 0;
    const lastGoal = this.#playback?.lastGoal;
    const goal = lastGoal && goalText(lastGoal, this.#cup);
    const day = this.#calendar.dayAt(playMs);
    return {
      phase,
      listed: this.#listed,
      toList: this.#cup.players.size,
      day: day.number,
      days: this.#calendar.days.length,
      ...momentText(this.#calendar.timeAt(playMs)),
      tradesPerSecond: this.#pace.perSecond,
      seq: this.#world.seq,
      ...headlines(this.#world, this.#cup, this.#offers),
      ...(goal !== undefined && { lastGoal: goal }),
    };
  }
}
