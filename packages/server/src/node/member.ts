/**
 * One of several nodes on one journal: it leads or it follows, never both. Every change from one to the other is
 * made in one loop, one after the other; what calls for a change (a lost lease, another history) only says so.
 *
 * Long because leading, following and the ways between them are one subject.
 */
import {
  type Command,
  createWorld,
  hashZero,
  type ReadonlyWorld,
  type World,
} from '@fairground/engine';
import {
  type Beside,
  type Answer,
  type CommandSteps,
  engineLaws,
  foldGroup,
  Follower,
  type Group,
  type Head,
  HistoryLost,
  JournalBroken,
  JournalRefused,
  JournalTape,
  Leadership,
  type Laws,
  type Quarantine,
  Sequencer,
  type SharedJournal,
  WorldReset,
} from '@fairground/journal';
import type { Clock } from '../clock.js';
import { ClockMatch } from './clock-match.js';
import { foldAgain, foldAll, type Folding, OtherHistory, type Past } from './fold-again.js';
import { Looks } from './looks.js';
import { nodePace, type Pace } from './pace.js';
import type { Report } from './part.js';
import type { Place, Sequencing, Status } from './sequencing.js';
import { Telling } from './telling.js';

/** How often the lease is looked at: a small part of the silence after which it may be taken. */
const LOOK_MS = 300;

export interface MemberOptions {
  readonly journal: SharedJournal;
  readonly clock: Clock;
  readonly quarantine: Quarantine;
  readonly past: Past;
  /** Begins even where snapshots say that the journal has lost entries. */
  readonly acceptLoss: boolean;
  /** Where commands go while another node leads. */
  readonly forward: (command: Command, attempt: number, beside?: Beside) => Promise<Answer>;
  /** What a leader sees to when it begins. */
  readonly onLead: (sequencer: Sequencer) => Promise<void>;
  /** What was told here is of another history than the one that now stands here. */
  readonly onRewound: () => void;
  readonly onAlarm: (reason: string, stops: boolean) => void;
  readonly onTraced?: (steps: CommandSteps) => void;
  readonly onProgress?: ((done: number, all: number) => void) | undefined;
  readonly pace?: Pace;
  /** The engine's own, unless a simulation plants a bug. */
  readonly laws?: Laws;
}

/** follow: the world is void. suspect: the sequencer gave up by itself. start over: so is all that was told. */
type Task = 'follow' | 'suspect' | 'start over';

export class Member implements Sequencing {
  readonly tape: JournalTape;
  readonly #options: MemberOptions;
  readonly #pace: Pace;
  readonly #leadership: Leadership;
  readonly #match: ClockMatch;
  readonly #looks: Looks;
  readonly #telling: Telling;
  readonly onFolded: Sequencing['onFolded'];
  readonly onDurable: Sequencing['onDurable'];
  readonly onReset: Sequencing['onReset'];
  #sequencer: Sequencer | undefined;
  #follower: Follower | undefined;
  #world: World = createWorld();
  /** The newest group that is folded, while this node follows. */
  #at: Head;
  #term = 0;
  #status: Status = 'rebuilding';
  #task: Task | undefined;
  #mayLead = true;
  /** Its world is not to be trusted: it shows nothing and leads nobody. */
  #isAside = false;
  #closed = false;
  #running: Promise<void> = Promise.resolve();
  #rouse: () => void = () => {};

  constructor(options: MemberOptions) {
    const { journal, onAlarm, clock } = options;
    this.#options = options;
    this.#pace = options.pace ?? nodePace;
    this.tape = new JournalTape(journal);
    this.#at = { grp: 0, term: 0, lastSeq: 0, hash: hashZero(journal.id) };
    const onFault = (error: unknown): void => onAlarm(`A listener failed: ${String(error)}`, false);
    this.#telling = new Telling({ seq: 0, hash: this.#at.hash }, onFault);
    ({ onFolded: this.onFolded, onDurable: this.onDurable, onReset: this.onReset } = this.#telling);
    this.#looks = new Looks(journal, clock.steady, onAlarm);
    this.#match = new ClockMatch(clock);
    this.#leadership = new Leadership(journal, this.#pace.timer, {
      onLost: (reason) => this.#stepDown(reason, 'follow'),
      onBeat: (at, tookMs) => this.#compare(at, tookMs),
    });
    clock.isHeld = () => this.#leadership.leads;
  }

  /** Folds all there is. Nothing is told yet. */
  async begin(): Promise<void> {
    await this.#foldAll(this.#options.acceptLoss);
    this.#options.clock.check(this.#world.at);
    this.#status = 'following';
  }

  /** Follows from there, telling whoever listens by now, and looks after the lease. Resolves after the first look. */
  async takePart(): Promise<void> {
    this.#follow();
    await this.#step();
    this.#running = this.#run();
  }

  get world(): ReadonlyWorld {
    return this.#sequencer?.world ?? this.#world;
  }

  get head(): Place {
    return this.#sequencer?.head ?? this.#telling.place;
  }

  get durable(): Place {
    return this.#sequencer?.durable ?? this.#telling.place;
  }

  get status(): Status {
    const status = this.#sequencer?.status ?? this.#status;
    if (this.#isAside && status !== 'stopped') return 'differs';
    return status === 'stopped' && this.#sequencer ? 'rebuilding' : status;
  }

  /** The sequencer while this node leads, and the term it leads in. */
  get leading(): { readonly sequencer: Sequencer; readonly term: number } | undefined {
    const sequencer = this.#sequencer;
    return sequencer && !this.#closed ? { sequencer, term: this.#term } : undefined;
  }

  /** A follower that could not see the journal's end for a while. */
  get isBehind(): boolean {
    return !this.#sequencer && this.#looks.isLate;
  }

  report(): Report {
    const { holder, term } = this.#leadership.seen ?? { holder: '', term: 0 };
    if (!this.#sequencer) return { term, holder, lagMs: Math.round(this.#looks.lagMs) };
    return { term: this.#term, holder: this.#options.journal.holder, lagMs: 0 };
  }

  async submit(command: Command, attempt = 1, beside?: Beside): Promise<Answer> {
    const answer = await this.#sequencer?.submit(command, attempt, beside);
    // Whoever leads no more has not done it: the next one may.
    const isElsewhere = !answer || (answer.kind === 'not_now' && answer.code === 'no_leader');
    return isElsewhere ? this.#options.forward(command, attempt, beside) : answer;
  }

  async whenDurable(seq: number): Promise<void> {
    if (this.#sequencer) return this.#sequencer.whenDurable(seq);
    if (seq > this.#telling.place.seq) throw new WorldReset('The state that was read is gone.');
  }

  /** Stands aside, or takes part again: a leader gives the lease back at once. */
  standAside(isAside: boolean): void {
    this.#isAside = isAside;
    if (isAside) this.#giveUp('Its world is not to be trusted.');
  }

  /** Decides nothing any more; a leader answers what it has taken, then gives the lease back. */
  async close(): Promise<void> {
    this.#closed = true;
    this.#rouse();
    await this.#running;
    await this.#follower?.stop();
    await this.#sequencer?.drain();
    // Where it cannot be given back others take it when their patience ends: a node that ends goes on ending.
    await this.#leadership.drain().catch((error: unknown) => this.#looks.failed(error));
  }

  async #run(): Promise<void> {
    while (!this.#closed && this.#status !== 'stopped') {
      await new Promise<void>((resolve) => {
        const stop = this.#pace.timer.set(LOOK_MS, resolve);
        this.#rouse = () => {
          stop();
          resolve();
        };
        if (this.#task) this.#rouse();
      });
      if (!this.#closed) await this.#step();
    }
  }

  async #step(): Promise<void> {
    try {
      if (this.#task) await this.#anew(this.#task);
      else if (
        this.#mayLead &&
        !this.#isAside &&
        !this.#leadership.leads &&
        !this.#match.standsAside()
      )
        await this.#look();
    } catch (error) {
      this.#looks.failed(error);
    }
  }

  async #look(): Promise<void> {
    try {
      const begun = await this.#leadership.tryToLead();
      if (!begun) return;
      if (this.#isAside) return await this.#leadership.drain();
      this.#term = begun.term;
      await this.#lead(begun);
    } catch (error) {
      this.#leadership.stop();
      if (!(error instanceof HistoryLost || error instanceof JournalRefused)) throw error;
      this.#options.onAlarm(error.message, false);
      // The operator was told: from here on the store is believed.
      if (error instanceof HistoryLost) this.#options.journal.forget();
      else this.#mayLead = false;
    }
  }

  async #lead(taken: Head): Promise<void> {
    const { journal, clock, quarantine, onAlarm, onLead, onTraced, laws } = this.#options;
    await this.#follower?.stop();
    if (this.#task) return this.#leadership.drain();
    let sequencer: Sequencer;
    try {
      sequencer = await Sequencer.start({
        journal,
        quarantine,
        clock: clock.now,
        timer: this.#pace.timer,
        ...(laws && { laws }),
        ...(onTraced && { onTraced }),
        taken,
        onAlarm: (reason, stops) => {
          onAlarm(reason, false);
          if (stops) this.#stepDown(reason, 'suspect');
        },
        onBegin: (begun) => {
          this.#sequencer = begun;
          this.#telling.attach(begun);
        },
        recovery: {
          from: { world: this.#world, head: this.#at, snapshotSeq: 0 },
          onEntry: this.#telling.entry,
          afterGroup: async () => this.#telling.settled(),
        },
      });
    } catch (error) {
      // The store went back while it was read: nothing is built on it, and it is looked at again.
      this.#leadership.stop();
      this.#void('follow');
      if (error instanceof JournalBroken) return onAlarm(error.message, false);
      throw error;
    }
    if (!this.#leadership.leads) return this.#stepDown('The lease is not ours any more.', 'follow');
    void onLead(sequencer).catch((error: unknown) =>
      onAlarm(`A new leader: ${String(error)}`, false),
    );
  }

  #compare(at: number | undefined, tookMs: number): void {
    const off = this.#match.compare(at, tookMs);
    if (off === undefined) return;
    const reason = `This node's clock is ${off} ms off the database's: it leads no more until it is right.`;
    this.#options.onAlarm(reason, false);
    this.#giveUp(reason);
  }

  /** What cannot be given back now is taken when its beats have ceased. */
  #giveUp(reason: string): void {
    void this.#leadership.drain().catch(() => undefined);
    this.#stepDown(reason, 'follow');
  }

  /** Another leads, or nobody knows: what was folded and is not durable is void, and so is its world. */
  #stepDown(_reason: string, task: Task): void {
    this.#leadership.stop();
    const sequencer = this.#sequencer;
    if (!sequencer) return;
    this.#telling.detach();
    this.#sequencer = undefined;
    this.#void(task);
    sequencer.stepDown();
  }

  #void(task: Task): void {
    this.#status = 'rebuilding';
    this.#task = task;
    this.#telling.reset();
    this.#rouse();
  }

  async #anew(task: Task): Promise<void> {
    const { journal, onAlarm, onRewound } = this.#options;
    await this.#follower?.stop();
    if (task === 'suspect' && (await journal.beat()).leads) {
      // It gave up while it led: the next one would too, but this one not again.
      this.#mayLead = false;
      await journal.release();
      onAlarm('This node follows from here on, and leads no more until it is started anew.', true);
    }
    const isOther = task === 'start over' || !(await this.#foldToHere());
    if (isOther) {
      onAlarm('The journal holds another history than this node told: all is made anew.', false);
      await this.#foldAll(true);
      onRewound();
    }
    this.#task = undefined;
    this.#follow();
    this.#telling.reset();
  }

  get #folding(): Folding {
    return { laws: this.#options.laws ?? engineLaws, turn: this.#pace.turn };
  }

  /** False where what was told is not in the journal. */
  async #foldToHere(): Promise<boolean> {
    const { journal } = this.#options;
    try {
      this.#at = await foldAgain(journal, this.#telling.place, {
        ...this.#folding,
        onReached: (world) => (this.#world = world),
        onEntry: this.#telling.entry,
        afterGroup: this.#telling.settled,
        onWarning: this.#warn,
      });
      return true;
    } catch (error) {
      if (!(error instanceof OtherHistory)) throw error;
      // What is only missing may be brought back by whoever remembers it.
      if (!error.isShorter) journal.forget();
      return false;
    }
  }

  readonly #warn = (reason: string): void => this.#options.onAlarm(reason, false);

  async #foldAll(believesJournal: boolean): Promise<void> {
    const { journal, past, onProgress } = this.#options;
    const { world, head } = await foldAll(journal, {
      ...this.#folding,
      past,
      onProgress,
      believesJournal,
      onWarning: this.#warn,
    });
    past.end();
    this.#world = world;
    this.#at = head;
    this.#telling.place = { seq: head.lastSeq, hash: head.hash };
  }

  #follow(): void {
    this.#status = 'following';
    this.#follower = new Follower(this.#looks.journal, this.#at, this.#pace.timer, {
      onGroup: (group) => this.#fold(group),
      onRewound: () => {
        this.#options.journal.forget();
        this.#void('start over');
      },
      onTrouble: (error) => this.#looks.failed(error),
    });
    this.#follower.start();
  }

  #fold(group: Group): void {
    try {
      this.#at = foldGroup(this.#world, this.#at, group, {
        ...this.#folding,
        onEntry: this.#telling.entry,
      });
    } catch (error) {
      void this.#follower?.stop();
      this.#status = 'stopped';
      this.#options.onAlarm(error instanceof Error ? error.message : String(error), true);
      return;
    }
    this.#telling.settled();
  }
}
