/** Laws that look at one entry and at the world on both sides of it. */
import type { MarketId } from './command.js';
import type { Entry } from './event.js';
import { playerAccount } from './ledger/account.js';
import type { ReadonlyMarket } from './market/market.js';
import { mechanismOf } from './mechanism/registry.js';
import type { ReadonlyWorld } from './world.js';

/** A law's name and what breaks it. */
export interface Breach {
  readonly name: keyof typeof ENTRY_LAWS;
  readonly detail: string;
}

/** What the entry was about to change, noted before it was folded. */
interface Before {
  readonly products: ReadonlyMap<MarketId, bigint>;
}

type EntryLaw = (world: ReadonlyWorld, entry: Entry, before: Before) => string | undefined;

export const ENTRY_LAWS = {
  product_never_falls(world, _entry, { products }) {
    for (const [id, before] of products) {
      const after = productOf(world, world.markets.get(id));
      if (after !== undefined && after < before) return `the product of ${id} fell`;
    }
    return undefined;
  },

  an_id_is_done_once({ ids }, { command, seq }) {
    const { id } = command;
    const done = id === undefined ? undefined : ids.get(id);
    return done && done.seq !== seq ? `an id was done in ${done.seq} and ${seq}` : undefined;
  },

  no_player_holds_both_sides_by_trading({ markets, books }, { events }) {
    for (const event of events) {
      if (event.type !== 'traded' || event.side !== 'buy') continue;
      const market = markets.get(event.market);
      if (!market || !mechanismOf(market.mechanism).sets) continue;
      const holder = playerAccount(event.player);
      if (market.names.assets.every((asset) => books.balance(holder, asset) > 0n)) {
        return `${event.player} holds both sides of ${event.market}`;
      }
    }
    return undefined;
  },
} as const satisfies Record<string, EntryLaw>;

/** Call it before an entry is folded, and what it returns right after. */
export function watch(world: ReadonlyWorld, entry: Entry): () => readonly Breach[] {
  const products = new Map<MarketId, bigint>();
  for (const event of entry.events) {
    if (!('market' in event)) continue;
    const product = productOf(world, world.markets.get(event.market));
    if (product !== undefined) products.set(event.market, product);
  }
  return () =>
    NAMES.flatMap((name) => {
      const detail = ENTRY_LAWS[name](world, entry, { products });
      return detail === undefined ? [] : [{ name, detail }];
    });
}

const isLaw = (name: string): name is keyof typeof ENTRY_LAWS => Object.hasOwn(ENTRY_LAWS, name);
const NAMES = Object.keys(ENTRY_LAWS).filter(isLaw);

function productOf(world: ReadonlyWorld, market: ReadonlyMarket | undefined): bigint | undefined {
  if (market?.state !== 'open' && market?.state !== 'paused') return undefined;
  return mechanismOf(market.mechanism).pool?.(market, world.books).product?.();
}
