/**
 * What an entry tells to whom: what somebody else's act, or the end of a market, did to him. A function of the entry
 * and its world, and never more for one entry than a payout has positions or a rally may tell.
 */
import {
  type Entry,
  type Event,
  type EventOf,
  formatAmount,
  mechanismOf,
  playerOf,
  POINTS,
  pricesOf,
  rallyState,
  type ReadonlyMarket,
  type ReadonlyWorld,
} from '@fairground/engine';
import type { NoticeKind } from './kinds.js';

/** Of a larger rally the first members are told that its price fell; all of them hear of its end. */
const MEMBERS_TOLD_MAX = 10_000;

export interface Notice {
  readonly account: string;
  readonly kind: NoticeKind;
  readonly market: string | null;
  readonly data: Readonly<Record<string, string | number>>;
}

export function noticesOf(entry: Entry, world: ReadonlyWorld): readonly Notice[] {
  return entry.events.flatMap((event) => noticesIn(event, world));
}

function noticesIn(event: Event, world: ReadonlyWorld): readonly Notice[] {
  switch (event.type) {
    case 'paid_out':
      return paid(event, world);
    case 'joined':
      return fallen(event, world);
    case 'granted': {
      const { to, amount } = event;
      const data = { amount: formatAmount(amount) };
      return to === 'treasury' ? [] : [{ account: to, kind: 'granted', market: null, data }];
    }
    default:
      return [];
  }
}

/** Whoever stood in this part of a payout, with what he got of it. */
function paid({ market: id, transfers }: EventOf<'paid_out'>, world: ReadonlyWorld): Notice[] {
  const market = world.markets.get(id);
  if (!market) return [];
  const got = new Map<string, bigint>();
  for (const { from, to, asset, amount } of transfers) {
    const account = playerOf(to) ?? playerOf(from);
    if (account === undefined) continue;
    const isMoney = asset === POINTS && playerOf(to) !== undefined;
    got.set(account, (got.get(account) ?? 0n) + (isMoney ? amount : 0n));
  }
  return [...got].map(([account, amount]) => {
    const data = { amount: formatAmount(amount), ...ending(market) };
    return { account, kind: kindOf(market, amount), market: id, data };
  });
}

function kindOf(market: ReadonlyMarket, amount: bigint): NoticeKind {
  if (market.refund) return 'refunded';
  if (mechanismOf(market.mechanism).pledges) return 'rally_ended';
  return amount > 0n ? 'paid' : 'lost';
}

function ending({ mechanism, resolution, draft, refund }: ReadonlyMarket): Notice['data'] {
  const { pledges } = mechanismOf(mechanism);
  if (!pledges || refund || !resolution || !('units' in resolution)) return {};
  const { units } = resolution;
  return { units, price: formatAmount(pledges.price(draft.terms, units)) };
}

/** A pledge made the price fall: every other member hears of it. */
function fallen(event: EventOf<'joined'>, world: ReadonlyWorld): Notice[] {
  const market = world.markets.get(event.market);
  const { pledges } = market ? mechanismOf(market.mechanism) : {};
  if (!market || !pledges || market.resolution) return [];
  const { terms } = market.draft;
  const units = rallyState(market, world.books)?.units ?? 0;
  const [before, now] = [units - event.added, units].map((all) => pledges.price(terms, all));
  if (before === now || now === undefined) return [];
  const data = { units, price: formatAmount(now) };
  const members = market.holders.slice(0, MEMBERS_TOLD_MAX).flatMap(({ holder }) => {
    const account = playerOf(holder);
    return account === undefined || account === event.player ? [] : [account];
  });
  return members.map((account) => ({ account, kind: 'rally_tier', market: market.id, data }));
}

/** What is asked of a price, by market. */
export interface Alert {
  readonly id: string;
  readonly account: string;
  readonly market: string;
  readonly outcome?: string | undefined;
  readonly place: number;
  readonly when: 'above' | 'below';
  readonly price: bigint;
  /** It was made after this entry. */
  readonly seq: number;
}

/** Those of a market's alerts whose price is there. */
export function ringing(
  alerts: readonly Alert[],
  seq: number,
  { markets, books }: ReadonlyWorld,
): readonly { readonly alert: Alert; readonly notice: Notice }[] {
  const market = markets.get(alerts[0]?.market ?? '');
  // What it is worth at its end, its holders are told.
  if (!market || market.resolution || market.refund) return [];
  const prices = pricesOf(market, books);
  return alerts.flatMap((alert) => {
    const { account, place, when, outcome } = alert;
    const price = prices[place];
    if (price === undefined || seq <= alert.seq) return [];
    if (when === 'above' ? price < alert.price : price > alert.price) return [];
    const data = {
      ...(outcome !== undefined && { outcome }),
      when,
      wanted: formatAmount(alert.price),
      price: formatAmount(price),
    };
    const notice: Notice = { account, kind: 'price_alert', market: market.id, data };
    return [{ alert, notice }];
  });
}
