/** A node as it runs in production (member, forwarder, porter), on a machine, a database and lines that are played. */
import {
  type Answer,
  MemoryQuarantine,
  type PlayedTimer,
  PostgresJournal,
  type SharedJournal,
} from '@fairground/journal';
import type { Command } from '@fairground/engine';
import { Clock, Forwarder, freshPlace, Member, Porter, Seal } from '@fairground/server';
import type { Luck } from '../faults.js';
import type { ClusterCanary } from './canary.js';
import { Machine, Process } from './machine.js';
import type { Net } from './net.js';
import { NodeLaws } from './node-laws.js';
import type { ClusterFault, ClusterSwarm } from './swarm.js';
import { Watch } from './watch.js';

export const JOURNAL_ID = '0123456789abcdef'.repeat(2);
const SECRET = 'what all nodes here know and nobody else';

export interface Ground {
  readonly swarm: ClusterSwarm;
  readonly luck: Luck<ClusterFault>;
  readonly timer: PlayedTimer;
  readonly net: Net;
  readonly canary: ClusterCanary | undefined;
  readonly onAlarm: (reason: string) => void;
  /** What no node should ever do. */
  readonly onWrong: (error: unknown) => void;
}

/** One life of a node: from one start to its end. */
export interface Life {
  readonly process: Process;
  readonly clock: Clock;
  readonly member: Member;
  readonly forwarder: Forwarder;
  readonly journal: SharedJournal;
  readonly seal: Seal;
  readonly v: number;
  watch: Watch | undefined;
  /** It takes no more commands. */
  isDraining: boolean;
  isFelled: boolean;
}

/** Builds by the version of entries they know: what a newer one has led an older one may not. */
export const BUILDS = { older: 1, newer: 2 } as const;

/** What a start may end in: the database was away, an old state was read, or the clock is wrong. */
const MAY_FAIL = /^(ClockRefused|NothingDone|Unsure|JournalBroken|SessionClosed)$/;

export class ClusterNode {
  readonly name: string;
  readonly machine: Machine;
  readonly laws: NodeLaws;
  readonly #ground: Ground;
  readonly #quarantine = new MemoryQuarantine();
  #lives = 0;
  life: Life | undefined;

  constructor(name: string, ground: Ground) {
    this.name = name;
    this.#ground = ground;
    this.machine = new Machine(ground.timer, ground.luck);
    this.laws = new NodeLaws(ground);
  }

  get lives(): number {
    return this.#lives;
  }

  /** The life that answers, if one does. */
  get open(): Life | undefined {
    return this.life?.watch && !this.life.isDraining ? this.life : undefined;
  }

  start(v: number): void {
    const { onWrong } = this.#ground;
    const life = this.#begin(v);
    this.life = life;
    this.#beatClock(life);
    void this.#join(life).catch((error: unknown) => {
      if (life.process.isOver) return;
      this.kill();
      if (!(error instanceof Error && MAY_FAIL.test(error.name))) onWrong(error);
    });
  }

  kill(): void {
    const { life } = this;
    if (!life) return;
    life.process.isOver = true;
    this.#ground.net.doors.delete(this.name);
    this.life = undefined;
  }

  /** Answers what it has taken, and gives the lease back. */
  stop(): void {
    const { life } = this;
    if (!life?.watch || life.isDraining) return;
    life.isDraining = true;
    const ended = async (): Promise<void> => {
      await life.member.close();
      life.forwarder.close();
      if (this.life === life) this.kill();
    };
    void ended().catch((error: unknown) => this.#failed(life, error));
  }

  submit(life: Life, command: Command, attempt: number): Promise<Answer> {
    return life.member.submit(command, attempt);
  }

  fresh(life: Life): ReturnType<typeof freshPlace> {
    const { member, forwarder, journal } = life;
    const { fresh } = this.#ground.canary ?? {};
    return fresh ? fresh(member) : freshPlace(member, forwarder, journal);
  }

  #failed(life: Life, error: unknown): void {
    if (life.process.isOver) return;
    const { name } = error instanceof Error ? error : { name: '' };
    if (!MAY_FAIL.test(name)) this.#ground.onWrong(error);
    this.kill();
  }

  #begin(v: number): Life {
    const { timer, luck, net, canary, swarm, onAlarm } = this.#ground;
    this.machine.boot();
    const process = new Process(this.machine, timer, luck);
    const source = { wall: () => this.machine.wall(), steady: () => this.machine.steady() };
    const clock = new Clock({ acceptClock: false, source });
    const opened = new PostgresJournal(JOURNAL_ID, () => net.connect(process, this.name), {
      connect: '',
      name: this.name,
      nonce: `life ${this.#lives++}`,
      url: this.name,
      v: canary?.v ?? v,
      timer: process,
      onAlarm: (reason) => onAlarm(reason),
    });
    const journal = canary?.journal?.(opened) ?? opened;
    const seal = new Seal(SECRET, clock);
    const line = net.line(process, this.name, seal);
    const pace = { timer: process, turn: () => process.wait(0).then(() => process.awake()) };
    const forwarder = new Forwarder({
      line: canary?.line?.(line) ?? line,
      lease: () => journal.lease(),
      here: () => member.leading?.sequencer,
      steady: clock.steady,
      pace,
    });
    const member: Member = new Member({
      journal,
      clock,
      pace,
      quarantine: this.#quarantine,
      acceptLoss: false,
      laws: this.laws.of(swarm),
      past: { begin: () => {}, add: () => {}, end: () => {} },
      forward: (command, attempt) => forwarder.submit(command, attempt),
      onLead: async () => {},
      onRewound: () => life.watch?.rewound(member.head.seq),
      onAlarm: (reason, stops) => {
        if (process.isOver) return;
        if (stops) life.isFelled = true;
        onAlarm(reason);
      },
    });
    const life: Life = {
      process,
      clock,
      member,
      forwarder,
      journal,
      seal,
      v,
      watch: undefined,
      isDraining: false,
      isFelled: false,
    };
    return life;
  }

  async #join(life: Life): Promise<void> {
    const { net, canary } = this.#ground;
    const { process, member, journal, seal } = life;
    const porter = new Porter({
      seal,
      leading: () => (life.isDraining ? undefined : member.leading),
      barrier: journal.barrier,
      timer: process,
    });
    await process.awake();
    net.doors.set(this.name, { process, porter: canary?.porter?.(porter, life) ?? porter });
    await member.begin();
    life.watch = new Watch(member);
    await member.takePart();
  }

  #beatClock({ process, clock }: Life): void {
    process.set(1_000, () => {
      clock.beat();
      const { life } = this;
      if (life?.process === process) this.#beatClock(life);
    });
  }
}
