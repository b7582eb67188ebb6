/** The exchange from outside: every call checked before it leaves, every answer read before it is believed. */
import { type Cursor, HeadMemory, type HeadStore } from './cursor.js';
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
  type CandleQuery,
  type LeaderboardQuery,
  type MarketQuery,
  type PageQuery,
  type QuoteRequest,
  type ReceiptQuery,
  type SellRequest,
} from './requests.js';
import { type CallOptions, RETRIES, type WriteOptions } from './retry.js';
import { adminOf, marketAdminOf } from './admin.js';
import type {
  Audited,
  Funds,
  Grant,
  Jobs,
  MarketConfirm,
  MarketEnd,
  NewFact,
  NewHandle,
  Person,
  Written,
} from './admin.js';
import { peopleOf } from './people.js';
import { type PullerCalls, pullersOf } from './pullers.js';
import type { Leaderboard, Leg, MadeKey, OwnKey, Player, WorthHistory } from './people-views.js';
import type {
  Candle,
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
import { type MatchCalls, matchesOf } from './matches.js';
import { toldOf } from './told.js';
import type { Told } from './told-views.js';
import { type DeadLetterCalls, type TickCalls, ticksOf } from './ticks.js';
import { verify, type Verification, type VerifyOptions } from './verify.js';
import { Wire } from './wire.js';
import { batchOf, type BatchOrder, type PlacedBatch } from './batch.js';
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
  /** Where the last head is kept from one life to the next; absent: it is remembered as long as this client. */
  readonly heads?: HeadStore | undefined;
  /** How often a call is tried, the first time included; 6 when absent. */
  readonly attemptsMax?: number | undefined;
  /** Told once when the server's history turns out to be another one; absent: said on the console. */
  readonly onForked?: ((error: FairgroundForked) => void) | undefined;
  /** For tests: clock, timers, keys. */
  readonly platform?: Partial<Platform> | undefined;
}

export interface Client extends Told {
  readonly markets: {
    list(query?: MarketQuery, options?: CallOptions): Promise<Page<Market>>;
    get(id: string, options?: CallOptions): Promise<MarketDetail>;
    /** Newest first. */
    trades(id: string, query?: PageQuery, options?: CallOptions): Promise<Page<Order>>;
    candles(id: string, query?: CandleQuery, options?: CallOptions): Promise<readonly Candle[]>;
    /** A draft. A seller may put up his own rally, an admin anything. */
    create(market: NewMarket, options?: WriteOptions): Promise<DoneMarket>;
    /** A draft, whole and anew: its id and sponsor stay. */
    edit(id: string, market: NewMarket, options?: WriteOptions): Promise<DoneMarket>;
    open(id: string, options?: WriteOptions): Promise<DoneMarket>;
    pause(id: string, options?: WriteOptions): Promise<DoneMarket>;
    resume(id: string, options?: WriteOptions): Promise<DoneMarket>;
    /** A later end, in milliseconds since 1970. */
    extend(id: string, closesAt: number, options?: WriteOptions): Promise<DoneMarket>;
    /** More depth, at the price of now; with bounds only while that of the first outcome is between them. */
    fund(id: string, funds: Funds, options?: WriteOptions): Promise<DoneMarket>;
    close(id: string, options?: WriteOptions): Promise<DoneMarket>;
    resolve(id: string, end: MarketEnd, options?: WriteOptions): Promise<DoneMarket>;
    cancel(id: string, reason: string, options?: WriteOptions): Promise<DoneMarket>;
    /** As the second person, of what the first proposed. */
    confirm(id: string, verdict: MarketConfirm, options?: WriteOptions): Promise<DoneMarket>;
  };
  /** Advice, not a reservation: bound the order with its `getsMin` or `paysMax`. */
  quote(request: QuoteRequest, options?: CallOptions): Promise<Quote>;
  buy(request: BuyRequest, options?: WriteOptions): Promise<PlacedOrder>;
  sell(request: SellRequest, options?: WriteOptions): Promise<PlacedOrder>;
  /** Up to 100 at once, each done or refused by itself: the answers are in their order. */
  batch(orders: readonly BatchOrder[], options?: WriteOptions): Promise<PlacedBatch>;
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
  /** Mine, in all markets, newest first. */
  trades(query?: PageQuery, options?: CallOptions): Promise<Page<Order>>;
  /** Every leg of the ledger that moved something of mine, newest first. */
  ledger(query?: PageQuery, options?: CallOptions): Promise<Page<Leg>>;
  portfolio(query?: PageQuery, options?: CallOptions): Promise<WorthHistory>;
  leaderboard(query?: LeaderboardQuery, options?: CallOptions): Promise<Leaderboard>;
  /** By handle, or by id where the handle was erased. */
  player(handle: string, options?: CallOptions): Promise<Player>;
  /** My keys. A key cannot make one that may more than itself. */
  readonly keys: {
    list(options?: CallOptions): Promise<readonly OwnKey[]>;
    /** Not tried again: it has no key to be safe with. */
    create(
      wanted: {
        readonly name: string;
        readonly scopes: readonly ('read' | 'trade' | 'admin' | 'ingest')[];
      },
      options?: CallOptions,
    ): Promise<MadeKey>;
    /** At once, everywhere; its sockets are closed. */
    revoke(id: string, options?: CallOptions): Promise<void>;
  };
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
  freeze(account: string, reason: string, options?: WriteOptions): Promise<Written>;
  unfreeze(account: string, reason: string, options?: WriteOptions): Promise<Written>;
  /** What fees brought goes to the treasury. */
  sweepFees(options?: WriteOptions): Promise<Written>;
  /** Acts of the house, newest first; as long as there is a cursor there may be more. */
  audit(query?: PageQuery, options?: CallOptions): Promise<Page<Audited>>;
  /** What is to be done behind people's backs, what failed, and what comes when. */
  jobs(options?: CallOptions): Promise<Jobs>;
  /** Once more; refused as `job_unknown` unless it has failed. */
  retryJob(id: string, options?: CallOptions): Promise<void>;
  /** As a source: what happened outside. The fact's own id makes it happen once. */
  recordFact(fact: NewFact, options?: WriteOptions): Promise<Written>;
  /** As a source: fact `undoes` did not happen; `fact` is the id of that news. */
  undoFact(
    undo: { readonly market: string; readonly fact: string; readonly undoes: string },
    options?: WriteOptions,
  ): Promise<Written>;
  /** Where the server looks for facts: an admin's to say. */
  readonly pullers: PullerCalls;
  readonly matches: MatchCalls;
  /** Prices from outside; sending them needs the scope `ingest`. */
  readonly ticks: TickCalls;
  /** What was sent and is no tick: an admin's to mend. */
  readonly deadLetters: DeadLetterCalls;
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
  /**
   * Decides the whole journal again, here, and compares: bytes, chain, decisions, laws, the head the server names, and
   * the last one this client has seen.
   */
  verify(options?: VerifyOptions): Promise<Verification>;
  /**
   * Follows topics until closed: `market/<id>`, `rally/<id>`, `global`, `leaderboard`, `me`; and beside the journal,
   * heard by an ear of their own in the options, `ticks/<symbol>`, `matches` and `dead-letters`.
   */
  live(topics: readonly string[], onFrame: OnFrame, options?: LiveOptions): Live;
  /** The newest entry seen in any answer or frame. */
  readonly lastHead: Cursor | undefined;
  /** After a fork: accepts the history the server shows now. */
  forgetHead(): void;
}

export function createClient(options: ClientOptions): Client {
  const { key, attemptsMax = RETRIES.attemptsMax } = options;
  const platform = platformOf(options);
  const heads = headsOf(options, platform);
  const wire = new Wire({ url: baseUrl(options.url), key, heads, platform, attemptsMax });
  const reads = readsOf(wire);
  return {
    ...reads,
    ...peopleOf(wire),
    ...toldOf(wire),
    ...writesOf(wire),
    ...batchOf(wire),
    ...adminOf(wire),
    ...pullersOf(wire),
    ...ticksOf(wire),
    ...matchesOf(wire),
    markets: { ...marketReadsOf(wire), ...marketWritesOf(wire), ...marketAdminOf(wire) },
    journal: (how) => journalLines(wire, how),
    verify: (how) =>
      verify({ wire, heads, head: (signal) => reads.head(undefined, { signal }) }, how),
    live(topics, onFrame, how) {
      const live = openLive({ wire, heads, key, topics, onFrame, ...how });
      void wire.prove();
      return live;
    },
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

function headsOf({ head, heads, onForked }: ClientOptions, platform: Platform): HeadMemory {
  return new HeadMemory({
    before: head ?? heads?.load(),
    onForked: onForked ?? ((error) => platform.alarm(error.message)),
    keep(last) {
      try {
        heads?.save(last);
      } catch (error) {
        // An order that is done must not look as if it had failed.
        platform.alarm(`The last head could not be kept: ${String(error)}`);
      }
    },
  });
}
