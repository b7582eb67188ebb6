/** What is asked of a cluster: what is refused now is accepted later, and the other way round. */
import { micro, ONE, type Wish } from '@fairground/engine';
import type { Dice } from '../dice.js';

const REASON = 'a'.repeat(64);
const points = (whole: bigint): ReturnType<typeof micro> => micro(whole * ONE);

export const opening = (): readonly Wish[] => [
  {
    type: 'set_limits',
    limits: [
      ['welcome', 1_000_000n * ONE],
      ['trades_per_minute', 1_000_000n],
      ['breaker_move', 1_000n * ONE],
    ],
  },
  { type: 'open_account', account: 'ana' },
  { type: 'open_account', account: 'bob' },
  { type: 'grant', to: 'treasury', amount: points(100_000n), reason: REASON },
  {
    type: 'create_market',
    market: 'M1',
    sponsor: 'treasury',
    draft: {
      text: REASON,
      closing: { mode: 'manual' },
      twoPerson: false,
      refundCap: micro(0n),
      terms: {
        mechanism: 'cpmm',
        outcomes: ['YES', 'NO'],
        deposit: points(1_000n),
        probability: 500_000,
        bps: 100,
      },
    },
  },
  { type: 'open', market: 'M1' },
];

/** Accounts are frozen and freed in turn; prices leave a buyer's bound and come back. */
export function wishOf(dice: Dice, by: string, n: number): { by: string; wish: Wish } {
  const reason = REASON.slice(0, 56) + n.toString(16).padStart(8, '0');
  const account = by;
  const of = dice.below(10);
  if (of === 0) return { by: 'system', wish: { type: 'freeze_account', account, reason } };
  if (of < 3) return { by: 'system', wish: { type: 'unfreeze_account', account, reason } };
  const outcome = dice.pick(['YES', 'NO']);
  const trade = { type: 'trade', market: 'M1', outcome } as const;
  if (of < 5) {
    const shares = micro(BigInt(1 + dice.below(20_000_000)));
    return { by, wish: { ...trade, side: 'sell', shares } };
  }
  const spend = micro(BigInt(1 + dice.below(20)) * ONE + BigInt(n));
  if (of < 7) return { by, wish: { ...trade, side: 'buy', spend } };
  // Near what it gets at even odds.
  const getsMin = micro((spend * BigInt(150 + dice.below(80))) / 100n);
  return { by, wish: { ...trade, side: 'buy', spend, getsMin } };
}
