/**
 * What the world does not keep: the tape of trades, candles, facts as they came. Held in memory, bounded,
 * and filled by the journal alone, so it can be thrown away; tables in SQL take its place behind the same
 * interface. Nothing stands here before it is durable.
 */
import {
  type Entry,
  type EventOf,
  type FactView,
  factView,
  type Instant,
  type MarketId,
  type OrderView,
  parseAmount,
  pricesOf,
  type ReadonlyWorld,
} from '@fairground/engine';
import { orderOf } from './orders.js';
import type { Watcher } from '../wake.js';
import { Candles, type CandleQuery, type CandleView, type Interval } from './candles.js';
import { Tapes } from './tape.js';

export interface History {
  /** What lies below the snapshot this node began with is being read back: nothing can be said yet. */
  readonly isRebuilding: boolean;
  /** Newest first. */
  tradesOf(market: MarketId): Iterable<OrderView>;
  tradesBy(account: string): Iterable<OrderView>;
  /** Whether all there ever was is kept here. */
  hasAllTradesOf(market: MarketId): boolean;
  hasAllTradesBy(account: string): boolean;
  candlesOf(market: MarketId, query: CandleQuery): readonly CandleView[];
  /** Where the candles kept here begin; undefined: with the first there ever was. */
  candlesSince(market: MarketId, interval: Interval): Instant | undefined;
  facts(market: MarketId | undefined, limit: number): readonly FactView[];
}

const KEPT = {
  tradesOfMarket: 200,
  tradesOfAccount: 200,
  rowsInAll: 200_000,
  facts: 1_000,
} as const;

interface Priced {
  readonly market: MarketId;
  /** By outcome. */
  readonly prices: readonly number[];
  readonly volume: bigint;
}

/** What one entry adds, worked out while the world stands at that entry. */
interface Row {
  readonly seq: number;
  readonly order: OrderView | undefined;
  readonly prices: readonly Priced[];
  readonly facts: readonly FactView[];
}

type FactEvent = EventOf<'fact_recorded'> | EventOf<'fact_undone'>;

export class MemoryHistory implements History, Watcher {
  readonly #world: () => ReadonlyWorld;
  readonly #ofMarket = new Tapes<OrderView>(KEPT.tradesOfMarket, KEPT.rowsInAll);
  readonly #ofAccount = new Tapes<OrderView>(KEPT.tradesOfAccount, KEPT.rowsInAll);
  readonly #candles = new Map<MarketId, Candles>();
  readonly #facts: FactView[] = [];
  #folded: Row[] = [];
  #isRebuilding = false;
  /** The newest entry that was told as durable, and the newest that stands here by being read back. */
  #durable = 0;
  #replayed = 0;

  constructor(world: () => ReadonlyWorld) {
    this.#world = world;
  }

  get isRebuilding(): boolean {
    return this.#isRebuilding;
  }

  /** Nothing that stands here counts: all of it comes again, by `replayed`. */
  clear(): void {
    this.#ofMarket.clear();
    this.#ofAccount.clear();
    this.#candles.clear();
    this.#facts.length = 0;
    this.#folded = [];
    this.#replayed = 0;
    this.#durable = 0;
  }

  /** Begins with a world that has a past: until `caughtUp` only `replayed` adds to what stands here. */
  rebuild(): void {
    this.#isRebuilding = true;
  }

  /** An entry of the past, while its world stands there. */
  replayed(entry: Entry, world: ReadonlyWorld): void {
    this.#add(entry, rowOf(entry, world));
    this.#replayed = entry.seq;
  }

  /** True when all that is durable was replayed: from here on it follows by itself. */
  caughtUp(): boolean {
    if (this.#replayed >= this.#durable) this.#isRebuilding = false;
    return !this.#isRebuilding;
  }

  folded(entry: Entry): void {
    this.#folded.push(rowOf(entry, this.#world()));
  }

  durable(entry: Entry): void {
    const row = this.#folded.shift();
    this.#durable = entry.seq;
    // What is read back may be ahead of what was told.
    if (this.#isRebuilding || entry.seq <= this.#replayed) return;
    if (row?.seq === entry.seq) this.#add(entry, row);
  }

  vanished(): void {
    this.#folded = [];
  }

  tradesOf(market: MarketId): Iterable<OrderView> {
    return this.#ofMarket.of(market);
  }

  tradesBy(account: string): Iterable<OrderView> {
    return this.#ofAccount.of(account);
  }

  hasAllTradesOf(market: MarketId): boolean {
    return this.#ofMarket.isWhole(market);
  }

  hasAllTradesBy(account: string): boolean {
    return this.#ofAccount.isWhole(account);
  }

  candlesSince(market: MarketId, interval: Interval): Instant | undefined {
    return this.#candles.get(market)?.since(interval);
  }

  candlesOf(market: MarketId, query: CandleQuery): readonly CandleView[] {
    return this.#candles.get(market)?.view(query) ?? [];
  }

  facts(market: MarketId | undefined, limit: number): readonly FactView[] {
    const found: FactView[] = [];
    for (let n = this.#facts.length - 1; n >= 0 && found.length < limit; n--) {
      const fact = this.#facts[n];
      if (fact && (market === undefined || fact.market === market)) found.push(fact);
    }
    return found;
  }

  #add(entry: Entry, { order, prices, facts }: Row): void {
    if (order) {
      this.#ofMarket.add(order.market, order);
      this.#ofAccount.add(order.account, order);
    }
    for (const { market, prices: by, volume } of prices) {
      const candles = this.#candles.get(market) ?? new Candles();
      this.#candles.set(market, candles);
      candles.add(entry.at, by, volume);
    }
    this.#facts.push(...facts);
    if (this.#facts.length > KEPT.facts * 2) this.#facts.splice(0, this.#facts.length - KEPT.facts);
  }
}

function rowOf(entry: Entry, world: ReadonlyWorld): Row {
  const prices: Priced[] = [];
  const facts: FactView[] = [];
  const order = orderOf(entry);
  const priced = (market: MarketId, volume = 0n): void => {
    prices.push({ market, prices: pricesIn(world, market), volume });
  };
  for (const event of entry.events) {
    switch (event.type) {
      case 'traded':
        priced(event.market, event.side === 'buy' ? event.pays : event.gets);
        break;
      case 'joined':
        priced(event.market, parseAmount(order?.pays ?? '0'));
        break;
      case 'market_opened':
      case 'market_resolved':
      case 'funded':
        priced(event.market);
        break;
      case 'fact_recorded':
      case 'fact_undone':
        facts.push(factIn(world, entry, event));
        priced(event.market);
        break;
      default:
        break;
    }
  }
  return { seq: entry.seq, order, prices, facts };
}

function pricesIn(world: ReadonlyWorld, id: MarketId): readonly number[] {
  const market = world.markets.get(id);
  return market ? pricesOf(market, world.books).map(Number) : [];
}

function factIn(world: ReadonlyWorld, entry: Entry, event: FactEvent): FactView {
  return factView(entry, event, world.markets.get(event.market)?.fundamental ?? 0n);
}
