/** Ends in words. */
import { points } from '../figures.js';
import type { MarketDetail, Resolution } from '../wire.js';

/** What an end pays. */
export function resolutionWords(
  resolution: Resolution | undefined,
  outcomes: MarketDetail['outcomes'] = [],
): string {
  if (resolution?.price !== undefined)
    return `each share is paid ${points(resolution.price)} Points`;
  const { payout } = resolution ?? {};
  if (!payout) return 'each share is paid its fundamental';
  const won = payout.indexOf('1');
  const name = outcomes[won]?.outcome;
  if (name !== undefined) return `${name} is right: each ${name} share is paid 1 Point`;
  const parts = payout.map((part, at) => `${outcomes[at]?.outcome ?? `outcome ${at + 1}`} ${part}`);
  return `shared, in Points a share: ${parts.join(', ')}`;
}
