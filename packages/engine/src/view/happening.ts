/** What an entry means to those who watch: which topics it touches, and what is said there. */
import type { Entry, Event, EventOf } from '../event.js';
import type { Transfer } from '../ledger/transfer.js';
import { playerOf, POINTS } from '../ledger/account.js';
import { formatAmount } from '../math/amount.js';
import { holderView } from './market.js';
import { fillView, orderId } from './order.js';
import { resolutionView, verdictView } from './terms.js';
import { formatTime } from './time.js';

export const GLOBAL = 'global';
export const marketTopic = (market: string): string => `market/${market}`;
/** What a player's own `me` is called inside. */
export const accountTopic = (account: string): string => `account/${account}`;

/** One thing that happened, as JSON; `type` is the event's. */
export interface Happening {
  readonly type: Event['type'];
  readonly [field: string]: unknown;
}

/** What everybody hears of: whatever moves the world's `globalSeq`. */
const HEARD_BY_ALL: ReadonlySet<Event['type']> = new Set<Event['type']>([
  'market_created',
  'draft_edited',
  'market_opened',
  'market_halted',
  'market_paused',
  'market_resumed',
  'market_extended',
  'market_closed',
  'verdict_proposed',
  'market_resolved',
  'market_cancelled',
  'paid_out',
  'market_settled',
  'market_refunded',
  'fact_recorded',
  'fact_undone',
  'treasury_low',
]);

/** The topics an entry touches, each with what happened there, in order. A function of the entry alone. */
export function happeningsOf(entry: Entry): ReadonlyMap<string, readonly Event[]> {
  const byTopic = new Map<string, Event[]>();
  const tell = (topic: string, event: Event): void => {
    const events = byTopic.get(topic);
    if (!events) byTopic.set(topic, [event]);
    else if (events.at(-1) !== event) events.push(event);
  };
  for (const event of entry.events) {
    if ('market' in event) tell(marketTopic(event.market), event);
    if (HEARD_BY_ALL.has(event.type)) tell(GLOBAL, event);
    for (const account of accountsOf(event)) tell(accountTopic(account), event);
  }
  return byTopic;
}

/** The players an event touches: whose money or shares it moves, and whom it names. */
function accountsOf(event: Event): ReadonlySet<string> {
  const accounts = new Set<string>();
  if ('account' in event) accounts.add(event.account);
  if ('player' in event) accounts.add(event.player);
  for (const { from, to } of transfersOf(event)) {
    for (const name of [playerOf(from), playerOf(to)]) if (name !== undefined) accounts.add(name);
  }
  return accounts;
}

const transfersOf = (event: Event): readonly Transfer[] =>
  'transfers' in event ? event.transfers : [];

/** What a watcher of `topic` is told of one event. */
export function happeningView(entry: Entry, event: Event, topic: string): Happening {
  const common = commonView(entry, event);
  if (!topic.startsWith('account/')) return common;
  const account = topic.slice('account/'.length);
  let points = 0n;
  for (const { from, to, asset, amount } of transfersOf(event)) {
    if (asset !== POINTS) continue;
    if (playerOf(from) === account) points -= amount;
    if (playerOf(to) === account) points += amount;
  }
  return { ...common, points: formatAmount(points) };
}

function commonView(entry: Entry, event: Event): Happening {
  const at = formatTime(entry.at);
  switch (event.type) {
    case 'traded':
    case 'minted':
    case 'merged': {
      const { type: _, ...fill } = fillView(event);
      return { type: event.type, id: orderId(entry.seq), at, ...fill };
    }
    case 'joined': {
      const { market, account, pays, units } = fillView(event);
      const { type, added } = event;
      return { type, id: orderId(entry.seq), at, market, account, units, added, pays };
    }
    case 'account_opened':
    case 'account_frozen':
    case 'account_unfrozen':
      return { type: event.type, at, account: event.account };
    case 'granted':
      return { type: event.type, at, to: event.to, amount: formatAmount(event.amount) };
    case 'role_granted':
    case 'role_revoked':
      return { type: event.type, at, account: event.account, role: event.role };
    case 'treasury_low':
      return {
        type: event.type,
        at,
        balance: formatAmount(event.balance),
        floor: formatAmount(event.floor),
      };
    case 'fees_swept':
    case 'sealed':
      return { type: event.type, at };
    case 'limits_set':
      return {
        type: event.type,
        at,
        limits: event.limits.map(([name, value]) => [name, value.toString()]),
      };
    case 'rules_adopted':
      return { type: event.type, at, rules: event.rules };
    case 'refused':
      return { type: event.type, at, code: event.code };
    default:
      return { type: event.type, at, market: event.market, ...marketFields(event) };
  }
}

type MarketEvent = Exclude<
  Extract<Event, { readonly market: string }>,
  { readonly player: string }
>;

function marketFields(event: MarketEvent): Record<string, unknown> {
  switch (event.type) {
    case 'market_created':
      return { mechanism: event.mechanism, sponsor: holderView(event.sponsor) };
    case 'draft_edited':
    case 'market_opened':
    case 'market_paused':
    case 'market_resumed':
    case 'market_closed':
    case 'market_settled':
    case 'market_refunded':
      return {};
    case 'market_halted':
      return {
        until: formatTime(event.until),
        mark: event.mark.map(formatAmount),
        prices: event.prices.map(formatAmount),
      };
    case 'market_extended':
      return { closes_at: formatTime(event.closesAt) };
    case 'verdict_proposed':
      return { by: event.by, ...verdictView(event.verdict) };
    case 'market_resolved':
      return { ...resolutionView(event.resolution), reason_hash: event.reason };
    case 'market_cancelled':
      return {
        due: formatAmount(event.due),
        funds: formatAmount(event.funds),
        reason_hash: event.reason,
      };
    case 'paid_out':
      return { first: event.first, next: event.next };
    case 'funded':
      return { amount: formatAmount(event.amount) };
    case 'fact_recorded':
    case 'fact_undone':
      return factFields(event);
  }
}

function factFields(
  event: EventOf<'fact_recorded'> | EventOf<'fact_undone'>,
): Record<string, unknown> {
  return {
    fact: event.fact,
    ...(event.type === 'fact_undone'
      ? { undoes: event.undoes }
      : { kind: event.kind, happened_at: formatTime(event.happenedAt) }),
    source: event.source,
    asked: formatAmount(event.asked),
    applied: formatAmount(event.applied),
  };
}
