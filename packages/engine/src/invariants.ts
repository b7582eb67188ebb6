/** The laws of the exchange by name, checked after every event in tests and on demand in production. */
import { POINTS } from './ledger/account.js';
import { FIGURE_MAX, most, withinBounds } from './math/amount.js';
import type { MechanismLaw } from './mechanism/mechanism.js';
import { mechanismOf } from './mechanism/registry.js';
import type { ReadonlyMarket } from './market/market.js';
import type { ReadonlyWorld } from './world.js';

/** A sentence on what is broken, or undefined. */
type Law = (world: ReadonlyWorld) => string | undefined;

const LIVE = new Set(['open', 'paused', 'closed']);

function eachMarket(
  test: (market: ReadonlyMarket, world: ReadonlyWorld) => string | undefined,
): Law {
  return (world) => {
    for (const market of world.markets.values()) {
      const broken = test(market, world);
      if (broken !== undefined) return `${market.id}: ${broken}`;
    }
    return undefined;
  };
}

/** A law that only some mechanisms have. */
function ofMechanism(name: MechanismLaw, isOfLiveOnes = true): Law {
  return eachMarket((market, { books }) => {
    if (isOfLiveOnes && !LIVE.has(market.state)) return undefined;
    return mechanismOf(market.mechanism).laws[name]?.(market, books);
  });
}

/** Σ over all accounts of every asset. */
function totals(world: ReadonlyWorld): Map<string, bigint> {
  const sums = new Map<string, bigint>();
  for (const account of world.books.accounts()) {
    for (const [asset, balance] of world.books.of(account)) {
      sums.set(asset, (sums.get(asset) ?? 0n) + balance);
    }
  }
  return sums;
}

export const INVARIANTS = {
  points_are_conserved(world) {
    const sum = totals(world).get(POINTS) ?? 0n;
    return sum === 0n ? undefined : `Points sum to ${sum}, not 0`;
  },

  shares_are_conserved(world) {
    for (const [asset, sum] of totals(world)) {
      if (asset !== POINTS && sum !== 0n) return `${asset} sums to ${sum}, not 0`;
    }
    return undefined;
  },

  nobody_but_the_mint_owes(world) {
    for (const account of world.books.accounts()) {
      if (account === 'mint') continue;
      for (const [asset, balance] of world.books.of(account)) {
        if (balance < 0n) return `${account} owes ${-balance} ${asset}`;
      }
    }
    return undefined;
  },

  everything_within_bounds(world) {
    for (const account of world.books.accounts()) {
      for (const [asset, balance] of world.books.of(account)) {
        if (!withinBounds(balance)) return `${account} has ${balance} ${asset}`;
      }
    }
    return eachMarket(({ due, holders }) => {
      if (due > FIGURE_MAX) return `${due} is due`;
      const wild = holders.find(({ net }) => !withinBounds(net));
      return wild && `${wild.holder} has a net of ${wild.net}`;
    })(world);
  },

  collateral_matches_outstanding: ofMechanism('collateral_matches_outstanding'),
  collateral_covers_every_outcome: ofMechanism('collateral_covers_every_outcome'),
  collateral_covers_the_cost_function: ofMechanism('collateral_covers_the_cost_function'),
  reserves_stay_positive: ofMechanism('reserves_stay_positive'),
  reserve_is_the_area: ofMechanism('reserve_is_the_area'),
  escrow_matches_pledges: ofMechanism('escrow_matches_pledges', false),
  one_price_per_rally: ofMechanism('one_price_per_rally', false),

  a_fact_moves_once: eachMarket(({ facts, fundamental, draft, mechanism }) => {
    let moved = mechanismOf(mechanism).fundamental(draft.terms);
    for (const record of facts.values()) moved += record.applied;
    return moved === fundamental ? undefined : `F is ${fundamental}, its facts make it ${moved}`;
  }),

  due_is_the_sum_of_losses: eachMarket(({ due, holders }) => {
    const sum = holders.reduce((total, { net }) => total + most(0n, net), 0n);
    return sum === due ? undefined : `${due} is due, losses sum to ${sum}`;
  }),

  settled_markets_hold_nothing: eachMarket(({ state, names }, { books }) => {
    if (state !== 'settled' && state !== 'refunded') return undefined;
    const held = [names.pool, names.escrow, names.fees].find((name) => books.of(name).size > 0);
    if (held !== undefined) return `${held} is not empty`;
    const issued = names.assets.find((asset) => books.issued(asset) !== 0n);
    return issued && `${issued} is still issued`;
  }),

  open_prices_sum_to_one: eachMarket((market, { books }) => {
    const { assets } = market.names;
    const { pool } = mechanismOf(market.mechanism);
    if (!pool || !LIVE.has(market.state) || assets.length < 2) return undefined;
    const prices = pool(market, books).prices();
    const sum = prices.reduce((total, price) => total + price, 0n);
    return sum === 1_000_000n ? undefined : `prices sum to ${sum}`;
  }),

  positions_are_numbered: eachMarket(({ holders, positions, nextPaid }) => {
    const sound = holders.every(({ number, holder }, index) => {
      return number === index + 1 && positions.get(holder)?.number === number;
    });
    return sound && nextPaid <= holders.length + 1 ? undefined : 'positions are out of order';
  }),

  states_are_counted(world) {
    const counts = new Map<string, number>();
    for (const { state } of world.markets.values()) counts.set(state, (counts.get(state) ?? 0) + 1);
    for (const [state, count] of Object.entries(world.states)) {
      if (count !== (counts.get(state) ?? 0)) return `${count} markets are said to be ${state}`;
    }
    return undefined;
  },
} as const satisfies Record<string, Law>;

export interface Finding {
  readonly name: keyof typeof INVARIANTS;
  /** What is broken; absent where the law holds. */
  readonly detail?: string;
}

const isLaw = (name: string): name is keyof typeof INVARIANTS => Object.hasOwn(INVARIANTS, name);
const LAW_NAMES = Object.keys(INVARIANTS).filter(isLaw);

/** Every law with what breaks it, if anything does. Cost: linear in accounts, markets and positions. */
export function checkInvariants(world: ReadonlyWorld): readonly Finding[] {
  return LAW_NAMES.map((name) => {
    const detail = detailOf(INVARIANTS[name], world);
    return detail === undefined ? { name } : { name, detail };
  });
}

/** A world so broken that a law cannot even be looked at breaks that law: whoever asks is told, not thrown at. */
function detailOf(law: Law, world: ReadonlyWorld): string | undefined {
  try {
    return law(world);
  } catch (fault) {
    return `it cannot be checked: ${String(fault)}`;
  }
}
