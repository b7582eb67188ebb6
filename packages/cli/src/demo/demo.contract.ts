/** What every run of the demo must come to, on the real engine behind the port. */
import {
  checkInvariants,
  createWorld,
  decide,
  ENTRY_VERSION,
  type Entry,
  fold,
  POINTS,
  RULES,
  sha256Text,
  tickDue,
  TREASURY,
  type Wish,
  type World,
} from '@fairground/engine';
import { expect } from 'vitest';
import type { DemoClock } from './clock.js';
import { type DemoOptions, type DemoResult, runDemo } from './demo.js';
import type { Answer, DemoExchange, DemoText } from './port.js';
import { isOver } from './progress.js';
import { groupMarket } from './outrights.js';
import { loadOffers } from './rallies.js';
import { isEmpty, unbalanced } from './result.js';
import { matchMarket, schedule, stockMarket } from './schedule.js';
import { groupNames } from './standings.js';
import { loadWorldCup } from './worldcup.js';

export const cup = loadWorldCup();
export const offers = loadOffers();
export const steps = schedule(cup, offers);
const START = Date.UTC(2027, 0, 1);

/** Sleeping moves the time; nobody waits. */
export class QuickClock implements DemoClock {
  #now = 0;

  now(): number {
    return this.#now;
  }

  sleep(ms: number): Promise<void> {
    this.#now += ms;
    return new Promise((resolve) => void setImmediate(resolve));
  }
}

export type Mishap =
  | 'none'
  | 'not_now'
  | 'lost_before'
  | 'lost_after'
  | 'killed_before'
  | 'killed_after';

/** The real engine behind the port, with a journal that outlives a kill. */
export class EngineExchange implements DemoExchange {
  readonly entries: Entry[];
  readonly texts: DemoText[] = [];
  /** The least the treasury has held since it was given everything. */
  treasuryLeast: bigint | undefined;
  /** Of its time: a start later than the last entry, sleeping, and a millisecond an entry. */
  readonly clock: QuickClock;
  readonly #begins: number;
  mishap: (by: string, wish: Wish) => Mishap = () => 'none';
  readonly #world: World = createWorld();

  constructor(entries: readonly Entry[] = [], { clock = new QuickClock(), asleepMs = 0 } = {}) {
    this.entries = [...entries];
    for (const entry of entries) fold(this.#world, entry);
    this.clock = clock;
    this.#begins = (entries.at(-1)?.at ?? START) + asleepMs - entries.length;
  }

  /** Like a node's, this one's deadlines are kept whether or not anybody comes by. */
  world(): World {
    this.#keepDeadlines();
    return this.#world;
  }

  now(): number {
    return this.#begins + this.#world.seq + this.clock.now();
  }

  async submit(by: string, key: string, wish: Wish): Promise<Answer> {
    await Promise.resolve();
    const mishap = this.mishap(by, wish);
    if (mishap === 'killed_before') throw new Error('killed');
    if (mishap === 'not_now') return { kind: 'not_now', code: 'busy', retryAfterMs: 20 };
    if (mishap === 'lost_before') return { kind: 'unknown' };
    const answer = this.#judge(by, key, wish);
    if (mishap === 'killed_after') throw new Error('killed');
    return mishap === 'lost_after' ? { kind: 'unknown' } : answer;
  }

  async writeText(text: DemoText): Promise<string> {
    this.texts.push(text);
    // Salted: the same text has another hash each time.
    return sha256Text(`${this.texts.length} ${this.#world.seq} ${encodeURIComponent(text.title)}`);
  }

  #keepDeadlines(): void {
    for (;;) {
      const at = this.now();
      const tick = tickDue(this.#world, at);
      if (!tick) return;
      const decision = decide(this.#world, tick, at);
      if (decision.kind !== 'accepted') throw new Error('a tick that is due is done');
      this.#record(tick, decision.events, at);
    }
  }

  #judge(by: string, key: string, wish: Wish): Answer {
    this.#keepDeadlines();
    const at = this.now();
    const id = sha256Text(`${by} ${key}`).slice(0, 32);
    const command = { by, id, validUntil: at + 60_000, wish };
    const decision = decide(this.#world, command, at);
    if (decision.kind === 'refused') return decision;
    if (decision.kind === 'repeated') return { kind: 'done', repeated: true };
    this.#record(command, decision.events, at);
    return { kind: 'done', repeated: false };
  }

  #record(command: Entry['command'], events: Entry['events'], at: number): void {
    const seq = this.#world.seq + 1;
    const entry: Entry = {
      v: ENTRY_VERSION,
      seq,
      at,
      rules: RULES,
      command,
      events,
      hash: '0'.repeat(64),
    };
    fold(this.#world, entry);
    this.entries.push(entry);
    if (this.#world.markets.size === 0) return;
    const held = this.#world.books.balance(TREASURY, POINTS);
    if (this.treasuryLeast === undefined || held < this.treasuryLeast) this.treasuryLeast = held;
  }
}

/** Every fact that was journaled: `P-ARG-10 goal.12.3`. */
export function factsOf(entries: readonly Entry[]): readonly string[] {
  return entries
    .flatMap((entry) => entry.events)
    .flatMap((event) =>
      event.type === 'fact_recorded' ? [`${event.market} ${event.fact} ${event.kind}`] : [],
    )
    .sort();
}

const ALL_FACTS = steps
  .flatMap((step) =>
    step.type === 'record_fact' ? [`${step.market} ${step.fact} ${step.kind}`] : [],
  )
  .sort();

export function expectTheEnd(exchange: EngineExchange): void {
  const world = exchange.world();
  expect(unbalanced(world)).toEqual([]);
  expect(checkInvariants(world).filter((finding) => finding.detail !== undefined)).toEqual([]);
  expect(factsOf(exchange.entries)).toEqual(ALL_FACTS);
  const markets = [
    ...cup.matches.map((match) => matchMarket(match.number)),
    ...[...cup.players.keys()].map(stockMarket),
    'CHAMPION',
    'SCORER',
    ...groupNames(cup).map(groupMarket),
    ...offers.map((offer) => offer.market),
  ];
  expect(markets).toHaveLength(104 + 1_248 + 14 + 12);
  expect(new Set(markets)).toEqual(new Set(world.markets.keys()));
  for (const id of markets) {
    const market = world.markets.get(id);
    expect(isOver(market), id).toBe(true);
    expect(market && isEmpty(market, world), id).toBe(true);
  }
  for (const account of world.accounts.keys()) {
    const assets = [...world.books.of(`player:${account}`).keys()];
    expect(
      assets.filter((asset) => asset !== 'points'),
      account,
    ).toEqual([]);
  }
  expectOnce(exchange);
}

/** Each market is created, opened and ended once, however often the demo began anew; and nobody is paid twice. */
function expectOnce(exchange: EngineExchange): void {
  const lives = exchange.entries
    .flatMap((entry) => entry.events)
    .flatMap((event) => ('market' in event && !MANY.has(event.type) ? [event] : []));
  const seen = new Set(lives.map((event) => `${event.type} ${event.market}`));
  expect(seen.size).toBe(lives.length);
}

const MANY: ReadonlySet<string> = new Set([
  'traded',
  'joined',
  'fact_recorded',
  'paid_out',
  'draft_edited',
]);

/** As fast as the exchange goes, unless `more` says otherwise. */
export function play(
  exchange: EngineExchange,
  dir: string,
  more: Partial<DemoOptions> = {},
): Promise<DemoResult> {
  const signal = new AbortController().signal;
  const { clock } = exchange;
  return runDemo({ exchange, dir, cup, clock, signal, speed: Infinity, ...more });
}
