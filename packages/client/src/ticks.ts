/** Calls about ticks: prices from outside, which keep their digits, and those that could not be taken. */
import { outgoingId } from './amounts.js';
import type { Client } from './client.js';
import { FairgroundInvalid } from './errors.js';
import { Fields } from './fields.js';
import { getOne, getPage } from './get.js';
import { readPage } from './readers.js';
import { type PageQuery, queryText } from './requests.js';
import { type CallOptions, later, write, type WriteOptions, writeOnce } from './retry.js';
import type { Page } from './views.js';
import type { Wire } from './wire.js';

/** As it is sent. */
export interface NewTick {
  readonly source: string;
  readonly symbol: string;
  /** Microseconds since 1970, or ISO-8601 in UTC with up to six decimals. */
  readonly time: number | string;
  /** A decimal, kept with the digits it has here. */
  readonly price: string;
  readonly size: string;
  readonly side?: 'buy' | 'sell' | undefined;
  /** The source's own: by it the same tick is known again. */
  readonly id?: string | undefined;
}

/** As it was kept: `time` is ISO-8601 with six decimals, `price` and `size` have the digits they came with. */
export interface Tick {
  /** In the order of receipt, over all symbols. */
  readonly n: number;
  readonly source: string;
  readonly symbol: string;
  readonly time: string;
  readonly price: string;
  readonly size: string;
  readonly side: string | undefined;
  readonly id: string | undefined;
  /** Before the newest that its source had sent till then. */
  readonly late: boolean;
}

/** The newest of a symbol by its time; `n` is the symbol's newest number, `ticks` how many it has. */
export interface LatestTick extends Omit<Tick, 'late'> {
  readonly ticks: number;
}

export interface TickCandle {
  readonly time: string;
  readonly open: string;
  readonly high: string;
  readonly low: string;
  readonly close: string;
  readonly volume: string;
  readonly ticks: number;
  readonly late: number;
  /** How many boxes before it held nothing. */
  readonly gap: number;
}

/** What became of a tick that was not taken, by its place among those that were sent. */
export interface Untaken {
  readonly index: number;
  readonly became: string;
  readonly reason: string | undefined;
  readonly message: string | undefined;
  /** The id of its dead letter. */
  readonly letter: string | undefined;
}

export interface Ingested {
  readonly taken: number;
  readonly repeated: number;
  /** Of those that were taken. */
  readonly late: number;
  readonly dead: number;
  /** The first hundred that were not taken. */
  readonly items: readonly Untaken[];
  readonly key: string;
  readonly attempts: number;
}

export interface TickQuery extends PageQuery {
  readonly symbol: string;
  readonly source?: string | undefined;
  /** Both as the time of a tick. */
  readonly from?: number | string | undefined;
  readonly to?: number | string | undefined;
  /** Of time; the newest first when absent. */
  readonly order?: 'asc' | 'desc' | undefined;
  /** A number: those that were taken after it, in the order of receipt. */
  readonly after?: number | undefined;
}

export interface TickCandleQuery {
  readonly symbol: string;
  /** A minute when absent. */
  readonly interval?: '1s' | '1m' | '5m' | '1h' | '1d' | undefined;
  readonly from?: number | string | undefined;
  readonly to?: number | string | undefined;
  readonly limit?: number | undefined;
}

export interface DeadLetter {
  readonly id: string;
  readonly at: number;
  readonly reason: string;
  readonly message: string;
  /** As it came. */
  readonly payload: string;
  readonly source: string | undefined;
  readonly symbol: string | undefined;
  readonly state: string;
  readonly changed: number;
}

export interface LetterFilter extends PageQuery {
  readonly reason?: string | undefined;
  readonly source?: string | undefined;
  readonly symbol?: string | undefined;
}

export interface ReplayedLetters {
  readonly replayed: number;
  /** Of these, how many had got through before. */
  readonly repeated: number;
  readonly refused: readonly { readonly id: string; readonly message: string }[];
  /** Where the rest begins. */
  readonly cursor: string | undefined;
}

export interface TickCalls {
  /** Ticks, or lines of them as NDJSON; answered when all are durable. Under one key sent twice they are `repeated`. */
  ingest(ticks: readonly NewTick[] | string, options?: WriteOptions): Promise<Ingested>;
  list(query: TickQuery, options?: CallOptions): Promise<Page<Tick>>;
  /** The newest of up to 50 symbols. */
  latest(symbols: readonly string[], options?: CallOptions): Promise<readonly LatestTick[]>;
  candles(query: TickCandleQuery, options?: CallOptions): Promise<readonly TickCandle[]>;
  symbols(
    query?: PageQuery & { readonly prefix?: string | undefined },
    options?: CallOptions,
  ): Promise<Page<LatestTick>>;
}

export interface DeadLetterCalls {
  /** Newest first; `open` is how many wait in all. */
  list(
    query?: LetterFilter & { readonly state?: 'open' | 'replayed' | 'dropped' | undefined },
    options?: CallOptions,
  ): Promise<Page<DeadLetter> & { readonly open: number }>;
  /** With `payload` the tick as it should have been; true where it had got through before. */
  replay(
    id: string,
    how?: CallOptions & { readonly payload?: NewTick | undefined },
  ): Promise<boolean>;
  /** The oldest first, at most 500; those that still are no ticks stay. */
  replayMany(of?: LetterFilter, options?: CallOptions): Promise<ReplayedLetters>;
  drop(id: string, options?: CallOptions): Promise<void>;
}

const readOf = (from: Fields): Omit<Tick, 'late'> => ({
  n: from.count('n'),
  source: from.text('source'),
  symbol: from.text('symbol'),
  time: from.text('time'),
  price: from.text('price'),
  size: from.text('size'),
  side: from.maybeText('side'),
  id: from.maybeText('id'),
});
const readTick = (from: Fields): Tick => ({ ...readOf(from), late: from.flag('late') });
export const readLatest = (from: Fields): LatestTick => ({
  ...readOf(from),
  ticks: from.count('ticks'),
});

const readCandle = (from: Fields): TickCandle => ({
  time: from.text('time'),
  open: from.text('open'),
  high: from.text('high'),
  low: from.text('low'),
  close: from.text('close'),
  volume: from.text('volume'),
  ticks: from.count('ticks'),
  late: from.count('late'),
  gap: from.count('gap'),
});

const readIngested = (from: Fields): Omit<Ingested, 'key' | 'attempts'> => ({
  taken: from.count('taken'),
  repeated: from.count('repeated'),
  late: from.count('late'),
  dead: from.count('dead'),
  items: from.list('items', (each) => ({
    index: each.count('index'),
    became: each.text('became'),
    reason: each.maybeText('reason'),
    message: each.maybeText('message'),
    letter: each.maybeText('letter'),
  })),
});

const readLetter = (from: Fields): DeadLetter => ({
  id: from.text('id'),
  at: from.instant('at'),
  reason: from.text('reason'),
  message: from.text('message'),
  payload: from.text('payload'),
  source: from.maybeText('source'),
  symbol: from.maybeText('symbol'),
  state: from.text('state'),
  changed: from.instant('changed'),
});

const readReplayed = (from: Fields): ReplayedLetters => ({
  replayed: from.count('replayed'),
  repeated: from.count('repeated'),
  refused: from.list('refused', (each) => ({ id: each.text('id'), message: each.text('message') })),
  cursor: from.maybeText('cursor'),
});

const LETTERS = '/v1/dead-letters';
const letterPath = (id: string): string => `${LETTERS}/${outgoingId('letter', id)}`;

export function ticksOf(wire: Wire): Pick<Client, 'ticks' | 'deadLetters'> {
  const post = (path: string, body: object, how: CallOptions | undefined): Promise<unknown> =>
    writeOnce(wire, { method: 'POST', path, body }, how);
  return {
    ticks: {
      ingest: later(async (ticks, how) => {
        const request = { method: 'POST', path: '/v1/ingest', ...contentOf(ticks) } as const;
        const { body, key, attempts } = await write(wire, request, how);
        return { ...readIngested(new Fields(body, 'answer')), key, attempts };
      }),
      list: (query, how) => getPage(wire, `/v1/ticks${queryText({ ...query })}`, readTick, how),
      latest: later(async (symbols, how) => {
        const path = `/v1/ticks/latest${queryText({ symbols: symbols.join(',') })}`;
        return (await getPage(wire, path, readLatest, how)).items;
      }),
      candles: async (query, how) =>
        (await getPage(wire, `/v1/ticks/candles${queryText({ ...query })}`, readCandle, how)).items,
      symbols: (query, how) =>
        getPage(wire, `/v1/ticks/symbols${queryText({ ...query })}`, readLatest, how),
    },
    deadLetters: {
      list: (query, how) =>
        getOne(wire, `${LETTERS}${queryText({ ...query })}`, {
          what: 'page',
          reader: (page) => ({ ...readPage(page, readLetter), open: page.count('open') }),
          how,
        }),
      replay: later(async (id, how) => {
        const { payload } = how ?? {};
        const body = payload === undefined ? {} : { payload };
        return new Fields(await post(`${letterPath(id)}/replay`, body, how), 'answer').flag(
          'repeated',
        );
      }),
      replayMany: later(async (of, how) =>
        readReplayed(new Fields(await post(`${LETTERS}/replay`, { ...of }, how), 'answer')),
      ),
      drop: later(async (id, how) => {
        await post(`${letterPath(id)}/drop`, {}, how);
      }),
    },
  };
}

/** Text goes out as the lines it is: a line that is no tick harms no other. */
function contentOf(ticks: readonly NewTick[] | string): { body: unknown; isLines: boolean } {
  if (ticks.length > 0) return { body: ticks, isLines: typeof ticks === 'string' };
  throw new FairgroundInvalid('ticks', 'There must be at least one tick.');
}
