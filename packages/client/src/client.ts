/** The exchange from outside: every call checked before it leaves, every answer read before it is believed. */
import { type Cursor, HeadMemory } from './cursor.js';
import type { FairgroundForked } from './errors.js';
import type { NewMarket } from './drafts.js';
import { journalLines, type JournalOptions } from './journal.js';
import { openLive } from './live.js';
import type { Live, LiveOptions, OnFrame } from './notices.js';
import { type Fetch, type Platform, type SocketConstructor, thisPlatform } from './platform.js';
import { marketReadsOf, readsOf } from './reads.js';
import {
  baseUrl,
  type BuyRequest,
  type MarketQuery,
  type PageQuery,
  type QuoteRequest,
  type ReceiptQuery,
  type SellRequest,
} from './requests.js';
import { type CallOptions, RETRIES, type WriteOptions } from './retry.js';
import { adminOf, marketAdminOf } from './admin.js';
import type { Grant, MarketEnd, NewFact, NewHandle, Person, Written } from './admin.js';
import type {
  DoneMarket,
  Fact,
  Head,
  Market,
  MarketDetail,
  Me,
  NewUser,
  NodeState,
  Order,
  Page,
  PlacedOrder,
  Position,
  Quote,
  RallyReceipt,
  Receipt,
} from './views.js';
import { Wire } from './wire.js';
import { marketWritesOf, writesOf } from './writes.js';

export interface ClientOptions {
  readonly url: string;
  /** `fg_…`; reading needs none. */
  readonly key?: string | undefined;
  readonly fetch?: Fetch | undefined;
  /** Where the platform has none, as Node 20: the `ws` package's. */
  readonly webSocket?: SocketConstructor | undefined;
  /** A head seen in an earlier life: the journal must still contain it. */
  readonly head?: Cursor | undefined;
  /** How often a call is tried, the first time included; 6 when absent. */
  readonly attemptsMax?: number | undefined;
  /** Told once when the server's history turns out to be another one; absent: said on the console. */
  readonly onForked?: ((error: FairgroundForked) => void) | undefined;
  /** For tests: clock, timers, keys. */
  readonly platform?: Partial<Platform> | undefined;
}

export interface Client {
  readonly markets: {
    list(query?: MarketQuery, options?: CallOptions): Promise<Page<Market>>;
    get(id: string, options?: CallOptions): Promise<MarketDetail>;
    trades(id: string, query?: PageQuery, options?: CallOptions): Promise<Page<Order>>;
    /** A draft. A seller may put up his own rally, an admin anything. */
    create(market: NewMarket, options?: WriteOptions): Promise<DoneMarket>;
    /** A draft, whole and anew: its id and sponsor stay. */
    edit(id: string, market: NewMarket, options?: WriteOptions): Promise<DoneMarket>;
    open(id: string, options?: WriteOptions): Promise<DoneMarket>;
    close(id: string, options?: WriteOptions): Promise<DoneMarket>;
    resolve(id: string, end: MarketEnd, options?: WriteOptions): Promise<DoneMarket>;
    cancel(id: string, reason: string, options?: WriteOptions): Promise<DoneMarket>;
  };
  /** Advice, not a reservation: bound the order with its `getsMin` or `paysMax`. */
  quote(request: QuoteRequest, options?: CallOptions): Promise<Quote>;
  buy(request: BuyRequest, options?: WriteOptions): Promise<PlacedOrder>;
  sell(request: SellRequest, options?: WriteOptions): Promise<PlacedOrder>;
  /** `amount` Points become that many shares of every outcome … */
  mint(market: string, amount: bigint, options?: WriteOptions): Promise<PlacedOrder>;
  /** … and back. */
  merge(market: string, amount: bigint, options?: WriteOptions): Promise<PlacedOrder>;
  /** Wants `units` of a rally in all: asked twice it is one pledge, and a pledge only grows. */
  join(rally: string, units: number, options?: WriteOptions): Promise<PlacedOrder>;
  order(id: string, options?: CallOptions): Promise<Order>;
  facts(
    query?: PageQuery & { readonly market?: string },
    options?: CallOptions,
  ): Promise<Page<Fact>>;
  me(options?: CallOptions): Promise<Me>;
  positions(options?: CallOptions): Promise<readonly Position[]>;
  /** Opens an account; `key` is then the token of a data directory. Not tried again: it has no key to be safe with. */
  createUser(user: NewHandle, options?: CallOptions): Promise<NewUser>;
  /** Another key for somebody; `key` is then the token of a data directory. Not tried again either. */
  createKey(
    wanted: { readonly handle: string; readonly scopes?: readonly string[] },
    options?: CallOptions,
  ): Promise<NewUser>;
  /** Who is behind a handle; `key` is then the token of a data directory. */
  person(handle: string, options?: CallOptions): Promise<Person>;
  /** Handle, e-mail, texts, keys and sessions go for good; the journal keeps the random id. */
  erasePerson(handle: string, options?: CallOptions): Promise<void>;
  /** Points from the mint, for an account or the treasury. */
  grant(grant: Grant, options?: WriteOptions): Promise<Written>;
  grantRole(account: string, role: string, options?: WriteOptions): Promise<Written>;
  /** As a source: what happened outside. The fact's own id makes it happen once. */
  recordFact(fact: NewFact, options?: WriteOptions): Promise<Written>;
  /** What the node itself is doing; `key` is then the token of its data directory. One try, and no waiting. */
  node(options?: CallOptions): Promise<NodeState>;
  /** Raises the rules in force to the server's newest, for good: an admin's word, or that of the directory's token. */
  adoptRules(options?: WriteOptions): Promise<{ readonly rules: number; readonly seq: number }>;
  /** Ends this exchange, for good, so that it can go on elsewhere: only with the token of a data directory. */
  seal(options?: WriteOptions): Promise<{ readonly seq: number }>;
  /** What became of a key. */
  receipt(key: string, options?: CallOptions): Promise<Receipt>;
  /** What everybody paid in a rally; refused as `not_over` while it runs. */
  rallyReceipt(rally: string, query?: ReceiptQuery, options?: CallOptions): Promise<RallyReceipt>;
  /** The newest entry, or the one at `seq`. */
  head(seq?: number, options?: CallOptions): Promise<Head>;
  /** The journal's lines, byte for byte. */
  journal(options?: JournalOptions): AsyncGenerator<string, void>;
  /** Follows topics until closed: `market/<id>`, `rally/<id>`, `global`, `leaderboard`, `me`. */
  live(topics: readonly string[], onFrame: OnFrame, options?: LiveOptions): Live;
  /** The newest entry seen in any answer or frame. */
  readonly lastHead: Cursor | undefined;
  /** After a fork: accepts the history the server shows now. */
  forgetHead(): void;
}

export function createClient(options: ClientOptions): Client {
  const { key, head, onForked, attemptsMax = RETRIES.attemptsMax } = options;
  const platform = platformOf(options);
  const heads = new HeadMemory(head, onForked ?? ((error) => platform.alarm(error.message)));
  const wire = new Wire({ url: baseUrl(options.url), key, heads, platform, attemptsMax });
  return {
    ...readsOf(wire),
    ...writesOf(wire),
    ...adminOf(wire),
    markets: { ...marketReadsOf(wire), ...marketWritesOf(wire), ...marketAdminOf(wire) },
    journal: (how) => journalLines(wire, how),
    live: (topics, onFrame, how) => openLive({ wire, heads, key, topics, onFrame, ...how }),
    get lastHead() {
      return heads.last;
    },
    forgetHead: () => heads.forget(),
  };
}

function platformOf(options: ClientOptions): Platform {
  return {
    ...thisPlatform(),
    ...options.platform,
    ...(options.fetch && { fetch: options.fetch }),
    ...(options.webSocket && { WebSocket: options.webSocket }),
  };
}
