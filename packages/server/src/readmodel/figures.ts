/** The figures of events as rows hold them: those of an order are those that its caller was told. */
import { type Event, playerOf, POINTS, whole } from '@fairground/engine';

/** JSON has no bigint, and a number there is not exact: amounts go as text. */
export type Row = Readonly<Record<string, string | number | boolean | null>>;
export type Filled = Extract<Event, { type: 'traded' | 'minted' | 'merged' | 'joined' }>;

export const isFilled = (event: Event): event is Filled =>
  event.type === 'traded' ||
  event.type === 'minted' ||
  event.type === 'merged' ||
  event.type === 'joined';

/** The figures of an order, as `orderView` tells them. */
export function figuresOf(event: Filled): Row {
  const none = { side: null, outcome: null, merged: null, units: null };
  switch (event.type) {
    case 'traded':
      return {
        type: 'trade',
        side: event.side,
        outcome: event.outcome ?? null,
        pays: `${event.pays}`,
        gets: `${event.gets}`,
        fee: `${event.fee}`,
        merged: event.merged === undefined ? null : `${event.merged}`,
        units: null,
      };
    case 'joined': {
      const [pays, gets] = [`${putIn(event)}`, `${whole(event.added)}`];
      return { ...none, type: 'join', pays, gets, fee: '0', units: event.units };
    }
    case 'minted':
    case 'merged': {
      const amount = `${event.amount}`;
      const type = event.type === 'minted' ? 'mint' : 'merge';
      return { ...none, type, pays: amount, gets: amount, fee: '0' };
    }
  }
}

function putIn({ player, transfers }: Extract<Filled, { type: 'joined' }>): bigint {
  let pays = 0n;
  for (const { from, asset, amount } of transfers) {
    if (asset === POINTS && playerOf(from) === player) pays += amount;
  }
  return pays;
}

/** Points that changed hands at a price; undefined of what sets none. */
export function volumeOf(event: Event): bigint | undefined {
  switch (event.type) {
    case 'traded':
      return event.side === 'buy' ? event.pays : event.gets;
    case 'joined':
      return putIn(event);
    case 'market_opened':
    case 'market_resolved':
    case 'funded':
    case 'fact_recorded':
    case 'fact_undone':
      return 0n;
    default:
      return undefined;
  }
}
