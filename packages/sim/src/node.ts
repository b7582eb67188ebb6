/**
 * One node through all its lives. Whatever it folds, an auditor has predicted; whatever it called durable, the next
 * life finds; and nothing that an earlier life was still doing reaches anybody.
 */
import {
  checkInvariants,
  encodeEntry,
  type Entry,
  hashZero,
  type ReadonlyWorld,
  stateHash,
  Verifier,
} from '@fairground/engine';
import {
  engineLaws,
  type Journal,
  JournalRefused,
  type Laws,
  MemoryQuarantine,
  nodeChain,
  type PlayedTimer,
  recover,
  Sequencer,
  settle,
  StoreFailure,
  type Timer,
} from '@fairground/journal';
import { Auditor } from './auditor.js';
import type { Canary } from './canary.js';
import { DiskGround, type Ground, type Life, type Luck, MemoryGround } from './faults.js';
import { PLANTED, plantedLaws } from './planted.js';
import { probe } from './probe.js';
import type { Swarm } from './swarm.js';
import type { PlayedTime } from './time.js';
import { must, Wrong } from './wrong.js';

const JOURNAL = '0123456789abcdef'.repeat(2);
/** More openings than this in a row, and it will never open. */
const OPENINGS_MAX = 50;
const UNLUCKY_MAX = 20;

export interface NodeParts {
  readonly swarm: Swarm;
  readonly luck: Luck;
  readonly timer: PlayedTimer;
  readonly time: PlayedTime;
  readonly canary: Canary | undefined;
}

export class SimulatedNode {
  readonly #parts: NodeParts;
  readonly #ground: Ground;
  readonly #laws: Laws;
  readonly #quarantine = new MemoryQuarantine();
  /** Lines that the living world was made of, and the entries in them. */
  #lines: string[] = [];
  #entries: Entry[] = [];
  #durable = 0;
  #auditor = new Auditor();
  #life: Life = { isOver: true, isStarting: false };
  #sequencer: Sequencer | undefined;
  #wrong: Wrong | undefined;
  /** How often all laws were checked, how often it started, how often a world was thrown away. */
  checks = 0;
  lives = 0;
  rebuilds = 0;

  constructor(parts: NodeParts) {
    const { swarm, canary } = parts;
    this.#parts = parts;
    this.#ground =
      swarm.store === 'memory'
        ? new MemoryGround(parts, JOURNAL)
        : new DiskGround(parts, JOURNAL, canary?.disk);
    this.#laws = plantedLaws(canary?.laws?.(engineLaws) ?? engineLaws, swarm, (what) =>
      this.#blame(new Wrong('entry law', what)),
    );
  }

  /** Undefined while nobody is there to ask. */
  get sequencer(): Sequencer | undefined {
    return this.#life.isOver ? undefined : this.#sequencer;
  }

  get life(): Life {
    return this.#life;
  }

  get entries(): readonly Entry[] {
    return this.#entries;
  }

  get durable(): number {
    return this.sequencer?.durable.seq ?? this.#durable;
  }

  hashAt(seq: number): string | undefined {
    return seq === 0 ? hashZero(JOURNAL) : this.#lines[seq - 1]?.slice(-66, -2);
  }

  /** Throws what was found wrong since the last time. */
  check(): void {
    if (this.#wrong) throw this.#wrong;
  }

  #blame(wrong: Wrong): void {
    this.#wrong ??= wrong;
  }

  /** The process ends, or the machine: whatever it was doing is left as it is. */
  end(how: 'kill' | 'power'): void {
    if (this.#life.isOver) return;
    this.#durable = this.durable;
    this.#life.isOver = true;
    this.#ground.end(how);
  }

  /** Starts until it runs. */
  async start(): Promise<void> {
    const { luck } = this.#parts;
    const { isOn } = luck;
    for (let tries = 0; !(await this.#tryToStart()); tries++) {
      // Whoever runs it changes the disk in the end.
      if (tries > UNLUCKY_MAX) luck.isOn = false;
      must(tries < OPENINGS_MAX, 'liveness', () => 'the node never starts');
      this.end(luck.dice.chance(500) ? 'kill' : 'power');
      await this.#parts.timer.advance(500);
    }
    luck.isOn = isOn;
    this.#life.isStarting = false;
    this.lives++;
    await probe({
      ...this.#parts,
      ground: this.#ground,
      lines: this.#lines.slice(0, this.durable),
    });
  }

  async #tryToStart(): Promise<boolean> {
    const life: Life = { isOver: false, isStarting: true };
    this.#life = life;
    this.#sequencer = undefined;
    const journal = this.#open(life);
    if (!journal) return false;
    const { canary } = this.#parts;
    this.#lead(canary?.journal?.(journal) ?? journal, life).then(
      (sequencer) => {
        if (!life.isOver) this.#sequencer = sequencer;
      },
      (error: unknown) => {
        // A disk too full for a term row is waited out like any other.
        if (error instanceof StoreFailure) this.end('kill');
        else this.#blame(new Wrong('recovery', String(error)));
      },
    );
    // A disk that fails, or a process that is killed while it starts, leaves it half done.
    for (let turn = 0; turn < 4 && !this.#sequencer && !life.isOver; turn++) await settle();
    this.check();
    return this.sequencer !== undefined;
  }

  #open(life: Life): Journal | undefined {
    try {
      return this.#ground.open(life, (how) => {
        if (life === this.#life) this.#fail(how);
      });
    } catch (error) {
      // What is broken at rest is a matter for the law; all else is this disk's bad luck.
      const isLost = error instanceof JournalRefused && error.code !== 'storage_full';
      if (isLost) throw new Wrong('recovery', error.message);
      this.end('power');
      return undefined;
    }
  }

  /** A process that its disk has failed may find another state when it starts again, or the same. */
  #fail(how: 'failed' | 'power'): void {
    this.end(how === 'failed' && this.#parts.luck.dice.chance(300) ? 'kill' : 'power');
  }

  #lead(journal: Journal, life: Life): Promise<Sequencer> {
    const { timer, swarm, time } = this.#parts;
    const found: string[] = [];
    let isRecovering = true;
    const fold: Laws['fold'] = (world, entry) => {
      this.#laws.fold(world, entry);
      if (!isRecovering && !life.isOver) this.#folded(entry, world);
    };
    return Sequencer.start({
      journal,
      clock: time.start(this.#entries[this.#durable - 1]?.at ?? 0).now,
      timer: timerOf(timer, life),
      quarantine: this.#quarantine,
      checksEach: swarm.checksEach,
      laws: { ...this.#laws, fold },
      recovery: {
        onEntry: (_entry, line) => found.push(line),
        onProgress: (done, all) => {
          if (done < all || !isRecovering) return;
          isRecovering = false;
          this.#begin(found);
        },
      },
      onAlarm: (reason, stops) => {
        if (!life.isOver) this.#alarm(reason, stops);
      },
    }).then((sequencer) => {
      sequencer.onReset((seq) => {
        if (!life.isOver) this.#backTo(seq);
      });
      return sequencer;
    });
  }

  #alarm(reason: string, stops: boolean): void {
    if (reason.includes(PLANTED)) this.rebuilds++;
    else this.#blame(new Wrong(stops ? 'the node stopped' : 'alarm', reason));
  }

  /** A new life found these lines: all that was durable, and nothing that was never decided. */
  #begin(found: readonly string[]): void {
    const differs = found.findIndex((line, at) => line !== this.#lines[at]);
    if (differs >= 0) {
      this.#blame(new Wrong('durability', `entry ${differs + 1} is not the one that was decided`));
    }
    if (found.length < this.#durable) {
      const what = `of ${this.#durable} durable entries ${found.length} are there`;
      this.#blame(new Wrong('durability', what));
    }
    this.#durable = found.length;
    this.#backTo(found.length);
  }

  /** Entries that were never durable are gone: the world goes on without them. */
  #backTo(seq: number): void {
    if (seq === this.#entries.length) return;
    this.#lines = this.#lines.slice(0, seq);
    this.#entries = this.#entries.slice(0, seq);
    this.#auditor = new Auditor(this.#auditor.memory);
    for (const entry of this.#entries) this.#auditor.write(entry);
  }

  /** The living world has one more entry: every law holds, and the auditor had it so. */
  #folded(entry: Entry, world: ReadonlyWorld): void {
    const line = encodeEntry(entry);
    if (entry.seq <= this.#entries.length) {
      // The world is folded anew, from the journal.
      if (line !== this.#lines[entry.seq - 1])
        this.#blame(new Wrong('rebuild', `entry ${entry.seq}`));
      return;
    }
    this.#lines.push(line);
    this.#entries.push(entry);
    try {
      this.#judge(entry, world);
    } catch (error) {
      if (!(error instanceof Wrong)) throw error;
      this.#blame(error);
    }
  }

  #judge(entry: Entry, world: ReadonlyWorld): void {
    this.#auditor.write(entry);
    const differs = this.#auditor.differs(world);
    const where = `after entry ${entry.seq}, ${entry.command.wish.type}`;
    if (differs !== undefined) throw new Wrong('auditor', `${where}: ${differs}`);
    this.checks++;
    for (const { name, detail } of checkInvariants(world)) {
      if (detail !== undefined) throw new Wrong(`invariant ${name}`, `${where}: ${detail}`);
    }
  }

  /** The whole journal is proven, and what starts on it now comes to the same world. */
  async prove(): Promise<void> {
    const { sequencer } = this;
    if (!sequencer) throw new Wrong('liveness', 'there is no node to prove');
    const life: Life = { isOver: false, isStarting: false };
    const { world } = await recover(
      this.#ground.open(life, () => {}),
      { laws: this.#laws },
    );
    const [live, replayed] = [stateHash(sequencer.world), stateHash(world)];
    must(live === replayed, 'replay', () => `${replayed} is not the state that lived, ${live}`);
    const verifier = new Verifier(JOURNAL, nodeChain);
    for (const line of this.#lines) verifier.add(line);
    const { differences, entries } = verifier.report();
    const [first] = differences;
    if (first) throw new Wrong('verify', `entry ${first.seq}: ${first.what}`);
    must(entries === this.#lines.length, 'verify', () => `it read ${entries} entries`);
  }
}

/** Of a process that has ended no timer goes off. */
const timerOf = (timer: PlayedTimer, life: Life): Timer => ({
  now: () => timer.now(),
  set: (ms, callback) =>
    timer.set(ms, () => {
      if (!life.isOver) callback();
    }),
});
