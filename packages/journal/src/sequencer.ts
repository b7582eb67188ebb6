/**
 * Decides in order, saves in groups, answers after saving: one world, no dirty reads.
 *
 * Long because the order of deciding, folding, holding and releasing is one subject: taken apart it could
 * not be checked by reading.
 */
import {
  checkInvariants,
  type Command,
  type Decision,
  decodeEntry,
  encodeBody,
  encodeWish,
  ENTRY_VERSION,
  type Entry,
  type Event,
  payoutsDue,
  type ReadonlyWorld,
  type Refusal,
  type RefusalCode,
  sealBody,
  tickDue,
  type World,
} from '@fairground/engine';
import { type Answer, answerOf, notNow } from './answer.js';
import { Appender } from './appender.js';
import { Fifo } from './fifo.js';
import { type Held, HeldAnswers } from './held.js';
import { GROUP_LIMITS, type Head, type Journal } from './journal.js';
import { engineLaws, type Laws } from './laws.js';
import { SEQUENCER_LIMITS as MOST } from './limits.js';
import { Listeners } from './listeners.js';
import { Making } from './making.js';
import { MemoryQuarantine, poisonHash, type Quarantine } from './quarantine.js';
import { nodeChain, recover, type RecoverOptions } from './recover.js';
import { JournalTape } from './tape.js';
import { nodeTimer, type Timer } from './timer.js';
import { type CommandSteps, isSampled, TracedCommands } from './traces.js';

export interface SequencerOptions {
  readonly journal: Journal;
  /** Wall time in milliseconds; the sequencer never lets it run backwards. */
  readonly clock: () => number;
  readonly timer?: Timer;
  readonly quarantine?: Quarantine;
  /** Checks every invariant after every entry: for tests and simulations. */
  readonly checksEach?: boolean;
  readonly recovery?: Omit<RecoverOptions, 'laws' | 'atLeast'>;
  /** The engine's own, unless a simulation plants a bug. */
  readonly laws?: Laws;
  /** The row of a term that was begun already, by whoever holds the lease. */
  readonly taken?: Head;
  /** Told before anything is decided: whoever listens from here on misses nothing. */
  readonly onBegin?: (sequencer: Sequencer) => void;
  /** Something an operator must hear of; with `stops` nothing more is decided here. */
  readonly onAlarm?: (reason: string, stops: boolean) => void;
  /** Told of each command that came with a trace context, once it is answered. */
  readonly onTraced?: (steps: CommandSteps) => void;
}

/** The entries a read rested on were thrown away before they were durable: read again. */
export class WorldReset extends Error {}

/** What comes with a command and is no part of it. */
export interface Beside {
  /** Its trace context. */
  readonly trace?: string | undefined;
  /** Up to this entry its id stands nowhere, its caller knows: not decided unless the world remembers all after it. */
  readonly unseenTo?: number | undefined;
}

/** A command on its way, with whoever waits for its answer. */
interface Waiting {
  readonly command: Command;
  readonly attempt: number;
  /** Its id stands in no entry up to here, where somebody has looked. */
  readonly unseenTo: number | undefined;
  readonly chars: number;
  /** When it came, by the timer's clock. */
  readonly since: number;
  /** Its trace context, where somebody records it. */
  readonly trace: string | undefined;
  readonly answer: (answer: Answer) => void;
}

/** Codes whose refusal leaves nothing to guard: no attempt of theirs can ever execute. */
const NEEDS_NO_ENTRY: ReadonlySet<RefusalCode> = new Set([
  'malformed',
  'command_id_reused',
  'command_expired',
  'sealed',
]);

/** What a trade takes in the queue, about; others are measured. */
const TRADE_CHARS = 512;

type Status = 'leading' | 'rebuilding' | 'stopped';

export class Sequencer {
  readonly tape: JournalTape;
  readonly #options: SequencerOptions;
  readonly #timer: Timer;
  readonly #laws: Laws;
  readonly #quarantine: Quarantine;
  readonly #appender: Appender;
  readonly #held = new HeldAnswers();
  readonly #traced: TracedCommands;
  readonly #folded: Listeners<[entry: Entry, line: string]>;
  readonly #durable: Listeners<[seq: number]>;
  readonly #reset: Listeners<[seq: number]>;
  #world: World;
  /** Hash of the newest entry of the world, durable or not. */
  #hash: string;
  readonly #queue = new Fifo<Waiting>();
  #queuedChars = 0;
  #making = new Making();
  /** One chunk of payouts a group, so that a million holders never stand before a trade. */
  #paidInGroup = false;
  #status: Status = 'leading';
  #pumping = false;
  #draining = false;
  /** Answers that wait for the journal: first ones being read, and refusals that ask whether we still lead. */
  #reading = 0;
  #idle: (() => void)[] = [];
  #wakeAt: number | undefined;
  #unwake: () => void = () => {};
  #sweeping = false;

  private constructor(options: SequencerOptions, world: World, stored: Head) {
    this.#options = options;
    this.#timer = options.timer ?? nodeTimer;
    this.#laws = options.laws ?? engineLaws;
    this.#quarantine = options.quarantine ?? new MemoryQuarantine();
    this.#appender = new Appender(options.journal, this.#timer, stored, {
      onStored: (head) => this.#onStored(head),
      onLost: (reason) => this.#stop(`The journal was lost to this node: ${reason}.`),
    });
    const onFault = (error: unknown): void => this.#alarm(`A listener failed: ${String(error)}`);
    this.#folded = new Listeners(onFault);
    this.#durable = new Listeners(onFault);
    this.#reset = new Listeners(onFault);
    this.#traced = new TracedCommands(options.onTraced ?? (() => {}));
    this.tape = new JournalTape(options.journal);
    this.#world = world;
    this.#hash = stored.hash;
  }

  /** Takes a new term, folds everything there is, and leads. */
  static async start(options: SequencerOptions): Promise<Sequencer> {
    // All up to the row that begins the term, whatever a head that is read says: it may be an older one.
    const atLeast = options.taken ?? (await options.journal.take());
    const onWarning = (reason: string): void => options.onAlarm?.(reason, false);
    const { world, head } = await recover(options.journal, {
      onWarning,
      ...options.recovery,
      atLeast,
      laws: options.laws ?? engineLaws,
    });
    const sequencer = new Sequencer(options, world, head);
    options.onBegin?.(sequencer);
    sequencer.#pump();
    return sequencer;
  }

  /** The state that may run ahead of the disk: whatever is read here is held until it is durable. */
  get world(): ReadonlyWorld {
    return this.#world;
  }

  /** The newest entry of the world. */
  get head(): { readonly seq: number; readonly hash: string } {
    return { seq: this.#world.seq, hash: this.#hash };
  }

  /** The newest entry that can no longer be lost. */
  get durable(): { readonly seq: number; readonly hash: string } {
    return { seq: this.#appender.stored.lastSeq, hash: this.#appender.stored.hash };
  }

  /** The term of its newest durable group: its own, from the first one on. */
  get term(): number {
    return this.#appender.stored.term;
  }

  get status(): Status {
    return this.#status;
  }

  /** How many commands wait, decided or not. */
  get depth(): number {
    return this.#queue.size + this.#held.size - this.#held.reads;
  }

  /** The time a command decided now would carry. */
  now(): number {
    return Math.max(this.#world.at, Math.floor(this.#options.clock()));
  }

  /** Called right after an entry was folded, before it is durable. */
  onFolded(listener: (entry: Entry, line: string) => void): () => void {
    return this.#folded.add(listener);
  }

  /** Called when everything up to `seq` is durable, before the answers go out. */
  onDurable(listener: (seq: number) => void): () => void {
    return this.#durable.add(listener);
  }

  /** Called when entries after `seq` were thrown away: what was made of them must be forgotten. */
  onReset(listener: (seq: number) => void): () => void {
    return this.#reset.add(listener);
  }

  /** Never rejects. `attempt` ≥ 2: the caller does not know what became of an earlier one. */
  submit(command: Command, attempt = 1, { trace, unseenTo }: Beside = {}): Promise<Answer> {
    if (this.#draining) return Promise.resolve(notNow('busy'));
    if (this.#status === 'stopped') return Promise.resolve(notNow('no_leader'));
    if (this.#appender.isFull) return Promise.resolve(notNow('storage_full'));
    const chars = charsOf(command);
    if (chars === undefined) return Promise.resolve({ kind: 'fault' });
    const tooMany = this.depth >= MOST.queuedMax || this.#queuedChars + chars > MOST.queuedBytesMax;
    if (tooMany) return Promise.resolve(notNow('busy'));
    return new Promise((answer) => {
      const since = this.#timer.now();
      const kept = trace !== undefined && isSampled(trace) ? trace : undefined;
      this.#queue.push({ command, attempt, unseenTo, chars, since, trace: kept, answer });
      this.#queuedChars += chars;
      this.#pump();
    });
  }

  /** Resolves once `seq` is durable; rejects with `WorldReset` when it never will be. */
  whenDurable(seq: number): Promise<void> {
    if (seq <= this.#appender.stored.lastSeq) return Promise.resolve();
    const reset = new WorldReset('The state that was read is gone.');
    // Readers have a bound of their own, so that a crowd of them keeps nobody from trading.
    const tooMany = this.#held.reads >= MOST.queuedMax;
    if (this.#status === 'stopped' || tooMany) return Promise.reject(reset);
    return new Promise((resolve, reject) => {
      const discard = (): void => reject(reset);
      const since = this.#timer.now();
      this.#hold(seq, { since, release: resolve, giveUp: discard, discard, isRead: true });
    });
  }

  /**
   * Takes no more commands; resolves when all that were taken are answered, and decides nothing afterwards.
   * Payouts under way go on at the next start.
   */
  async drain(): Promise<void> {
    this.#draining = true;
    if (this.#isBusy) await new Promise<void>((resolve) => this.#idle.push(resolve));
    this.#status = 'stopped';
    this.#unwake();
  }

  get #isBusy(): boolean {
    if (this.#reading > 0) return true;
    if (this.#status === 'stopped') return false;
    if (this.#status === 'rebuilding' || this.#appender.isBusy) return true;
    return this.#queue.size > 0 || this.#making.count > 0;
  }

  /** Runs what is due, judges what waits while there is room, and sends the group on its way. */
  #pump(): void {
    // A listener that submits while its entry is being recorded must not get in between: its turn comes.
    if (this.#pumping) return;
    this.#pumping = true;
    try {
      this.#runDeadlines(this.now());
      if (!this.#draining) this.#runPayout();
      while (this.#hasRoom && this.#queue.size > 0) this.#judgeNext();
    } finally {
      this.#pumping = false;
    }
    if (this.#status === 'leading') {
      this.#flush();
      this.#wakeForDeadline();
    }
    this.#sweepLater();
    this.#tellIfIdle();
  }

  #tellIfIdle(): void {
    if (!this.#isBusy) for (const resolve of this.#idle.splice(0)) resolve();
  }

  /** Whether one more entry can be decided now. */
  get #hasRoom(): boolean {
    return this.#status === 'leading' && this.#making.hasRoom;
  }

  #judgeNext(): void {
    const at = this.now();
    this.#runDeadlines(at);
    const waiting = this.#hasRoom ? this.#queue.shift() : undefined;
    if (!waiting) return;
    this.#queuedChars -= waiting.chars;
    if (waiting.trace === undefined) this.#judge(waiting, at);
    else this.#judgeTraced(waiting, at, waiting.trace);
  }

  #judgeTraced(waiting: Waiting, at: number, trace: string): void {
    const before = this.#world.seq;
    const takenAt = this.#timer.now();
    this.#judge(waiting, at);
    const steps = { trace, cameAt: waiting.since, takenAt, decidedAt: this.#timer.now() };
    // Of a world that is thrown away it says nothing: the command is decided again, or never.
    if (this.#status !== 'leading') return;
    const isEntry = this.#world.seq > before;
    if (isEntry) this.#making.addTrace(trace);
    this.#traced.decided(isEntry ? { ...steps, seq: this.#world.seq } : steps);
  }

  /** Deadlines come before any command of the same or a later instant. */
  #runDeadlines(at: number): void {
    while (this.#hasRoom) {
      const tick = tickDue(this.#world, at);
      if (!tick || !this.#runSystem(tick, at)) return;
    }
  }

  #runPayout(): void {
    if (this.#paidInGroup || !this.#hasRoom) return;
    for (const payout of payoutsDue(this.#world)) {
      this.#paidInGroup = true;
      this.#runSystem(payout, this.now());
      return;
    }
  }

  /** The system's own commands cannot be put aside: what breaks on one of them stops here. */
  #runSystem(command: Command, at: number): boolean {
    try {
      const decision = this.#laws.decide(this.#world, command, at);
      if (decision.kind !== 'accepted') return false;
      this.#record(command, decision.events, at);
      return true;
    } catch (error) {
      this.#stop(`The system's own ${command.wish.type} broke the engine: ${String(error)}`);
      return false;
    }
  }

  #judge(waiting: Waiting, at: number): void {
    const { command, attempt, answer, since } = waiting;
    if (this.#timer.now() - since > MOST.queuedMsMax) return answer(notNow('busy'));
    let decision: Decision;
    try {
      if (this.#isPoison(command)) return answer({ kind: 'fault' });
      if (this.#mayBeForgotten(waiting)) return answer(notNow('behind'));
      decision = this.#laws.decide(this.#world, command, at);
    } catch (error) {
      // Nothing was changed: only this one caller is told.
      this.#alarm(`decide failed on ${command.wish.type}: ${String(error)}`);
      return answer({ kind: 'fault' });
    }
    if (decision.kind === 'repeated') return this.#answerAgain(decision.seq, waiting);
    if (decision.kind === 'accepted') return this.#accept(waiting, decision.events, at);
    const guards = attempt > 1 && command.id !== undefined && !NEEDS_NO_ENTRY.has(decision.code);
    if (!guards) return this.#refuse(waiting, decision);
    // An earlier attempt may still be on its way: the entry takes its id, so that it cannot execute.
    this.#accept(waiting, [{ type: 'refused', code: decision.code }], at);
  }

  /** Done between what its caller has seen and what the world remembers of ids, if it was done at all. */
  #mayBeForgotten({ command: { id }, unseenTo }: Waiting): boolean {
    const { ids } = this.#world;
    if (id === undefined || unseenTo === undefined || unseenTo + 1 >= ids.wholeFrom) return false;
    return ids.get(id) === undefined;
  }

  /** What was done before it turned out to be poison stays done: its id still gets the first answer. */
  #isPoison(command: Command): boolean {
    if (this.#quarantine.size === 0 || !this.#quarantine.has(poisonHash(command))) return false;
    return command.id === undefined || this.#world.ids.get(command.id) === undefined;
  }

  #accept(waiting: Waiting, events: readonly Event[], at: number): void {
    let entry: Entry;
    try {
      entry = this.#record(waiting.command, events, at);
    } catch (error) {
      void this.#rebuild(waiting, error);
      return;
    }
    const { answer } = waiting;
    this.#holdFor(waiting, entry.seq, () => answer(answerOf(entry, false)));
  }

  /** A refusal rests on a world that may run ahead of the disk: it waits like any other answer. */
  #refuse(waiting: Waiting, { code, detail }: Refusal): void {
    const { seq, hash } = this.head;
    const said = {
      kind: 'refused',
      code,
      seq,
      hash,
      ...(detail === undefined ? {} : { detail }),
    } as const;
    const leads = this.#options.journal.barrier?.();
    if (!leads) return this.#holdFor(waiting, seq, () => waiting.answer(said));
    // A node that was deposed unknowingly would refuse from an old world what the new leader has done.
    const { answer } = waiting;
    const refuse = async (): Promise<void> => {
      this.#reading++;
      answer((await leads) ? said : notNow('no_leader'));
      this.#reading--;
      this.#tellIfIdle();
    };
    this.#holdFor(waiting, seq, () => void refuse());
  }

  #answerAgain(seq: number, waiting: Waiting): void {
    const { answer } = waiting;
    const again = async (): Promise<void> => {
      this.#reading++;
      try {
        const entry = await this.tape.entryAt(seq);
        answer(entry ? answerOf(entry, true) : { kind: 'unknown' });
      } catch (error) {
        this.#alarm(`Entry ${seq} could not be read: ${String(error)}`);
        answer({ kind: 'unknown' });
      }
      this.#reading--;
      this.#tellIfIdle();
    };
    this.#holdFor(waiting, seq, () => void again());
  }

  #holdFor(waiting: Waiting, seq: number, release: () => void): void {
    const { answer, since } = waiting;
    const giveUp = (): void => answer({ kind: 'unknown' });
    this.#hold(seq, { since, release, giveUp, discard: () => this.#again(waiting) });
  }

  #again(waiting: Waiting): void {
    this.#queue.unshift([waiting]);
    this.#queuedChars += waiting.chars;
  }

  #hold(seq: number, held: Omit<Held, 'seq'>): void {
    if (seq <= this.#appender.stored.lastSeq) held.release();
    else this.#held.add({ seq, ...held });
    this.#sweepLater();
  }

  /** Encodes, folds and puts into the group. Whatever throws here leaves a world that must not be used. */
  #record(command: Command, events: readonly Event[], at: number): Entry {
    const world = this.#world;
    const { rules } = world;
    const asked = { v: ENTRY_VERSION, seq: world.seq + 1, at, rules, command, events };
    const body = encodeBody(asked);
    const hash = nodeChain(this.#hash, body);
    const line = sealBody(body, hash);
    if (line.length > GROUP_LIMITS.entryBytesMax) throw new Error('an entry is too long');
    // Folding what was read back proves that the line says all there is to say. Of trades, whose fields are
    // plain figures, a store that proofreads says so itself, in its own thread and before it writes.
    const isProofread = this.#options.journal.proofreads === true && command.wish.type === 'trade';
    const entry = isProofread ? { ...asked, hash } : decodeEntry(line);
    this.#laws.fold(world, entry);
    if (this.#options.checksEach) this.#check();
    this.#hash = hash;
    this.#making.add(line);
    this.#folded.tell(entry, line);
    return entry;
  }

  #check(): void {
    for (const { name, detail } of checkInvariants(this.#world)) {
      if (detail !== undefined) throw new Error(`${name}: ${detail}`);
    }
  }

  #flush(): void {
    if (this.#appender.isBusy || this.#making.count === 0) return;
    const { group, prev } = this.#making.groupAfter(this.#appender.stored, this.#hash);
    this.#making = new Making();
    this.#paidInGroup = false;
    this.#traced.sent(this.#timer.now());
    this.#appender.send(group, prev);
  }

  #onStored({ lastSeq }: Head): void {
    this.#durable.tell(lastSeq);
    this.#held.release(lastSeq);
    this.#traced.stored(this.#timer.now());
    this.#pump();
  }

  /**
   * A command broke `evolve` or a law: nothing of its group is appended, the world is folded anew from the
   * journal, everybody else's command is decided again, and this one never is.
   */
  async #rebuild(poison: Waiting, error: unknown): Promise<void> {
    this.#status = 'rebuilding';
    this.#making = new Making();
    this.#traced.vanished();
    this.#paidInGroup = false;
    const reason = `${poison.command.wish.type} broke the engine: ${String(error)}`;
    this.#alarm(reason);
    const lost = this.#held.takeAfter(this.#appender.sentSeq);
    for (const held of lost.reverse()) held.discard();
    try {
      await this.#quarantine.add(poisonHash(poison.command), reason);
      await this.#appender.whenIdle();
      const { world, head } = await recover(this.#options.journal, {
        onWarning: (warning) => this.#alarm(warning),
        laws: this.#laws,
      });
      this.#world = world;
      this.#hash = head.hash;
      this.#reset.tell(head.lastSeq);
      if (this.#status === 'rebuilding') this.#status = 'leading';
    } catch (fault) {
      this.#stop(`The world could not be rebuilt: ${String(fault)}`);
    }
    poison.answer({ kind: 'fault' });
    this.#pump();
  }

  /**
   * Another node leads: nothing more is decided here. A group on its way is still resolved, and answered if it is
   * done; what was not sent never happened.
   */
  stepDown(): void {
    if (this.#status === 'stopped') return;
    const unsent = this.#held.takeAfter(this.#appender.sentSeq);
    for (const held of unsent.reverse()) held.discard();
    this.#status = 'stopped';
    this.#unwake();
    this.#turnAway();
  }

  /** Nothing more is decided here. What was sent may have happened; what waits undecided did not. */
  #stop(reason: string): void {
    this.#status = 'stopped';
    this.#options.onAlarm?.(reason, true);
    this.#unwake();
    for (const held of this.#held.takeAfter(0)) held.giveUp();
    this.#turnAway();
  }

  #turnAway(): void {
    for (let next = this.#queue.shift(); next; next = this.#queue.shift())
      next.answer(notNow('no_leader'));
    this.#queuedChars = 0;
    for (const resolve of this.#idle.splice(0)) resolve();
  }

  #alarm(reason: string): void {
    this.#options.onAlarm?.(reason, false);
  }

  /** A deadline is kept to the millisecond, whether or not anybody comes by; after a leap of the clock, at once. */
  #wakeForDeadline(): void {
    // A sealed exchange keeps none; a full group is followed by another look.
    const keeps = !this.#world.sealed && this.#making.hasRoom;
    const next = keeps ? this.#world.agenda.next() : undefined;
    if (next === this.#wakeAt) return;
    this.#unwake();
    this.#wakeAt = next;
    if (next === undefined) return;
    this.#unwake = this.#timer.set(Math.min(next - this.now(), MOST.lookMsMax), () => {
      this.#wakeAt = undefined;
      this.#pump();
    });
  }

  /** Looks after those who wait too long, for as long as anybody waits. */
  #sweepLater(): void {
    if (this.#sweeping || this.#queue.size + this.#held.size === 0) return;
    this.#sweeping = true;
    this.#timer.set(MOST.sweepMs, () => {
      this.#sweeping = false;
      const now = this.#timer.now();
      for (let next = this.#queue.peek(); next; next = this.#queue.peek()) {
        if (now - next.since <= MOST.queuedMsMax) break;
        this.#queue.shift();
        this.#queuedChars -= next.chars;
        next.answer(notNow('busy'));
      }
      this.#held.giveUp(now - MOST.answerMsMax);
      this.#pump();
    });
  }
}

/** What a command takes in the queue, or undefined where it has no canonical text: then it cannot be judged. */
function charsOf({ wish }: Command): number | undefined {
  try {
    return wish.type === 'trade' ? TRADE_CHARS : encodeWish(wish).length;
  } catch {
    return undefined;
  }
}
