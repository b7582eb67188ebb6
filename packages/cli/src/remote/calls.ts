/** The demo's wishes as calls of the SDK: what anybody with the right keys could ask over HTTP. */
import type { Client, WriteOptions } from '@fairground/client';
import type { Hash, Trade, Wish } from '@fairground/engine';
import { type DemoText, DemoFault } from '../demo/port.js';
import { marketOf } from './draft.js';

export interface Calling {
  /** Signed in as whoever wishes it. */
  readonly client: Client;
  readonly textOf: (hash: Hash) => DemoText;
  readonly how: WriteOptions;
}

interface Called {
  readonly replayed: boolean;
}

/** Rejects as the SDK does. */
export async function call(wish: Wish, { client, textOf, how }: Calling): Promise<Called> {
  const { markets } = client;
  switch (wish.type) {
    case 'trade':
      return trade(client, wish, how);
    case 'join_rally':
      return client.join(wish.market, wish.units, how);
    case 'create_market': {
      const market = marketOf(wish.draft, textOf(wish.draft.text));
      return markets.create({ ...market, id: wish.market }, how);
    }
    case 'edit_draft':
      return markets.edit(wish.market, marketOf(wish.draft, textOf(wish.draft.text)), how);
    case 'open':
      return markets.open(wish.market, how);
    case 'close':
      return markets.close(wish.market, how);
    case 'resolve': {
      const { market, resolution } = wish;
      const payout = resolution && 'payout' in resolution ? resolution.payout : undefined;
      const { title: reason } = textOf(wish.reason);
      return markets.resolve(market, { ...(payout && { payout }), reason }, how);
    }
    case 'cancel':
      return markets.cancel(wish.market, textOf(wish.reason).title, how);
    case 'record_fact':
      return client.recordFact(wish, how);
    case 'grant': {
      const { to, amount, reason } = wish;
      return client.grant({ to, amount, reason: textOf(reason).title }, how);
    }
    case 'grant_role':
      return client.grantRole(wish.account, wish.role, how);
    default:
      throw new DemoFault(`"${wish.type}" is not asked over HTTP`);
  }
}

function trade(client: Client, wish: Trade, how: WriteOptions): Promise<Called> {
  const { market, side, outcome, spend, shares, getsMin, paysMax } = wish;
  if (side === 'buy') return client.buy({ market, outcome, spend, shares, getsMin, paysMax }, how);
  return client.sell({ market, outcome, shares: shares ?? 0n, getsMin }, how);
}
