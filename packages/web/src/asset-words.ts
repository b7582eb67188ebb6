/** What is held, in words: Points by their name, shares by their outcome, goods of a rally as units. */
const UNIT = 'UNIT';

/** Empty for the shares of a stock, whose market says it all. */
export function assetWords(asset: string, market: string | undefined): string {
  if (asset === 'points') return 'Points';
  if (asset === market) return '';
  const outcome = asset.split(':')[1] ?? asset;
  return outcome === UNIT ? 'units' : outcome;
}
