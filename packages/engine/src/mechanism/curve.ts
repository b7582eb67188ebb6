/**
 * A stock whose price is a straight line in its supply, price(s) = F + m·s, and whose reserve is the area
 * under that line, rounded up once, as a state: exactly K(s), after every event.
 *
 * So a round trip costs nothing but fees, and any split of a trade costs the same to the unit.
 */
import { assert } from '../assert.js';
import type { CurveTerms, FactRule, Terms } from '../command.js';
import { isFactId, isId, POINTS, TREASURY } from '../ledger/account.js';
import type { ReadonlyBooks } from '../ledger/book.js';
import { BOUNDS } from '../limits.js';
import type { ReadonlyMarket } from '../market/market.js';
import {
  divDown,
  divUp,
  FIGURE_MAX,
  formatAmount,
  least,
  most,
  ONE,
  parseAmount,
} from '../math/amount.js';
import { rootDown } from '../math/root.js';
import { bpsOf, feeOn, grossOf } from './fee.js';
import { issueLegs } from './issue.js';
import type { FactVerbs, Fill, Mechanism, Pool } from './mechanism.js';
import { movedInProportion } from './price.js';
import { ruleView } from './terms-view.js';

const SQUARE = ONE * ONE;

/** K(s): the least reserve (micro-Points) that covers the area under the line up to `supply`. */
export function area(fundamental: bigint, slope: bigint, supply: bigint): bigint {
  return divUp(2n * ONE * fundamental * supply + slope * supply * supply, 2n * SQUARE);
}

export class CurvePool implements Pool {
  readonly fundamental: bigint;
  readonly slope: bigint;
  /** Microshares outstanding. */
  readonly supply: bigint;

  constructor(fundamental: bigint, slope: bigint, supply: bigint) {
    assert(supply >= 0n && fundamental > 0n && slope > 0n, 'curve: F and m above 0, s not below');
    this.fundamental = fundamental;
    this.slope = slope;
    this.supply = supply;
  }

  reserve(): bigint {
    return area(this.fundamental, this.slope, this.supply);
  }

  prices(): readonly bigint[] {
    return [this.fundamental + (this.slope * this.supply) / ONE];
  }

  /** s' is the largest supply whose area the money reaches; what those shares do not cost stays with the buyer. */
  buyBySpend(_outcome: number, spend: bigint, bps: number): Fill | undefined {
    const net = spend - feeOn(spend, bps);
    if (net <= 0n) return undefined;
    const f = ONE * this.fundamental;
    const reach = this.reserve() + net;
    const supply = (rootDown(f * f + 2n * SQUARE * this.slope * reach) - f) / this.slope;
    return supply > this.supply ? this.#buyTo(supply, bps) : undefined;
  }

  buyByShares(_outcome: number, shares: bigint, bps: number): Fill | undefined {
    return this.#buyTo(this.supply + shares, bps);
  }

  sell(outcome: number, shares: bigint, bps: number): Fill | undefined {
    const after = new CurvePool(this.fundamental, this.slope, this.supply - shares);
    const r = this.reserve() - after.reserve();
    const fee = feeOn(r, bps);
    return { side: 'sell', outcome, pays: shares, gets: r - fee, fee, toHouse: fee, after };
  }

  #buyTo(supply: bigint, bps: number): Fill {
    const after = new CurvePool(this.fundamental, this.slope, supply);
    const net = after.reserve() - this.reserve();
    const pays = grossOf(net, bps);
    const fee = pays - net;
    const gets = supply - this.supply;
    return { side: 'buy', outcome: 0, pays, gets, fee, toHouse: fee, after };
  }
}

const facts: FactVerbs = {
  ruleOf: (terms, kind) => own(terms).rules.find((rule) => rule.kind === kind),
  sourceOf: (terms) => own(terms).source,

  asked(fundamental, rule) {
    if ('add' in rule) return rule.add;
    // Told as it was asked, within the bounds of a figure: a million Points × 10^9 is beyond them.
    return least(FIGURE_MAX, (fundamental * BigInt(rule.num)) / BigInt(rule.den) - fundamental);
  },

  /** Clamped in this order: to the move cap, to the bounds of F, and, rising, to what can be paid. */
  move(market, books, asked, { fact_cost, fact_move }) {
    const terms = own(market.draft.terms);
    const pool = poolOf(market, books);
    const before = pool.fundamental;
    const cap = terms.factMoveMax ?? (before * fact_move) / ONE;
    const step = most(-cap, least(cap, asked));
    let after = most(BOUNDS.fundamentalMin, least(BOUNDS.fundamentalMax, before + step));
    if (after > before && pool.supply > 0n) {
      const purse = most(
        0n,
        least(books.balance(TREASURY, POINTS), terms.factCostMax ?? fact_cost),
      );
      after = least(after, payable(pool, purse));
    }
    const moved = new CurvePool(after, pool.slope, pool.supply);
    const cost = moved.reserve() - pool.reserve();
    return { fundamental: after, prices: moved.prices(), cost };
  },
};

/** The largest F whose area the reserve and this purse cover: floor((2·10^12·T − m·s²) / (2·10^6·s)). */
function payable(pool: CurvePool, purse: bigint): bigint {
  const { slope, supply } = pool;
  const reach = pool.reserve() + purse;
  return divDown(2n * SQUARE * reach - slope * supply * supply, 2n * ONE * supply);
}

export const curve: Mechanism = {
  id: 'curve@1',

  fault(terms) {
    if (terms.mechanism !== 'curve') return 'these are not terms of a stock';
    if (!within(terms.fundamental, BOUNDS.fundamentalMin, BOUNDS.fundamentalMax)) {
      return 'the fundamental must be between 0.01 and 1000000 Points a share';
    }
    if (!within(terms.slope, 1n, BOUNDS.slopeMax)) {
      return 'the slope must be between 0.000001 and 1000000 Points a share';
    }
    if (!isId(terms.source)) return 'the source must be an account';
    const { factCostMax = 0n, factMoveMax = 0n } = terms;
    if (!within(factCostMax, 0n, FIGURE_MAX)) return 'fact_cost_max is an amount';
    if (!within(factMoveMax, 0n, FIGURE_MAX)) return 'fact_move_max is an amount';
    return faultOfRules(terms.rules);
  },
  outcomes: () => [],
  assets: (market) => [market],
  deposit: () => 0n,
  fundamental: (terms) => own(terms).fundamental,
  openingPrices: (terms) => [own(terms).fundamental],

  shown(terms) {
    const { mechanism, fundamental, slope, source, rules, factCostMax, factMoveMax } = own(terms);
    return {
      mechanism,
      fundamental: formatAmount(fundamental),
      slope: formatAmount(slope),
      fee_bps: bpsOf(terms),
      source,
      fact_rules: rules.map(ruleView),
      ...(factCostMax === undefined ? {} : { fact_cost_max: formatAmount(factCostMax) }),
      ...(factMoveMax === undefined ? {} : { fact_move_max: formatAmount(factMoveMax) }),
    };
  },

  opening: () => [],
  pool: (market, books) => poolOf(market, books),

  shownPool(terms, { held, fundamental }) {
    const [supply = 0n] = held;
    const slope = terms.mechanism === 'curve' ? parseAmount(terms.slope) : undefined;
    return slope && { pool: new CurvePool(fundamental, slope, supply), issued: held };
  },

  moved: movedInProportion,

  legs: issueLegs,

  /** Delisted at a price per share: F unless another is named. Never at the spot: whoever pumps last would be paid. */
  values(resolution, market) {
    if (!resolution) return [market.fundamental];
    if (!('price' in resolution)) return undefined;
    return within(resolution.price, 0n, BOUNDS.fundamentalMax) ? [resolution.price] : undefined;
  },

  facts,

  laws: {
    reserve_is_the_area(market, books) {
      const reserve = books.balance(market.names.escrow, POINTS);
      const owed = poolOf(market, books).reserve();
      return reserve === owed ? undefined : `the reserve is ${reserve}, the area ${owed}`;
    },
  },
};

function faultOfRules(rules: readonly FactRule[]): string | undefined {
  if (rules.length > BOUNDS.factRulesMax) return `at most ${BOUNDS.factRulesMax} rules for facts`;
  const kinds = new Set(rules.map((rule) => rule.kind));
  if (kinds.size !== rules.length) return 'one rule for each kind of fact';
  for (const rule of rules) {
    if (!isFactId(rule.kind)) return 'a kind of fact has 1 to 64 characters A-Z a-z 0-9 . _ : -';
    if ('add' in rule) {
      if (!within(rule.add, -BOUNDS.fundamentalMax, BOUNDS.fundamentalMax))
        return 'a rule adds too much';
    } else if (!isRatioPart(rule.num) || !isRatioPart(rule.den) || rule.den === 0) {
      return 'a rule multiplies by num/den, whole numbers up to 1000000000, den above 0';
    }
  }
  return undefined;
}

const within = (value: bigint, low: bigint, high: bigint): boolean => value >= low && value <= high;
const isRatioPart = (n: number): boolean => Number.isInteger(n) && n >= 0 && n <= BOUNDS.ratioMax;

function own(terms: Terms): CurveTerms {
  assert(terms.mechanism === 'curve', 'curve: not its terms');
  return terms;
}

function poolOf(market: ReadonlyMarket, books: ReadonlyBooks): CurvePool {
  const asset = market.names.assets[0];
  assert(asset !== undefined, 'curve: one share');
  return new CurvePool(market.fundamental, own(market.draft.terms).slope, books.issued(asset));
}
