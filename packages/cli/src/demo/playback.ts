/** Moves the play clock: steps are done in order, and the clock never passes one that is undone. */
import { type Calendar, DAY_PLAY_MS } from './calendar.js';
import type { Scene } from './bots.js';
import type { DemoClock } from './clock.js';
import type { Crowd } from './crowd.js';
import type { Director } from './director.js';
import { throwIfStopped } from './port.js';
import { isDone } from './progress.js';
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
  readonly calendar: Calendar;
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
  readonly #scenes: readonly Scene[];
  readonly #undone: Step[];
  #playMs: number;
  /** Trades the crowd may make, with the fraction that waits for the next tick. */
  #owed = 0;
  #quietUntil = 0;
  readonly #lastDone: Step | undefined;
  #lastGoal: Step | undefined;

  constructor(parts: PlaybackParts, world: ReadonlyWorld, savedMs: number | undefined) {
    this.#parts = parts;
    this.#scenes = scenes(parts.cup, parts.calendar);
    this.#undone = parts.steps.filter((step) => !isDone(step, world));
    const done = parts.steps.filter((step) => isDone(step, world));
    this.#lastDone = done.at(-1);
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
    const { crowd, clock, tradesPerSecond } = this.#parts;
    if (tradesPerSecond <= 0 || moved === 0) return;
    const share = moved / (tick.toMs - tick.fromMs);
    const byTheSecond = (tradesPerSecond * tick.elapsedMs * share) / 1_000;
    this.#owed += Math.max(byTheSecond, (TRADES_PER_DAY_MIN * moved) / DAY_PLAY_MS);
    const count = Math.floor(this.#owed);
    this.#owed -= count;
    const scene = this.#scenes[this.#parts.calendar.dayAt(this.#playMs).number - 1];
    if (!scene || clock.now() < this.#quietUntil) return;
    await crowd.act(count, scene);
    this.#quietUntil = clock.now() + crowd.takeWaitMs();
  }
}

const isGoal = (step: Step): boolean => step.type === 'record_fact' && step.goal !== undefined;

/** By match day. */
function scenes(cup: WorldCup, calendar: Calendar): readonly Scene[] {
  const players = [...cup.players.values()];
  return calendar.days.map((day, index) => {
    const teams = new Set(day.matches.flatMap((match) => [match.home, match.away]));
    const coming = calendar.days.slice(index, index + DAYS_AHEAD).flatMap((one) => one.matches);
    return {
      stocks: players
        .filter((player) => teams.has(player.team))
        .map((player) => stockMarket(player.key)),
      matches: coming.map(({ number, home, away }) => ({
        market: matchMarket(number),
        home,
        away,
      })),
    };
  });
}
