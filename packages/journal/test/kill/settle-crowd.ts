/** The crowd that `settle-child.ts` pays, and `settle.test.ts` counts. */
import { micro, ONE, type Wish } from '@fairground/engine';
import { draft, OPENING, REASON } from '../played.js';

export const BIG = 'BIG';
export const HOLDERS = 1_500;
/** So few that a payout takes hundreds of entries. */
export const AT_ONCE = 3;

export function settingUp() {
  const market = BIG;
  const first: readonly Wish[] = [
    ...OPENING,
    {
      type: 'set_limits',
      limits: [['payouts_per_command', BigInt(AT_ONCE)]],
    },
    { type: 'grant', to: 'ana', amount: micro(50_000n * ONE), reason: REASON },
    { type: 'create_market', market, sponsor: 'treasury', draft: draft({ deposit: micro(ONE) }) },
    { type: 'open', market },
  ];
  const last: readonly Wish[] = [
    { type: 'close', market },
    { type: 'resolve', market, resolution: { payout: [700_000, 300_000] }, reason: REASON },
  ];
  const holders = (n: number): { who: string; open: Wish; mint: Wish } => ({
    who: `holder-${n}`,
    open: { type: 'open_account', account: `holder-${n}` },
    mint: { type: 'mint', market, amount: micro(ONE + BigInt(n)) },
  });
  return { first, holders, last };
}
