/**
 * A world as lines, in one form: what is not written here is not state. Each row takes its fields from the type
 * it writes, so a field that is forgotten does not compile; what can be derived is left out and made anew.
 */
import type { AccountId, Instant, MarketId, Role } from './command.js';
import type { AccountName, AssetName } from './ledger/account.js';
import type { Limits } from './limits.js';
import type { FactRecord, Market, Position, ReadonlyMarket } from './market/market.js';
import type { Amount } from './math/amount.js';
import * as wire from './wire.js';
import type { Account, Granted, ReadonlyWorld, World } from './world.js';

/** Raised with every change of a row. A snapshot of another format is left aside: the journal has it all. */
export const SNAPSHOT_FORMAT = 1;

/** Rows of their own, or derived from the others. */
type Elsewhere =
  | 'books'
  | 'accounts'
  | 'markets'
  | 'ids'
  | 'agenda'
  | 'paying'
  | 'granted'
  | 'states';

export type Line =
  | ({ readonly type: 'world'; readonly format: number; readonly forgottenUntil: Instant } & Omit<
      World,
      Elsewhere
    >)
  /** Of one account, by asset. */
  | {
      readonly type: 'balances';
      readonly account: AccountName;
      readonly assets: readonly AssetName[];
      readonly amounts: readonly Amount[];
    }
  | ({
      readonly type: 'account';
      readonly roles: readonly Role[];
      readonly markets: readonly MarketId[];
    } & Omit<Account, 'holder' | 'roles' | 'markets'>)
  /** Of the account before it: where else it has been. */
  | { readonly type: 'entered'; readonly markets: readonly MarketId[] }
  | ({ readonly type: 'granted'; readonly account: AccountId } & Granted)
  | ({ readonly type: 'market' } & Omit<Market, 'names' | 'holders' | 'positions' | 'facts'>)
  /** These two belong to the market before them. */
  | ({ readonly type: 'position' } & Position)
  | ({ readonly type: 'fact' } & FactRecord)
  | { readonly type: 'paying'; readonly markets: readonly MarketId[] }
  /** Packed, oldest first: 48 hex digits an id (itself and its digest), its entry and how long it is valid. */
  | {
      readonly type: 'ids';
      readonly packed: string;
      readonly seqs: readonly number[];
      readonly untils: readonly Instant[];
    }
  /** Nothing comes after it. */
  | { readonly type: 'end'; readonly lines: number };

export type LineOf<K extends Line['type']> = Extract<Line, { readonly type: K }>;

const { amount, big, flag, int, list, opt, record, text, word } = wire;

const limits = record<Limits>({
  welcome: big,
  grant_per_call: big,
  grant_per_day: big,
  payouts_per_command: big,
  deadlines_per_tick: big,
  fact_cost: big,
  fact_move: big,
  trades_per_minute: big,
  breaker_move: big,
  breaker_window_ms: big,
  breaker_halt_ms: big,
  treasury_floor: big,
  bps_cpmm: big,
  bps_lmsr: big,
  bps_curve: big,
  bps_rally: big,
});

/** No line is longer than this many ids or market ids make it. */
const CHUNK = 128;

export const line = wire.union<Line, 'type'>('type', {
  world: record<LineOf<'world'>>({
    type: word(),
    format: int,
    seq: int,
    at: int,
    rules: int,
    sealed: flag,
    limits,
    trades: int,
    volume: big,
    globalSeq: int,
    forgottenUntil: int,
  }),
  balances: record<LineOf<'balances'>>({
    type: word(),
    account: word(),
    assets: list(text),
    amounts: list(amount),
  }),
  account: record<LineOf<'account'>>({
    type: word(),
    id: text,
    number: int,
    frozen: flag,
    roles: list(word<Role>()),
    markets: list(text),
    minute: int,
    tradesInMinute: int,
    seq: int,
  }),
  entered: record<LineOf<'entered'>>({ type: word(), markets: list(text) }),
  granted: record<LineOf<'granted'>>({ type: word(), account: text, day: int, total: big }),
  market: record<LineOf<'market'>>({
    type: word(),
    id: text,
    number: int,
    mechanism: word(),
    sponsor: word(),
    draft: wire.draft,
    state: word(),
    hasOpened: flag,
    openedAt: opt(int),
    endedAt: opt(int),
    mark: opt(record<NonNullable<Market['mark']>>({ at: int, prices: list(big) })),
    haltedUntil: opt(int),
    proposal: opt(record<NonNullable<Market['proposal']>>({ by: text, verdict: wire.verdict })),
    resolution: opt(wire.resolution),
    refund: opt(record<NonNullable<Market['refund']>>({ due: amount, funds: amount })),
    due: amount,
    nextPaid: int,
    fundamental: big,
    volume: big,
    trades: int,
    seq: int,
  }),
  position: record<LineOf<'position'>>({
    type: word(),
    number: int,
    holder: word(),
    net: amount,
    paid: amount,
    pledge: opt(record<NonNullable<Position['pledge']>>({ units: int, seq: int })),
  }),
  fact: record<LineOf<'fact'>>({
    type: word(),
    fact: text,
    kind: opt(text),
    happenedAt: opt(int),
    undoes: opt(text),
    applied: big,
    seq: int,
    undoneBy: opt(text),
  }),
  paying: record<LineOf<'paying'>>({ type: word(), markets: list(text) }),
  ids: record<LineOf<'ids'>>({ type: word(), packed: text, seqs: list(int), untils: list(int) }),
  end: record<LineOf<'end'>>({ type: word(), lines: int }),
});

/** The whole world. Insertion order is not state: Maps are written by number, by seq or by name. */
export function* snapshotLines(world: ReadonlyWorld): IterableIterator<string> {
  let lines = 0;
  for (const row of rowsOf(world)) {
    lines++;
    yield line.write(row);
  }
  yield line.write({ type: 'end', lines });
}

function* rowsOf(world: ReadonlyWorld): IterableIterator<Line> {
  const { forgottenUntil } = world.ids;
  yield { ...world, type: 'world', format: SNAPSHOT_FORMAT, forgottenUntil };
  for (const account of [...world.books.accounts()].sort()) {
    for (const some of chunksOf([...world.books.of(account)].sort(byName))) {
      const assets = some.map(([asset]) => asset);
      yield { type: 'balances', account, assets, amounts: some.map(([, balance]) => balance) };
    }
  }
  for (const account of [...world.accounts.values()].sort(byNumber)) {
    const [markets = [], ...others] = chunksOf(account.markets);
    yield { ...account, type: 'account', roles: [...account.roles].sort(), markets };
    for (const more of others) yield { type: 'entered', markets: more };
  }
  for (const [account, granted] of [...world.granted].sort(byName))
    yield { ...granted, type: 'granted', account };
  for (const market of [...world.markets.values()].sort(byNumber)) yield* marketRows(market);
  for (const markets of chunksOf(world.paying)) yield { type: 'paying', markets };
  for (const ids of chunksOf(world.ids.all())) {
    yield {
      type: 'ids',
      packed: ids.map(([id, [a, b]]) => `${id}${hex8(a)}${hex8(b)}`).join(''),
      seqs: ids.map(([, , seq]) => seq),
      untils: ids.map(([, , , until]) => until),
    };
  }
}

function* marketRows(market: ReadonlyMarket): IterableIterator<Line> {
  yield { ...market, type: 'market' };
  for (const position of market.holders) yield { ...position, type: 'position' };
  const facts = [...market.facts].sort(byName).map(([, fact]) => fact);
  for (const fact of facts.sort((a, b) => a.seq - b.seq)) yield { ...fact, type: 'fact' };
}

const byNumber = (a: { readonly number: number }, b: { readonly number: number }): number =>
  a.number - b.number;
const byName = ([a]: readonly [string, unknown], [b]: readonly [string, unknown]): number =>
  a < b ? -1 : a > b ? 1 : 0;

const hex8 = (word32: number): string => word32.toString(16).padStart(8, '0');

function* chunksOf<T>(items: Iterable<T>): IterableIterator<readonly T[]> {
  let chunk: T[] = [];
  for (const item of items) {
    chunk.push(item);
    if (chunk.length < CHUNK) continue;
    yield chunk;
    chunk = [];
  }
  if (chunk.length > 0) yield chunk;
}
