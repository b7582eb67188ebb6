/** Moves the play clock: steps are done in order, and the clock never passes one that is undone. */
import { type Calendar, DAY_PLAY_MS } from './calendar.js';
import { knownOf } from './beliefs.js';
import type { Scene } from './cast.js';
import type { DemoClock } from './clock.js';
import type { Crowd } from './crowd.js';
import type { Director } from './director.js';
import { throwIfStopped } from './port.js';
import { outrights } from './outrights.js';
import { hasClosed, isDone } from './progress.js';
import type { Offer } from './rallies.js';
import { matchMarket, type Step, stockMarket } from './schedule.js';
import type { ReadonlyWorld } from '@fairground/engine';
import type { WorldCup } from './worldcup.js';

const TICK_MS = 50;
/** A machine that slept does not skip: however long a tick took, it counts as no more than this. */
const TICK_MS_MAX = 1_000;
/** However fast the days go by, this many trades are made on each. */
const TRADES_PER_DAY_MIN = 150;
/** Bets are placed on matches of so many days, today's first. */
const DAYS_AHEAD = 3;

export interface PlaybackParts {
  readonly cup: WorldCup;
  readonly offers: readonly Offer[];
  readonly calendar: Calendar;
  /** As it is now. */
  readonly world: () => ReadonlyWorld;
  readonly steps: readonly Step[];
  readonly director: Director;
  readonly crowd: Crowd;
  readonly clock: DemoClock;
  readonly signal: AbortSignal;
  /** Match days a minute; Infinity for as fast as the exchange goes. */
  readonly speed: number;
  readonly tradesPerSecond: number;
  /** After every tick. */
  readonly onTick: () => Promise<void>;
}

export class Playback {
  readonly #parts: PlaybackParts;
  readonly #scenes: readonly Day[];
  readonly #undone: Step[];
  #playMs: number;
  /** Trades the crowd may make, with the fraction that waits for the next tick. */
  #owed = 0;
  #quietUntil = 0;
  readonly #lastDone: Step | undefined;
  #lastGoal: Step | undefined;

  constructor(parts: PlaybackParts, savedMs: number | undefined) {
    const world = parts.world();
    this.#parts = parts;
    this.#scenes = scenes(parts);
    this.#undone = parts.steps.filter((step) => !isDone(step, world));
    const done = parts.steps.filter((step) => isDone(step, world));
    // Not the last of all that are done: a rally may be over, or a market ended by hand, long before its step.
    const [first] = this.#undone;
    this.#lastDone = first ? parts.steps[parts.steps.indexOf(first) - 1] : done.at(-1);
    this.#lastGoal = done.filter(isGoal).at(-1);
    this.#playMs = this.#resumeAt(savedMs ?? 0);
  }

  get playMs(): number {
    return this.#playMs;
  }

  /** The latest goal that was told, in this run or an earlier one. */
  get lastGoal(): Step | undefined {
    return this.#lastGoal;
  }

  async run(): Promise<void> {
    const { clock, signal, speed, onTick } = this.#parts;
    let before = clock.now();
    while (this.#undone.length > 0) {
      throwIfStopped(signal);
      await clock.sleep(Number.isFinite(speed) ? TICK_MS : 0, signal);
      const now = clock.now();
      const elapsedMs = Math.min(now - before, TICK_MS_MAX);
      before = now;
      await this.#advance(this.#target(elapsedMs), elapsedMs);
      await onTick();
    }
    this.#playMs = this.#parts.calendar.lengthMs;
  }

  /** Where the saved clock stood, but not before what is done and not behind what is not. */
  #resumeAt(savedMs: number): number {
    const first = this.#undone[0];
    const latest = first ? this.#playAt(first) : this.#parts.calendar.lengthMs;
    const earliest = this.#lastDone ? this.#playAt(this.#lastDone) : 0;
    return Math.max(earliest, Math.min(savedMs, latest));
  }

  #target(elapsedMs: number): number {
    const { speed, calendar } = this.#parts;
    const next = this.#undone[0];
    if (!Number.isFinite(speed))
      return next ? Math.max(this.#playMs, this.#playAt(next)) : calendar.lengthMs;
    return Math.min(calendar.lengthMs, this.#playMs + elapsedMs * speed);
  }

  #playAt(step: Step): number {
    return this.#parts.calendar.playAt(step.at);
  }

  async #advance(target: number, elapsedMs: number): Promise<void> {
    const tick = { fromMs: this.#playMs, toMs: target, elapsedMs };
    for (let step = this.#undone[0]; step && this.#playAt(step) <= target; step = this.#undone[0]) {
      throwIfStopped(this.#parts.signal);
      await this.#live(this.#playAt(step), tick);
      if (step.type === 'settle_rally') await this.#wait(step.market);
      await this.#parts.director.perform(step);
      if (isGoal(step)) this.#lastGoal = step;
      this.#undone.shift();
    }
    await this.#live(target, tick);
  }

  /** Lets the crowd trade while the play clock moves to `toMs`. */
  async #live(
    toMs: number,
    tick: { fromMs: number; toMs: number; elapsedMs: number },
  ): Promise<void> {
    const moved = Math.max(0, toMs - this.#playMs);
    this.#playMs += moved;
    const { tradesPerSecond } = this.#parts;
    if (tradesPerSecond <= 0 || moved === 0) return;
    const share = moved / (tick.toMs - tick.fromMs);
    const byTheSecond = (tradesPerSecond * tick.elapsedMs * share) / 1_000;
    this.#owed += Math.max(byTheSecond, (TRADES_PER_DAY_MIN * moved) / DAY_PLAY_MS);
    const count = Math.floor(this.#owed);
    this.#owed -= count;
    if (count > 0) await this.#act(count);
  }

  async #act(count: number): Promise<void> {
    const { cup, calendar, crowd, clock, world } = this.#parts;
    const day = this.#scenes[calendar.dayAt(this.#playMs).number - 1];
    if (!day || clock.now() < this.#quietUntil) return;
    await crowd.act(count, { ...day, known: knownOf(cup, world()) });
    this.#quietUntil = clock.now() + crowd.takeWaitMs();
  }

  /**
   * A rally's end is a time of the exchange, not of the play clock: that stands still until it has come, and the
   * crowd goes on meanwhile. Only a demo that goes faster than it did when the rally opened waits here.
   */
  async #wait(rally: string): Promise<void> {
    const { clock, signal, tradesPerSecond, world, onTick } = this.#parts;
    while (!hasClosed(world().markets.get(rally))) {
      throwIfStopped(signal);
      await clock.sleep(TICK_MS, signal);
      this.#owed += (tradesPerSecond * TICK_MS) / 1_000;
      const count = Math.floor(this.#owed);
      this.#owed -= count;
      if (count > 0) await this.#act(count);
      await onTick();
    }
  }
}

const isGoal = (step: Step): boolean => step.type === 'record_fact' && step.goal !== undefined;

type Day = Omit<Scene, 'known'>;

/** By match day. */
function scenes({ cup, calendar, offers }: PlaybackParts): readonly Day[] {
  const players = [...cup.players.values()];
  const bets = outrights(cup, calendar.days);
  return calendar.days.map((day, index) => {
    const teams = new Set(day.matches.flatMap((match) => [match.home, match.away]));
    const coming = calendar.days.slice(index, index + DAYS_AHEAD).flatMap((one) => one.matches);
    return {
      stocks: players
        .filter((player) => teams.has(player.team))
        .map((player) => stockMarket(player.key)),
      matches: coming.map(({ number, home, away, stage }) => ({
        market: matchMarket(number),
        home,
        away,
        knockOut: stage !== 'group',
        final: stage === 'final',
      })),
      outrights: bets,
      offers,
    };
  });
}
