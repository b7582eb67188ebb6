/** The whole world as canonical lines, so that two worlds can be compared by one hash. */
import type { Hash } from './command.js';
import { sha256Text } from './hash.js';
import type { ReadonlyMarket } from './market/market.js';
import type { ReadonlyWorld } from './world.js';

/** One hash over everything that later decisions rest on. */
export function stateHash(world: ReadonlyWorld): Hash {
  let hash = sha256Text('fairground world 1');
  for (const line of linesOf(world)) hash = sha256Text(`${hash}${line}`);
  return hash;
}

/** Insertion order is not state: whatever lies in a Map is written in the order of its keys or numbers. */
function* linesOf(world: ReadonlyWorld): IterableIterator<string> {
  const { seq, at, rules, sealed, trades, volume, globalSeq } = world;
  yield line('world', seq, at, rules, sealed, trades, volume, globalSeq, world.ids.forgottenUntil);
  for (const [name, value] of sorted(Object.entries(world.limits)))
    yield line('limit', name, value);
  const accounts = [...world.books.accounts()].sort();
  for (const account of accounts) {
    for (const [asset, balance] of sorted([...world.books.of(account)])) {
      yield line('balance', account, asset, balance);
    }
  }
  for (const [id, { number, frozen, roles, markets, seq: last }] of sorted([...world.accounts])) {
    yield line('account', id, number, frozen, [...roles].sort(), markets, last);
  }
  for (const [id, { day, total }] of sorted([...world.granted]))
    yield line('granted', id, day, total);
  for (const market of byNumber(world)) yield* marketLines(market);
  yield line('paying', [...world.paying]);
  for (const record of world.ids.all()) yield line('id', ...record);
}

function byNumber(world: ReadonlyWorld): readonly ReadonlyMarket[] {
  return [...world.markets.values()].sort((a, b) => a.number - b.number);
}

function* marketLines(market: ReadonlyMarket): IterableIterator<string> {
  const { holders, positions: _, facts, names, ...rest } = market;
  const fields = sorted(Object.entries(rest)).filter(([, value]) => value !== undefined);
  yield line('market', names.pool, fields);
  for (const { number, holder, net, paid, pledge } of holders)
    yield line('position', number, holder, net, paid, ...(pledge ? [pledge] : []));
  for (const [, record] of sorted([...facts])) yield line('fact', sorted(Object.entries(record)));
}

function sorted<T>(pairs: readonly (readonly [string, T])[]): readonly (readonly [string, T])[] {
  return [...pairs].sort(([a], [b]) => (a < b ? -1 : a > b ? 1 : 0));
}

const line = (...parts: readonly unknown[]): string => JSON.stringify(parts, canonical);

/** Digits for amounts, keys in order: how an object was built must not show. */
function canonical(_key: string, value: unknown): unknown {
  if (typeof value === 'bigint') return `${value}`;
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(sorted(Object.entries(value)));
}
