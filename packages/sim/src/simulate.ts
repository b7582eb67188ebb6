/**
 * One seed, one run: actors, order, faults and clock are drawn from it, and nothing else decides. First everything may
 * go wrong and nothing false may be said; then all faults stop, and everything must come to its end.
 */
import { SYSTEM, type Wish } from '@fairground/engine';
import { PlayedTimer, settle } from '@fairground/journal';
import { admin } from './actors/admin.js';
import { crowd } from './actors/crowd.js';
import { feed } from './actors/feed.js';
import { minter } from './actors/minter.js';
import { opening } from './actors/opening.js';
import type { Actor, Asked, Scene } from './actors/scene.js';
import { stranger } from './actors/stranger.js';
import { trader } from './actors/trader.js';
import type { Canary } from './canary.js';
import { Clients, type Intent } from './clients.js';
import { Dice } from './dice.js';
import { Luck } from './faults.js';
import { type Host, liveOn } from './liveness.js';
import { SimulatedNode } from './node.js';
import { poison } from './planted.js';
import { type ActorName, drawSwarm, type FaultName, type Swarm } from './swarm.js';
import { PlayedTime } from './time.js';
import { must } from './wrong.js';

const ACTORS: Readonly<Record<ActorName, Actor>> = { trader, minter, crowd, feed, admin, stranger };

/** As long as a command may be valid at all. */
const VALID_MS = 600_000;
/** Steps between two audits of all that was said; each life begins with one besides. */
const AUDIT_EVERY = 40;

/** What a run has tried: how often each thing happened, by name. */
export interface Report {
  readonly seed: number;
  readonly swarm: Swarm;
  readonly entries: number;
  readonly counts: ReadonlyMap<string, number>;
}

/** Throws `Wrong` where a law was broken. */
export async function simulate(seed: number, canary?: Canary): Promise<Report> {
  const simulation = new Simulation(seed, canary);
  return simulation.run();
}

/** How far a run has come: told with what was wrong, so that one knows where to look. */
export class Simulation {
  readonly seed: number;
  readonly swarm: Swarm;
  step = 0;
  readonly #luck: Luck;
  readonly #dice: Dice;
  readonly #timer = new PlayedTimer();
  readonly #time = new PlayedTime(this.#timer);
  readonly #node: SimulatedNode;
  readonly #clients: Clients;
  readonly #counts = new Map<string, number>();
  /** Who read what: it must never be taken back. */
  readonly #reads: { readonly seq: number; readonly hash: string }[] = [];

  constructor(seed: number, canary?: Canary) {
    this.seed = seed;
    this.#dice = new Dice(seed);
    const drawn = drawSwarm(this.#dice.fork());
    const faults = { ...drawn.faults, ...canary?.swarm?.faults };
    this.swarm = { ...drawn, ...canary?.swarm, faults };
    this.#luck = new Luck(this.#dice.fork(), this.swarm.faults);
    this.#node = new SimulatedNode({
      swarm: this.swarm,
      luck: this.#luck,
      timer: this.#timer,
      time: this.#time,
      canary,
    });
    this.#clients = new Clients({
      node: this.#node,
      luck: this.#luck,
      canary,
      hears: (what) => this.#count(what),
    });
  }

  async run(): Promise<Report> {
    this.#luck.isOn = false;
    await this.#node.start();
    for (const wish of opening(this.swarm)) await this.#settled({ by: SYSTEM, wish });
    this.#luck.isOn = true;
    for (; this.step < this.swarm.steps; this.step++) await this.#play();
    this.#luck.isOn = false;
    this.#time.setRight();
    await this.#finish();
    return this.#report();
  }

  #count(what: string): void {
    this.#counts.set(what, (this.#counts.get(what) ?? 0) + 1);
  }

  async #play(): Promise<void> {
    const { swarm } = this;
    const dice = this.#dice.below(100);
    if (dice < swarm.retries) this.#clients.retry();
    else if (dice < swarm.retries + swarm.deliveries) this.#clients.deliver();
    else for (let n = this.#dice.below(swarm.burst); n >= 0; n--) this.#ask();
    if (this.#dice.chance(100)) this.#read();
    if (this.#dice.chance(swarm.snapshots)) this.#node.snapshot();
    if (this.#dice.chance(600)) await this.#pass(this.#dice.below(swarm.stepMs) + 1);
    else await settle();
    this.#time.disturb(this.#luck);
    if (this.#luck.happens('killed')) this.#node.end('kill');
    if (this.#luck.happens('power_cut')) this.#node.end('power');
    await this.#revive();
    this.#check();
    if (this.step % AUDIT_EVERY === 0) this.#audit();
  }

  /** Time passes, and the node looks at the wall each second of it. */
  async #pass(ms: number): Promise<void> {
    for (let left = ms; left > 0; left -= 1_000) {
      await this.#timer.advance(Math.min(left, 1_000));
      this.#time.beat();
    }
  }

  #check(): void {
    this.#node.check();
    this.#clients.check();
  }

  async #revive(): Promise<void> {
    this.#check();
    if (this.#node.sequencer) return;
    this.#clients.nodeEnded();
    await this.#node.start();
    this.#check();
    this.#audit();
  }

  #ask(): void {
    const scene = this.#scene();
    if (!scene) return;
    const asked =
      this.#poison(scene) ?? ACTORS[this.#dice.weighted(this.swarm.actors) ?? 'trader'](scene);
    if (!asked) return;
    this.#clients.send(this.#clients.intend(asked, this.#validUntil(asked.validMs)));
  }

  #poison({ world }: Scene): Asked | undefined {
    const how = this.#luck.happens('decide_throws')
      ? 'decide'
      : this.#luck.happens('fold_throws')
        ? 'fold'
        : undefined;
    const market = this.#dice.pick([...world.markets.keys()]);
    if (!how || market === undefined) return undefined;
    return { by: `p${this.#dice.below(this.swarm.players)}`, wish: poison(market, how) };
  }

  #scene(): Scene | undefined {
    const { sequencer } = this.#node;
    if (!sequencer) return undefined;
    const number = this.#clients.intents.length;
    const now = sequencer.now();
    return { dice: this.#dice, world: sequencer.world, swarm: this.swarm, now, number };
  }

  #validUntil(validMs = this.swarm.validMs): number {
    const { skewMs } = this.swarm;
    const skew = skewMs === 0 ? 0 : this.#dice.below(skewMs * 2) - skewMs;
    return (this.#node.sequencer?.now() ?? this.#time.now) + validMs + skew;
  }

  /** Somebody reads the newest state; it leaves only when it is durable. */
  #read(): void {
    const { sequencer, life } = this.#node;
    // A world that is being thrown away may be half changed: nobody may read it.
    if (sequencer?.status !== 'leading') return;
    const { seq, hash } = sequencer.head;
    sequencer.whenDurable(seq).then(
      () => {
        if (!life.isOver) this.#reads.push({ seq, hash });
      },
      () => this.#count('read thrown away'),
    );
  }

  #audit(): void {
    this.#clients.audit();
    const { durable } = this.#node;
    for (const { seq, hash } of this.#reads) {
      const isThere = seq <= durable && this.#node.hashAt(seq) === hash;
      must(isThere, 'reads', () => `the state after entry ${seq} was read, and is not durable`);
    }
  }

  async #settled(asked: Asked): Promise<Intent> {
    const now = this.#node.sequencer?.now() ?? this.#time.now;
    const intent = this.#clients.intend(asked, now + VALID_MS);
    await this.#untilSaid(intent);
    return intent;
  }

  async #untilSaid(intent: Intent): Promise<void> {
    for (let turn = 0; !intent.said; turn++) {
      must(turn < 200, 'liveness', () => `intent ${intent.number} is never answered`);
      if (!intent.isWaiting) this.#clients.send(intent);
      await settle();
      if (!intent.said) await this.#pass(700);
      await this.#revive();
    }
  }

  async #finish(): Promise<void> {
    await this.#revive();
    while (this.#clients.delayed > 0) this.#clients.deliver();
    for (const intent of this.#clients.open) await this.#untilSaid(intent);
    await liveOn(this.#host());
    this.#check();
    await this.#node.sequencer?.drain();
    this.#check();
    must(
      this.#node.durable === this.#node.entries.length,
      'liveness',
      () => 'drained is not durable',
    );
    this.#audit();
    await this.#node.prove();
  }

  #host(): Host {
    return {
      node: this.#node,
      pass: (ms) => this.#pass(ms),
      ask: async (by, wish: Wish) => {
        // Where few ids are remembered, a crowd at one instant counts as expired: the next instant is another,
        // though a node whose clock is behind its last entry may be a minute in coming to it.
        for (let turn = 0; turn < 100; turn++) {
          const { said } = await this.#settled({ by, wish });
          this.#check();
          if (said?.kind !== 'refused') return undefined;
          if (said.code !== 'command_expired') return said.code;
          await this.#pass(1_000);
        }
        return 'command_expired';
      },
    };
  }

  #report(): Report {
    const { entries } = this.#node;
    for (const { command, events } of entries) {
      this.#count(`command ${command.wish.type}`);
      for (const { type } of events) this.#count(type);
    }
    const faults: Iterable<[FaultName, number]> = this.#luck.counts;
    for (const [name, count] of faults) this.#counts.set(`fault ${name}`, count);
    this.#counts.set('lives', this.#node.lives);
    this.#counts.set('rebuilds', this.#node.rebuilds);
    this.#counts.set('checks of all laws', this.#node.checks);
    this.#counts.set('reads', this.#reads.length);
    this.#counts.set('snapshots made', this.#node.shelf.made);
    this.#counts.set('lives begun with one', this.#node.shelf.begun);
    return { seed: this.seed, swarm: this.swarm, entries: entries.length, counts: this.#counts };
  }
}
