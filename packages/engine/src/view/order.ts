/** An order is a function of its entry alone, so any node can give the first answer again for ever. */
import type { Entry, Event, EventOf } from '../event.js';
import type { Side } from '../command.js';
import { playerAccount, POINTS } from '../ledger/account.js';
import { formatAmount, whole } from '../math/amount.js';
import { formatTime } from './time.js';

export interface FillView {
  readonly type: 'trade' | 'mint' | 'merge' | 'join';
  readonly market: string;
  readonly account: string;
  readonly side?: Side;
  readonly outcome?: string;
  readonly pays: string;
  readonly gets: string;
  readonly fee: string;
  readonly merged?: string;
  /** Of a join: the total that is pledged now; `gets` are the units it added, `pays` what they can cost at most. */
  readonly units?: number;
}

export interface OrderView extends FillView {
  readonly id: string;
  readonly seq: number;
  readonly hash: string;
  readonly at: string;
}

type Filled = EventOf<'traded'> | EventOf<'minted'> | EventOf<'merged'> | EventOf<'joined'>;

const isFilled = (event: Event): event is Filled =>
  event.type === 'traded' ||
  event.type === 'minted' ||
  event.type === 'merged' ||
  event.type === 'joined';

/** Undefined where the entry is no order. */
export function orderView(entry: Entry): OrderView | undefined {
  const filled = entry.events.find(isFilled);
  if (!filled) return undefined;
  const { type, ...rest } = fillView(filled);
  return {
    id: orderId(entry.seq),
    seq: entry.seq,
    hash: entry.hash,
    at: formatTime(entry.at),
    type,
    ...rest,
  };
}

export const orderId = (seq: number): string => `ord_${seq}`;

const ORDER_ID = /^ord_([1-9]\d{0,15})$/;

/** The seq inside an order id; undefined for anything else. */
export function orderSeq(id: string): number | undefined {
  const match = ORDER_ID.exec(id);
  return match ? Number(match[1]) : undefined;
}

export function fillView(event: Filled): FillView {
  if (event.type === 'joined') return joinView(event);
  if (event.type !== 'traded') {
    const amount = formatAmount(event.amount);
    const type = event.type === 'minted' ? 'mint' : 'merge';
    return {
      type,
      market: event.market,
      account: event.player,
      pays: amount,
      gets: amount,
      fee: '0',
    };
  }
  return {
    type: 'trade',
    market: event.market,
    account: event.player,
    side: event.side,
    ...(event.outcome === undefined ? {} : { outcome: event.outcome }),
    pays: formatAmount(event.pays),
    gets: formatAmount(event.gets),
    fee: formatAmount(event.fee),
    ...(event.merged === undefined ? {} : { merged: formatAmount(event.merged) }),
  };
}

function joinView({ market, player, units, added, transfers }: EventOf<'joined'>): FillView {
  let pays = 0n;
  for (const { from, asset, amount } of transfers) {
    if (asset === POINTS && from === playerAccount(player)) pays += amount;
  }
  return {
    type: 'join',
    market,
    account: player,
    pays: formatAmount(pays),
    gets: formatAmount(whole(added)),
    fee: '0',
    units,
  };
}
