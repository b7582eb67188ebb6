/** An exchange on a journal in memory, with time played: nothing here waits for a real clock. */
import {
  checkInvariants,
  type Command,
  decodeEntry,
  type Draft,
  type Entry,
  hashZero,
  micro,
  ONE,
  type ReadonlyWorld,
  stateHash,
  SYSTEM,
  type Terms,
  type Wish,
} from '@fairground/engine';
import type { Answer } from '../src/answer.js';
import { commandIdOf } from '../src/command-id.js';
import type { Group } from '../src/journal.js';
import { type MemoryJournal, MemoryStore } from '../src/memory.js';
import { linesOf, recover } from '../src/recover.js';
import { Sequencer, type SequencerOptions } from '../src/sequencer.js';
import type { Timer } from '../src/timer.js';
import { verifyLines } from '../src/verify.js';

export const NOW = 1_790_000_000_000;
export const REASON = 'a'.repeat(64);

/** Everything that can run without time passing has run. */
export async function settle(): Promise<void> {
  for (let turn = 0; turn < 2; turn++) await new Promise((resolve) => setImmediate(resolve));
}

/** A clock that moves when it is told to, and runs what falls due on its way. */
export class PlayedTimer implements Timer {
  #now = 0;
  #next = 0;
  readonly #calls = new Map<number, { readonly at: number; readonly callback: () => void }>();
  /** Every wait that was asked for. */
  readonly waits: number[] = [];

  now(): number {
    return this.#now;
  }

  set(ms: number, callback: () => void): () => void {
    const id = this.#next++;
    this.waits.push(ms);
    this.#calls.set(id, { at: this.#now + Math.max(0, ms), callback });
    return () => this.#calls.delete(id);
  }

  /** How many callbacks are still to come. */
  get pending(): number {
    return this.#calls.size;
  }

  /** Time passes and nobody looks, as in a process that is busy. */
  skip(ms: number): void {
    this.#now += ms;
  }

  async advance(ms: number): Promise<void> {
    const end = this.#now + ms;
    await settle();
    for (let due = this.#due(end); due !== undefined; due = this.#due(end)) {
      const { at, callback } = this.#calls.get(due)!;
      this.#calls.delete(due);
      this.#now = Math.max(this.#now, at);
      callback();
      await settle();
    }
    this.#now = end;
    await settle();
  }

  #due(end: number): number | undefined {
    let first: number | undefined;
    for (const [id, { at }] of this.#calls) {
      if (at > end) continue;
      if (first === undefined || at < this.#calls.get(first)!.at) first = id;
    }
    return first;
  }
}

export function memoryStore(id = '0123456789abcdef'.repeat(2)): MemoryStore {
  return new MemoryStore({ id, hash0: hashZero(id) });
}

export interface Alarm {
  readonly reason: string;
  readonly stops: boolean;
}

/** What became of a promise, without waiting for it. */
export class Watched {
  value: Answer | undefined;
  constructor(promise: Promise<Answer>) {
    void promise.then((value) => (this.value = value));
  }
}

/** Never twice in one test file, also over several exchanges. */
let keys = 0;

/** A sequencer with all its surroundings. Short forms for what most tests do. */
export class Played {
  readonly store: MemoryStore;
  readonly timer = new PlayedTimer();
  readonly alarms: Alarm[] = [];
  journal: MemoryJournal;
  sequencer!: Sequencer;
  /** Added to the wall clock: a jump. */
  skew = 0;

  constructor(store = memoryStore()) {
    this.store = store;
    this.journal = store.open();
  }

  /** A started exchange. */
  static async start(options: Partial<SequencerOptions> = {}): Promise<Played> {
    const played = new Played();
    await played.restart(options);
    return played;
  }

  /** One with ana, bob and an open market M1, all of it durable. */
  static async open(options: Partial<SequencerOptions> = {}): Promise<Played> {
    const played = await Played.start(options);
    for (const wish of OPENING) await played.done({ wish });
    return played;
  }

  /** A new leader on the same store, as after a crash: the old one just stops being asked. */
  async restart(options: Partial<SequencerOptions> = {}): Promise<Sequencer> {
    this.journal = this.store.open();
    this.sequencer = await Sequencer.start({
      journal: this.journal,
      clock: () => this.clock(),
      timer: this.timer,
      onAlarm: (reason, stops) => this.alarms.push({ reason, stops }),
      ...options,
    });
    await settle();
    return this.sequencer;
  }

  clock(): number {
    return NOW + this.timer.now() + this.skew;
  }

  command({ wish, by = SYSTEM, key = `key ${keys++}`, validMs = 60_000 }: Asked): Command {
    return { by, id: commandIdOf(by, key), validUntil: this.clock() + validMs, wish };
  }

  submit(asked: Asked): Promise<Answer> {
    return this.sequencer.submit(this.command(asked), asked.attempt);
  }

  watch(asked: Asked): Watched {
    return new Watched(this.submit(asked));
  }

  /** Submits and expects it to be done. */
  async done(asked: Asked): Promise<Entry> {
    const answer = await this.submit(asked);
    if (answer.kind !== 'done') throw new Error(JSON.stringify(answer));
    return answer.entry;
  }

  get lines(): string[] {
    return this.store.groups.flatMap(({ lines }) => [...linesOf(lines)]);
  }

  get entries(): Entry[] {
    return this.lines.map(decodeEntry);
  }

  /** Groups that hold entries. */
  get groups(): Group[] {
    return this.store.groups.filter(({ lines }) => lines !== '');
  }

  get wishes(): string[] {
    return this.entries.map(({ command }) => command.wish.type);
  }

  /** What anybody would find who read the journal now; also re-decides it all. */
  async audit(): Promise<ReadonlyWorld> {
    const { world } = await recover(this.store.open());
    await provenLines(this.lines, this.store.id);
    return world;
  }

  /** The live world is the one that recovery makes. */
  async agrees(): Promise<boolean> {
    return stateHash(await this.audit()) === stateHash(this.sequencer.world);
  }
}

export interface Asked {
  readonly wish: Wish;
  readonly by?: string;
  readonly key?: string;
  readonly attempt?: number;
  readonly validMs?: number;
}

/** Throws unless these lines are a whole journal that its own rules agree with. */
export async function provenLines(lines: Iterable<string>, journalId: string): Promise<void> {
  const proof = await verifyLines([[...lines].join('\n')], { journalId });
  const broken = proof.invariants.filter(({ detail }) => detail !== undefined);
  const wrong = [...proof.differences, ...broken, ...checkInvariants(proof.world)];
  const bad = wrong.filter((one) => 'what' in one || one.detail !== undefined);
  if (bad.length > 0) throw new Error(`The journal is not proven: ${JSON.stringify(bad)}`);
}

export function draft(
  terms: Partial<Terms> & { readonly closesAt?: number; readonly opensAt?: number } = {},
): Draft {
  const { closesAt, opensAt, ...rest } = terms;
  const cpmm: Terms = {
    mechanism: 'cpmm',
    outcomes: ['YES', 'NO'],
    deposit: micro(1_000n * ONE),
    probability: 500_000,
    bps: 100,
  };
  return {
    text: REASON,
    closing: closesAt === undefined ? { mode: 'manual' } : { mode: 'auto' },
    ...(opensAt === undefined ? {} : { opensAt }),
    ...(closesAt === undefined ? {} : { closesAt }),
    twoPerson: false,
    refundCap: micro(0n),
    terms: { ...cpmm, ...rest } as Terms,
  };
}

export const player = (n: number): Wish => openAccount(`p${n}`);

/** Answers that arrived, by what they say. */
export const kinds = (answers: readonly Watched[]): unknown[] =>
  answers.map(({ value }) => value?.kind);

/** The list with `count` of its items from `at` on replaced by others. */
export const spliced = <T>(list: readonly T[], at: number, count: number, ...items: T[]): T[] => [
  ...list.slice(0, at),
  ...items,
  ...list.slice(at + count),
];

export const openAccount = (account: string): Wish => ({ type: 'open_account', account });

export const buy = (microPoints: bigint, market = 'M1'): Wish => ({
  type: 'trade',
  market,
  side: 'buy',
  outcome: 'YES',
  spend: micro(microPoints),
});

export const OPENING: readonly Wish[] = [
  {
    type: 'set_limits',
    limits: [
      ['welcome', 1_000_000n * ONE],
      ['grant_per_day', 1_000_000_000n * ONE],
      // One client here trades like a crowd, and on one side.
      ['trades_per_minute', 1_000_000n],
      ['breaker_move', 1_000n * ONE],
    ],
  },
  openAccount('ana'),
  openAccount('bob'),
  { type: 'grant', to: 'treasury', amount: micro(100_000n * ONE), reason: REASON },
  { type: 'create_market', market: 'M1', sponsor: 'treasury', draft: draft() },
  { type: 'open', market: 'M1' },
];
