/**
 * One seed, one run of several nodes on one database: what runs in production, on machines, lines and a store that are
 * played. First everything may go wrong; then all faults stop, every command gets its answer and every node agrees.
 *
 * Long because phases, disturbances and laws of one run draw from one seed in one order.
 */
import { stateHash, SYSTEM, type Wish } from '@fairground/engine';
import {
  type Connection,
  engineLaws,
  linesOf,
  MemoryDatabase,
  PlayedTimer,
  PostgresJournal,
  recover,
} from '@fairground/journal';
import { isWhole } from '@fairground/server';
import { Dice } from '../dice.js';
import { Luck } from '../faults.js';
import { plantedLaws, poison } from '../planted.js';
import { must, Wrong } from '../wrong.js';
import { auditAnswers, auditChain } from './audit.js';
import type { ClusterCanary } from './canary.js';
import { Clients, type Intent } from './clients.js';
import { truth } from './machine.js';
import { Net } from './net.js';
import { BUILDS, ClusterNode, JOURNAL_ID } from './node.js';
import { type ClusterFault, type ClusterSwarm, drawClusterSwarm } from './swarm.js';
import { opening, wishOf } from './wishes.js';

/** How far ahead of the truth an entry may be dated: what a clock may be off, and a drift until it is seen. */
const AHEAD_MS_MAX = 5_000;
/** A node whose clock was off stands aside for a minute; the longest anything takes once nothing goes wrong. */
const HEALED_MS = 75_000;

export class Cluster {
  readonly seed: number;
  readonly swarm: ClusterSwarm;
  step = 0;
  readonly #dice: Dice;
  readonly #luck: Luck<ClusterFault>;
  readonly #timer = new PlayedTimer();
  readonly #database: MemoryDatabase;
  readonly #net: Net;
  readonly #nodes: ClusterNode[] = [];
  readonly #clients: Clients;
  readonly #counts = new Map<string, number>();
  readonly #reads: { readonly seq: number; readonly hash: string }[] = [];
  #wrong: Error | undefined;
  #backup: (() => void) | undefined;
  #wasLost = false;
  #wentBack = false;
  /** The newest term that was seen to lead, its build, and the newest entry whose date was looked at. */
  #ledTerm = 0;
  #ledV = 0;
  #dated = 0;

  constructor(seed: number, canary?: ClusterCanary) {
    this.seed = seed;
    this.#dice = new Dice(seed);
    const drawn = drawClusterSwarm(this.#dice.fork());
    const faults = { ...drawn.faults, ...canary?.swarm?.faults };
    this.swarm = { ...drawn, ...canary?.swarm, faults };
    this.#luck = new Luck(this.#dice.fork(), this.swarm.faults);
    const now = (): number => truth(this.#timer);
    this.#database = MemoryDatabase.founded(JOURNAL_ID, now);
    this.#net = new Net(this.#timer, this.#luck, this.#database);
    const onWrong = (error: unknown): void => this.#noteWrong(error);
    const ground = {
      swarm: this.swarm,
      luck: this.#luck,
      timer: this.#timer,
      net: this.#net,
      canary,
      onAlarm: (reason: string) => this.#hearAlarm(reason),
      onWrong,
    };
    for (let n = 0; n < this.swarm.nodes; n++)
      this.#nodes.push(new ClusterNode(`http://n${n}`, ground));
    const wait = (ms: number): Promise<void> =>
      new Promise((resolve) => void this.#timer.set(ms, resolve));
    this.#clients = new Clients({ nodes: this.#nodes, luck: this.#luck, wait, onWrong });
  }

  async run(): Promise<{ entries: number; counts: ReadonlyMap<string, number> }> {
    this.#luck.isOn = false;
    for (const node of this.#nodes) node.start(BUILDS.older);
    for (const wish of opening()) await this.#untilSaid(this.#intend(SYSTEM, wish));
    this.#luck.isOn = true;
    for (; this.step < this.swarm.steps; this.step++) await this.#play();
    await this.#heal();
    const entries = auditChain(this.#database);
    const heard = { clients: this.#clients, reads: this.#reads };
    const { rewound } = this.swarm.faults;
    auditAnswers(entries, { ...heard, wentBack: rewound > 0, wasLost: this.#wasLost });
    this.#auditPoison();
    await this.#agree();
    for (const node of this.#nodes) node.kill();
    return { entries: entries.length, counts: this.#report() };
  }

  #noteWrong(error: unknown): void {
    this.#wrong ??= error instanceof Error ? error : new Error(String(error));
  }

  #count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  #hearAlarm(reason: string): void {
    if (/lost group|another history|does not hold what|broken at entry/.test(reason)) {
      this.#count('alarm: lost');
      if (this.swarm.faults.rewound > 0) this.#wasLost = true;
    }
    const gaveUp = /leads no more until it is started/.test(reason);
    if (gaveUp && this.swarm.faults.rewound === 0)
      this.#wrong ??= new Wrong('leading', 'a node gave up leading where nothing was lost');
    if (/written again/.test(reason)) this.#count('alarm: healed');
    if (/broke the engine/.test(reason)) this.#count('rebuilds');
    if (/clock is .* off/.test(reason)) this.#count('alarm: clock');
  }

  async #play(): Promise<void> {
    const { swarm } = this;
    const dice = this.#dice.below(100);
    if (dice < swarm.retries) this.#clients.retry();
    else if (dice < swarm.retries + swarm.deliveries) this.#clients.deliver();
    else if (dice < 65) this.#clients.send(this.#ask());
    else if (dice < 72) this.#readFresh();
    else if (dice < 80) this.#read();
    await this.#pass(this.#dice.below(this.#dice.chance(300) ? swarm.stepMs : 30) + 1);
    this.#disturb();
    this.#check();
  }

  async #pass(ms: number): Promise<void> {
    await this.#timer.advance(ms);
    this.#check();
  }

  #disturb(): void {
    const { luck, dice } = { luck: this.#luck, dice: this.#dice };
    this.#net.disturb(this.#nodes.map(({ name }) => name));
    const node = this.#oneOf();
    node.machine.disturb();
    if (luck.happens('killed')) node.kill();
    if (luck.happens('stopped')) node.stop();
    if (this.swarm.faults.rewound > 0 && luck.happens('rewound')) this.#rewind();
    for (const one of this.#nodes)
      if (!one.life && dice.chance(150))
        one.start(dice.below(100) < this.swarm.older ? BUILDS.older : BUILDS.newer);
  }

  /** Mostly the leader: nothing is harder on the others. */
  #oneOf(): ClusterNode {
    const leader = this.#nodes.find(({ life }) => life?.member.leading);
    const any = this.#nodes[this.#dice.below(this.#nodes.length)];
    const node = this.#dice.chance(400) ? (leader ?? any) : any;
    if (!node) throw new RangeError('there are no nodes');
    return node;
  }

  #rewind(): void {
    const backup = this.#backup;
    this.#backup = backup ? undefined : this.#database.keep();
    if (!backup) return;
    backup();
    this.#wentBack = true;
    this.#dated = 0;
  }

  #ask(): Intent {
    const { dice } = this.#luck;
    const by = dice.pick(['ana', 'bob']);
    if (this.#luck.happens('decide_throws')) return this.#intend(by, poison('M1', 'decide'));
    if (this.#luck.happens('fold_throws')) return this.#intend(by, poison('M1', 'fold'));
    const asked = wishOf(dice, by, this.#clients.intents.length);
    return this.#intend(asked.by, asked.wish);
  }

  #intend(by: string, wish: Wish): Intent {
    const { skewMs, validMs } = this.swarm;
    const isBegun = this.#luck.isOn;
    const skew = isBegun && skewMs > 0 ? this.#dice.below(skewMs * 2) - skewMs : 0;
    const validUntil = truth(this.#timer) + (isBegun ? validMs : 590_000) + skew;
    return this.#clients.intend(by, wish, validUntil);
  }

  #readFresh(): void {
    const node = this.#dice.pick(this.#nodes);
    const life = node?.open;
    if (!node || !life) return;
    const before = this.#clients.acknowledged;
    const read = async (): Promise<void> => {
      const place = await node.fresh(life);
      await life.process.awake();
      if (!place) return;
      this.#count('fresh reads');
      if (this.swarm.faults.rewound === 0)
        must(place.seq >= before, 'fresh', () => `a fresh read showed ${place.seq}, not ${before}`);
      this.#reads.push(place);
    };
    void read().catch((error: unknown) => this.#noteWrong(error));
  }

  /** As the edge does: encoded from the world, sent once that is durable. */
  #read(): void {
    const life = this.#dice.pick(this.#nodes)?.open;
    if (!life || !isWhole(life.member)) return;
    const { seq, hash } = life.member.head;
    life.member.whenDurable(seq).then(
      async () => {
        await life.process.awake();
        if (life.member.durable.seq < seq) return;
        this.#clients.told(seq);
        this.#reads.push({ seq, hash });
        this.#count('reads');
      },
      () => this.#count('reads thrown away'),
    );
  }

  #check(): void {
    if (this.#wrong) throw this.#wrong;
    this.#checkDates();
    this.#checkBuilds();
  }

  /** Nobody with a wrong clock leads. */
  #checkDates(): void {
    const now = truth(this.#timer);
    for (const { lines, last } of this.#database.after(this.#dated)) {
      this.#dated = Math.max(this.#dated, last);
      for (const [, text = ''] of lines.matchAll(/^\{"v":\d+,"seq":\d+,"at":(\d+),/gm)) {
        const ahead = Number(text) - now;
        must(ahead <= AHEAD_MS_MAX, 'time', () => `an entry is dated ${ahead} ms ahead`);
      }
    }
  }

  /** What a newer build has led an older one never leads again. */
  #checkBuilds(): void {
    for (const { life } of this.#nodes) {
      const term = life?.member.leading?.term ?? 0;
      if (!life || term <= this.#ledTerm) continue;
      const { v } = life;
      must(v >= this.#ledV || this.#wentBack, 'builds', () => 'an older build leads');
      this.#ledTerm = term;
      this.#ledV = v;
      this.#count(`terms of build ${v}`);
    }
  }

  async #untilSaid(intent: Intent): Promise<void> {
    for (let turn = 0; !intent.said; turn++) {
      must(turn < 400, 'liveness', () => `intent ${intent.number} is never answered`);
      if (intent.waits === 0) this.#clients.send(intent);
      await this.#pass(300);
    }
  }

  /** Nothing goes wrong any more, and an operator starts what has stopped, of the newest build. */
  async #heal(): Promise<void> {
    this.#luck.isOn = false;
    this.#net.heal();
    for (const { machine } of this.#nodes) machine.setRight();
    await this.#pass(HEALED_MS);
    // One after the other: what the store forgot somebody must remember.
    for (const node of this.#nodes) {
      const { life } = node;
      if (life?.watch && !life.isFelled && life.v === BUILDS.newer) continue;
      node.kill();
      node.start(BUILDS.newer);
      await this.#pass(10_000);
    }
    await this.#startAgain();
    while (this.#clients.delayed > 0) this.#clients.deliver();
    for (const intent of this.#clients.open) await this.#untilSaid(intent);
    await this.#pass(30_000);
  }

  /** A start that failed, or a clock that its process has not believed yet, is seen to once more. */
  async #startAgain(): Promise<void> {
    for (const node of this.#nodes) if (!node.life) node.start(BUILDS.newer);
    await this.#pass(10_000);
  }

  #auditPoison(): void {
    for (const { name, laws } of this.#nodes) {
      for (const [what, times] of laws.folded)
        must(times === 1, 'poison', () => `${name} tried ${what} ${times} times`);
    }
    for (const { number, command, sent } of this.#clients.intents) {
      let judged = 0;
      for (const { laws } of this.#nodes) judged += laws.judged.get(command.id ?? '') ?? 0;
      const most = sent * 2 + this.#luckOfHops;
      must(
        judged <= most,
        'poison',
        () => `intent ${number} was judged ${judged} times for ${sent}`,
      );
    }
  }

  /** Each of these may have brought a command to a leader once more. */
  get #luckOfHops(): number {
    const { counts } = this.#luck;
    const hops = [
      'hop_late',
      'hop_copied',
      'hop_answer_lost',
      'partition',
      'killed',
      'stopped',
    ] as const;
    return hops.reduce((sum, name) => sum + (counts.get(name) ?? 0), 0);
  }

  /** Every node shows the state that the journal makes, and one of them leads. */
  async #agree(): Promise<void> {
    const laws = plantedLaws(engineLaws, this.swarm, () => {});
    const { world } = await recover(this.#outside(), { laws });
    const due = stateHash(world);
    const hashes = this.#hashes();
    for (const { name, life } of this.#nodes) {
      const status = life?.member.status;
      must(
        status === 'leading' || status === 'following',
        'liveness',
        () => `${name}: ${status ?? 'down'}`,
      );
      if (!life) continue;
      const { seq } = life.member.durable;
      must(
        seq === world.seq,
        'liveness',
        () => `${name} is at ${seq}, the journal at ${world.seq}`,
      );
      must(stateHash(life.member.world) === due, 'replay', () => `${name} has another state`);
      for (const [told, hash] of life.watch?.told ?? [])
        must(hashes.get(told) === hash, 'telling', () => `${name} told ${told}, which is another`);
    }
    const leaders = this.#nodes.filter(({ life }) => life?.member.leading);
    must(leaders.length === 1, 'liveness', () => `${leaders.length} nodes lead`);
  }

  /** The journal as somebody sees it to whom nothing happens. */
  #outside(): PostgresJournal {
    const connect = async (): Promise<Connection> => this.#database.connection();
    return new PostgresJournal(JOURNAL_ID, connect, { connect: '', timer: this.#timer });
  }

  #hashes(): ReadonlyMap<number, string> {
    const rows = this.#database.rows.flatMap(({ lines }) => [...linesOf(lines)]);
    return new Map(rows.map((line, at) => [at + 1, line.slice(-66, -2)]));
  }

  #report(): ReadonlyMap<string, number> {
    for (const [name, count] of this.#clients.counts) this.#counts.set(name, count);
    for (const [name, count] of this.#luck.counts) this.#counts.set(`fault ${name}`, count);
    const lives = this.#nodes.reduce((sum, node) => sum + node.lives, 0);
    this.#counts.set('lives', lives);
    this.#counts.set('statements landed late', this.#net.late);
    this.#counts.set('seconds', Math.floor(this.#timer.now() / 1_000));
    this.#counts.set('terms', this.#database.rows.filter(({ lines }) => lines === '').length - 1);
    return this.#counts;
  }
}
