/**
 * Keys that come back after the world forgot them: late, copied, with a time that their client fixed or without one,
 * while the tables that remember them trail behind. No id stands in two entries, and nobody is told other than what is
 * there.
 */
import { decodeEntry, type Entry, hashZero, micro, SYSTEM, type Wish } from '@fairground/engine';
import {
  type Answer,
  commandIdOf,
  lawsRemembering,
  linesOf,
  MemoryStore,
  PlayedTimer,
  Sequencer,
  settle,
  StoreFailure,
} from '@fairground/journal';
import { KnownKeys, type KnownKeysOptions } from '@fairground/server';
import { Dice } from '../dice.js';
import { must } from '../wrong.js';
import type { KeysCanary } from './canaries.js';

export const KEYS_FAULTS = [
  'look_late',
  'tables_closed',
  'tables_thrown_away',
  'clock_jump',
  'restarted',
  'request_copied',
] as const;
type Fault = (typeof KEYS_FAULTS)[number];

const JOURNAL = '0123456789abcdef'.repeat(2);
const START = 1_800_000_000_000;
const REMEMBERED = [8, 20] as const;
const UNTIMED_MS = 60_000;
const SKEW_MS = 120_000;

interface Intent {
  readonly id: string;
  readonly wish: Wish;
  /** Fixed by its client; absent: each attempt gets its own at the edge. */
  readonly validUntil: number | undefined;
  attempts: number;
  seq?: number;
  /** It was told that nothing will ever come of it. */
  isRefused: boolean;
}

/** Ids by the entry they made, and how far that is known. */
class Tables {
  seqs = new Map<string, number>();
  to = 0;
  isOpen = true;

  clear(): void {
    this.seqs = new Map();
    this.to = 0;
  }

  add({ seq, command: { id } }: Entry): void {
    this.to = seq;
    if (id === undefined) return;
    const before = this.seqs.get(id);
    must(before === undefined, 'keys', () => `the id of entry ${before ?? 0} stands in ${seq} too`);
    this.seqs.set(id, seq);
  }
}

export class Keys {
  step = 0;
  readonly swarm: { readonly steps: number; readonly lateMs: number; readonly slow: number };
  readonly #dice: Dice;
  readonly #canary: KeysCanary | undefined;
  readonly #timer = new PlayedTimer();
  readonly #store = new MemoryStore({ id: JOURNAL, hash0: hashZero(JOURNAL) });
  readonly #tables = new Tables();
  readonly #intents: Intent[] = [];
  readonly #counts = new Map<string, number>();
  /** What was read of the journal, and how many groups that is. */
  readonly #read: Entry[] = [];
  #groups = 0;
  #offMs = 0;
  #sequencer: Sequencer | undefined;
  #wrong: Error | undefined;

  constructor(seed: number, canary?: KeysCanary) {
    this.#dice = new Dice(seed);
    this.#canary = canary;
    this.swarm = {
      steps: 150 + this.#dice.below(250),
      lateMs: this.#dice.pick([20, 500, 3_000]) ?? 20,
      slow: this.#dice.pick([50, 300, 900]) ?? 300,
    };
  }

  async run(): Promise<{ entries: number; counts: ReadonlyMap<string, number> }> {
    await this.#start();
    for (; this.step < this.swarm.steps; this.step++) await this.#play();
    this.#tables.isOpen = true;
    await this.#finish();
    this.#check();
    return { entries: this.#entries().length, counts: this.#counts };
  }

  #count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  #happens(fault: Fault, thousandths: number): boolean {
    const isSo = this.#dice.chance(thousandths);
    if (isSo) this.#count(`fault ${fault}`);
    return isSo;
  }

  async #play(): Promise<void> {
    for (let n = this.#dice.below(6); n > 0; n--) this.#send(this.#new());
    const old = this.#dice.pick(this.#intents);
    if (old) {
      this.#send(old);
      if (this.#happens('request_copied', 300)) this.#send(old);
    }
    if (!this.#dice.chance(this.swarm.slow)) this.#project(this.#dice.below(12));
    if (this.#happens('tables_closed', 20)) this.#tables.isOpen = false;
    else if (this.#dice.chance(200)) this.#tables.isOpen = true;
    if (this.#happens('tables_thrown_away', 10)) this.#tables.clear();
    if (this.#happens('clock_jump', 30)) this.#offMs += this.#dice.below(2 * SKEW_MS) - SKEW_MS;
    await this.#timer.advance(this.#dice.pick([1, 50, 2_000, 40_000]) ?? 1);
    if (this.#happens('restarted', 15)) await this.#restart();
    this.#check();
  }

  #new(): Intent {
    const number = this.#intents.length;
    const skew = this.#dice.below(2 * SKEW_MS) - SKEW_MS;
    const validUntil = this.#dice.chance(500) ? this.#now() + UNTIMED_MS + skew : undefined;
    const wish: Wish = {
      type: 'grant',
      to: 'treasury',
      amount: micro(BigInt(number + 1)),
      reason: '0'.repeat(64),
    };
    const id = commandIdOf(SYSTEM, `${number}`);
    const intent: Intent = { id, wish, validUntil, attempts: 0, isRefused: false };
    this.#intents.push(intent);
    return intent;
  }

  readonly #now = (): number => START + this.#timer.now() + this.#offMs;

  #send(intent: Intent): void {
    const sequencer = this.#sequencer;
    if (!sequencer) return;
    const options: KnownKeysOptions = { sequencer, tables: { find: (id) => this.#find(id) } };
    const keys = new KnownKeys(this.#canary?.options(options) ?? options);
    const { id, wish, validUntil } = intent;
    const command = { by: SYSTEM, id, wish, validUntil: validUntil ?? this.#now() + UNTIMED_MS };
    const sending = { isTimed: validUntil !== undefined, attempt: ++intent.attempts };
    keys.submit(command, sending).then(
      (answer) => this.#guard(() => this.#hear(intent, answer)),
      (error: unknown) => (this.#wrong ??= asError(error)),
    );
  }

  /** What they say they said some time ago. */
  async #find(id: string): Promise<{ to: number; seq: number | undefined }> {
    if (!this.#tables.isOpen) throw new StoreFailure('busy', 'the tables are not open');
    const found = { to: this.#tables.to, seq: this.#tables.seqs.get(id) };
    if (this.#happens('look_late', 400)) {
      const ms = this.#dice.below(this.swarm.lateMs);
      await new Promise<void>((resolve) => void this.#timer.set(ms, resolve));
    }
    return found;
  }

  #hear(intent: Intent, answer: Answer | Error): void {
    if (answer instanceof Error) return this.#count('problem');
    const { kind } = answer;
    this.#count(kind === 'refused' || kind === 'not_now' ? answer.code : kind);
    if (kind === 'done') {
      const { entry } = answer;
      const isHis = entry.command.id === intent.id;
      must(isHis, 'keys', () => `entry ${entry.seq} is the answer to another key`);
      const { seq = entry.seq } = intent;
      must(seq === entry.seq, 'keys', () => `one key was told entry ${seq}, then ${entry.seq}`);
      must(!intent.isRefused, 'keys', () => `entry ${seq} was refused for good before`);
      intent.seq = seq;
      if (answer.repeated) this.#count('first answer again');
    }
    if (kind !== 'refused') return;
    intent.isRefused = true;
    const there = this.#entries().find(({ command }) => command.id === intent.id);
    must(!there, 'keys', () => `${answer.code}, but it was done in entry ${there?.seq ?? 0}`);
  }

  #guard(work: () => void): void {
    try {
      work();
    } catch (error) {
      this.#wrong ??= asError(error);
    }
  }

  #entries(): readonly Entry[] {
    for (const { lines } of this.#store.groups.slice(this.#groups)) {
      for (const line of linesOf(lines)) this.#read.push(decodeEntry(line));
      this.#groups++;
    }
    return this.#read;
  }

  #project(count: number): void {
    const { to } = this.#tables;
    for (const entry of this.#entries().slice(to, to + count))
      this.#guard(() => this.#tables.add(entry));
  }

  #check(): void {
    if (this.#wrong) throw this.#wrong;
  }

  async #start(): Promise<void> {
    const started = Sequencer.start({
      journal: this.#store.open(),
      clock: this.#now,
      timer: this.#timer,
      laws: lawsRemembering(REMEMBERED),
      onAlarm: (reason) => this.#guard(() => must(false, 'alarm', () => reason)),
    });
    this.#sequencer = await started;
  }

  async #restart(): Promise<void> {
    const sequencer = this.#sequencer;
    this.#sequencer = undefined;
    await Promise.all([sequencer?.drain(), this.#timer.advance(50)]);
    await this.#start();
  }

  /** Nothing goes wrong any more: whatever has no final answer gets one. */
  async #finish(): Promise<void> {
    for (const intent of this.#intents) {
      for (let turn = 0; intent.seq === undefined && !intent.isRefused; turn++) {
        must(turn < 50, 'liveness', () => `key ${intent.id} is never answered`);
        this.#project(Number.POSITIVE_INFINITY);
        this.#send(intent);
        await this.#timer.advance(this.swarm.lateMs + 5_000);
        await settle();
        this.#check();
      }
    }
    this.#tables.clear();
    this.#project(Number.POSITIVE_INFINITY);
  }
}

const asError = (error: unknown): Error =>
  error instanceof Error ? error : new Error(String(error));
