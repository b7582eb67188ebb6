/**
 * A follower's way to whoever leads: commands wait here for at most five seconds, go in batches, and are sent
 * again where another leads or a line was cut. A command whose earlier sending may have counted says so with its
 * attempt, and is never called undone.
 */
import type { Command, RefusalCode } from '@fairground/engine';
import {
  type Answer,
  type Beside,
  type LeaseView,
  notNow,
  type Sequencer,
} from '@fairground/journal';
import { nodePace, type Pace } from './pace.js';
import { type Line, NotSent } from './private-line.js';
import { decodeAnswers, decodePlace, encodeCommands, encodeFresh, PATHS } from './private-wire.js';
import type { Traces } from '../traces/traces.js';
import type { Place } from './sequencing.js';

export const FORWARD = {
  /** How long a caller waits, through a change of leaders too. */
  waitMsMax: 5_000,
  /** Commands on their way: as many as the leader would let wait. */
  waitingMax: 10_000,
  /** Batches under way at once, and how many commands one carries. */
  linesMax: 4,
  batchMax: 250,
  /** Between two looks for a leader while there is none. */
  lookMs: 150,
} as const;

export interface ForwarderOptions {
  /** Absent: nobody can be reached from here. */
  readonly line: Line | undefined;
  readonly lease: () => Promise<LeaseView>;
  /** Set once this very node leads. */
  readonly here: () => Sequencer | undefined;
  readonly steady: () => number;
  readonly traces?: Traces | undefined;
  readonly pace?: Pace;
}

interface Waiting {
  readonly command: Command;
  readonly beside: Beside;
  readonly until: number;
  attempt: number;
  /** An attempt was sent whose answer never came. */
  isUnsure: boolean;
  isSent: boolean;
  isOver: boolean;
  readonly answer: (answer: Answer) => void;
}

interface Leader {
  readonly url: string;
  readonly term: number;
}

export class Forwarder {
  readonly #options: ForwarderOptions;
  readonly #line: Line | undefined;
  readonly #pace: Pace;
  #queue: Waiting[] = [];
  #waiting = 0;
  #lines = 0;
  #leader: Leader | undefined;
  #looking: Promise<Leader | undefined> | undefined;
  #isClosed = false;

  constructor(options: ForwarderOptions) {
    this.#options = options;
    this.#line = options.line;
    this.#pace = options.pace ?? nodePace;
  }

  submit(command: Command, attempt: number, beside: Beside = {}): Promise<Answer> {
    if (!this.#line || this.#isClosed) return Promise.resolve(notNow('no_leader'));
    if (this.#waiting >= FORWARD.waitingMax) return Promise.resolve(notNow('busy'));
    const until = this.#options.steady() + FORWARD.waitMsMax;
    this.#waiting++;
    const { trace } = beside;
    const span = trace === undefined ? undefined : this.#options.traces?.step('forwarding', trace);
    return new Promise((resolve) => {
      const stop = this.#pace.timer.set(FORWARD.waitMsMax, () => late(waiting));
      const answer = (said: Answer): void => {
        if (waiting.isOver) return;
        waiting.isOver = true;
        this.#waiting--;
        stop();
        span?.end({ 'fairground.answer': said.kind, 'fairground.attempt': waiting.attempt });
        resolve(said);
      };
      const waiting: Waiting = {
        command,
        attempt,
        beside: { ...beside, trace: span?.trace },
        until,
        isUnsure: false,
        isSent: false,
        isOver: false,
        answer,
      };
      this.#queue.push(waiting);
      void this.#pump();
    });
  }

  /** A place at the leader that held everything when it was asked for. */
  async fresh(): Promise<Place | undefined> {
    for (let tries = 0; tries < 2 && this.#line; tries++) {
      const leader = await this.#find();
      if (!leader) return undefined;
      const said = await this.#line
        .ask(leader.url, PATHS.fresh, encodeFresh(leader.term), FORWARD.waitMsMax)
        .catch(() => undefined);
      if (said?.status === 200) return decodePlace(said.body);
      this.#leader = undefined;
    }
    return undefined;
  }

  close(): void {
    this.#isClosed = true;
    for (const waiting of this.#queue.splice(0)) late(waiting);
    this.#line?.close();
  }

  /** What comes in one turn goes in one batch. */
  async #pump(): Promise<void> {
    if (this.#lines >= FORWARD.linesMax) return;
    this.#lines++;
    await this.#pace.turn();
    while (this.#queue.length > 0 && !this.#isClosed) {
      const batch = this.#queue.splice(0, FORWARD.batchMax).filter(({ isOver }) => !isOver);
      if (batch.length > 0) await this.#carry(batch);
    }
    this.#lines--;
  }

  async #carry(found: readonly Waiting[]): Promise<void> {
    const here = this.#options.here();
    if (here) return this.#decideHere(here, found);
    const leader = await this.#find();
    // Who was told meanwhile that nothing happened must not be sent any more.
    const batch = found.filter(({ isOver }) => !isOver);
    if (!leader || !this.#line) return this.#again(batch);
    if (batch.length === 0) return;
    const now = this.#options.steady();
    const asked = batch.map(({ command, attempt, beside, until }) => {
      return { command, attempt, ...beside, remainingMs: Math.max(1, Math.floor(until - now)) };
    });
    const waitMs = Math.max(...asked.map(({ remainingMs }) => remainingMs));
    for (const waiting of batch) waiting.isSent = true;
    try {
      const body = encodeCommands(leader.term, asked);
      const said = await this.#line.ask(leader.url, PATHS.commands, body, waitMs);
      for (const waiting of batch) waiting.isSent = false;
      if (said.status !== 200) return await this.#elsewhere(batch);
      const answers = decodeAnswers(said.body, batch.length);
      const undone = batch.filter((waiting, n) => !settle(waiting, answers[n]));
      if (undone.length > 0) await this.#elsewhere(undone);
    } catch (error) {
      for (const waiting of batch) {
        waiting.isSent = false;
        if (error instanceof NotSent) continue;
        waiting.isUnsure = true;
        waiting.attempt++;
      }
      await this.#elsewhere(batch);
    }
  }

  async #decideHere(here: Sequencer, batch: readonly Waiting[]): Promise<void> {
    const undone: Waiting[] = [];
    const each = batch.map(async (waiting) => {
      waiting.isSent = true;
      if (!settle(waiting, await here.submit(waiting.command, waiting.attempt, waiting.beside)))
        undone.push(waiting);
      waiting.isSent = false;
    });
    await Promise.all(each);
    if (undone.length > 0) await this.#again(undone);
  }

  #elsewhere(batch: readonly Waiting[]): Promise<void> {
    this.#leader = undefined;
    return this.#again(batch);
  }

  async #again(batch: readonly Waiting[]): Promise<void> {
    await new Promise<void>((resolve) => void this.#pace.timer.set(FORWARD.lookMs, resolve));
    if (this.#isClosed) for (const waiting of batch) late(waiting);
    this.#queue.unshift(...batch.filter(({ isOver }) => !isOver));
  }

  async #find(): Promise<Leader | undefined> {
    if (this.#leader) return this.#leader;
    this.#looking ??= this.#look().finally(() => (this.#looking = undefined));
    return this.#looking;
  }

  async #look(): Promise<Leader | undefined> {
    try {
      const { holder, url, term } = await this.#options.lease();
      this.#leader = holder === '' || url === '' ? undefined : { url, term };
    } catch {
      // The database is away: nobody can be found, which is what those who wait are told.
      this.#leader = undefined;
    }
    return this.#leader;
  }
}

/** False where nothing happened and another node may do it. */
function settle(waiting: Waiting, said: Answer = { kind: 'unknown' }): boolean {
  const { isUnsure, answer } = waiting;
  if (said.kind === 'not_now' && (isUnsure || said.code === 'no_leader')) return false;
  answer(isUnsure && saysOnlyOfItself(said) ? { kind: 'unknown' } : said);
  return true;
}

/** This attempt did nothing; an earlier one may have, and be forgotten or not yet known where this was judged. */
const saysOnlyOfItself = (said: Answer): boolean =>
  said.kind === 'fault' || (said.kind === 'refused' && SAYS_NOTHING.has(said.code));

/** Refusals that are no entries at any attempt, since they can never execute themselves. */
const SAYS_NOTHING: ReadonlySet<RefusalCode> = new Set(['command_expired', 'malformed', 'sealed']);

function late({ isUnsure, isSent, answer }: Waiting): void {
  answer(isUnsure || isSent ? { kind: 'unknown' } : notNow('no_leader'));
}
