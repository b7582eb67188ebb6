/**
 * A word for a world: short work, said often, so that nodes notice when they differ. Every balance, every running
 * total and every market that is not over goes into it; what it leaves out the state hash has.
 */
import type { Hash } from './command.js';
import { type Chain, chain as ownChain, sha256Text } from './hash.js';
import type { ReadonlyBooks } from './ledger/book.js';
import type { ReadonlyMarket } from './market/market.js';
import type { ReadonlyWorld } from './world.js';

/** Two worlds at the same entry that say something else are not the same. */
export function worldDigest(world: ReadonlyWorld, chain: Chain = ownChain): Hash {
  const { seq, at, rules, sealed, trades, volume, globalSeq, ids, states } = world;
  const counts = [world.accounts.size, world.markets.size, ids.size, ids.forgottenUntil];
  const lines = [
    [seq, at, rules, sealed, trades, volume, globalSeq, ...counts, ...Object.values(states)].join(
      ' ',
    ),
    sumOf(world.books),
  ];
  const live = [...world.markets.values()].filter(isLive).sort((a, b) => a.number - b.number);
  for (const market of live) lines.push(lineOf(market, world.books));
  return chain(START, lines.join('\n'));
}

const START = sha256Text('fairground digest 1');

const isLive = ({ state }: ReadonlyMarket): boolean => state !== 'settled' && state !== 'refunded';

function lineOf(market: ReadonlyMarket, books: ReadonlyBooks): string {
  const { id, state, seq, due, nextPaid, fundamental, volume, trades, names } = market;
  const own = [names.pool, names.escrow, names.fees].flatMap((account) =>
    [...books.of(account)].map(([asset, balance]) => `${asset}=${balance}`).sort(),
  );
  const figures = [seq, due, nextPaid, fundamental, volume, trades, market.holders.length];
  return [id, state, ...figures, market.facts.size, ...own].join(' ');
}

/** Of every balance with its account and asset: a sum, because the order of accounts is no state. */
function sumOf(books: ReadonlyBooks): string {
  const assets = new Map<string, number>();
  let [one, two] = [0, 0];
  for (const account of books.accounts()) {
    const who = mixed(account);
    for (const [asset, balance] of books.of(account)) {
      let what = assets.get(asset);
      if (what === undefined) assets.set(asset, (what = mixed(asset)));
      const [low, high] = wordsOf(balance);
      const term = spread(spread(spread(who ^ what) + low) + high);
      one = (one + term) | 0;
      two = (two + spread(term + what)) | 0;
    }
  }
  return `${one} ${two}`;
}

/** All of its bits that a balance can have. What fits is taken apart as a number: that is many times faster. */
function wordsOf(balance: bigint): readonly [low: number, high: number] {
  const whole = Number(balance);
  if (Number.isSafeInteger(whole)) return [whole | 0, Math.floor(whole / 0x1_0000_0000) | 0];
  const high = BigInt.asIntN(32, (balance >> 32n) ^ (balance >> 64n));
  return [Number(BigInt.asIntN(32, balance)), Number(high)];
}

/** FNV-1a of a name. */
function mixed(name: string): number {
  let hash = 0x811c9dc5;
  for (let n = 0; n < name.length; n++) hash = Math.imul(hash ^ name.charCodeAt(n), 0x01000193);
  return hash;
}

/** Each bit of 32 reaches each other. */
function spread(word: number): number {
  const half = Math.imul(word ^ (word >>> 16), 0x85ebca6b);
  const rest = Math.imul(half ^ (half >>> 13), 0xc2b2ae35);
  return rest ^ (rest >>> 16);
}
