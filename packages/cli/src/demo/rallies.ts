/** Group purchases beside the football: a dozen real prices that melt while a crowd gathers. */
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import {
  type Amount,
  type Draft,
  formatAmount,
  type Hash,
  micro,
  parseAmount,
  type RallyTerms,
} from '@fairground/engine';
import { readTable, type Row } from './csv.js';
import type { DemoText } from './port.js';

export interface Offer {
  readonly market: string;
  /** The product's number in its table. */
  readonly product: number;
  readonly title: string;
  /** The match day on which it opens, from 1, and for how many days it runs. */
  readonly day: number;
  readonly days: number;
  /** Per cent of the first price that the keenest would pay. */
  readonly appeal: number;
  readonly terms: RallyTerms;
}

const PRODUCTS = fileURLToPath(new URL('../../products/products.csv', import.meta.url));
const FEE_BPS = 250;
/** From a quarter, a half and three quarters of the goal on, so many per cent of the price are asked. */
const MELTS = [90, 80, 70] as const;
const EAGER = 120;

interface Plan {
  readonly product: number;
  readonly day: number;
  readonly days: number;
  readonly maximum: number;
  readonly perPerson: number;
  /** Units at which the price would stop melting; the maximum unless said. */
  readonly goal?: number;
  readonly appeal?: number;
}

/** More than two hundred people may take at four each: such a rally ends by the clock. */
const NO_END = 900;
/** Small ones sell out; the others run to their end. The minimum is the product's own minimum order. */
const PLANS: readonly Plan[] = [
  { product: 147, day: 1, days: 2, maximum: 60, perPerson: 4 },
  { product: 59, day: 3, days: 2, maximum: NO_END, perPerson: 4, goal: 200 },
  { product: 29, day: 6, days: 1, maximum: 60, perPerson: 4 },
  // Nobody but who has a dog wants this, and one sack is enough: the minimum of 43 stays out of reach.
  { product: 22, day: 8, days: 2, maximum: 200, perPerson: 1, appeal: 102 },
  { product: 47, day: 10, days: 2, maximum: 20, perPerson: 1 },
  { product: 49, day: 12, days: 3, maximum: NO_END, perPerson: 4, goal: 200 },
  { product: 16, day: 15, days: 1, maximum: 80, perPerson: 4 },
  { product: 153, day: 17, days: 3, maximum: NO_END, perPerson: 4, goal: 200 },
  { product: 66, day: 21, days: 2, maximum: 12, perPerson: 1 },
  { product: 51, day: 24, days: 2, maximum: NO_END, perPerson: 2, goal: 120 },
  { product: 28, day: 27, days: 2, maximum: 80, perPerson: 4 },
  { product: 53, day: 31, days: 2, maximum: NO_END, perPerson: 4, goal: 200 },
];

export const loadOffers = (): readonly Offer[] => readOffers(readFileSync(PRODUCTS, 'utf8'));

export function readOffers(table: string): readonly Offer[] {
  const rows = new Map(readTable('products.csv', table).map((row) => [row.whole('id'), row]));
  return PLANS.map((plan) => {
    const row = rows.get(plan.product);
    if (!row) throw new Error(`products.csv: there is no product ${plan.product}`);
    return offerOf(plan, row);
  });
}

function offerOf({ appeal = EAGER, ...plan }: Plan, row: Row): Offer {
  const price = parseAmount(row.text('price'));
  if (price === undefined || price <= 0n) throw row.fault('"price" is not a price');
  const { maximum, perPerson, goal = maximum } = plan;
  const tiers = MELTS.map((percent, index) => ({
    units: Math.ceil((goal * (index + 1)) / (MELTS.length + 1)),
    price: percentOf(price, percent),
  }));
  return {
    market: `R-${plan.product}`,
    product: plan.product,
    title: row.text('title'),
    day: plan.day,
    days: plan.days,
    appeal,
    terms: {
      mechanism: 'rally',
      tiers: [{ units: 0, price }, ...tiers],
      minimum: Math.min(row.whole('minimum_order_quantity'), maximum),
      maximum,
      perPerson,
      seller: `sel_${row.text('category').replace(/-.*/, '')}`,
      bps: FEE_BPS,
    },
  };
}

/** Cut to whole hundredths: prices as people write them. */
const percentOf = (price: Amount, percent: number): Amount =>
  micro(((price * BigInt(percent)) / 100n / 10_000n) * 10_000n);

export const sellersOf = (offers: readonly Offer[]): readonly string[] => [
  ...new Set(offers.map(({ terms }) => terms.seller)),
];

/** It ends by itself, at a time of the exchange's own clock. */
export const rallyDraft = (offer: Offer, text: Hash, closesAt: number): Draft => ({
  text,
  closing: { mode: 'auto' },
  closesAt,
  twoPerson: false,
  refundCap: micro(0n),
  terms: offer.terms,
});

export function rallyText({ title, terms }: Offer): DemoText {
  const { tiers, minimum = 1, maximum, perPerson } = terms;
  const steps = tiers.map(({ units, price }) => `from ${units} units ${formatAmount(price)}`);
  return {
    title: `${title}, together`,
    rules:
      `One price for all, and it falls as more join: ${steps.join(', ')} Points. At least ${minimum} units or ` +
      `everybody has his Points back; at most ${maximum}, ${perPerson} a person. A pledge is binding.`,
    category: 'rallies',
  };
}
