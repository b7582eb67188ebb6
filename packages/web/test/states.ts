/** A market at each place where nobody may trade, or not everybody; one person has traded in those that were open. */
import type { Fair } from './fair.js';
import { keyOf, type Person } from './people.js';

export const STATES = {
  waiting: 'M-101',
  proposed: 'M-102',
  cancelled: 'M-103',
  settled: 'M-104',
  halted: 'M-105',
  draft: 'M-106',
} as const;

const TITLES = {
  waiting: 'Japan beat Spain',
  proposed: 'Ghana reach the final',
  cancelled: 'Peru beat Chile',
  settled: 'Korea beat Italy',
  halted: 'Wales beat Brazil',
  draft: 'Egypt beat Sweden',
} as const satisfies Record<keyof typeof STATES, string>;

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;
const reason = 'for the test';

export async function statesFair(
  fair: Fair,
  admin: Person,
  traderKey: string,
): Promise<typeof STATES> {
  const usual = { mechanism: 'cpmm', category: 'matches', deposit: '500', probability: '0.5' };
  const more: Partial<Record<keyof typeof STATES, object>> = {
    proposed: { two_person: true },
    halted: { risk: { breaker_move: '0.02', breaker_halt_ms: HOUR_MS } },
    draft: { opens_at: new Date(Date.now() + DAY_MS).toISOString() },
  };
  const names = Object.keys(STATES) as (keyof typeof STATES)[];
  for (const name of names) {
    const { [name]: id } = STATES;
    await fair.ask('/v1/markets', { ...usual, ...more[name], id, title: TITLES[name] });
    if (name === 'draft') continue;
    await fair.ask(`/v1/markets/${id}/open`, {});
    const order = { market: id, side: 'buy', outcome: 'YES', spend: '40' };
    await fair.ask('/v1/orders', order, traderKey);
  }
  const { waiting, proposed, cancelled, settled } = STATES;
  for (const id of [waiting, proposed, settled]) await fair.ask(`/v1/markets/${id}/close`, {});
  const key = await keyOf(fair.url, admin, ['admin']);
  await fair.ask(`/v1/markets/${proposed}/resolve`, { outcome: 'YES', reason }, key);
  await fair.ask(`/v1/markets/${settled}/resolve`, { outcome: 'YES', reason });
  await fair.ask(`/v1/markets/${cancelled}/cancel`, { reason });
  return STATES;
}
