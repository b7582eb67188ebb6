/** The exchange from outside: every call checked before it leaves, every answer read before it is believed. */
import { outgoingAmount, outgoingId } from './amounts.js';
import { type Cursor, HeadMemory } from './cursor.js';
import type { FairgroundForked } from './errors.js';
import { Fields, isRecord } from './fields.js';
import { journalLines, type JournalOptions } from './journal.js';
import { openLive } from './live.js';
import type { Live, LiveOptions, OnFrame } from './notices.js';
import { type Fetch, type Platform, type SocketConstructor, thisPlatform } from './platform.js';
import {
  readFact,
  readHead,
  readMarket,
  readMarketDetail,
  readMe,
  readNewUser,
  readOrder,
  readPage,
  readPosition,
  readQuote,
  readReceipt,
} from './readers.js';
import {
  baseUrl,
  bodyOfBuy,
  bodyOfQuote,
  bodyOfSell,
  type BuyRequest,
  type MarketQuery,
  type PageQuery,
  queryText,
  type QuoteRequest,
  type SellRequest,
} from './requests.js';
import { type CallOptions, read, RETRIES, write, writeOnce, type WriteOptions } from './retry.js';
import type {
  Fact,
  Head,
  Market,
  MarketDetail,
  Me,
  NewUser,
  Order,
  Page,
  PlacedOrder,
  Position,
  Quote,
  Receipt,
} from './views.js';
import { Wire } from './wire.js';

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
  };
  /** Advice, not a reservation: bound the order with its `getsMin` or `paysMax`. */
  quote(request: QuoteRequest, options?: CallOptions): Promise<Quote>;
  buy(request: BuyRequest, options?: WriteOptions): Promise<PlacedOrder>;
  sell(request: SellRequest, options?: WriteOptions): Promise<PlacedOrder>;
  /** `amount` Points become that many shares of every outcome … */
  mint(market: string, amount: bigint, options?: WriteOptions): Promise<PlacedOrder>;
  /** … and back. */
  merge(market: string, amount: bigint, options?: WriteOptions): Promise<PlacedOrder>;
  order(id: string, options?: CallOptions): Promise<Order>;
  facts(
    query?: PageQuery & { readonly market?: string },
    options?: CallOptions,
  ): Promise<Page<Fact>>;
  me(options?: CallOptions): Promise<Me>;
  positions(options?: CallOptions): Promise<readonly Position[]>;
  /** Opens an account; `key` is then the token of a data directory. Not tried again: it has no key to be safe with. */
  createUser(
    user: { readonly handle: string; readonly admin?: boolean },
    options?: CallOptions,
  ): Promise<NewUser>;
  /** What became of a key. */
  receipt(key: string, options?: CallOptions): Promise<Receipt>;
  /** The newest entry, or the one at `seq`. */
  head(seq?: number, options?: CallOptions): Promise<Head>;
  /** The journal's lines, byte for byte. */
  journal(options?: JournalOptions): AsyncGenerator<string, void>;
  /** Follows topics until closed: `market/<id>`, `global`, `me`. */
  live(topics: readonly string[], onFrame: OnFrame, options?: LiveOptions): Live;
  /** The newest entry seen in any answer or frame. */
  readonly lastHead: Cursor | undefined;
  /** After a fork: accepts the history the server shows now. */
  forgetHead(): void;
}

export function createClient(options: ClientOptions): Client {
  const platform = platformOf(options);
  const heads = new HeadMemory(
    options.head,
    options.onForked ?? ((error) => platform.alarm(error.message)),
  );
  const wire = new Wire({
    url: baseUrl(options.url),
    key: options.key,
    heads,
    platform,
    attemptsMax: options.attemptsMax ?? RETRIES.attemptsMax,
  });
  const place = async (path: string, body: unknown, how?: WriteOptions): Promise<PlacedOrder> => {
    const written = await write(wire, { method: 'POST', path, body }, how);
    const { key, attempts, replayed } = written;
    return { ...readOrder(orderFields(written.body)), key, attempts, replayed };
  };
  return {
    ...reads(wire),
    buy: (request, how) => later(() => place('/v1/orders', bodyOfBuy(request), how)),
    sell: (request, how) => later(() => place('/v1/orders', bodyOfSell(request), how)),
    mint: (market, amount, how) =>
      later(() => place(`${marketPath(market)}/mint`, amountBody(amount), how)),
    merge: (market, amount, how) =>
      later(() => place(`${marketPath(market)}/merge`, amountBody(amount), how)),
    async createUser({ handle, admin = false }, how) {
      const made = await writeOnce(
        wire,
        { method: 'POST', path: '/v1/admin/users', body: { handle, admin } },
        how,
      );
      return readNewUser(new Fields(made, 'user'));
    },
    journal: (how) => journalLines(wire, how),
    live: (topics, onFrame, how) =>
      openLive({ wire, heads, key: options.key, topics, onFrame, ...how }),
    get lastHead() {
      return heads.last;
    },
    forgetHead: () => heads.forget(),
  };
}

type Reads = Pick<
  Client,
  'markets' | 'quote' | 'order' | 'facts' | 'me' | 'positions' | 'receipt' | 'head'
>;

function reads(wire: Wire): Reads {
  const get = async <T>(
    path: string,
    how: CallOptions | undefined,
    reader: (from: Fields) => T,
    what: string,
  ) => reader(new Fields(await read(wire, { method: 'GET', path, signal: how?.signal }), what));
  return {
    markets: {
      list: (query = {}, how) =>
        get(
          `/v1/markets${queryText({ ...query })}`,
          how,
          (page) => readPage(page, readMarket),
          'page of markets',
        ),
      get: (id, how) => later(() => get(marketPath(id), how, readMarketDetail, 'market')),
      trades: (id, query = {}, how) =>
        later(() =>
          get(
            `${marketPath(id)}/trades${queryText({ ...query })}`,
            how,
            (page) => readPage(page, readOrder),
            'page of trades',
          ),
        ),
    },
    async quote(request, how) {
      const path = `${marketPath(request.market)}/quote`;
      const answer = await read(wire, {
        method: 'POST',
        path,
        body: bodyOfQuote(request),
        signal: how?.signal,
      });
      return readQuote(new Fields(answer, 'quote'));
    },
    order: (id, how) =>
      later(() => get(`/v1/orders/${outgoingId('order', id)}`, how, readOrder, 'order')),
    facts: (query = {}, how) =>
      get(
        `/v1/facts${queryText({ ...query })}`,
        how,
        (page) => readPage(page, readFact),
        'page of facts',
      ),
    me: (how) => get('/v1/me', how, readMe, 'account'),
    positions: (how) =>
      get(
        '/v1/me/positions',
        how,
        (page) => readPage(page, readPosition).items,
        'page of positions',
      ),
    receipt: (key, how) =>
      later(() => get(`/v1/receipts/${outgoingId('key', key)}`, how, readReceipt, 'receipt')),
    head: (seq, how) => get(`/v1/head${queryText({ seq })}`, how, readHead, 'head'),
  };
}

/** A wrong argument rejects like everything else that goes wrong with a call. */
const later = <T>(call: () => Promise<T>): Promise<T> => Promise.resolve().then(call);

const marketPath = (market: string): string => `/v1/markets/${outgoingId('market', market)}`;

const amountBody = (amount: bigint) => ({ amount: outgoingAmount('amount', amount) });

/** Orders come bare, mints and merges as `{order}`. */
function orderFields(body: unknown): Fields {
  const inner = isRecord(body) ? body['order'] : undefined;
  return new Fields(inner ?? body, 'order');
}

function platformOf(options: ClientOptions): Platform {
  return {
    ...thisPlatform(),
    ...options.platform,
    ...(options.fetch && { fetch: options.fetch }),
    ...(options.webSocket && { WebSocket: options.webSocket }),
  };
}
