/**
 * One falling price, and everyone pays the same: the more units a crowd takes, the less each of them costs.
 *
 * Units only grow, so the price only falls, and what a pledge put into escrow is the most it can ever cost.
 * The price is never stored: it is tier(units).
 */
import { assert } from '../assert.js';
import type { RallyTerms, Terms, Tier } from '../command.js';
import { isId, POINTS } from '../ledger/account.js';
import type { ReadonlyBooks } from '../ledger/book.js';
import { BOUNDS } from '../limits.js';
import type { ReadonlyMarket } from '../market/market.js';
import { FIGURE_MAX, formatAmount, whole } from '../math/amount.js';
import { bpsOf, feeOn } from './fee.js';
import type { PledgeMechanism } from './mechanism.js';

/** The tier that holds when there are so many units in all; a threshold is reached at ≥. */
export function tierOf(tiers: readonly Tier[], units: number): Tier {
  const tier = tiers.filter((one) => units >= one.units).at(-1);
  assert(tier !== undefined, 'rally: the first tier holds from 0');
  return tier;
}

export const rally: PledgeMechanism = {
  id: 'rally@1',

  fault(terms) {
    if (terms.mechanism !== 'rally') return 'these are not terms of a rally';
    const { maximum, minimum = 1, perPerson, seller } = terms;
    if (!isCount(maximum) || maximum > BOUNDS.unitsMax) {
      return `the maximum is 1 to ${BOUNDS.unitsMax} units`;
    }
    if (!isCount(minimum) || minimum > maximum) return 'the minimum is 1 unit up to the maximum';
    if (!isCount(perPerson) || perPerson > maximum) return 'a person may have 1 unit up to all';
    if (!isId(seller)) return 'the seller must be an account';
    return faultOfTiers(terms);
  },
  outcomes: () => [],
  assets: (market) => [`${market}:UNIT`],
  deposit: () => 0n,
  fundamental: () => 0n,
  openingPrices: (terms) => [tierOf(own(terms).tiers, 0).price],

  shown(terms) {
    const { mechanism, tiers, minimum = 1, maximum, perPerson, seller } = own(terms);
    return {
      mechanism,
      tiers: tiers.map(({ units, price }) => ({ units, price: formatAmount(price) })),
      minimum,
      maximum,
      per_person: perPerson,
      seller,
      fee_bps: bpsOf(terms),
    };
  },

  opening: () => [],

  values(resolution, market) {
    if (!resolution || !('units' in resolution)) return undefined;
    return [tierOf(own(market.draft.terms).tiers, resolution.units).price];
  },

  pledges: {
    price: (terms, units) => tierOf(own(terms).tiers, units).price,
    next: (terms, units) => own(terms).tiers.find((tier) => tier.units > units),
    bounds(terms) {
      const { minimum = 1, maximum, perPerson } = own(terms);
      return { minimum, maximum, perPerson };
    },
    sellerOf: (terms) => own(terms).seller,
  },

  laws: { escrow_matches_pledges: escrowMatches, one_price_per_rally: onePrice },
};

/** What the pledges paid in and did not get back is there, to the unit; and their units are the issued ones. */
function escrowMatches(market: ReadonlyMarket, books: ReadonlyBooks): string | undefined {
  const { names, holders, due, nextPaid, state } = market;
  const unit = names.assets[0] ?? '';
  let pledged = 0n;
  let back = 0n;
  for (const { number, holder, pledge, paid } of holders) {
    back += paid;
    const held = number < nextPaid ? 0n : whole(pledge?.units ?? 0);
    pledged += held;
    if (books.balance(holder, unit) !== held) return `${holder} does not hold the units pledged`;
  }
  if (books.issued(unit) !== pledged) {
    return `${books.issued(unit)} of ${unit} are issued, ${pledged} pledged`;
  }
  if (state === 'settled' || state === 'refunded') return undefined;
  const held = books.balance(names.escrow, POINTS) + books.balance(names.fees, POINTS);
  return held === due - back ? undefined : `${held} is held for pledges of ${due - back}`;
}

/** Nobody put in less than the price of now; and whoever was paid back has paid the one price of the end. */
function onePrice(market: ReadonlyMarket, books: ReadonlyBooks): string | undefined {
  const { holders, nextPaid, resolution, refund, draft } = market;
  const { tiers } = own(draft.terms);
  const units = holders.reduce((sum, { pledge }) => sum + (pledge?.units ?? 0), 0);
  if (resolution && !('units' in resolution && resolution.units === units)) {
    return `${units} units were pledged, not what its end says`;
  }
  const { price } = tierOf(tiers, units);
  for (const { number, holder, net, paid, pledge } of holders) {
    const cost = price * BigInt(pledge?.units ?? 0);
    if (net < cost) return `${holder} put in ${net}, less than ${cost}`;
    const due = refund ? 0n : cost;
    if (number < nextPaid && net - paid !== due) return `${holder} paid ${net - paid}, not ${due}`;
  }
  if (market.state !== 'resolved') return undefined;
  const fee = feeOn(price * BigInt(units), bpsOf(draft.terms));
  const kept = books.balance(market.names.fees, POINTS);
  return kept === fee ? undefined : `${kept} is kept for the house, not ${fee}`;
}

function faultOfTiers({ tiers, maximum }: RallyTerms): string | undefined {
  if (tiers.length < 1 || tiers.length > BOUNDS.tiersMax) return `1 to ${BOUNDS.tiersMax} tiers`;
  let before: Tier | undefined;
  for (const tier of tiers) {
    const { units, price } = tier;
    if (!Number.isSafeInteger(units) || price <= 0n) return 'a tier has whole units and a price';
    if (!before && units !== 0) return 'the first tier holds from 0';
    if (before && units <= before.units) return 'the units of tiers rise';
    if (before && price >= before.price) return 'the prices of tiers fall';
    if (units > maximum) return 'every tier is reached by the maximum';
    if (price * BigInt(maximum) > FIGURE_MAX)
      return 'all units at the first price are out of range';
    before = tier;
  }
  return undefined;
}

const isCount = (n: number): boolean => Number.isSafeInteger(n) && n >= 1;

function own(terms: Terms): RallyTerms {
  assert(terms.mechanism === 'rally', 'rally: not its terms');
  return terms;
}
