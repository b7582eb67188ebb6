/** What every run of the demo must come to, on the real engine behind the port. */
import {
  checkInvariants,
  createWorld,
  decide,
  ENTRY_VERSION,
  type Entry,
  fold,
  RULES,
  sha256Text,
  type Wish,
  type World,
} from '@fairground/engine';
import { expect } from 'vitest';
import type { DemoClock } from './clock.js';
import { type DemoOptions, type DemoResult, runDemo } from './demo.js';
import type { Answer, DemoExchange, DemoText } from './port.js';
import { isOver } from './progress.js';
import { isEmpty, unbalanced } from './result.js';
import { matchMarket, schedule, stockMarket } from './schedule.js';
import { loadWorldCup } from './worldcup.js';

export const cup = loadWorldCup();
export const steps = schedule(cup);
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
  mishap: (by: string, wish: Wish) => Mishap = () => 'none';
  readonly #world: World = createWorld();

  constructor(entries: readonly Entry[] = []) {
    this.entries = [...entries];
    for (const entry of entries) fold(this.#world, entry);
  }

  world(): World {
    return this.#world;
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

  #judge(by: string, key: string, wish: Wish): Answer {
    const at = START + this.#world.seq;
    const id = sha256Text(`${by} ${key}`).slice(0, 32);
    const command = { by, id, validUntil: at + 60_000, wish };
    const decision = decide(this.#world, command, at);
    if (decision.kind === 'refused') return decision;
    if (decision.kind === 'repeated') return { kind: 'done', repeated: true };
    const { events } = decision;
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
    return { kind: 'done', repeated: false };
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
  ];
  expect(markets).toHaveLength(104 + 1_248);
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
}

/** As fast as the exchange goes, unless `more` says otherwise. */
export function play(
  exchange: DemoExchange,
  dir: string,
  more: Partial<DemoOptions> = {},
): Promise<DemoResult> {
  const signal = new AbortController().signal;
  return runDemo({ exchange, dir, cup, clock: new QuickClock(), signal, speed: Infinity, ...more });
}
