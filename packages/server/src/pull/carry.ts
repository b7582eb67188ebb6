/**
 * Carries out what a row says. Whatever the journal holds already is not asked for, and what is asked has an id made of
 * what it stands for: so it may be carried out again, by whoever comes after a crash, and nothing happens twice.
 */
import {
  type MarketState,
  mechanismOf,
  type ReadonlyMarket,
  type ReadonlyWorld,
  stateAt,
  type Wish,
} from '@fairground/engine';
import type {
  PullCount,
  PullEnd,
  PullerRow,
  PullItemRow,
  PullMarket,
  PullVerdictRow,
} from '../vault/pull-rows.js';
import { factIdOf, keyOf, undoIdOf } from './fact-id.js';
import type { Refused } from './seen.js';

/** What it is done with. */
export interface Hands {
  readonly world: () => ReadonlyWorld;
  readonly now: () => number;
  /** `done`, or the code of the refusal. Throws where nobody knows, or nothing can be done now. */
  readonly ask: (by: string, key: string, wish: Wish) => Promise<string>;
  /** Keeps a reason; its hash goes into the command. */
  readonly reason: (by: string, key: string, text: string) => Promise<string>;
}

export interface Carried {
  /** The row as it is now; the same where nothing has changed. */
  readonly row: PullItemRow;
  readonly refused: readonly Refused[];
}

export async function carryOut(
  hands: Hands,
  puller: PullerRow,
  row: PullItemRow,
  verdict: PullVerdictRow | undefined,
): Promise<Carried> {
  return new Carrying(hands, puller, row).run(verdict);
}

const TAKES_FACTS: ReadonlySet<MarketState> = new Set(['open', 'paused', 'closed']);
const IS_OVER: ReadonlySet<MarketState> = new Set(['resolved', 'settled', 'cancelled', 'refunded']);
/** Refused so, a pause or its end has nothing left to do. */
export const NEEDLESS: ReadonlySet<string> = new Set(['paused', 'not_paused', 'closed', 'final']);

class Carrying {
  readonly #hands: Hands;
  readonly #puller: PullerRow;
  readonly #row: PullItemRow;
  readonly #refused: Refused[] = [];

  constructor(hands: Hands, puller: PullerRow, row: PullItemRow) {
    this.#hands = hands;
    this.#puller = puller;
    this.#row = row;
  }

  async run(verdict: PullVerdictRow | undefined): Promise<Carried> {
    // Whoever has seen the kick-off sees no price of before it, and whoever trades again knows all that happened.
    let markets = await this.#pauses(this.#row.markets, true);
    let seq = 0;
    for (const count of this.#row.counts) seq = Math.max(seq, await this.#facts(count));
    markets = await this.#pauses(markets, false);
    if (verdict?.act === 'resolve') for (const end of verdict.ends) await this.#resolve(end);
    const isSame = seq === this.#row.seq && markets.every((one, i) => one === this.#row.markets[i]);
    const row = isSame ? this.#row : { ...this.#row, markets: [...markets], seq };
    return { row, refused: this.#refused };
  }

  async #pauses(markets: readonly PullMarket[], on: boolean): Promise<readonly PullMarket[]> {
    const next: PullMarket[] = [];
    for (const one of markets) {
      const { pause } = one;
      const isDue = pause !== null && !pause.done && pause.on === on;
      next.push(isDue ? await this.#pause(one, pause) : one);
    }
    return next;
  }

  async #pause(one: PullMarket, pause: NonNullable<PullMarket['pause']>): Promise<PullMarket> {
    const { market } = one;
    const { on, n, ours } = pause;
    // A pause that somebody else made is his to end.
    if (!on && !ours) return { ...one, pause: { ...pause, done: true } };
    if (!this.#market(market)) return one;
    const type = on ? 'pause' : 'resume';
    const { id, by } = this.#puller;
    const { item, born } = this.#row;
    const said = await this.#hands.ask(by, keyOf(id, item, market, born, n), { type, market });
    if (said === 'done') return { ...one, pause: { ...pause, done: true, ours: on } };
    if (NEEDLESS.has(said)) return { ...one, pause: { ...pause, done: true, ours: false } };
    // A draft opens later, and is paused then.
    if (said !== 'not_open') this.#refuse(`${type} of ${market}: ${said}`);
    return one;
  }

  /** The entry of its newest fact. */
  async #facts({ count, market: id, kind, facts }: PullCount): Promise<number> {
    if (id === null || kind === null || facts.length === 0) return 0;
    const { item } = this.#row;
    let seq = 0;
    for (const [i, { at, undone }] of facts.entries()) {
      const fact = factIdOf({ puller: this.#puller.id, item, count, n: i + 1 });
      const record: Wish = { type: 'record_fact', market: id, fact, kind, happenedAt: at };
      seq = Math.max(seq, await this.#fact(id, fact, record));
      if (!undone || this.#factOf(id, fact)?.undoneBy !== undefined) continue;
      const undo: Wish = { type: 'undo_fact', market: id, fact: undoIdOf(fact), undoes: fact };
      await this.#fact(id, undoIdOf(fact), undo);
    }
    for (const [i, { undone }] of facts.entries()) {
      const fact = factIdOf({ puller: this.#puller.id, item, count, n: i + 1 });
      if (undone) seq = Math.max(seq, this.#factOf(id, undoIdOf(fact))?.seq ?? 0);
    }
    return seq;
  }

  #factOf(market: string, fact: string): { seq: number; undoneBy?: string } | undefined {
    return this.#hands.world().markets.get(market)?.facts.get(fact);
  }

  async #fact(id: string, fact: string, wish: Wish): Promise<number> {
    const there = this.#factOf(id, fact);
    if (there) return there.seq;
    const market = this.#market(id);
    if (!market) return 0;
    const state = stateAt(market, this.#hands.now());
    if (state === 'draft') return 0;
    const why = whyNoFact(state);
    if (why !== undefined) this.#refuse(`a fact for ${id}: ${why}`);
    else {
      const { source } = this.#puller;
      const said = await this.#hands.ask(source, keyOf(this.#puller.id, id, fact), wish);
      if (said !== 'done' && !this.#factOf(id, fact)) this.#refuse(`a fact for ${id}: ${said}`);
    }
    return this.#factOf(id, fact)?.seq ?? 0;
  }

  async #resolve({ market: id, outcome }: PullEnd): Promise<void> {
    const market = this.#market(id);
    if (!market) return;
    const state = stateAt(market, this.#hands.now());
    // Where two people decide, the second one has to look for himself.
    if (IS_OVER.has(state) || market.proposal) return;
    const why = faultOfEnd(market, state, outcome);
    if (why !== undefined) return this.#refuse(`the result of ${id}: ${why}`);
    const payout = payoutOf(market, outcome);
    const { id: puller, by, name } = this.#puller;
    const { item, names } = this.#row;
    if (state !== 'closed') {
      const key = keyOf(puller, item, id, 'close');
      const said = await this.#hands.ask(by, key, { type: 'close', market: id });
      if (said !== 'done' && said !== 'closed') return this.#refuse(`closing ${id}: ${said}`);
    }
    const key = keyOf(puller, item, id, 'resolve');
    const text = `${name}: ${names.join(' – ')} is over.`;
    const reason = await this.#hands.reason(by, key, text);
    const wish: Wish = { type: 'resolve', market: id, resolution: { payout }, reason };
    const said = await this.#hands.ask(by, key, wish);
    if (said !== 'done' && said !== 'final') this.#refuse(`the result of ${id}: ${said}`);
  }

  #market(id: string): ReadonlyMarket | undefined {
    const market = this.#hands.world().markets.get(id);
    if (!market) this.#refuse(`there is no market ${id}`);
    return market;
  }

  #refuse(reason: string): void {
    const { item } = this.#row;
    if (!this.#refused.some((one) => one.reason === reason)) this.#refused.push({ item, reason });
  }
}

/** Undefined of a draft too: what happens before it opens waits for that. */
export const whyNoFact = (state: MarketState): string | undefined =>
  state === 'draft' || TAKES_FACTS.has(state) ? undefined : `it is ${state}`;

/** Why a market cannot come to this. */
export function faultOfEnd(
  market: ReadonlyMarket,
  state: MarketState,
  outcome: string,
): string | undefined {
  if (!outcomesOf(market).includes(outcome)) return `it has no outcome ${outcome}`;
  return state === 'draft' ? 'it is a draft' : undefined;
}

const outcomesOf = ({ mechanism, draft }: ReadonlyMarket): readonly string[] =>
  mechanismOf(mechanism).outcomes(draft.terms);

const payoutOf = (market: ReadonlyMarket, outcome: string): readonly number[] =>
  outcomesOf(market).map((name) => (name === outcome ? 1_000_000 : 0));
