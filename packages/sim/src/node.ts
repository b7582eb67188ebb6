/**
 * One node through all its lives. Whatever it folds, an auditor has predicted; whatever it called durable, the next
 * life finds; and nothing that an earlier life was still doing reaches anybody.
 */
import { type Entry, hashZero } from '@fairground/engine';
import {
  engineLaws,
  type Journal,
  JournalRefused,
  type Laws,
  MemoryQuarantine,
  type PlayedTimer,
  Sequencer,
  settle,
  StoreFailure,
  type Timer,
} from '@fairground/journal';
import type { Canary } from './canary.js';
import { DiskGround, type Ground, type Life, type Luck, MemoryGround } from './faults.js';
import { Lived } from './lived.js';
import { PLANTED, plantedLaws } from './planted.js';
import { probe } from './probe.js';
import { mustHave, prove } from './prove.js';
import type { Swarm } from './swarm.js';
import type { PlayedTime } from './time.js';
import { Snapshots } from './snapshots.js';
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
  readonly #lived: Lived;
  #durable = 0;
  #life: Life = { isOver: true, isStarting: false };
  #sequencer: Sequencer | undefined;
  #journal: Journal | undefined;
  #wrong: Wrong | undefined;
  readonly #shelf: Snapshots;
  /** How often it started, how often a world was thrown away. */
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
    const blame = (wrong: Wrong): void => this.#blame(wrong);
    this.#lived = new Lived(blame);
    this.#shelf = new Snapshots({ ...parts, laws: this.#laws, ground: this.#ground, blame });
  }

  /** Undefined while nobody is there to ask. */
  get sequencer(): Sequencer | undefined {
    return this.#life.isOver ? undefined : this.#sequencer;
  }

  get life(): Life {
    return this.#life;
  }

  get shelf(): Snapshots {
    return this.#shelf;
  }

  get entries(): readonly Entry[] {
    return this.#lived.entries;
  }

  get checks(): number {
    return this.#lived.checks;
  }

  get durable(): number {
    return this.sequencer?.durable.seq ?? this.#durable;
  }

  hashAt(seq: number): string | undefined {
    return seq === 0 ? hashZero(JOURNAL) : this.#lived.hashAt(seq);
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

  /** A snapshot of what is durable now, beside everything else. */
  snapshot(): void {
    const [journal, life] = [this.#journal, this.#life];
    if (!this.sequencer || !journal) return;
    void this.#shelf.make(journal, life, (seq) => this.hashAt(seq));
  }

  /** Starts until it runs. */
  async start(): Promise<void> {
    const { luck } = this.#parts;
    const { isOn } = luck;
    await this.#shelf.harm(this.#lived.lines);
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
    await mustHave(this.#journal, this.#lived.lines.slice(0, this.#durable), luck);
    await probe({
      ...this.#parts,
      ground: this.#ground,
      lines: this.#lived.lines.slice(0, this.durable),
    });
  }

  async #tryToStart(): Promise<boolean> {
    const life: Life = { isOver: false, isStarting: true };
    this.#life = life;
    this.#sequencer = undefined;
    const journal = this.#open(life);
    if (!journal) return false;
    this.#journal = this.#parts.canary?.journal?.(journal) ?? journal;
    this.#lead(this.#journal, life).then(
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
  #fail(how: 'failed' | 'killed' | 'power'): void {
    const isSpared = how === 'failed' && this.#parts.luck.dice.chance(300);
    this.end(how === 'killed' || isSpared ? 'kill' : 'power');
  }

  #lead(journal: Journal, life: Life): Promise<Sequencer> {
    const { timer, swarm, time, luck } = this.#parts;
    const found: string[] = [];
    let before = 0;
    let isRecovering = true;
    const fold: Laws['fold'] = (world, entry) => {
      this.#laws.fold(world, entry);
      if (!isRecovering && !life.isOver) this.#lived.fold(entry, world);
    };
    const decide: Laws['decide'] = (world, command, at) => {
      const decision = this.#laws.decide(world, command, at);
      if (decision.kind === 'refused' && !life.isOver)
        this.#lived.refuse(command, at, decision.code);
      return decision;
    };
    return Sequencer.start({
      journal,
      clock: time.start(this.entries[this.#durable - 1]?.at ?? 0).now,
      timer: timerOf(timer, life),
      quarantine: this.#quarantine,
      checksEach: swarm.checksEach,
      laws: { ...this.#laws, decide, fold },
      recovery: {
        ignoresSnapshots: luck.dice.chance(swarm.ignoresSnapshots),
        onBegin: (world) => {
          before = world.seq;
          this.#shelf.begins(world, this.#lived.lines);
        },
        onEntry: (_entry, line) => found.push(line),
        onProgress: (done, all) => {
          if (done < all || !isRecovering) return;
          isRecovering = false;
          this.#begin(before, found);
        },
      },
      onAlarm: (reason, stops) => {
        if (!life.isOver) this.#alarm(reason, stops);
      },
    }).then((sequencer) => {
      sequencer.onReset((seq) => {
        if (!life.isOver) this.#lived.backTo(seq);
      });
      return sequencer;
    });
  }

  #alarm(reason: string, stops: boolean): void {
    if (reason.includes(PLANTED)) this.rebuilds++;
    else if (!this.#shelf.mayWarn(reason))
      this.#blame(new Wrong(stops ? 'the node stopped' : 'alarm', reason));
  }

  /** A new life found these lines after so many: all that was durable, and nothing that was never decided. */
  #begin(before: number, found: readonly string[]): void {
    const all = before + found.length;
    const differs = found.findIndex((line, at) => line !== this.#lived.lines[before + at]);
    if (differs >= 0) {
      const what = `entry ${before + differs + 1} is not the one that was decided`;
      this.#blame(new Wrong('durability', what));
    }
    if (all < this.#durable) {
      const what = `of ${this.#durable} durable entries ${all} are there`;
      this.#blame(new Wrong('durability', what));
    }
    this.#durable = all;
    this.#lived.backTo(all);
  }

  /** The whole journal is proven, and what starts on it now comes to the same world. */
  async prove(): Promise<void> {
    const { sequencer } = this;
    if (!sequencer) throw new Wrong('liveness', 'there is no node to prove');
    const journal = this.#ground.open({ isOver: false, isStarting: false }, () => {});
    await prove({ journal, laws: this.#laws, live: sequencer.world, lines: this.#lived.lines });
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
