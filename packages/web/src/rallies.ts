/** What a rally costs, worked out as the engine does: everybody pays the price of all units together. */
import { formatAmount } from '@fairground/engine';
import { micros } from './figures.js';
import type { MarketDetail, Rally, Status, Tier } from './wire.js';

const OVER: ReadonlySet<Status> = new Set(['resolved', 'settled', 'cancelled', 'refunded']);

/** Its receipt is there from its end on. */
export const isRallyOver = (status: Status): boolean => OVER.has(status);

/** Its prices, the dearest first. */
export const tiersOf = ({ terms }: Pick<MarketDetail, 'terms'>): readonly Tier[] =>
  'tiers' in terms ? terms.tiers : [];

/** Which tier holds at so many units. */
export const tierAt = (tiers: readonly Tier[], units: number): number =>
  Math.max(0, tiers.filter((tier) => tier.units <= units).length - 1);

/** The most that so many units more can cost: the price that holds with them in. */
export function costOf(tiers: readonly Tier[], { units }: Rally, added: number): string {
  const price = micros(tiers[tierAt(tiers, units + added)]?.price) ?? 0n;
  return formatAmount(price * BigInt(added));
}

/** What someone typed as a number of units; undefined where it is none. */
export function typedUnits(text: string): number | undefined {
  const plain = text.trim();
  return /^[1-9]\d{0,9}$/.test(plain) ? Number(plain) : undefined;
}
