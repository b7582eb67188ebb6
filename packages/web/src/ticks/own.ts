/** Our own markets answer as symbols too; what is live of them comes from the market itself. */
import type { Topic } from '../wire.js';

const OWN = 'market:';

export interface OwnSymbol {
  readonly market: string;
  readonly outcome: string | undefined;
}

export function ownSymbol(symbol: string): OwnSymbol | undefined {
  if (!symbol.startsWith(OWN)) return undefined;
  const [market = '', outcome] = symbol.slice(OWN.length).split('/');
  return { market, outcome };
}

export function topicOf(symbol: string): Topic {
  const own = ownSymbol(symbol);
  return own ? `market/${own.market}` : `ticks/${symbol}`;
}

/** As the node names the trades of an outcome. */
export const symbolOf = (market: string, outcome?: string): string =>
  `${OWN}${market}${outcome === undefined ? '' : `/${outcome}`}`;
