/** What a monitor may count. What is asked of the world is asked when somebody scrapes, and at most once a second. */
import { getHeapStatistics } from 'node:v8';
import { type Entry, globalView, mechanismOf } from '@fairground/engine';
import { Counter, Gauge, Histogram, Registry } from 'prom-client';
import type { Shell } from '../shell.js';
import type { Watcher } from '../wake.js';

/** Pools that are told of: those traded last. */
const POOLS_MAX = 50;
const SCRAPE_AGAIN_MS = 1_000;
const MICRO = 1e6;

export class Metrics implements Watcher {
  readonly #steady: () => number;
  readonly #registry = new Registry();
  readonly #nos: Counter<'code'>;
  readonly #halts: Counter;
  readonly #groups: Histogram;
  readonly #appends: Histogram;
  /** Ids of the markets traded last, the newest at the end. */
  readonly #traded = new Set<string>();
  /** When the oldest entry that is not durable was folded. */
  #since: number | undefined;
  #reached = 0;
  #last: { readonly at: number; readonly text: Promise<string> } | undefined;

  constructor(steady: () => number) {
    this.#steady = steady;
    const registers = [this.#registry];
    this.#nos = new Counter({
      name: 'fairground_nos_total',
      help: 'Answers that are not the wanted one, by code.',
      labelNames: ['code'],
      registers,
    });
    this.#halts = new Counter({
      name: 'fairground_breakers_total',
      help: 'Halts of buying since this node began.',
      registers,
    });
    this.#groups = new Histogram({
      name: 'fairground_group_entries',
      help: 'Entries that became durable at once.',
      buckets: [1, 2, 5, 10, 25, 50, 100, 250, 500, 1_000],
      registers,
    });
    this.#appends = new Histogram({
      name: 'fairground_append_seconds',
      help: 'From an entry being decided to its being durable, of the oldest in its group.',
      buckets: [0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
      registers,
    });
  }

  /** Its code is one of our own tables', so that no caller can make new ones. */
  said(code: string): void {
    this.#nos.inc({ code });
  }

  folded(): void {
    this.#since ??= this.#steady();
  }

  durable({ events, seq }: Entry): void {
    if (this.#reached === 0) this.#reached = seq - 1;
    for (const event of events) {
      if (event.type === 'market_halted') this.#halts.inc();
      if (event.type === 'traded') this.#touch(event.market);
    }
  }

  reached(seq: number): void {
    if (seq > this.#reached && this.#reached > 0) this.#groups.observe(seq - this.#reached);
    this.#reached = seq;
    if (this.#since === undefined) return;
    this.#appends.observe((this.#steady() - this.#since) / 1_000);
    this.#since = undefined;
  }

  vanished(): void {
    this.#since = undefined;
  }

  #touch(market: string): void {
    this.#traded.delete(market);
    this.#traded.add(market);
    if (this.#traded.size <= POOLS_MAX) return;
    for (const oldest of this.#traded) return void this.#traded.delete(oldest);
  }

  /** In the words Prometheus reads. */
  scrape(shell: Shell): Promise<string> {
    const at = this.#steady();
    if (this.#last && at - this.#last.at < SCRAPE_AGAIN_MS) return this.#last.text;
    const asked = new Registry();
    askWorld(shell, asked);
    askNode(shell, asked);
    askPools(shell, asked, this.#traded);
    askTables(shell, asked);
    askTicks(shell, asked);
    const text = Promise.all([this.#registry.metrics(), asked.metrics()]).then((parts) =>
      parts.join('\n'),
    );
    this.#last = { at, text };
    return text;
  }
}

function gauge(registry: Registry, name: string, help: string, value: number): void {
  new Gauge({ name: `fairground_${name}`, help, registers: [registry] }).set(value);
}

function askWorld({ sequencer }: Shell, to: Registry): void {
  const { markets, accounts, trades, volume, treasury } = globalView(sequencer.world);
  gauge(to, 'trades', 'Trades in this exchange’s life.', trades);
  gauge(to, 'volume_points', 'Points traded in this exchange’s life.', Number(volume));
  gauge(to, 'treasury_points', 'Points in the treasury.', Number(treasury));
  gauge(to, 'accounts', 'Accounts.', accounts);
  const states = new Gauge({
    name: 'fairground_markets',
    help: 'Markets by state.',
    labelNames: ['state'],
    registers: [to],
  });
  for (const [state, count] of Object.entries(markets)) states.set({ state }, count);
}

function askNode({ sequencer, sessions, wake, report, clock }: Shell, to: Registry): void {
  const { head, durable, status } = sequencer;
  gauge(to, 'head_seq', 'The newest entry of the world here.', head.seq);
  gauge(to, 'entries_pending', 'Entries decided and not durable yet.', head.seq - durable.seq);
  gauge(to, 'untold_entries', 'Durable entries history has not seen.', durable.seq - wake.seq);
  gauge(to, 'lag_seconds', 'Since this node saw the journal’s end.', report().lagMs / 1_000);
  gauge(to, 'leading', '1 where commands are decided here.', status === 'leading' ? 1 : 0);
  gauge(to, 'sockets', 'Open sockets of the live feed.', sessions.size);
  gauge(to, 'heap_bytes', 'The heap in use.', getHeapStatistics().used_heap_size);
  gauge(to, 'clock_seconds', 'What this node takes for the time.', clock.now() / 1_000);
}

function askTicks({ ticks }: Shell, to: Registry): void {
  if (!ticks) return;
  const { taken, repeated, late, dead } = ticks.counts;
  const { waiting } = ticks.ingest;
  gauge(to, 'ticks_taken', 'Ticks kept since this node began.', taken);
  gauge(to, 'ticks_repeated', 'Ticks sent that were kept before.', repeated);
  gauge(to, 'ticks_late', 'Ticks whose time was before the newest of their source.', late);
  gauge(to, 'ticks_dead', 'Dead letters made since this node began.', dead);
  gauge(to, 'ticks_waiting', 'Ticks taken in that are not durable yet.', waiting.ticks);
  gauge(to, 'ticks_waiting_bytes', 'Bytes of requests with ticks under way.', waiting.bytes);
}

function askTables({ tables }: Shell, to: Registry): void {
  if (!tables) return;
  const { seqs, ms } = tables.lag;
  gauge(to, 'tables_lag_seqs', 'Durable entries that the tables do not hold yet.', seqs);
  gauge(to, 'tables_lag_ms', 'How long the first of them has waited.', ms);
  gauge(to, 'tables_rows', 'Rows written to the tables since this node began.', tables.status.rows);
}

/** Of a pool that nobody pays into this never falls: the product of its reserves, in shares. */
function askPools({ sequencer }: Shell, to: Registry, traded: ReadonlySet<string>): void {
  const { world } = sequencer;
  const products = new Gauge({
    name: 'fairground_pool_product',
    help: 'The product of a pool’s reserves, of the markets traded last.',
    labelNames: ['market'],
    registers: [to],
  });
  for (const id of traded) {
    const market = world.markets.get(id);
    // Of two outcomes alone is the product what a trade keeps.
    if (!market || mechanismOf(market.mechanism).outcomes(market.draft.terms).length !== 2)
      continue;
    const { assets, pool } = market.names;
    const reserves = assets.map((asset) => Number(world.books.balance(pool, asset)) / MICRO);
    products.set(
      { market: id },
      reserves.reduce((product, one) => product * one, 1),
    );
  }
}
